/** Extensions beyond this many in one packet are not looked at: nobody negotiates that many. */
const MAX_EXTENSIONS = 32;

const ONE_BYTE_PROFILE = 0xbede;
const TWO_BYTE_PROFILE = 0x1000;

/**
 * A reusable window on one RTP packet (RFC 3550 §5.1, header extensions RFC 8285). `parse` fills the fields without
 * making objects, so one view serves every packet of a thread; copy what must outlive the next `parse`.
 */
export class RtpView {
  buffer: Buffer = EMPTY;
  /** Bytes of `buffer` that belong to the packet. */
  length = 0;
  marker = false;
  payloadType = 0;
  sequenceNumber = 0;
  timestamp = 0;
  ssrc = 0;
  csrcCount = 0;
  /** Fixed header, CSRCs and extension block: the payload starts here. */
  headerLength = 0;
  /** Payload without padding; 0 for a padding-only probe. */
  payloadLength = 0;
  paddingLength = 0;
  /** 0xbede, 0x100x, another profile (not looked into), or 0 when there is no extension block. */
  extensionProfile = 0;
  extensionCount = 0;

  readonly #ids = new Uint8Array(MAX_EXTENSIONS);
  readonly #offsets = new Uint16Array(MAX_EXTENSIONS);
  readonly #lengths = new Uint8Array(MAX_EXTENSIONS);

  /**
   * Reads the header of `buffer[0, length)`. False when these bytes are no RTP packet; the fields are then undefined
   * in meaning. A broken extension block makes the packet's extensions end early, as receivers do (RFC 8285 §4.1.1).
   */
  parse(buffer: Buffer, length: number = buffer.length): boolean {
    if (length < 12 || length > buffer.length || length > 0xffff) return false;
    const first = buffer[0]!;
    if (first >> 6 !== 2) return false;
    const second = buffer[1]!;
    this.buffer = buffer;
    this.length = length;
    this.marker = second >= 128;
    this.payloadType = second & 0x7f;
    this.sequenceNumber = (buffer[2]! << 8) | buffer[3]!;
    this.timestamp = readU32(buffer, 4);
    this.ssrc = readU32(buffer, 8);
    this.csrcCount = first & 0x0f;
    this.extensionCount = 0;
    this.extensionProfile = 0;

    let offset = 12 + 4 * this.csrcCount;
    if (first & 0x10) {
      if (offset + 4 > length) return false;
      this.extensionProfile = (buffer[offset]! << 8) | buffer[offset + 1]!;
      const blockStart = offset + 4;
      const blockEnd = blockStart + 4 * ((buffer[offset + 2]! << 8) | buffer[offset + 3]!);
      if (blockEnd > length) return false;
      if (this.extensionProfile === ONE_BYTE_PROFILE) this.#readOneByte(blockStart, blockEnd);
      else if ((this.extensionProfile & 0xfff0) === TWO_BYTE_PROFILE) this.#readTwoByte(blockStart, blockEnd);
      offset = blockEnd;
    }
    if (offset > length) return false;
    this.headerLength = offset;
    this.paddingLength = 0;
    if (first & 0x20) {
      const padding = buffer[length - 1]!;
      if (padding === 0 || offset + padding > length) return false;
      this.paddingLength = padding;
    }
    this.payloadLength = length - offset - this.paddingLength;
    return true;
  }

