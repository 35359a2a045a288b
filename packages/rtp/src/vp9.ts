/** The VP9 payload descriptor (RFC 9628 §4.2) in a reusable struct; absent numbers are −1. */
export class Vp9Head {
  length = 0;
  pictureId = -1;
  pictureIdIsLong = false;
  pictureIdOffset = -1;
  interPicturePredicted = false;
  flexibleMode = false;
  /** B: first packet of a layer frame. */
  startOfFrame = false;
  /** E: last packet of a layer frame. */
  endOfFrame = false;
  /** Z: not used as reference by higher spatial layers. */
  notUpperReference = false;
  temporalId = -1;
  spatialId = -1;
  /** U: higher temporal layers can be joined from here. */
  switchingUp = false;
  /** D: depends on the spatial layer below of the same picture. */
  interLayerPredicted = false;
  tl0PictureIndex = -1;
  /** Offset from the payload's start, −1 when absent; `rewriteVp9` patches there. */
  tl0Offset = -1;
  /** V: carries the scalability structure. */
  hasScalability = false;
  /** From the scalability structure, 0 when it is absent. */
  spatialLayerCount = 0;
  /** Of the largest spatial layer, when the structure tells. */
  width = 0;
  height = 0;
  /** First packet of a key picture: base spatial layer, not predicted from another picture. */
  isKeyFrame = false;

  /** Reads `buffer[start, end)`; false when the bytes end inside the descriptor. */
  parse(buffer: Uint8Array, start: number, end: number): boolean {
    if (start < 0 || end > buffer.length || end - start < 2) return false;
    let at = start;
    const first = buffer[at++]!;
    this.interPicturePredicted = (first & 0x40) !== 0;
    this.flexibleMode = (first & 0x10) !== 0;
    this.startOfFrame = (first & 0x08) !== 0;
    this.endOfFrame = (first & 0x04) !== 0;
    this.hasScalability = (first & 0x02) !== 0;
    this.notUpperReference = (first & 0x01) !== 0;
    this.pictureId = -1;
    this.pictureIdIsLong = false;
    this.pictureIdOffset = -1;
    this.temporalId = -1;
    this.spatialId = -1;
    this.switchingUp = false;
    this.interLayerPredicted = false;
    this.tl0PictureIndex = -1;
    this.tl0Offset = -1;
    this.spatialLayerCount = 0;
    this.width = 0;
    this.height = 0;
    if (first & 0x80) {
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
    if (first & 0x20) {
      if (at >= end) return false;
      const layer = buffer[at++]!;
      this.temporalId = layer >> 5;
      this.switchingUp = (layer & 0x10) !== 0;
      this.spatialId = (layer >> 1) & 0x07;
      this.interLayerPredicted = (layer & 1) !== 0;
      if (!this.flexibleMode) {
        if (at >= end) return false;
        this.tl0Offset = at - start;
        this.tl0PictureIndex = buffer[at++]!;
      }
    }
    if (this.flexibleMode && this.interPicturePredicted) {
      // Up to three reference differences, N says another follows.
      for (let i = 0; i < 3; i++) {
        if (at >= end) return false;
        if ((buffer[at++]! & 1) === 0) break;
        if (i === 2) return false;
      }
    }
    if (this.hasScalability) {
      at = this.#parseScalability(buffer, at, end);
      if (at < 0) return false;
    }
    this.length = at - start;
    this.isKeyFrame = this.startOfFrame && !this.interPicturePredicted && this.spatialId <= 0;
    return true;
  }

  #parseScalability(buffer: Uint8Array, from: number, end: number): number {
    let at = from;
    if (at >= end) return -1;
    const head = buffer[at++]!;
    this.spatialLayerCount = (head >> 5) + 1;
    if (head & 0x10) {
      if (at + 4 * this.spatialLayerCount > end) return -1;
      const last = at + 4 * (this.spatialLayerCount - 1);
      this.width = (buffer[last]! << 8) | buffer[last + 1]!;
      this.height = (buffer[last + 2]! << 8) | buffer[last + 3]!;
      at += 4 * this.spatialLayerCount;
    }
    if (head & 0x08) {
      if (at >= end) return -1;
      const pictures = buffer[at++]!;
      for (let i = 0; i < pictures; i++) {
        if (at >= end) return -1;
        at += 1 + ((buffer[at]! >> 2) & 3);
        if (at > end) return -1;
      }
    }
    return at;
  }
}

/**
 * Patches picture id and TL0PICIDX in place, keeping the descriptor's length: `payloadStart` is where the payload that
 * `head` was parsed from starts in `packet`. Absent fields stay absent; references are relative and stay right.
 */
export function rewriteVp9(
  packet: Uint8Array,
  payloadStart: number,
  head: Vp9Head,
  pictureId: number,
  tl0PictureIndex: number,
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
}
