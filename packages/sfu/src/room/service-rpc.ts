import { randomUUID } from 'node:crypto';
import { DataPacket, DataPacket_Kind, type PerformRpcRequest, RpcRequest, type RpcResponse } from '@livekit/protocol';
import { RPC_ACK_TIMEOUT_MS, rpcResponseTimeoutMs } from '../service/rpc-timeouts.ts';
import { ServiceError } from '../service/service-error.ts';
import type { Participant } from './participant.ts';

/** What clients of the first RPC version take. */
const MAX_PAYLOAD_BYTES = 15_360;
/** Calls of one room under way. */
const MAX_PENDING = 1_000;
const RPC_VERSION = 1;

/** Twirp's code for the error codes SDKs answer an RPC with (livekit-client `RpcError.ErrorCode`). */
const TWIRP_CODES: Readonly<Record<number, string>> = {
  1400: 'unimplemented',
  1401: 'not_found',
  1402: 'invalid_argument',
  1403: 'unimplemented',
  1404: 'unimplemented',
  1501: 'deadline_exceeded',
  1502: 'deadline_exceeded',
  1503: 'unavailable',
};

interface PendingCall {
  participant: Participant;
  settle(outcome: string | ServiceError): void;
  onAck(): void;
}

/** Remote procedure calls made by the service API: the server is the caller, one participant carries them out. */
export class ServiceRpc {
  readonly #pending = new Map<string, PendingCall>();

  /** Resolves to the answer's payload. @throws ServiceError */
  perform(participant: Participant, request: PerformRpcRequest): Promise<string> {
    if (Buffer.byteLength(request.payload) > MAX_PAYLOAD_BYTES) {
      throw new ServiceError('invalid_argument', `payload is larger than ${MAX_PAYLOAD_BYTES} bytes`);
    }
    if (this.#pending.size >= MAX_PENDING) throw new ServiceError('resource_exhausted', 'too many calls under way');
    const id = randomUUID();
    const responseTimeoutMs = rpcResponseTimeoutMs(request.responseTimeoutMs);
    return new Promise<string>((resolve, reject) => {
      const late = (what: string) => () => settle(new ServiceError('deadline_exceeded', what));
      const ackTimer = setTimeout(late('participant did not acknowledge the call'), RPC_ACK_TIMEOUT_MS);
      const timer = setTimeout(late('participant did not answer the call'), responseTimeoutMs);
      const settle = (outcome: string | ServiceError): void => {
        if (!this.#pending.delete(id)) return;
        clearTimeout(ackTimer);
        clearTimeout(timer);
        if (typeof outcome === 'string') resolve(outcome);
        else reject(outcome);
      };
      this.#pending.set(id, { participant, settle, onAck: () => clearTimeout(ackTimer) });
      const packet = new DataPacket({
        kind: DataPacket_Kind.RELIABLE,
        // Answers are addressed to this, and so come back to us and nobody else.
        participantIdentity: id,
        destinationIdentities: [participant.identity],
        value: {
          case: 'rpcRequest',
          value: new RpcRequest({
            id,
            method: request.method,
            payload: request.payload,
            responseTimeoutMs,
            version: RPC_VERSION,
          }),
        },
      });
      const isSent = participant.data.send(Buffer.from(packet.toBinary()), DataPacket_Kind.RELIABLE);
      if (!isSent) settle(new ServiceError('unavailable', 'participant cannot be reached'));
    });
  }

  /** Takes the answer to one of our calls; false: the packet is none and goes on its way. */
  take(packet: DataPacket, sender: Participant): boolean {
    const { value } = packet;
    if (value.case !== 'rpcAck' && value.case !== 'rpcResponse') return false;
    const call = this.#pending.get(value.value.requestId);
    // Only whoever was called can answer.
    if (call?.participant !== sender) return false;
    if (value.case === 'rpcAck') call.onAck();
    else call.settle(outcomeOf(value.value));
    return true;
  }

  /** The participant is gone and will not answer. */
  onLeft(participant: Participant): void {
    for (const call of [...this.#pending.values()]) {
      if (call.participant === participant) call.settle(new ServiceError('unavailable', 'participant left'));
    }
  }
}

function outcomeOf({ value }: RpcResponse): string | ServiceError {
  if (value.case === 'payload') return value.value;
  if (value.case !== 'error') return new ServiceError('internal', 'the answer cannot be read');
  const { code, message } = value.value;
  return new ServiceError(TWIRP_CODES[code] ?? 'unknown', message || `RPC error ${code}`);
}
