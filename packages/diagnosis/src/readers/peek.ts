/** What a document is is told by its beginning, bytes. */
const HEAD_BYTES = 64 * 1024;

/** @returns the first bytes, and all of them as if none had been looked at */
export async function peek(
  bytes: AsyncIterable<Uint8Array>,
): Promise<{ head: Uint8Array; all: AsyncIterable<Uint8Array> }> {
  const iterator = bytes[Symbol.asyncIterator]();
  const seen: Uint8Array[] = [];
  let length = 0;
  let ended = false;
  while (length < HEAD_BYTES && !ended) {
    const { value, done } = await iterator.next();
    ended = done === true;
    if (!ended && value.length > 0) {
      seen.push(value);
      length += value.length;
    }
  }
  const head = new Uint8Array(Math.min(length, HEAD_BYTES));
  let at = 0;
  for (const piece of seen) {
    head.set(piece.subarray(0, head.length - at), at);
    at = Math.min(head.length, at + piece.length);
  }
  async function* all() {
    for (let piece = seen.shift(); piece; piece = seen.shift()) yield piece;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  }
  return { head, all: all() };
}
