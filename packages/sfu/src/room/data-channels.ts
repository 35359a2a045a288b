import { DataPacket, DataPacket_Kind, type UserPacket } from '@livekit/protocol';
import { DataLimit } from '../limits/data-limit.ts';
import type { Participant } from './participant.ts';

const LABELS = { [DataPacket_Kind.RELIABLE]: '_reliable', [DataPacket_Kind.LOSSY]: '_lossy' } as const;
const MAX_WAITING_MS = 15_000;
/** More than any room has participants; written out, longer lists cost as much as hundreds of packets. */
const MAX_DESTINATIONS = 1_000;

/** Sorts a data channel's label into the protocol's kinds; undefined for channels we do not serve. */
export function kindOfLabel(label: string): DataPacket_Kind | undefined {
  if (label === '_reliable') return DataPacket_Kind.RELIABLE;
  return label === '_lossy' ? DataPacket_Kind.LOSSY : undefined;
}

/**
 * One participant's data messages, both ways. Up: the sender is stamped on (nobody speaks for another), duplicates of
 * a resumed connection are dropped by their sequence number. Down: what is reliable waits for a channel that is not
 * open yet, so that a message sent the moment somebody appeared arrives.
 */
export class DataChannels {
  readonly #participant: Participant;
  readonly #limit: DataLimit;
  #lastSequence = 0;
  #waiting: { bytes: Buffer; atMs: number }[] = [];
  #waitingBytes = 0;
  dropped = 0;

  constructor(participant: Participant) {
    this.#participant = participant;
    this.#limit = new DataLimit(participant);
  }

  /** Highest reliable sequence number received; a resuming client sends what came after. */
  get lastSequence(): number {
    return this.#lastSequence;
  }

  onMessage(label: string, bytes: Buffer): void {
    const participant = this.#participant;
    const kind = kindOfLabel(label);
    if (kind === undefined || !participant.permission.canPublishData) return;
    participant.room.host.counters.dataPackets++;
    if (!this.#limit.take()) return;
    let packet: DataPacket;
    try {
      packet = DataPacket.fromBinary(bytes);
    } catch {
      participant.room.host.log('debug', 'data message is not readable', { participant: participant.sid });
      return;
    }
    if (kind === DataPacket_Kind.RELIABLE && packet.sequence > 0) {
      if (packet.sequence <= this.#lastSequence) return;
      this.#lastSequence = packet.sequence;
    }
    // Speaker updates are ours to make; transcriptions may name another as the one transcribed.
    if (packet.value.case === undefined || packet.value.case === 'speaker') return;
    packet.kind = kind;
    packet.participantIdentity = participant.identity;
    packet.participantSid = participant.sid;
    let destinationSids: string[] = [];
    if (packet.value.case === 'user') {
      const user: UserPacket = packet.value.value;
      user.participantIdentity = participant.identity;
      user.participantSid = participant.sid;
      destinationSids = user.destinationSids;
      // Old clients address inside the user packet, new ones on the packet: keep both the same.
      if (packet.destinationIdentities.length === 0) packet.destinationIdentities = user.destinationIdentities;
      else user.destinationIdentities = packet.destinationIdentities;
    }
    if (packet.destinationIdentities.length + destinationSids.length > MAX_DESTINATIONS) {
      this.#limit.tell(`a data packet may name no more than ${MAX_DESTINATIONS} destinations`);
      return;
    }
    participant.room.relay(packet, kind, participant, destinationSids);
  }

  /** Sends one encoded packet; false when it was dropped. */
  send(bytes: Buffer, kind: DataPacket_Kind): boolean {
    const pipe = this.#participant.peer?.primary;
    if (pipe?.dataChannel(LABELS[kind])) {
      const sent = pipe.sendData(LABELS[kind], bytes);
      // A reader this slow would hold everybody's memory: its packets go, its connection stays.
      if (!sent) this.dropped++;
      return sent;
    }
    if (kind === DataPacket_Kind.LOSSY) return false;
    const nowMs = this.#participant.room.host.nowMs();
    const limit = this.#participant.room.host.limits.maxWaitingDataBytes;
    while (this.#waiting.length > 0 && nowMs - this.#waiting[0]!.atMs > MAX_WAITING_MS) this.#shift();
    if (this.#waitingBytes + bytes.length > limit) {
      this.dropped++;
      return false;
    }
    this.#waiting.push({ bytes, atMs: nowMs });
    this.#waitingBytes += bytes.length;
    return true;
  }

  #shift(): void {
    this.#waitingBytes -= this.#waiting.shift()?.bytes.length ?? 0;
  }

  onChannelOpen(label: string): void {
    if (kindOfLabel(label) !== DataPacket_Kind.RELIABLE) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    for (const { bytes } of waiting) this.#participant.peer?.primary.sendData(label, bytes);
  }
}
