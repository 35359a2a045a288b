/**
 * The VP8 payload descriptor (RFC 7741 §4.2) and the first bits of the frame header, in a reusable struct: `parse`
 * makes no objects. Absent numbers are −1.
 */
export class Vp8Head {
  /** Bytes of the descriptor; the VP8 data starts after them. */
  length = 0;
  nonReference = false;
  startOfPartition = false;
  partitionIndex = 0;
  pictureId = -1;
  /** Whether the picture id takes two bytes (15 bits, M set). */
  pictureIdIsLong = false;
  tl0PictureIndex = -1;
  temporalId = -1;
  /** Y: frames of this layer from here on depend on the base layer only (an up-switch point). */
  layerSync = false;
  keyIndex = -1;
  /** First packet of a key frame. */
  isKeyFrame = false;
  /** Of a key frame's first packet, else 0. */
  width = 0;
  height = 0;

  /** Offsets from the payload's start, −1 when absent; `rewriteVp8` patches there. */
  pictureIdOffset = -1;
  tl0Offset = -1;
  tidKeyOffset = -1;

  /** Reads `buffer[start, end)`; false when the bytes end inside the descriptor or there is no VP8 data after it. */
  parse(buffer: Uint8Array, start: number, end: number): boolean {
    if (start < 0 || end > buffer.length || end - start < 2) return false;
    let at = start;
    const first = buffer[at++]!;
    this.nonReference = (first & 0x20) !== 0;
    this.startOfPartition = (first & 0x10) !== 0;
    this.partitionIndex = first & 0x07;
    this.pictureId = -1;
    this.pictureIdIsLong = false;
    this.tl0PictureIndex = -1;
    this.temporalId = -1;
    this.layerSync = false;
    this.keyIndex = -1;
    this.isKeyFrame = false;
    this.width = 0;
    this.height = 0;
    this.pictureIdOffset = -1;
    this.tl0Offset = -1;
    this.tidKeyOffset = -1;
    if (first & 0x80) {
      const flags = buffer[at++]!;
      if (flags & 0x80) {
        if (at >= end) return false;
        this.pictureIdOffset = at - start;
        const head = buffer[at++]!;
        if (head & 0x80) {
          if (at >= end) return false;
          this.pictureIdIsLong = true;
          this.pictureId = ((head & 0x7f) << 8) | buffer[at++]!;
        } else {
          this.pictureId = head;
        }
      }
      if (flags & 0x40) {
        if (at >= end) return false;
        this.tl0Offset = at - start;
        this.tl0PictureIndex = buffer[at++]!;
      }
      if (flags & 0x30) {
        if (at >= end) return false;
        this.tidKeyOffset = at - start;
        const byte = buffer[at++]!;
        if (flags & 0x20) {
          this.temporalId = byte >> 6;
          this.layerSync = (byte & 0x20) !== 0;
        }
        if (flags & 0x10) this.keyIndex = byte & 0x1f;
      }
    }
    if (at >= end) return false;
    this.length = at - start;
    // RFC 7741 §4.3: the P bit is inverse and only in the first packet of the first partition.
    if (this.startOfPartition && this.partitionIndex === 0 && (buffer[at]! & 1) === 0) {
      this.isKeyFrame = true;
      // RFC 6386 §9.1: 3 bytes frame tag, start code 9d 01 2a, 14-bit width and height, little endian.
      if (at + 10 <= end && buffer[at + 3] === 0x9d && buffer[at + 4] === 0x01 && buffer[at + 5] === 0x2a) {
        this.width = (buffer[at + 6]! | (buffer[at + 7]! << 8)) & 0x3fff;
        this.height = (buffer[at + 8]! | (buffer[at + 9]! << 8)) & 0x3fff;
      }
    }
    return true;
  }
}

/**
 * Patches picture id, TL0PICIDX and KEYIDX in place, keeping the descriptor's length: `payloadStart` is where the
 * payload that `head` was parsed from starts in `packet`. Fields that are absent stay absent; numbers are cut to the
 * width they have on the wire.
 */
export function rewriteVp8(
  packet: Uint8Array,
  payloadStart: number,
  head: Vp8Head,
  pictureId: number,
  tl0PictureIndex: number,
  keyIndex: number,
): void {
  if (head.pictureIdOffset >= 0) {
    const at = payloadStart + head.pictureIdOffset;
    if (head.pictureIdIsLong) {
      packet[at] = 0x80 | ((pictureId >> 8) & 0x7f);
      packet[at + 1] = pictureId & 0xff;
    } else {
      packet[at] = pictureId & 0x7f;
    }
  }
  if (head.tl0Offset >= 0) packet[payloadStart + head.tl0Offset] = tl0PictureIndex & 0xff;
  if (head.tidKeyOffset >= 0 && head.keyIndex >= 0) {
    const at = payloadStart + head.tidKeyOffset;
    packet[at] = (packet[at]! & 0xe0) | (keyIndex & 0x1f);
  }
}

/**
 * Writes a whole new descriptor for `head` into `out` with a 15-bit picture id, whatever width the source had (needed
 * when a subscriber moves between layers whose ids differ in width). Returns its length: at most 6 bytes.
 */
export function writeVp8Descriptor(
  out: Uint8Array,
  at: number,
  head: Vp8Head,
  pictureId: number,
  tl0PictureIndex: number,
  keyIndex: number,
): number {
  const hasPictureId = head.pictureId >= 0;
  const hasTl0 = head.tl0PictureIndex >= 0;
  const hasTid = head.temporalId >= 0;
  const hasKey = head.keyIndex >= 0;
  const extended = hasPictureId || hasTl0 || hasTid || hasKey;
  let to = at;
  out[to++] =
    (extended ? 0x80 : 0) |
    (head.nonReference ? 0x20 : 0) |
    (head.startOfPartition ? 0x10 : 0) |
    (head.partitionIndex & 0x07);
  if (!extended) return 1;
  out[to++] = (hasPictureId ? 0x80 : 0) | (hasTl0 ? 0x40 : 0) | (hasTid ? 0x20 : 0) | (hasKey ? 0x10 : 0);
  if (hasPictureId) {
    out[to++] = 0x80 | ((pictureId >> 8) & 0x7f);
    out[to++] = pictureId & 0xff;
  }
  if (hasTl0) out[to++] = tl0PictureIndex & 0xff;
  if (hasTid || hasKey) {
    out[to++] = (hasTid ? (head.temporalId << 6) | (head.layerSync ? 0x20 : 0) : 0) | (hasKey ? keyIndex & 0x1f : 0);
  }
  return to - at;
}
