/** What an error of one's product is recognised by. */
export type ErrorMark = { id: string; code: string; component: string };

/** Where a text holds a known code. `from` and `to` count UTF-16 units, half-open. */
export type RecognisedError<M extends ErrorMark> = { mark: M; from: number; to: number };

/** A lookup made of all marks once, for any number of texts. */
export type ErrorMarks<M extends ErrorMark> = ReadonlyMap<string, readonly M[]>;

/** Codes made of words and numbers, as they stand in logs: joined by dots, hyphens and colons, with a sign or without. */
const TOKEN = /-?\w+(?:[-.:]\w+)*/g;

/** A bare number is an error's only where the line speaks of errors before it. */
const NUMBER = /^-?\d+$/;
const SPEAKS_OF_ERRORS =
  /(?:err(?:or|no|code)?|codes?|fail(?:ed|ure)?|exception|status|reason|result|ret(?:urn)?|错误码?|报错|失败|异常|返回码?|状态码?|代码)[\s"'=:：（([]*(?:is|was|为|是|码)?[\s"'=:：（([]*$/i;
/** How far before a number such words are looked for. */
const REACH = 40;

/** Longer texts are read up to here. */
const MAX_TEXT = 200_000;

/** @param marks of one catalogue; codes are the same in any case of letters */
export function errorMarks<M extends ErrorMark>(marks: readonly M[]): ErrorMarks<M> {
  const byCode = new Map<string, M[]>();
  for (const mark of marks) {
    const key = mark.code.toLowerCase();
    byCode.set(key, [...(byCode.get(key) ?? []), mark]);
  }
  return byCode;
}

/**
 * Finds known error codes in a message or a log. Words are recognised wherever they stand alone; numbers only after a word
 * that says they are an error's, or where they are all that is written: 404 pictures are no error. Where several
 * components share a code, those the line names count, and all where it names none.
 * @param max of each code one, so many in all
 * @returns in the order of the text
 */
export function recogniseErrors<M extends ErrorMark>(
  text: string,
  marks: ErrorMarks<M>,
  max = 5,
): RecognisedError<M>[] {
  const found: RecognisedError<M>[] = [];
  const seen = new Set<string>();
  const read = text.length > MAX_TEXT ? text.slice(0, MAX_TEXT) : text;
  for (const match of read.matchAll(TOKEN)) {
    const [token] = match;
    const known = marks.get(token.toLowerCase()) ?? marks.get(token.replace(/^-/, '').toLowerCase());
    if (!known) continue;
    const from = match.index;
    const to = from + token.length;
    if (NUMBER.test(token) && !isErrorNumber(read, from, token)) continue;
    const line = read.slice(read.lastIndexOf('\n', from) + 1, endOfLine(read, to)).toLowerCase();
    const named = known.filter(({ component }) => component !== '' && line.includes(component.toLowerCase()));
    for (const mark of named.length > 0 ? named : known) {
      if (seen.has(mark.id)) continue;
      seen.add(mark.id);
      found.push({ mark, from, to });
      if (found.length === max) return found;
    }
  }
  return found;
}

function isErrorNumber(text: string, from: number, token: string): boolean {
  if (text.trim() === token) return true;
  const lineFrom = text.lastIndexOf('\n', from - 1) + 1;
  return SPEAKS_OF_ERRORS.test(text.slice(Math.max(lineFrom, from - REACH), from));
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}
