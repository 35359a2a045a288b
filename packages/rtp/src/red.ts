/** One block of a RED payload (RFC 2198); `offset`/`length` point into the buffer that was parsed. */
export interface RedBlock {
  payloadType: number;
  /** How much older than the packet's timestamp, in timestamp units; 0 for the primary. */
  timestampOffset: number;
  offset: number;
  length: number;
}

/** What one RED header can say: 14 bits of age, 10 bits of length. */
export const RED_MAX_TIMESTAMP_OFFSET = 0x3fff;
export const RED_MAX_BLOCK_LENGTH = 0x3ff;

/**
 * Splits the RED payload `buffer[start, end)`: redundant blocks oldest first as sent, the primary last.
 * Undefined when broken. A primary of no bytes is legal (a sender's probe).
 */
export function parseRed(buffer: Uint8Array, start = 0, end: number = buffer.length): RedBlock[] | undefined {
  if (start < 0 || end > buffer.length) return undefined;
  const blocks: RedBlock[] = [];
  let at = start;
  for (;;) {
    if (at >= end) return undefined;
    const head = buffer[at]!;
    if ((head & 0x80) === 0) {
      blocks.push({ payloadType: head, timestampOffset: 0, offset: 0, length: 0 });
      at += 1;
      break;
    }
    if (at + 4 > end) return undefined;
    blocks.push({
      payloadType: head & 0x7f,
      timestampOffset: (buffer[at + 1]! << 6) | (buffer[at + 2]! >> 2),
      offset: 0,
      length: ((buffer[at + 2]! & 3) << 8) | buffer[at + 3]!,
    });
    at += 4;
  }
  for (let i = 0; i < blocks.length - 1; i++) {
    const block = blocks[i]!;
    block.offset = at;
    at += block.length;
    if (at > end) return undefined;
  }
  const primary = blocks[blocks.length - 1]!;
  primary.offset = at;
  primary.length = end - at;
  return blocks;
}

/** A piece of audio to put into RED: `source[offset, offset + length)` of `timestampOffset` before the primary. */
export interface RedSource {
  payloadType: number;
  timestampOffset: number;
  source: Uint8Array;
  offset: number;
  length: number;
}

/** Whether a block of this age and length can be a redundant one. */
export function fitsRedBlock(timestampOffset: number, length: number): boolean {
  return timestampOffset > 0 && timestampOffset <= RED_MAX_TIMESTAMP_OFFSET && length <= RED_MAX_BLOCK_LENGTH;
}

/**
 * Writes a RED payload into `out` at `at`: redundant blocks (oldest first) that fit their header, then the primary.
 * Returns the offset after the last byte, −1 when `out` is too small.
 */
export function writeRed(out: Uint8Array, at: number, redundant: readonly RedSource[], primary: RedSource): number {
  let bytes = 1 + primary.length;
  for (const block of redundant) if (fitsRedBlock(block.timestampOffset, block.length)) bytes += 4 + block.length;
  if (at + bytes > out.length) return -1;
  let head = at;
  for (const block of redundant) {
    if (!fitsRedBlock(block.timestampOffset, block.length)) continue;
    out[head] = 0x80 | block.payloadType;
    out[head + 1] = block.timestampOffset >> 6;
    out[head + 2] = ((block.timestampOffset & 0x3f) << 2) | (block.length >> 8);
    out[head + 3] = block.length & 0xff;
    head += 4;
  }
  out[head] = primary.payloadType & 0x7f;
  let body = head + 1;
  for (const block of redundant) {
    if (!fitsRedBlock(block.timestampOffset, block.length)) continue;
    out.set(block.source.subarray(block.offset, block.offset + block.length), body);
    body += block.length;
  }
  out.set(primary.source.subarray(primary.offset, primary.offset + primary.length), body);
  return body + primary.length;
}
