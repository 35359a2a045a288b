import {
  buildChunk,
  buildParameter,
  CHUNK_RECONFIG,
  PARAMETER_OUTGOING_RESET,
  PARAMETER_RECONFIG_RESPONSE,
  parseParameters,
  type SctpChunk,
} from './sctp-packet.ts';

const RESET_PERFORMED = 1;
const RESET_IN_PROGRESS = 6;
const MAX_STREAMS_PER_REQUEST = 128;

export interface StreamResetEvents {
  send(chunk: Buffer): void;
  /** The last TSN we gave out. */
  lastTsn(): number;
  /** Whether everything of the peer's up to this TSN arrived. */
  hasReached(tsn: number): boolean;
  retryMs(): number;
  /** The peer closed its direction of these streams. */
  onReset(streamIds: number[]): void;
}

interface Request {
  body: Buffer;
  sequence: number;
  /** The peer waits for data of ours and said so: that number is answered for it. */
  deferred: boolean;
}

/**
 * Closing single streams (RFC 6525): one request of ours at a time, repeated until answered. Peers do not agree on what
 * follows "in progress" (§5.2): dcSCTP as browsers have it repeats its request under the next number and answers one under
 * the old with what it said before, usrsctp and later dcSCTP repeat under the same. So we take either, and repeat ours
 * under the next, which all of them take.
 */
export class StreamResets {
  readonly #events: StreamResetEvents;
  #sequence: number;
  #request: Request | undefined;
  readonly #queue = new Set<number>();
  #timer: NodeJS.Timeout | undefined;
  #remoteSequence: number;
  #lastResponse: Buffer | undefined;
  /** The last request of the peer waits for data of its own. */
  #isDeferring = false;

  constructor(localTsn: number, remoteTsn: number, events: StreamResetEvents) {
    this.#sequence = localTsn;
    this.#remoteSequence = (remoteTsn - 1) >>> 0;
    this.#events = events;
  }

  reset(streamId: number): void {
    this.#queue.add(streamId);
    this.#sendNext();
  }

  #sendNext(): void {
    if (this.#request || this.#queue.size === 0) return;
    const streamIds = [...this.#queue].slice(0, MAX_STREAMS_PER_REQUEST);
    for (const streamId of streamIds) this.#queue.delete(streamId);
    const body = Buffer.alloc(12 + 2 * streamIds.length);
    body.writeUInt32BE(this.#remoteSequence, 4);
    body.writeUInt32BE(this.#events.lastTsn(), 8);
    streamIds.forEach((streamId, i) => {
      body.writeUInt16BE(streamId, 12 + 2 * i);
    });
    this.#request = { body, sequence: this.#takeNumber(), deferred: false };
    this.#try();
  }

  #takeNumber(): number {
    const sequence = this.#sequence;
    this.#sequence = (sequence + 1) >>> 0;
    return sequence;
  }

  #try(): void {
    const request = this.#request;
    if (!request) return;
    if (request.deferred) {
      request.sequence = this.#takeNumber();
      request.deferred = false;
    }
    request.body.writeUInt32BE(request.sequence, 0);
    this.#events.send(buildChunk(CHUNK_RECONFIG, 0, buildParameter(PARAMETER_OUTGOING_RESET, request.body)));
    this.#timer = setTimeout(() => this.#try(), this.#events.retryMs());
  }

  onChunk(chunk: SctpChunk): void {
    for (const { type, body } of parseParameters(chunk.body) ?? []) {
      if (type === PARAMETER_OUTGOING_RESET && body.length >= 12) this.#onRequest(body);
      else if (type === PARAMETER_RECONFIG_RESPONSE && body.length >= 8) this.#onResponse(body);
    }
  }

  #onResponse(body: Buffer): void {
    const request = this.#request;
    if (request?.sequence !== body.readUInt32BE(0)) return;
    if (body.readUInt32BE(4) === RESET_IN_PROGRESS) {
      request.deferred = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#request = undefined;
    this.#sendNext();
  }

  #onRequest(body: Buffer): void {
    const sequence = body.readUInt32BE(0);
    const isRepeated = sequence === this.#remoteSequence && this.#lastResponse !== undefined;
    if (isRepeated && !this.#isDeferring) {
      this.#events.send(this.#lastResponse!);
      return;
    }
    if (!isRepeated && sequence !== (this.#remoteSequence + 1) >>> 0) return;
    this.#isDeferring = !this.#events.hasReached(body.readUInt32BE(8));
    this.#remoteSequence = sequence;
    this.#lastResponse = buildResponse(sequence, this.#isDeferring ? RESET_IN_PROGRESS : RESET_PERFORMED);
    this.#events.send(this.#lastResponse);
    if (this.#isDeferring) return;
    const streamIds: number[] = [];
    for (let at = 12; at + 2 <= body.length; at += 2) streamIds.push(body.readUInt16BE(at));
    this.#events.onReset(streamIds);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#request = undefined;
    this.#queue.clear();
  }
}

function buildResponse(sequence: number, result: number): Buffer {
  const body = Buffer.alloc(8);
  body.writeUInt32BE(sequence, 0);
  body.writeUInt32BE(result, 4);
  return buildChunk(CHUNK_RECONFIG, 0, buildParameter(PARAMETER_RECONFIG_RESPONSE, body));
}
