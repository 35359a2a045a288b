/** Deeper than any page of a browser nests; about:webrtc has about twenty. */
const MAX_DEPTH = 200;

/** A longer tag is none: about:webrtc's longest draws a graph and has some thousand characters. */
const MAX_TAG = 2 ** 18;

/** Text is given in pieces no longer than this, characters. */
const MAX_TEXT = 2 ** 16;

/** Elements that hold nothing and are never closed (HTML, section 13.1.2). */
const VOID = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '));

/** Elements whose content is no markup. */
const RAW = new Set(['script', 'style']);

export type HtmlVisitor = {
  /** @param attribute the value of an attribute; null where the element has none of that name */
  entered(name: string, attribute: (name: string) => string | null): void;
  /** Text within the element entered last, in one or several pieces, with its character references resolved. */
  text(text: string): void;
  left(name: string): void;
};

/** Why a page could not be read to its end, and where. */
export class HtmlTrouble extends Error {
  readonly code: 'truncated' | 'too_deep' | 'too_large';
  readonly place: string;

  constructor(code: HtmlTrouble['code'], place: string) {
    super(`${code} at ${place}`);
    this.name = 'HtmlTrouble';
    this.code = code;
    this.place = place;
  }
}

/**
 * Walks through a page while it arrives, holding one tag at a time. It is for what browsers write themselves: they quote
 * all attributes and close all elements (HTML, section 13.3), so what people may leave out is not guessed at.
 * @throws HtmlTrouble what was visited before stays visited
 */
export async function walkHtml(bytes: AsyncIterable<Uint8Array>, visitor: HtmlVisitor): Promise<void> {
  const walk = new HtmlWalk(visitor);
  const decoder = new TextDecoder('utf-8');
  for await (const piece of bytes) walk.write(decoder.decode(piece, { stream: true }));
  walk.end(decoder.decode());
}

class HtmlWalk {
  readonly #visitor: HtmlVisitor;
  readonly #open: string[] = [];
  #held = '';
  /** How far the markup that is held was searched for its end in vain. */
  #searched = 0;
  #quote = '';
  /** Characters before those held. */
  #passed = 0;

  constructor(visitor: HtmlVisitor) {
    this.#visitor = visitor;
  }

  write(text: string): void {
    this.#held += text;
    let at = 0;
    for (let next = this.#step(at); next > at; next = this.#step(at)) at = next;
    this.#held = this.#held.slice(at);
    this.#passed += at;
    if (this.#held.length > MAX_TAG) throw this.#trouble('too_large');
  }

  end(text: string): void {
    this.write(text);
    if (this.#held.startsWith('<') || this.#open.length > 0) throw this.#trouble('truncated');
    if (this.#held !== '') this.#visitor.text(resolved(this.#held));
  }

  /** @returns where what begins at `at` ends; `at` where that has not arrived yet */
  #step(at: number): number {
    const held = this.#held;
    if (at >= held.length) return at;
    const inside = this.#open.at(-1);
    if (inside !== undefined && RAW.has(inside)) return this.#raw(at, inside);
    if (held[at] !== '<') return this.#text(at);
    // What is no tag is text: a Chinese Firefox writes bytes of its words that look like one.
    const begin = held.slice(at, at + 3);
    if (begin === '<' || begin === '</') return at;
    if (/^<[!?]/.test(begin)) return this.#declaration(at);
    if (!/^<\/?[a-z]/i.test(begin)) return this.#given(at, at + 1);
    const end = this.#endOfTag(at);
    if (end < 0) return at;
    this.#tag(held.slice(at + 1, end));
    return end + 1;
  }

  #text(at: number): number {
    const next = this.#held.indexOf('<', at);
    if (next >= 0) return this.#given(at, Math.min(next, at + MAX_TEXT));
    // A character reference may go on in the next piece.
    return this.#held.length - at < MAX_TEXT ? at : this.#given(at, at + MAX_TEXT);
  }

  #given(from: number, to: number): number {
    this.#visitor.text(resolved(this.#held.slice(from, to)));
    return to;
  }

  #raw(at: number, name: string): number {
    const end = this.#held.toLowerCase().indexOf(`</${name}`, at);
    if (end < 0) return Math.max(at, this.#held.length - name.length - 2);
    const close = this.#held.indexOf('>', end);
    if (close < 0) return Math.max(end, at);
    this.#leave(name);
    return close + 1;
  }

  #declaration(at: number): number {
    const isComment = this.#held.startsWith('<!--', at);
    if (!isComment && '<!--'.startsWith(this.#held.slice(at))) return at;
    const mark = isComment ? '-->' : '>';
    const end = this.#held.indexOf(mark, at + 2);
    return end < 0 ? at : end + mark.length;
  }

  /** @returns where the `>` is that ends a tag, one within quotes is none; -1 where it has not arrived */
  #endOfTag(at: number): number {
    const held = this.#held;
    // A tag that arrives in many pieces is searched once.
    let index = Math.max(at + 1, this.#searched - this.#passed);
    for (; index < held.length; index++) {
      const character = held[index]!;
      if (this.#quote !== '') {
        if (character === this.#quote) this.#quote = '';
      } else if (character === '"' || character === "'") this.#quote = character;
      else if (character === '>') {
        this.#searched = 0;
        return index;
      }
    }
    this.#searched = this.#passed + index;
    return -1;
  }

  #tag(tag: string): void {
    const [, slash, name] = /^(\/?)([a-z][^\s/>]*)/i.exec(tag) ?? [];
    if (name === undefined) return;
    const known = name.toLowerCase();
    if (slash === '/') {
      this.#leave(known);
      return;
    }
    if (this.#open.length >= MAX_DEPTH) throw this.#trouble('too_deep');
    const isEmpty = VOID.has(known) || tag.endsWith('/');
    this.#open.push(known);
    this.#visitor.entered(known, (wanted) => attributeOf(tag, wanted));
    if (isEmpty) this.#leave(known);
  }

  /** An end that nothing began is passed over; one of an outer element ends those within it. */
  #leave(name: string): void {
    const index = this.#open.lastIndexOf(name);
    if (index < 0) return;
    for (const inner of this.#open.splice(index).reverse()) this.#visitor.left(inner);
  }

  #trouble(code: HtmlTrouble['code']): HtmlTrouble {
    const path = this.#open.slice(-12).join('/');
    return new HtmlTrouble(code, `character ${this.#passed}, ${path === '' ? 'outside all elements' : `in ${path}`}`);
  }
}

const ATTRIBUTE = /([^\s"'=<>/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g;

function attributeOf(tag: string, wanted: string): string | null {
  if (!tag.includes(wanted)) return null;
  const after = tag.search(/[\s/]/);
  if (after < 0) return null;
  for (const [, name, double, single, bare] of tag.slice(after).matchAll(ATTRIBUTE))
    if (name === wanted) return resolved(double ?? single ?? bare ?? '');
  return null;
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/** What browsers write as character references when they save a page (HTML, section 13.3), and those by number. */
function resolved(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(amp|lt|gt|quot|apos|nbsp));/gi,
    (whole, decimal, hex, name) => {
      if (name !== undefined) return NAMED[String(name).toLowerCase()]!;
      const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
