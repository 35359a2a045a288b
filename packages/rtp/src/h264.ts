const NAL_SLICE = 1;
const NAL_IDR = 5;
const NAL_SPS = 7;
const NAL_STAP_A = 24;
const NAL_STAP_B = 25;
const NAL_FU_A = 28;
const NAL_FU_B = 29;

/**
 * Whether the H.264 payload `buffer[start, end)` (RFC 6184) begins something a decoder can start at: an IDR slice or a
 * sequence parameter set, alone, inside an aggregate (STAP), or as the first fragment (FU).
 */
export function isH264KeyFrame(buffer: Uint8Array, start = 0, end: number = buffer.length): boolean {
  if (start < 0 || end > buffer.length || start >= end) return false;
  const type = buffer[start]! & 0x1f;
  switch (type) {
    case NAL_IDR:
    case NAL_SPS:
      return true;
    case NAL_STAP_A:
    case NAL_STAP_B: {
      // STAP-B has a decoding order number of two bytes first.
      let at = start + (type === NAL_STAP_B ? 3 : 1);
      while (at + 3 <= end) {
        const length = (buffer[at]! << 8) | buffer[at + 1]!;
        const inner = buffer[at + 2]! & 0x1f;
        if (length > 0 && (inner === NAL_IDR || inner === NAL_SPS)) return true;
        at += 2 + length;
      }
      return false;
    }
    case NAL_FU_A:
    case NAL_FU_B: {
      if (end - start < 2) return false;
      const header = buffer[start + 1]!;
      const inner = header & 0x1f;
      return (header & 0x80) !== 0 && (inner === NAL_IDR || inner === NAL_SPS);
    }
    default:
      return false;
  }
}

/** Whether the H.264 payload that starts at `start` is (a fragment of) an IDR slice with no parameter set before it. */
export function isH264IdrSlice(buffer: Uint8Array, start = 0): boolean {
  const type = (buffer[start] ?? 0) & 0x1f;
  const inner = type === NAL_FU_A || type === NAL_FU_B ? (buffer[start + 1] ?? 0) & 0x1f : type;
  return inner === NAL_IDR;
}

/**
 * Whether the H.264 payload `buffer[start, end)` is of a picture no other refers to (`nal_ref_idc` 0, ITU-T H.264
 * §7.4.1): encoders with temporal layers mark their highest one so. Parameter sets and messages alone say no.
 */
export function isH264Disposable(buffer: Uint8Array, start = 0, end: number = buffer.length): boolean {
  if (start < 0 || end > buffer.length || start >= end) return false;
  const head = buffer[start]!;
  if ((head & 0x60) !== 0) return false;
  switch (head & 0x1f) {
    case NAL_SLICE:
      return true;
    case NAL_STAP_A: {
      const first = start + 3;
      return first < end && (buffer[first]! & 0x7f) === NAL_SLICE;
    }
    case NAL_FU_A:
      return end - start >= 2 && (buffer[start + 1]! & 0x1f) === NAL_SLICE;
    default:
      return false;
  }
}
