const OBU_SEQUENCE_HEADER = 1;

/** The aggregation header of an AV1 RTP payload (AV1 RTP specification §4.4), one byte unpacked. */
export interface Av1AggregationHeader {
  /** Z: the first element continues one from the packet before. */
  continuesPrevious: boolean;
  /** Y: the last element continues in the next packet. */
  continuesNext: boolean;
  /** W: number of elements, 0 when each has its own length. */
  elementCount: number;
  /** N: first packet of a coded video sequence (a key frame a decoder can start at). */
  newSequence: boolean;
}

export function parseAv1AggregationHeader(byte: number): Av1AggregationHeader {
  return {
    continuesPrevious: (byte & 0x80) !== 0,
    continuesNext: (byte & 0x40) !== 0,
    elementCount: (byte >> 4) & 3,
    newSequence: (byte & 0x08) !== 0,
  };
}

/**
 * Whether the AV1 payload `buffer[start, end)` begins a coded video sequence: the N bit, or (for senders that forget
 * it) a sequence header as first element.
 */
export function isAv1KeyFrame(buffer: Uint8Array, start = 0, end: number = buffer.length): boolean {
  if (start < 0 || end > buffer.length || end - start < 2) return false;
  const head = buffer[start]!;
  if (head & 0x08) return true;
  if (head & 0x80) return false;
  let at = start + 1;
  if (((head >> 4) & 3) !== 1) {
    // The first element has a LEB128 length before it unless it is the only one.
    let bytes = 0;
    while (at < end && (buffer[at]! & 0x80) !== 0) {
      at++;
      if (++bytes > 7) return false;
    }
    at++;
  }
  return at < end && ((buffer[at]! >> 3) & 0x0f) === OBU_SEQUENCE_HEADER;
}
