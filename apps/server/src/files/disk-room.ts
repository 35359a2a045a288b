import { mkdir, statfs } from 'node:fs/promises';
import { AppError } from '@alongside/contracts';

export type DiskRoom = {
  /** Room for files, bytes: what the disk has free without what is reserved and what is being written. */
  left(): Promise<number>;
  /**
   * Takes room for some bytes that are written next. Several may write at once: none sees room another has taken.
   * @returns gives it back, when they are written or have failed
   * @throws AppError `storage_full`
   */
  take(bytes: number): Promise<() => void>;
};

export type DiskRoomOptions = {
  dir: string;
  /** Of the disk, bytes: files never take it. */
  reservedBytes: number;
  /** For tests; else the file system is asked. */
  freeBytes?: ((dir: string) => Promise<number>) | undefined;
};

/** The room on the disk that uploads are written to, for all who write to it in this process. */
export function createDiskRoom({ dir, reservedBytes, freeBytes = freeBytesOf }: DiskRoomOptions): DiskRoom {
  let writingBytes = 0;
  const left = async () => (await freeBytes(dir)) - reservedBytes - writingBytes;
  return {
    left,
    async take(bytes) {
      writingBytes += bytes;
      const giveBack = () => {
        writingBytes -= bytes;
      };
      try {
        if ((await left()) < 0) throw new AppError('storage_full');
        return giveBack;
      } catch (error) {
        giveBack();
        throw error;
      }
    },
  };
}

/** @param dir made when absent. @returns what the disk it lies on has free for us */
export async function freeBytesOf(dir: string): Promise<number> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const { bavail, bsize } = await statfs(dir);
  return bavail * bsize;
}
