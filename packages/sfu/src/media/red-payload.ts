/**
 * Offset of the primary block's data inside the RED payload `buffer[start, end)` (RFC 2198); −1 when broken.
 * Makes no objects: this runs per packet.
 */
export function redPrimaryOffset(buffer: Uint8Array, start: number, end: number): number {
  let head = start;
  let redundantBytes = 0;
  for (;;) {
    if (head >= end) return -1;
    if ((buffer[head]! & 0x80) === 0) break;
    if (head + 4 > end) return -1;
    redundantBytes += ((buffer[head + 2]! & 3) << 8) | buffer[head + 3]!;
    head += 4;
  }
  const at = head + 1 + redundantBytes;
  return at > end ? -1 : at;
}

/** Writes `payloadType` into every block header of the RED payload `buffer[start, end)`, for a peer that numbers Opus differently. */
export function renumberRedBlocks(buffer: Uint8Array, start: number, end: number, payloadType: number): void {
  let head = start;
  while (head < end) {
    const more = (buffer[head]! & 0x80) !== 0;
    buffer[head] = (buffer[head]! & 0x80) | (payloadType & 0x7f);
    if (!more) return;
    head += 4;
  }
}
