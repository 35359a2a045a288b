import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, copyFile, link, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type ContentKey, type ContentStore, contentPath } from './content-store.ts';

/** File systems without hard links, or a staging folder on another disk. */
const CANNOT_LINK = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EMLINK']);

/** Keeps contents in a folder. @param root made when absent; nothing in it is ever executable */
export function createDiskStore(root: string): ContentStore {
  const place = (key: ContentKey) => join(root, contentPath(key));

  async function has(key: ContentKey, sizeBytes: number): Promise<boolean> {
    try {
      const found = await stat(place(key));
      return found.isFile() && found.size === sizeBytes;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  }

  return {
    has,
    async put(key, path, sizeBytes) {
      if (await has(key, sizeBytes)) return;
      const target = place(key);
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      await flush(path);
      const temporary = `${target}.${randomUUID()}.tmp`;
      try {
        await linkOrCopy(path, temporary);
        await chmod(temporary, 0o400);
        // Over whatever is there: only a torn copy of the same content can be.
        await rename(temporary, target);
      } finally {
        await rm(temporary, { force: true });
      }
      for (const folder of [dirname(target), dirname(dirname(target)), root]) await flush(folder);
    },
    async open(key, range) {
      // Opened here, so that a missing file is an error now and not a torn answer later.
      const file = await open(place(key), 'r');
      return createReadStream('', { fd: file, ...range, highWaterMark: 256 * 1024 });
    },
    async remove(key) {
      await rm(place(key), { force: true });
    },
    close() {},
  };
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!CANNOT_LINK.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    await copyFile(from, to);
    await flush(to);
  }
}

/** Waits until a file's content, or a folder's list of names, would survive a power cut. */
export async function flush(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
