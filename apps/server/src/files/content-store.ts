import type { Readable } from 'node:stream';

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

/** `ab/cd/abcd…`: no folder grows beyond what file systems and people like to list. */
export function contentPath(key: ContentKey): string {
  if (!/^[0-9a-f]{64}(\.thumbnail)?$/.test(key)) throw new Error('not a content key');
  return `${key.slice(0, 2)}/${key.slice(2, 4)}/${key}`;
}
