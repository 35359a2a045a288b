import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

// A tar archive (POSIX ustar, IEEE Std 1003.1-1988), so that a backup can be opened without us.

const BLOCK_BYTES = 512;
const NAME_MAX_BYTES = 100;

/** Writes entries one after the other; waits when the stream behind it is busy. */
export class ArchiveWriter {
  readonly #out: Writable;

  constructor(out: Writable) {
    this.#out = out;
  }

  async entry(name: string, content: Buffer): Promise<void> {
    await this.#write(header(name, content.byteLength));
    await this.#write(content);
    await this.#pad(content.byteLength);
  }

  /** @param sizeBytes exactly what the stream will give; a file that grew meanwhile is cut there */
  async entryFrom(name: string, sizeBytes: number, content: Readable): Promise<void> {
    await this.#write(header(name, sizeBytes));
    let left = sizeBytes;
    for await (const chunk of content as AsyncIterable<Buffer>) {
      const part = chunk.subarray(0, left);
      left -= part.byteLength;
      await this.#write(part);
      if (left === 0) break;
    }
    if (left > 0) throw new Error(`${name} became shorter while it was read`);
    await this.#pad(sizeBytes);
  }

  async end(): Promise<void> {
    await this.#write(Buffer.alloc(2 * BLOCK_BYTES));
  }

  async #pad(sizeBytes: number): Promise<void> {
    const rest = sizeBytes % BLOCK_BYTES;
    if (rest > 0) await this.#write(Buffer.alloc(BLOCK_BYTES - rest));
  }

  async #write(part: Buffer): Promise<void> {
    // A stream that failed between two writes has said so when nobody listened, and would never drain.
    if (this.#out.errored) throw this.#out.errored;
    if (part.byteLength > 0 && !this.#out.write(part)) await once(this.#out, 'drain');
  }
}

export type ArchiveEntry = {
  name: string;
  sizeBytes: number;
  /** The content; must be read to its end before the next entry is asked for. */
  chunks(): AsyncGenerator<Buffer>;
};

/**
 * The entries of an archive, in order.
 * @throws Error when the archive is cut off or no archive
 */
export async function* readArchive(input: AsyncIterable<Buffer>): AsyncGenerator<ArchiveEntry> {
  const source = new ByteSource(input);
  for (;;) {
    const block = await source.exactly(BLOCK_BYTES);
    if (block.every((byte) => byte === 0)) return;
    const name = text(block, 0, NAME_MAX_BYTES);
    const sizeBytes = readSize(block);
    if (text(block, 257, 5) !== 'ustar' || !Number.isSafeInteger(sizeBytes))
      throw new Error('this is not one of our archives');
    yield {
      name,
      sizeBytes,
      async *chunks() {
        yield* source.upTo(sizeBytes);
        const rest = sizeBytes % BLOCK_BYTES;
        if (rest > 0) await source.exactly(BLOCK_BYTES - rest);
      },
    };
  }
}

/** The whole content of a small entry. */
export async function readEntry(entry: ArchiveEntry): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of entry.chunks()) parts.push(part);
  return Buffer.concat(parts);
}

class ByteSource {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(input: AsyncIterable<Buffer>) {
    this.#chunks = input[Symbol.asyncIterator]();
  }

  async exactly(bytes: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const part of this.upTo(bytes)) parts.push(part);
    return Buffer.concat(parts);
  }

  async *upTo(bytes: number): AsyncGenerator<Buffer> {
    for (let left = bytes; left > 0; ) {
      if (this.#rest.byteLength === 0) {
        const next = await this.#chunks.next();
        if (next.done) throw new Error('the archive is cut off');
        this.#rest = next.value;
      }
      const part = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(part.byteLength);
      left -= part.byteLength;
      yield part;
    }
  }
}

function header(name: string, sizeBytes: number): Buffer {
  if (Buffer.byteLength(name) > NAME_MAX_BYTES) throw new Error(`the name ${name} is too long for an archive`);
  const block = Buffer.alloc(BLOCK_BYTES);
  block.write(name, 0);
  block.write('0000600\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  writeSize(block, sizeBytes);
  block.write('00000000000\0', 136);
  block.write('        ', 148);
  block.write('0', 156);
  block.write('ustar\0', 257);
  block.write('00', 263);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** Eleven octal digits hold 8 GiB; above that GNU's binary form. */
function writeSize(block: Buffer, sizeBytes: number): void {
  if (sizeBytes < 8 ** 11) {
    block.write(`${sizeBytes.toString(8).padStart(11, '0')}\0`, 124);
    return;
  }
  block.writeUInt8(0x80, 124);
  block.writeBigUInt64BE(BigInt(sizeBytes), 128);
}

function readSize(block: Buffer): number {
  if (block.readUInt8(124) === 0x80) return Number(block.readBigUInt64BE(128));
  return Number.parseInt(text(block, 124, 12), 8);
}

function text(block: Buffer, from: number, bytes: number): string {
  const raw = block.subarray(from, from + bytes);
  const end = raw.indexOf(0);
  return raw
    .subarray(0, end === -1 ? bytes : end)
    .toString()
    .trim();
}
