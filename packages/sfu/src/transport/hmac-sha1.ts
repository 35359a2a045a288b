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

  /**
   * The tag over `bytes[from, to)`, without a copy of them: the 64 bytes before `from` are written over. As text of one
   * character per byte.
   */
  digestInPlace(bytes: Buffer, from: number, to: number): string {
    const start = from - BLOCK_BYTES;
    this.#inner.copy(bytes, start, 0, BLOCK_BYTES);
    return this.#finish(hash('sha1', bytes.subarray(start, to), 'binary'));
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
    return this.#finish(hash('sha1', inner.subarray(0, total), 'binary'));
  }

  #finish(innerDigest: string): string {
    const outer = this.#outer;
    for (let i = 0; i < DIGEST_BYTES; i++) outer[BLOCK_BYTES + i] = innerDigest.charCodeAt(i);
    return hash('sha1', outer, 'binary');
  }
}