  #readOneByte(start: number, end: number): void {
    const buffer = this.buffer;
    for (let at = start; at < end; ) {
      const head = buffer[at]!;
      if (head === 0) {
        at++;
        continue;
      }
      const id = head >> 4;
      // 15 means: stop here, whatever follows (RFC 8285 §4.2).
      if (id === 15) return;
      const length = (head & 0x0f) + 1;
      if (at + 1 + length > end) return;
      // Id 0 with a length is padding that some senders write; skip it.
      if (id !== 0) this.#add(id, at + 1, length);
      at += 1 + length;
    }
  }

  #readTwoByte(start: number, end: number): void {
    const buffer = this.buffer;
    for (let at = start; at < end; ) {
      const id = buffer[at]!;
      if (id === 0) {
        at++;
        continue;
      }
      if (at + 2 > end) return;
      const length = buffer[at + 1]!;
      if (at + 2 + length > end) return;
      this.#add(id, at + 2, length);
      at += 2 + length;
    }
  }

  #add(id: number, offset: number, length: number): void {
    if (this.extensionCount >= MAX_EXTENSIONS) return;
    const index = this.extensionCount++;
    this.#ids[index] = id;
    this.#offsets[index] = offset;
    this.#lengths[index] = length;
  }

  /** Where the extension with this id is in the table, −1 when absent; for `extensionOffset/Length`. */
  findExtension(id: number): number {
    for (let i = 0; i < this.extensionCount; i++) if (this.#ids[i] === id) return i;
    return -1;
  }

  extensionId(index: number): number {
    return this.#ids[index]!;
  }

  /** Offset of the extension's data in `buffer`. */
  extensionOffset(index: number): number {
    return this.#offsets[index]!;
  }

  extensionLength(index: number): number {
    return this.#lengths[index]!;
  }

  /** The extension's bytes as a new view (allocates: not for the per-packet path), undefined when absent. */
  extension(id: number): Buffer | undefined {
    const i = this.findExtension(id);
    return i < 0 ? undefined : this.buffer.subarray(this.#offsets[i]!, this.#offsets[i]! + this.#lengths[i]!);
  }

  /** First byte of the extension, −1 when absent or empty. */
  extensionU8(id: number): number {
    const i = this.findExtension(id);
    return i < 0 || this.#lengths[i]! < 1 ? -1 : this.buffer[this.#offsets[i]!]!;
  }

  /** First two bytes of the extension, −1 when absent or shorter. */
  extensionU16(id: number): number {
    const i = this.findExtension(id);
    if (i < 0 || this.#lengths[i]! < 2) return -1;
    const at = this.#offsets[i]!;
    return (this.buffer[at]! << 8) | this.buffer[at + 1]!;
  }

  /** First three bytes of the extension, −1 when absent or shorter. */
  extensionU24(id: number): number {
    const i = this.findExtension(id);
    if (i < 0 || this.#lengths[i]! < 3) return -1;
    const at = this.#offsets[i]!;
    return (this.buffer[at]! << 16) | (this.buffer[at + 1]! << 8) | this.buffer[at + 2]!;
  }

  /** Mid or rid as text, undefined when absent or empty. Allocates: ask only while an SSRC is unknown. */
  extensionText(id: number): string | undefined {
    const i = this.findExtension(id);
    if (i < 0 || this.#lengths[i] === 0) return undefined;
    return this.buffer.toString('latin1', this.#offsets[i]!, this.#offsets[i]! + this.#lengths[i]!);
  }

  /** The payload as a new view, without padding. Allocates. */
  payload(): Buffer {
    return this.buffer.subarray(this.headerLength, this.headerLength + this.payloadLength);
  }
}

const EMPTY = Buffer.alloc(0);

function readU32(buffer: Buffer, at: number): number {
  return ((buffer[at]! << 24) | (buffer[at + 1]! << 16) | (buffer[at + 2]! << 8) | buffer[at + 3]!) >>> 0;
}

/** The SSRC of an RTP packet of at least 12 bytes, without parsing the rest. */
export function readRtpSsrc(packet: Buffer): number {
  return readU32(packet, 8);
}

/** Writes the marker bit in place. */
export function setRtpMarker(packet: Buffer, marker: boolean): void {
  packet[1] = marker ? packet[1]! | 0x80 : packet[1]! & 0x7f;
}

/** Writes the payload type in place, keeping the marker. */
export function setRtpPayloadType(packet: Buffer, payloadType: number): void {
  packet[1] = (packet[1]! & 0x80) | (payloadType & 0x7f);
}

export function setRtpSequenceNumber(packet: Buffer, sequenceNumber: number): void {
  packet[2] = sequenceNumber >> 8;
  packet[3] = sequenceNumber;
}

export function setRtpTimestamp(packet: Buffer, timestamp: number): void {
  packet.writeUInt32BE(timestamp >>> 0, 4);
}

export function setRtpSsrc(packet: Buffer, ssrc: number): void {
  packet.writeUInt32BE(ssrc >>> 0, 8);
}
