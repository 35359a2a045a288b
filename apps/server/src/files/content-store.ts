import type { Readable } from 'node:stream';
import type { Config } from '../platform/config/settings.ts';
import { createDiskStore } from './disk-store.ts';

/** A byte range, both ends included. */
export type ByteRange = { start: number; end: number };

/** Names one stored object: content is named by its hash, its thumbnail by the same hash with a suffix. */
export type ContentKey = `${string}` | `${string}.thumbnail`;

/** Where contents lie, named by their own hash; so an object never changes and equal contents lie there once. */
export type ContentStore = {
  /**
   * Stores a finished local file, which stays where it is. Whole or not at all, also across a power cut.
   * Storing what is there already changes nothing.
   */
  put(key: ContentKey, path: string, sizeBytes: number): Promise<void>;
  has(key: ContentKey, sizeBytes: number): Promise<boolean>;
  /** @throws an error with code ENOENT when nothing is stored under this key */
  open(key: ContentKey, range?: ByteRange): Promise<Readable>;
  remove(key: ContentKey): Promise<void>;
  close(): void;
};

/** The data folder, or the bucket where S3_BUCKET names one. */
export async function createContentStore(config: Config, filesDir: string): Promise<ContentStore> {
  if (config.s3Bucket === undefined) return createDiskStore(filesDir);
  // 22 MB of code that only who uses S3 should load.
  const { createS3Store } = await import('./s3-store.ts');
  return createS3Store({
    bucket: config.s3Bucket,
    region: config.s3Region,
    endpoint: config.s3Endpoint,
    accessKeyId: config.s3AccessKey!,
    secretAccessKey: config.s3SecretKey!,
    pathStyle: config.s3PathStyle,
  });
}

/** `ab/cd/abcd…`: no folder grows beyond what file systems and people like to list. */
export function contentPath(key: ContentKey): string {
  if (!/^[0-9a-f]{64}(\.thumbnail)?$/.test(key)) throw new Error('not a content key');
  return `${key.slice(0, 2)}/${key.slice(2, 4)}/${key}`;
}
