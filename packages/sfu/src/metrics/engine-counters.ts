import type { Participant } from '../room/participant.ts';
import type { Room } from '../room/room.ts';
import { addTraffic, mergeTraffic, noTraffic, type Traffic } from './traffic.ts';

/** Why something was refused; a label of `alongside_sfu_refusals_total`. */
export type RefusalReason =
  | 'rooms'
  | 'participants'
  | 'tracks'
  | 'publish-bitrate'
  | 'signal-messages'
  | 'data-packets'
  | 'metadata'
  | 'token-revoked';

/** Counters of one engine that outlive the participants they came from. */
export class EngineCounters {
  readonly refusals = new Map<RefusalReason, number>();
  signalMessages = 0;
  dataPackets = 0;
  joins = 0;
  readonly #gone = noTraffic();
  readonly #goneOfRoom = new WeakMap<Room, Traffic>();

  refused(reason: RefusalReason): void {
    this.refusals.set(reason, (this.refusals.get(reason) ?? 0) + 1);
  }

  /** A participant is about to lose its transport: what went through it stays counted. */
  retire(participant: Participant): void {
    const last = noTraffic();
    addTraffic(last, participant);
    mergeTraffic(this.#gone, last);
    const ofRoom = this.#goneOfRoom.get(participant.room) ?? noTraffic();
    mergeTraffic(ofRoom, last);
    this.#goneOfRoom.set(participant.room, ofRoom);
  }

  /** Of everybody who was ever here. */
  total(rooms: Iterable<Room>): Traffic {
    const sum = { ...this.#gone };
    for (const room of rooms) for (const participant of room.participants) addTraffic(sum, participant);
    return sum;
  }

  /** Of everybody who was ever in a room. */
  ofRoom(room: Room): Traffic {
    const sum = { ...(this.#goneOfRoom.get(room) ?? noTraffic()) };
    for (const participant of room.participants) addTraffic(sum, participant);
    return sum;
  }
}
