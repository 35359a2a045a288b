/** Larger than any datagram we send; packets that would not fit are refused. */
const CAPACITY = 2048;

/**
 * Builds one RTP packet after another in the same scratch buffer, without making objects: `start`, any number of
 * `add…Extension`, then `endHeader`, then payload. The packet is `buffer[0, length)`, to be handed to a sender that reads it
 * before the next `start` (as `Pipe.sendRtp(writer.buffer, writer.length)` does) or copied by `toBuffer()`.
 *
 * Extensions use the one-byte form (RFC 8285 §4.2) and change to the two-byte form by themselves when one does not fit
 * (id above 14, empty, longer than 16 bytes) and `allowMixed` was given; otherwise that extension is left out.
 */
export class RtpWriter {
  readonly buffer: Buffer = Buffer.alloc(CAPACITY);
  length = 0;
  #allowMixed = false;
  #twoByte = false;
  #extensionStart = 0;
  #overflow = false;

  start(
    payloadType: number,
    marker: boolean,
    sequenceNumber: number,
    timestamp: number,
    ssrc: number,
    allowMixed = false,
  ): void {
    const b = this.buffer;
    b[0] = 0x80;
    b[1] = (marker ? 0x80 : 0) | (payloadType & 0x7f);
    b[2] = sequenceNumber >> 8;
    b[3] = sequenceNumber;
    writeU32(b, 4, timestamp);
    writeU32(b, 8, ssrc);
    this.length = 16;
    this.#extensionStart = 16;
    this.#allowMixed = allowMixed;
    this.#twoByte = false;
    this.#overflow = false;
  }

  /** True when something did not fit since `start`: do not send the packet. */
  get overflowed(): boolean {
    return this.#overflow;
  }

  /** Adds `source[offset, offset + length)` as extension `id`. False when it had to be left out. */
  addExtension(id: number, source: Uint8Array, offset: number, length: number): boolean {
    const at = this.#beginExtension(id, length);
    if (at < 0) return false;
    const b = this.buffer;
    for (let i = 0; i < length; i++) b[at + i] = source[offset + i]!;
    return true;
  }

  addExtensionU8(id: number, value: number): boolean {
    const at = this.#beginExtension(id, 1);
    if (at < 0) return false;
    this.buffer[at] = value;
    return true;
  }

  addExtensionU16(id: number, value: number): boolean {
    const at = this.#beginExtension(id, 2);
    if (at < 0) return false;
    this.buffer[at] = value >> 8;
    this.buffer[at + 1] = value;
    return true;
  }

  addExtensionU24(id: number, value: number): boolean {
    const at = this.#beginExtension(id, 3);
    if (at < 0) return false;
    this.buffer[at] = value >> 16;
    this.buffer[at + 1] = value >> 8;
    this.buffer[at + 2] = value;
    return true;
  }

  /** Writes the element's head and returns where its data goes, −1 when it cannot be written. */
  #beginExtension(id: number, length: number): number {
    if (id < 1 || id > 255 || length > 255 || this.length + 2 + length + 4 > CAPACITY) return -1;
    if (!this.#twoByte && (id > 14 || length === 0 || length > 16)) {
      if (!this.#allowMixed) return -1;
      this.#changeToTwoByte();
    }
    const b = this.buffer;
    if (this.#twoByte) {
      b[this.length++] = id;
      b[this.length++] = length;
    } else {
      b[this.length++] = (id << 4) | (length - 1);
    }
    const at = this.length;
    this.length += length;
    return at;
  }

  /** Rare (a large dependency descriptor on a key frame): rewrites what is there with one more byte per element. */
  #changeToTwoByte(): void {
    const b = this.buffer;
    const old = Buffer.from(b.subarray(this.#extensionStart, this.length));
    let out = this.#extensionStart;
    for (let at = 0; at < old.length; ) {
      const length = (old[at]! & 0x0f) + 1;
      b[out++] = old[at]! >> 4;
      b[out++] = length;
      old.copy(b, out, at + 1, at + 1 + length);
      out += length;
      at += 1 + length;
    }
    this.length = out;
    this.#twoByte = true;
  }

  /** Closes the extension block (padding it to 32 bits) or takes it away when nothing was added. */
  endHeader(): void {
    const b = this.buffer;
    if (this.length === this.#extensionStart) {
      this.length = 12;
      return;
    }
    while ((this.length & 3) !== 0) b[this.length++] = 0;
    const words = (this.length - this.#extensionStart) >> 2;
    b[0] = 0x90;
    b[12] = this.#twoByte ? 0x10 : 0xbe;
    b[13] = this.#twoByte ? 0x00 : 0xde;
    b[14] = words >> 8;
    b[15] = words;
  }

  appendU8(value: number): void {
    if (this.length + 1 > CAPACITY) this.#overflow = true;
    else this.buffer[this.length++] = value;
  }

  /** Two payload bytes: the original sequence number at the head of an RTX payload (RFC 4588 §4). */
  appendU16(value: number): void {
    if (this.length + 2 > CAPACITY) {
      this.#overflow = true;
      return;
    }
    this.buffer[this.length++] = value >> 8;
    this.buffer[this.length++] = value;
  }

  /** Payload bytes `source[offset, offset + length)`. */
  append(source: Buffer, offset: number, length: number): void {
    if (this.length + length > CAPACITY || offset < 0 || length < 0 || offset + length > source.length) {
      this.#overflow = true;
      return;
    }
    source.copy(this.buffer, this.length, offset, offset + length);
    this.length += length;
  }

  /** Padding of 1 to 255 bytes at the end (RFC 3550 §5.1); a probe is a header and padding alone. */
  appendPadding(length: number): void {
    if (length < 1 || length > 255 || this.length + length > CAPACITY) {
      this.#overflow = true;
      return;
    }
    this.buffer.fill(0, this.length, this.length + length);
    this.length += length;
    this.buffer[this.length - 1] = length;
    this.buffer[0] = this.buffer[0]! | 0x20;
  }

  /** A copy of the packet. */
  toBuffer(): Buffer {
    return Buffer.from(this.buffer.subarray(0, this.length));
  }
}

function writeU32(b: Buffer, at: number, value: number): void {
  b[at] = value >>> 24;
  b[at + 1] = value >>> 16;
  b[at + 2] = value >>> 8;
  b[at + 3] = value;
}
