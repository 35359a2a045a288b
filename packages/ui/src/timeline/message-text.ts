/** A run of text inside a line. */
export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'link'; text: string; href: string };

/** A paragraph (line breaks stay in its text) or a block of code. */
export type Block =
  | { kind: 'paragraph'; inlines: readonly Inline[] }
  | { kind: 'code'; text: string; language: string };

const FENCE = /^```([\w+#.-]{0,30})[ \t]*$/;

/**
 * Reads the little a message may hold beside plain text: blocks of code between lines of three backticks, `code`,
 * and addresses. Nothing becomes HTML: the result is data that React writes as text.
 * @param body the message as written; an unclosed fence reaches to the end
 */
export function parseMessage(body: string): Block[] {
  const blocks: Block[] = [];
  let text: string[] = [];
  let code: { lines: string[]; language: string } | null = null;
  const endText = () => {
    const joined = text.join('\n').replace(/^\n+|\n+$/g, '');
    if (joined !== '') blocks.push({ kind: 'paragraph', inlines: parseInlines(joined) });
    text = [];
  };
  for (const line of body.replace(/\r\n?/g, '\n').split('\n')) {
    if (code) {
      if (line.trimEnd() === '```') {
        blocks.push({ kind: 'code', text: code.lines.join('\n'), language: code.language });
        code = null;
      } else code.lines.push(line);
      continue;
    }
    const fence = FENCE.exec(line);
    if (fence) {
      endText();
      code = { lines: [], language: fence[1] ?? '' };
    } else text.push(line);
  }
  if (code) blocks.push({ kind: 'code', text: code.lines.join('\n'), language: code.language });
  endText();
  return blocks;
}

// Addresses with a scheme only: a bare word with a dot is more often a file name or a Java package than a site.
const INLINE = /`([^`\n]+)`|\b(https?:\/\/[^\s<>"'`，。；：！？、（）《》「」“”‘’]+|mailto:[^\s<>"'`]+@[^\s<>"'`]+)/gu;

/** Splits a paragraph into text, `code` and links. Only http, https and mailto become links. */
export function parseInlines(text: string): Inline[] {
  const inlines: Inline[] = [];
  let from = 0;
  const pushText = (until: number) => {
    if (until > from) inlines.push({ kind: 'text', text: text.slice(from, until) });
  };
  for (const match of text.matchAll(INLINE)) {
    pushText(match.index);
    if (match[1] !== undefined) {
      inlines.push({ kind: 'code', text: match[1] });
      from = match.index + match[0].length;
      continue;
    }
    const address = trimAddress(match[2]!);
    if (URL.canParse(address)) inlines.push({ kind: 'link', text: address, href: address });
    else inlines.push({ kind: 'text', text: address });
    from = match.index + address.length;
  }
  pushText(text.length);
  return inlines;
}

// Punctuation that ends the sentence is not part of the address; a closing bracket is, if it was opened inside.
function trimAddress(address: string): string {
  let end = address.length;
  for (;;) {
    const last = address[end - 1];
    if (last !== undefined && '.,;:!?*_~'.includes(last)) end -= 1;
    else if (last === ')' && count(address, '(', end) < count(address, ')', end)) end -= 1;
    else if (last === ']' && count(address, '[', end) < count(address, ']', end)) end -= 1;
    else return address.slice(0, end);
  }
}

function count(text: string, sign: string, end: number): number {
  let found = 0;
  for (let index = 0; index < end; index += 1) if (text[index] === sign) found += 1;
  return found;
}
