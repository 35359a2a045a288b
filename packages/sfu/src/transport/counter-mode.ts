import { createCipheriv } from 'node:crypto';
import type { CounterMode } from './aes-cm-hmac.ts';

/** Counter blocks of one packet: up to 2 KiB without growing. */
const FIRST_COUNTER_BYTES = 2048;
const BLOCK_BYTES = 16;

/**
 * AES in counter mode (RFC 3711 §4.1.1) on one lasting ECB cipher: a new cipher object per packet costs more than the
 * AES. The counter blocks stay where they are from packet to packet; only the words that differ are written.
 */
export class NodeCounterMode implements CounterMode {
  readonly #ecb: ReturnType<typeof createCipheriv>;
  readonly #salt: readonly [number, number, number, number];
  #counters = Buffer.alloc(0);
  #words = new DataView(this.#counters.buffer);
  /** What the blocks hold now, and in how many of them. */
  #second = 0;
  #third = 0;
  #written = 0;

  constructor(key: Buffer, salt: Buffer) {
    this.#ecb = createCipheriv('aes-128-ecb', key, null);
    this.#ecb.setAutoPadding(false);
    this.#salt = [salt.readInt32BE(0), salt.readInt32BE(4), salt.readInt32BE(8), salt.readUInt16BE(12)];
    this.#grow(FIRST_COUNTER_BYTES);
  }

  #grow(bytes: number): void {
    this.#counters = Buffer.alloc(bytes);
    this.#words = new DataView(this.#counters.buffer, this.#counters.byteOffset, bytes);
    for (let at = 0; at < bytes; at += BLOCK_BYTES) this.#words.setInt32(at, this.#salt[0]);
    this.#written = 0;
  }

  apply(bytes: Buffer, from: number, to: number, ssrc: number, high: number, low: number): void {
    const length = to - from;
    if (length <= 0) return;
    const blocks = (length + BLOCK_BYTES - 1) >> 4;
    if (blocks << 4 > this.#counters.length) this.#grow(blocks << 4);
    const words = this.#words;
    const salt = this.#salt;
    this.#setStream(blocks, salt[1] ^ ssrc, salt[2] ^ high);
    const last = (salt[3] ^ low) << 16;
    for (let i = 0, at = 12; i < blocks; i++, at += BLOCK_BYTES) words.setInt32(at, last | i);
    xor(bytes, from, length, this.#ecb.update(this.#counters.subarray(0, blocks << 4)));
  }

  /** The middle words: they change with the stream and with every 65,536th packet of it. */
  #setStream(blocks: number, second: number, third: number): void {
    if (second === this.#second && third === this.#third && blocks <= this.#written) return;
    const words = this.#words;
    for (let i = 0, at = 4; i < blocks; i++, at += BLOCK_BYTES) {
      words.setInt32(at, second);
      words.setInt32(at + 4, third);
    }
    this.#second = second;
    this.#third = third;
    this.#written = blocks;
  }
}

/** Four bytes at a time where memory allows, which it does for all but odd slices: RTP headers are whole words. */
function xor(bytes: Buffer, from: number, length: number, keystream: Buffer): void {
  const at = bytes.byteOffset + from;
  let done = 0;
  if ((at & 3) === 0 && (keystream.byteOffset & 3) === 0) {
    const words = length >> 2;
    const target = new Int32Array(bytes.buffer, at, words);
    const source = new Int32Array(keystream.buffer, keystream.byteOffset, words);
    for (let i = 0; i < words; i++) target[i]! ^= source[i]!;
    done = words << 2;
  }
  for (let i = done; i < length; i++) bytes[from + i]! ^= keystream[i]!;
}
