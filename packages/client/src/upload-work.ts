import type { Upload as TusUpload } from 'tus-js-client';
import { createRateMeter, type RateMeter } from './rate-meter.ts';

/** What is kept of an upload over a reload. */
export type StoredUpload = {
  id: string;
  scope: string;
  name: string;
  sizeBytes: number;
  mediaType: string;
  lastModified: number;
  /** The upload's address on the server; null until it was created there. */
  url: string | null;
};

/** What a page needs to go on with an upload. */
export type UploadWork = {
  stored: StoredUpload;
  /** Null: another page began it. */
  file: File | null;
  /** Other tabs see that this one has it in hand, until this is called. */
  letGo: () => void;
  /** Whether it will be told when the other tab lets go. */
  isWatched: boolean;
  tus: TusUpload | null;
  /** How often it was begun: what an earlier beginning was waiting for is not wanted any more. */
  runs: number;
  meter: RateMeter;
  failures: number;
  retryTimer: ReturnType<typeof setTimeout> | undefined;
  publishedAt: number;
};

/** An upload nothing has been done about yet. */
export function newWork(stored: StoredUpload, file: File | null): UploadWork {
  return {
    stored,
    file,
    letGo() {},
    isWatched: false,
    tus: null,
    runs: 0,
    meter: createRateMeter(),
    failures: 0,
    retryTimer: undefined,
    publishedAt: 0,
  };
}

/** Under which name the tab that has an upload in hand holds it. */
export const lockOf = (id: string): string => `upload:${id}`;
