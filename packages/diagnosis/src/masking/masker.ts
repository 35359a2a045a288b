import { findSecrets } from './find-secrets.ts';
import { Pseudonyms } from './pseudonyms.ts';
import { countMasked, type MaskingReport } from './report.ts';

/** What is looked at in one go, characters. */
const WINDOW = 512 * 1024;

/** How far a secret may reach beyond where it begins, what tells that it is one included, characters. */
const REACH = 80 * 1024;

/** What is kept of what was given out, since a secret may begin only where no other word goes on, characters. */
const CONTEXT = 64;

/** Masks a text while it arrives, holding one window of it. */
export class Masker {
  readonly #report: MaskingReport;
  readonly #name: string;
  readonly #names: Pseudonyms;
  readonly #withAddresses: boolean;
  #held = '';
  #context = 0;
  #line = 1;
  #column = 1;

  /**
   * @param name of the document, for the report
   * @param names shared by documents of one archive, so that an address has one name in all of them
   */
  constructor(name: string, report: MaskingReport, withAddresses: boolean, names = new Pseudonyms()) {
    this.#name = name;
    this.#report = report;
    this.#withAddresses = withAddresses;
    this.#names = names;
  }

  /** @returns what of it, and of what came before, is masked by now */
  write(text: string): string {
    this.#held += text;
    return this.#held.length < WINDOW ? '' : this.#masked(this.#held.length - REACH);
  }

  end(): string {
    return this.#masked(this.#held.length);
  }

  #masked(limit: number): string {
    const text = this.#held;
    const out: string[] = [];
    let at = this.#context;
    let end = limit;
    for (const { from, to, kind, put } of findSecrets(text, this.#withAddresses, at)) {
      if (from >= end) break;
      const name = typeof put === 'string' ? put : this.#names.of(put.prefix, text.slice(from, to).toLowerCase());
      out.push(text.slice(at, from), name);
      this.#count(text.slice(at, from));
      at = to;
      end = Math.max(end, to);
      // Where it stands in the masked document, which is what whoever looks it up has.
      countMasked(this.#report, kind, () => ({
        kind,
        place: `${this.#name}:${this.#line}:${this.#column}`,
        text: this.#excerpt(out, name, text.slice(to, to + 12)),
      }));
      this.#column += name.length;
    }
    out.push(text.slice(at, end));
    this.#count(text.slice(at, end));
    const keptFrom = Math.max(0, end - CONTEXT);
    this.#held = text.slice(keptFrom);
    this.#context = end - keptFrom;
    return out.join('');
  }

  #count(text: string): void {
    let lineFrom = -1;
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
      this.#line += 1;
      lineFrom = at;
    }
    this.#column = lineFrom < 0 ? this.#column + text.length : text.length - lineFrom;
  }

  /** Of masked text only, and little of what comes after: it may be the next secret. */
  #excerpt(out: readonly string[], put: string, after: string): string {
    const before = (out.at(-2) ?? '').slice(-40);
    const [closing = ''] = /^[\s"'\\,;&}\]]*/.exec(after) ?? [];
    return `${before}${put}${closing}`.replaceAll(/\s+/g, ' ').trim();
  }
}
