import { createHash, type Hash } from 'node:crypto';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { DataStore, ERRORS, Upload } from '@tus/server';
import type { DiskRoom } from './disk-room.ts';
import { isUuid } from './file-id.ts';

/** What is known of an upload elsewhere: its row. */
export type UploadFacts = { sizeBytes: number; name: string; startedAt: Date };

/** Hashing while writing spares reading everything again; kept only for uploads that go on without a break. */
type RunningHash = { hash: Hash; bytes: number };

const WRITE_BYTES = 2 ** 20;

export type UploadStoreOptions = {
  dir: string;
  /** The row of an upload under way; null when there is none. */
  find(id: string): Promise<UploadFacts | null>;
  /** Size of the finished file of this id; null when there is none. */
  findFinished(id: string): Promise<UploadFacts | null>;
  drop(id: string): Promise<void>;
  room: Pick<DiskRoom, 'take'>;
  /** For tests of full disks: stands between us and the disk. */
  beforeWrite?(bytes: number): void;
};

/**
 * The bytes of uploads under way, as files named by the upload's id; the offset is the file's length, so it is right
 * after any crash. Rows in the database say whose they are.
 */
export class UploadStore extends DataStore {
  readonly #options: UploadStoreOptions;
  readonly #hashes = new Map<string, RunningHash>();

  constructor(options: UploadStoreOptions) {
    super();
    this.#options = options;
    this.extensions = ['creation', 'creation-with-upload', 'termination'];
  }

  path(id: string): string {
    if (!isUuid(id)) throw ERRORS.FILE_NOT_FOUND;
    return join(this.#options.dir, id);
  }

  /** Starting an upload again that is under way keeps what has arrived; of a finished one nothing is to be made. */
  override async create(upload: Upload): Promise<Upload> {
    if (!(await this.#options.find(upload.id))) return upload;
    await mkdir(this.#options.dir, { recursive: true, mode: 0o700 });
    const file = await open(this.path(upload.id), 'a', 0o600);
    await file.close();
    return upload;
  }

  override async getUpload(id: string): Promise<Upload> {
    const path = this.path(id);
    const started = await this.#options.find(id);
    if (started) return this.#present(id, started, await sizeOf(path));
    const finished = await this.#options.findFinished(id);
    if (finished) return this.#present(id, finished, finished.sizeBytes);
    throw ERRORS.FILE_NOT_FOUND;
  }

  #present(id: string, facts: UploadFacts, offset: number): Upload {
    return new Upload({
      id,
      size: facts.sizeBytes,
      offset,
      metadata: { filename: facts.name, fileId: id },
      creation_date: facts.startedAt.toISOString(),
    });
  }

  override async remove(id: string): Promise<void> {
    await this.#options.drop(id);
    await this.forget(id);
  }

  /** Removes the bytes of an upload that is finished or given up. */
  async forget(id: string): Promise<void> {
    this.#hashes.delete(id);
    await rm(this.path(id), { force: true });
  }

  /**
   * Appends what arrives, until the source ends or breaks; what was written before a break stays.
   * @returns the new offset
   * @throws AppError `storage_full` where the next bytes would take what is reserved; what is there stays
   */
  override async write(source: Readable, id: string, offset: number): Promise<number> {
    const file = await open(this.path(id), 'r+');
    let position = offset;
    try {
      if ((await file.stat()).size !== offset) throw ERRORS.INVALID_OFFSET;
      const running = this.#runningHash(id, offset);
      // Few large writes: each one is a trip to the thread pool and back.
      for await (const bytes of gather(source, WRITE_BYTES)) {
        const giveBack = await this.#options.room.take(bytes.length);
        try {
          this.#options.beforeWrite?.(bytes.length);
          await writeAll(file, bytes, position);
        } finally {
          giveBack();
        }
        position += bytes.length;
        running?.hash.update(bytes);
        if (running) running.bytes = position;
      }
      return position;
    } finally {
      await file.close();
    }
  }

  // A hash that counts other bytes than lie on the disk is of no use any more.
  #runningHash(id: string, offset: number): RunningHash | null {
    if (offset === 0) this.#hashes.set(id, { hash: createHash('sha256'), bytes: 0 });
    const running = this.#hashes.get(id);
    if (running?.bytes === offset) return running;
    this.#hashes.delete(id);
    return null;
  }

  /** SHA-256 of a complete upload, in hex; read again from the disk when it was not received in one life of the server. */
  async sha256(id: string, sizeBytes: number): Promise<string> {
    const running = this.#hashes.get(id);
    if (running?.bytes === sizeBytes) return running.hash.copy().digest('hex');
    const hash = createHash('sha256');
    const file = await open(this.path(id), 'r');
    for await (const bytes of file.createReadStream({ highWaterMark: WRITE_BYTES })) hash.update(bytes as Buffer);
    return hash.digest('hex');
  }

  /** Ids of everything lying here, with how much there is and the time of its last byte. */
  async list(): Promise<{ id: string; sizeBytes: number; changedAt: Date }[]> {
    const names = await readdir(this.#options.dir).catch(() => []);
    const found = await Promise.all(
      names.filter(isUuid).map(async (id) => {
        // One may be finished, and gone, while the others are looked at.
        const entry = await stat(join(this.#options.dir, id)).catch(() => null);
        return entry ? [{ id, sizeBytes: entry.size, changedAt: entry.mtime }] : [];
      }),
    );
    return found.flat();
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    // The server died between making the row and the file.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const file = await open(path, 'a', 0o600);
    await file.close();
    return 0;
  }
}

/** A short write means the disk is nearly full: the next one says so. */
async function writeAll(file: Awaited<ReturnType<typeof open>>, bytes: Uint8Array, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}

/** Joins small chunks; hands on what it has when the source breaks, then breaks itself. */
async function* gather(source: Readable, size: number): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let failure: { error: unknown } | null = null;
  try {
    for await (const chunk of source) {
      held.push(chunk as Buffer);
      heldBytes += (chunk as Buffer).length;
      if (heldBytes < size) continue;
      yield Buffer.concat(held, heldBytes);
      held = [];
      heldBytes = 0;
    }
  } catch (error) {
    failure = { error };
  }
  if (heldBytes > 0) yield Buffer.concat(held, heldBytes);
  if (failure) throw failure.error;
}
