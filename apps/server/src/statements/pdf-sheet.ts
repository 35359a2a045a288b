import PDFDocument from 'pdfkit';
import { fontsFor, mainFonts, type Weight } from './fonts.ts';

/** A4 in points. */
export const SHEET = { width: 595.28, height: 841.89, margin: 44 };

export type TextStyle = { size: number; color: string; bold?: boolean; align?: 'left' | 'right' };

/** Stands for a character no part of the font has. */
const MISSING = '?';

type Part = { name: string; has(codePoint: number): boolean };
type Run = { font: string; text: string };

/**
 * Sheets of paper one writes on at places of one's choice. The same calls make the same bytes, in any process: dates
 * and ids come from what is passed, nothing is compressed (compression depends on the runtime's version), and fonts are
 * named by their order of use.
 */
export class PdfSheets {
  readonly doc: PDFKit.PDFDocument;
  readonly #parts: Record<Weight, Part[]> = { 400: [], 700: [] };
  readonly #done: Promise<Buffer>;

  private constructor({ title, author, language, at }: { title: string; author: string; language: string; at: Date }) {
    this.doc = new PDFDocument({
      size: [SHEET.width, SHEET.height],
      margin: 0,
      compress: false,
      bufferPages: true,
      lang: language,
      displayTitle: true,
      pdfVersion: '1.7',
      info: { Title: title, Author: author, Producer: 'Alongside', Creator: 'Alongside', CreationDate: at },
    });
    const chunks: Buffer[] = [];
    this.doc.on('data', (chunk: Buffer) => chunks.push(chunk));
    this.#done = new Promise((resolve, reject) => {
      this.doc.on('end', () => resolve(Buffer.concat(chunks)));
      this.doc.on('error', reject);
    });
  }

  /**
   * @param texts all that will be written: the parts of the font they need are loaded before
   * @param at the document's date
   */
  static async open(
    facts: { title: string; author: string; language: string; at: Date },
    texts: Iterable<string>,
  ): Promise<PdfSheets> {
    const sheets = new PdfSheets(facts);
    for (const weight of [400, 700] as const) {
      for (const { name, content } of await mainFonts(weight)) sheets.#add(weight, name, content);
    }
    const rare = new Set<number>();
    for (const text of texts) {
      for (const character of text) {
        const codePoint = character.codePointAt(0)!;
        if (!sheets.#parts[400].some((part) => part.has(codePoint))) rare.add(codePoint);
      }
    }
    // In their order, so that the same texts make the same document.
    for (const codePoint of [...rare].sort((a, b) => a - b)) {
      for (const weight of [400, 700] as const) {
        const isThere = () => sheets.#parts[weight].some((part) => part.has(codePoint));
        for (const { name, content } of await fontsFor(codePoint, weight)) {
          if (isThere()) break;
          if (!sheets.#parts[weight].some((part) => part.name === name)) sheets.#add(weight, name, content);
        }
      }
    }
    return sheets;
  }

  /** Writes one line. What does not fit into `width` ends in an ellipsis. */
  text(text: string, x: number, y: number, style: TextStyle & { width?: number }): void {
    const { width } = style;
    const fitting = width === undefined ? text : this.#cut(text, width, style);
    const runs = this.#runs(fitting, style);
    const start = style.align === 'right' && width !== undefined ? x + width - this.#widthOf(runs, style) : x;
    this.doc.fillColor(style.color).fontSize(style.size);
    let at = start;
    for (const { font, text: part } of runs) {
      this.doc.font(font).text(part, at, y, { lineBreak: false });
      at += this.doc.widthOfString(part);
    }
  }

  /** Breaks a text into lines of a width: at spaces, and between Chinese characters. */
  lines(text: string, width: number, style: TextStyle): string[] {
    const lines: string[] = [];
    let line = '';
    for (const word of text.match(/[\u2e80-\uffef][，。；：、！？”’）》]*|[^\s\u2e80-\uffef]+|\s+/gu) ?? []) {
      const longer = line + word;
      if (line !== '' && this.width(longer.trimEnd(), style) > width) {
        lines.push(line.trimEnd());
        line = word.trimStart();
      } else line = longer;
    }
    return [...lines, line.trimEnd()].filter((each) => each !== '');
  }

  width(text: string, style: TextStyle): number {
    return this.#widthOf(this.#runs(text, style), style);
  }

  addSheet(): void {
    this.doc.addPage();
  }

  /** Writes on every sheet once all are there. */
  onEachSheet(write: (number: number, count: number) => void): void {
    const { start, count } = this.doc.bufferedPageRange();
    for (let index = 0; index < count; index += 1) {
      this.doc.switchToPage(start + index);
      write(index + 1, count);
    }
  }

  async close(): Promise<Buffer> {
    this.doc.end();
    return this.#done;
  }

  #add(weight: Weight, name: string, content: Buffer): void {
    this.doc.registerFont(name, content);
    this.doc.font(name);
    // What the library knows of the font's characters is not in its types.
    const { font } = (this.doc as unknown as { _font: { font: { hasGlyphForCodePoint(codePoint: number): boolean } } })
      ._font;
    this.#parts[weight].push({ name, has: (codePoint) => font.hasGlyphForCodePoint(codePoint) });
  }

  #runs(text: string, { bold }: TextStyle): Run[] {
    const parts = this.#parts[bold ? 700 : 400];
    const runs: Run[] = [];
    for (const character of text) {
      const last = runs.at(-1);
      // A letter the font does not have is written without its accents before it is given up.
      const [written, part] = [character, character.normalize('NFD')[0]!, MISSING]
        .map((candidate) => [candidate, parts.find((each) => each.has(candidate.codePointAt(0)!))] as const)
        .find(([, having]) => having !== undefined) as [string, Part];
      const font = part.name;
      if (last?.font === font) last.text += written;
      else runs.push({ font, text: written });
    }
    return runs;
  }

  #widthOf(runs: readonly Run[], { size }: TextStyle): number {
    this.doc.fontSize(size);
    return runs.reduce((sum, { font, text }) => sum + this.doc.font(font).widthOfString(text), 0);
  }

  #cut(text: string, width: number, style: TextStyle): string {
    if (this.width(text, style) <= width) return text;
    // Three dots: the font's own ellipsis is the Chinese one, in the middle of the line.
    const characters = Array.from(text);
    let [fits, tooLong] = [0, characters.length];
    while (tooLong - fits > 1) {
      const middle = Math.floor((fits + tooLong) / 2);
      if (this.width(`${characters.slice(0, middle).join('')}...`, style) <= width) fits = middle;
      else tooLong = middle;
    }
    return `${characters.slice(0, fits).join('').trimEnd()}...`;
  }
}
