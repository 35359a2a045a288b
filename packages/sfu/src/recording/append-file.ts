import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { ByteSource } from './webm-reader.ts';
import type { ByteSink } from './webm-writer.ts';

interface Write {
  position: number;
  bytes: Buffer[];
}

export interface AppendFileOptions {
  path: string;
  /** `new`: the file must not be there yet. `existing`: goes on at `length`, what is after it is cut off. */
  mode: 'new' | { existing: { length: number } };
  /** A write failed; nothing more is written. Told once. */
  onError(error: NodeJS.ErrnoException): void;
}

/**
 * A file that grows. What is appended waits in memory until `flush`; writes are done in the order they were asked for,
 * without holding up the thread, so that at every moment the file is a beginning of what was meant.
 */
export class AppendFile implements ByteSink {
  readonly path: string;
  readonly #options: AppendFileOptions;
  #length: number;
  #writes: Write[] = [];
  #running: Promise<void> | undefined;
  #handle: FileHandle | undefined;
  #failed = false;

  constructor(options: AppendFileOptions) {
    this.path = options.path;
    this.#options = options;
    this.#length = options.mode === 'new' ? 0 : options.mode.existing.length;
  }

  get length(): number {
    return this.#length;
  }

  append(bytes: Buffer): void {
    const last = this.#writes.at(-1);
    const follows = last && last.position + last.bytes.reduce((sum, part) => sum + part.length, 0) === this.#length;
    if (follows && last.bytes.length < 64) last.bytes.push(bytes);
    else this.#writes.push({ position: this.#length, bytes: [bytes] });
    this.#length += bytes.length;
  }

  patch(position: number, bytes: Buffer): void {
    this.#writes.push({ position, bytes: [bytes] });
  }

  /** Begins to write what waits; at once when nothing is being written, else after it. */
  flush(): void {
    if (this.#failed || this.#writes.length === 0 || this.#running) return;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  async #run(): Promise<void> {
    const writes = this.#writes;
    this.#writes = [];
    try {
      this.#handle ??= await this.#open();
      for (const { position, bytes } of writes) {
        const all = bytes.length === 1 ? bytes[0]! : Buffer.concat(bytes);
        for (let done = 0; done < all.length; ) {
          const { bytesWritten } = await this.#handle.write(all, done, all.length - done, position + done);
          done += bytesWritten;
        }
      }
    } catch (error) {
      this.#failed = true;
      this.#options.onError(error as NodeJS.ErrnoException);
    }
  }

  async #open(): Promise<FileHandle> {
    const { path, mode } = this.#options;
    if (mode === 'new') return open(path, 'wx', 0o640);
    const handle = await open(path, 'r+');
    await handle.truncate(mode.existing.length);
    return handle;
  }

  /** Writes all that waits, onto the disk, and closes. Never fails: what failed was told to `onError`. */
  async close(): Promise<void> {
    while (this.#running || (this.#writes.length > 0 && !this.#failed)) {
      this.flush();
      await this.#running;
    }
    const handle = this.#handle;
    this.#handle = undefined;
    if (!handle) return;
    await handle.sync().catch(() => {});
    await handle.close().catch(() => {});
  }
}

const WINDOW_BYTES = 64 * 1024;

/** Looks through a file by windows; for repairs and tests, since it holds up the thread. */
export class FileSource implements ByteSource {
  readonly length: number;
  readonly #descriptor: number;
  #window: Buffer = Buffer.alloc(0);
  #windowAt = 0;

  constructor(path: string) {
    this.#descriptor = openSync(path, 'r');
    this.length = fstatSync(this.#descriptor).size;
  }

  /** The bytes there are of `[position, position + length)`. */
  read(position: number, length: number): Buffer {
    const from = position - this.#windowAt;
    if (from < 0 || from + length > this.#window.length) {
      this.#window = Buffer.alloc(Math.max(WINDOW_BYTES, length));
      this.#windowAt = position;
      const bytes = readSync(this.#descriptor, this.#window, 0, this.#window.length, position);
      this.#window = this.#window.subarray(0, bytes);
    }
    const at = position - this.#windowAt;
    return this.#window.subarray(at, at + length);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
