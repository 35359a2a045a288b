/** A text's encoding as found in its bytes; label as the WHATWG encoding standard spells it. */
export type TextEncodingName = 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030';

const BYTE_ORDER_MARKS: [TextEncodingName, number[]][] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** More control characters than this are no text. A few occur: colours of terminals, form feeds. */
const CONTROL_RATIO_MAX = 0.02;

/**
 * Reads the beginning of a file as text, if it is text.
 * @param bytes may end inside a character
 * @returns null when it is no text in an encoding we know: UTF-8, UTF-16 (by its mark, or by its pattern), GB 18030
 */
export function readText(bytes: Uint8Array): { text: string; encoding: TextEncodingName } | null {
  const marked = BYTE_ORDER_MARKS.find(([, mark]) => mark.every((byte, index) => bytes[index] === byte))?.[0];
  const candidates: TextEncodingName[] = marked
    ? [marked]
    : [...(utf16ByPattern(bytes) ?? []), 'utf-8' as const, 'gb18030' as const];
  for (const encoding of candidates) {
    const text = decode(bytes, encoding);
    if (text !== null && looksLikeText(text)) return { text, encoding };
  }
  return null;
}

function decode(bytes: Uint8Array, encoding: TextEncodingName): string | null {
  try {
    // stream: a character cut off at the end is left out instead of being an error.
    return new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return null;
  }
}

/** UTF-16 without a mark shows in Latin text: every other byte is zero. */
function utf16ByPattern(bytes: Uint8Array): TextEncodingName[] | null {
  const length = Math.min(bytes.length & ~1, 1_024);
  if (length < 8) return null;
  let zerosEven = 0;
  let zerosOdd = 0;
  for (let index = 0; index < length; index += 2) {
    if (bytes[index] === 0) zerosEven += 1;
    if (bytes[index + 1] === 0) zerosOdd += 1;
  }
  const half = length / 2;
  if (zerosOdd > half * 0.4 && zerosEven < half * 0.05) return ['utf-16le'];
  if (zerosEven > half * 0.4 && zerosOdd < half * 0.05) return ['utf-16be'];
  return null;
}

function looksLikeText(text: string): boolean {
  let control = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0) return false;
    const isLayout = code === 9 || code === 10 || code === 12 || code === 13 || code === 27;
    if ((code < 32 && !isLayout) || code === 127) control += 1;
  }
  return control <= text.length * CONTROL_RATIO_MAX;
}
