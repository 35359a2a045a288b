/** More names than this are no document's; from there on they share one. */
const MOST = 100_000;

/** Gives the same thing the same name everywhere in a document, so that what belonged together still does. */
export class Pseudonyms {
  readonly #names = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  /** @param prefix of the name, e.g. `ufrag` for `ufrag-1` */
  of(prefix: string, secret: string): string {
    const key = `${prefix} ${secret}`;
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const count = (this.#counts.get(prefix) ?? 0) + 1;
    const name = `${prefix}-${count}`;
    if (this.#names.size >= MOST) return `${prefix}-x`;
    this.#counts.set(prefix, count);
    this.#names.set(key, name);
    return name;
  }
}
