import { createHash, hash } from 'node:crypto';

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 20;
const FIRST_DATA_BYTES = 2048;

/**
 * HMAC-SHA1 (RFC 2104) under one lasting key. Two one-shot hashes over prepared blocks take a third of the time of a
 * `createHmac` per packet, most of which is making and freeing its object (measured on Node 24).
 */
export class HmacSha1 {
  readonly #outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES);
  #inner = Buffer.alloc(BLOCK_BYTES + FIRST_DATA_BYTES);

  constructor(key: Buffer) {
    const block = Buffer.alloc(BLOCK_BYTES);
    (key.length > BLOCK_BYTES ? createHash('sha1').update(key).digest() : key).copy(block);
    for (let i = 0; i < BLOCK_BYTES; i++) {
      this.#inner[i] = block[i]! ^ 0x36;
      this.#outer[i] = block[i]! ^ 0x5c;
    }
  }

  /** The tag over `data[0, length)` and, when `suffix` is given, its four bytes; as text of one character per byte. */
  digest(data: Buffer, length: number, suffix?: number): string {
    const end = BLOCK_BYTES + length;
    if (end + 4 > this.#inner.length) {
      const larger = Buffer.alloc(end + 4);
      this.#inner.copy(larger, 0, 0, BLOCK_BYTES);
      this.#inner = larger;
    }
    const inner = this.#inner;
    data.copy(inner, BLOCK_BYTES, 0, length);
    let total = end;
    if (suffix !== undefined) total = inner.writeUInt32BE(suffix, end);
    this.#outer.write(hash('sha1', inner.subarray(0, total), 'binary'), BLOCK_BYTES, 'latin1');
    return hash('sha1', this.#outer, 'binary');
  }
}
