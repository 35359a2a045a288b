/**
 * How a text is written, by its beginning: as its byte order mark says, else UTF-8, else what Chinese systems write where
 * all of it fits. A mark itself is no part of the text.
 */
export function encodingOf(head: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030' {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  return fits(head, 'utf-8') || !fits(head, 'gb18030') ? 'utf-8' : 'gb18030';
}

function fits(head: Uint8Array, encoding: string): boolean {
  try {
    // The head may end within a character: that is no fault.
    new TextDecoder(encoding, { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** A text while it arrives. What fits no encoding becomes replacement characters. */
export async function* asText(bytes: AsyncIterable<Uint8Array>, head: Uint8Array): AsyncGenerator<string> {
  const decoder = new TextDecoder(encodingOf(head));
  for await (const piece of bytes) {
    const text = decoder.decode(piece, { stream: true });
    if (text !== '') yield text;
  }
  const rest = decoder.decode();
  if (rest !== '') yield rest;
}

/**
 * A document as readers take it: UTF-8 without a mark.
 * @param onBroken is told once, with the byte offset, where something is no text
 */
export async function* asUtf8(
  bytes: AsyncIterable<Uint8Array>,
  head: Uint8Array,
  onBroken: (offset: number) => void,
): AsyncGenerator<Uint8Array> {
  const encoding = encodingOf(head);
  if (encoding !== 'utf-8') {
    const encoder = new TextEncoder();
    for await (const text of asText(bytes, head)) yield encoder.encode(text);
    return;
  }
  let strict: InstanceType<typeof TextDecoder> | null = new TextDecoder('utf-8', { fatal: true });
  let offset = 0;
  for await (const piece of bytes) {
    try {
      strict?.decode(piece, { stream: true });
    } catch {
      onBroken(offset);
      strict = null;
    }
    const hasMark = offset === 0 && piece[0] === 0xef && piece[1] === 0xbb && piece[2] === 0xbf;
    offset += piece.length;
    yield hasMark ? piece.subarray(3) : piece;
  }
}
