import { DisconnectReason, type ParticipantInfo } from '@livekit/protocol';

/** A way to the media a client asked for: TCP, or a relay over TLS. */
export type ForcedPath = 'tcp' | 'tls';

const MAX_REMEMBERED = 1_000;
/** Nobody whose signal is cut is kept so long. */
const DEPARTED_MS = 90_000;

/** What a client must not answer by coming back. */
const SENT_AWAY: ReadonlySet<DisconnectReason> = new Set([
  DisconnectReason.DUPLICATE_IDENTITY,
  DisconnectReason.PARTICIPANT_REMOVED,
]);

/** What a room remembers of people from one connection of theirs to the next. */
export class Returning {
  readonly #sentAway = new Map<string, DisconnectReason>();
  readonly #paths = new Map<string, ForcedPath>();
  #departed: { info: ParticipantInfo; atMs: number }[] = [];

  /** This participant is out, for whatever reason; those that forbid to come back by itself are kept. */
  out(sid: string, reason: DisconnectReason): void {
    if (!SENT_AWAY.has(reason)) return;
    this.#sentAway.set(sid, reason);
    if (this.#sentAway.size > MAX_REMEMBERED) this.#sentAway.delete(this.#sentAway.keys().next().value!);
  }

  /** Whoever was sent away while cut off did not hear of it: it must not come back, nor replace a newer one in turn. */
  whySentAway(sid: string): DisconnectReason | undefined {
    return this.#sentAway.get(sid);
  }

  /** From its next connection on; undefined lets it choose again. */
  force(identity: string, path: ForcedPath | undefined): void {
    if (path === undefined || this.#paths.size >= MAX_REMEMBERED) this.#paths.delete(identity);
    else this.#paths.set(identity, path);
  }

  pathOf(identity: string): ForcedPath | undefined {
    return this.#paths.get(identity);
  }

  /** Somebody others knew of is gone. */
  left(info: ParticipantInfo, nowMs: number): void {
    this.#departed = this.#departed.filter(({ atMs }) => nowMs - atMs <= DEPARTED_MS).slice(1 - MAX_REMEMBERED);
    this.#departed.push({ info, atMs: nowMs });
  }

  /**
   * Who left not long ago and is not among `present`, for somebody who may have missed it: clients keep whoever is merely
   * not named. Whoever was hidden was told to nobody who is.
   */
  missed(present: readonly ParticipantInfo[], hidden: boolean, nowMs: number): ParticipantInfo[] {
    const here = new Set(present.map(({ identity }) => identity));
    return this.#departed
      .filter(({ info, atMs }) => nowMs - atMs <= DEPARTED_MS && !here.has(info.identity))
      .filter(({ info }) => !(hidden && info.permission?.hidden))
      .map(({ info }) => info);
  }
}
