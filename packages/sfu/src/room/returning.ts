/** A way to the media a client asked for: TCP, or a relay over TLS. */
export type ForcedPath = 'tcp' | 'tls';

const MAX_REMEMBERED = 1_000;

/** What a room remembers of people from one connection of theirs to the next. */
export class Returning {
  readonly #replaced = new Set<string>();
  readonly #paths = new Map<string, ForcedPath>();

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
}
