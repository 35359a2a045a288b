import type { ParticipantInfo } from '@livekit/protocol';

/** A way to the media a client asked for: TCP, or a relay over TLS. */
export type ForcedPath = 'tcp' | 'tls';

const MAX_REMEMBERED = 1_000;
/** Nobody whose signal is cut is kept so long. */
const DEPARTED_MS = 90_000;

/** What a room remembers of people from one connection of theirs to the next. */
export class Returning {
  readonly #replaced = new Set<string>();
  readonly #paths = new Map<string, ForcedPath>();
  #departed: { info: ParticipantInfo; atMs: number }[] = [];

  /** A newer connection of the same identity took this participant's place. */
  replaced(sid: string): void {
    this.#replaced.add(sid);
    if (this.#replaced.size > MAX_REMEMBERED) this.#replaced.delete(this.#replaced.keys().next().value!);
  }

  /** Whoever was replaced while cut off must not come back and replace the newer one in turn. */
  wasReplaced(sid: string): boolean {
    return this.#replaced.has(sid);
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
