import { createAskedThread } from '../platform/threads/asked-thread.ts';
import type { ImageSize } from './image-size.ts';
import type { ThumbnailAnswer, ThumbnailTask } from './thumbnail-worker.ts';

/** A decoded pixel takes four bytes; 40 million are 160 MB, and one picture is decoded at a time. */
export const PIXELS_MAX = 40_000_000;
export const SIDE_MAX_PX = 16_384;
/** Beyond this a picture is not worth its decoding. */
export const SOURCE_MAX_BYTES = 64 * 2 ** 20;
const DECODABLE = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);
const TIME_MAX_MS = 10_000;

export type Thumbnails = {
  /**
   * Draws a small WebP of a picture.
   * @returns its size in bytes, or null when the picture is broken or takes too long: files do without one then
   */
  make(task: ThumbnailTask): Promise<number | null>;
  close(): Promise<void>;
};

/** Whether to try at all. Small heads can announce pictures of gigabytes: those are never decoded. */
export function isDecodable(mediaType: string, sizeBytes: number, size: ImageSize | null): size is ImageSize {
  if (!DECODABLE.has(mediaType) || sizeBytes > SOURCE_MAX_BYTES || size === null) return false;
  return size.width <= SIDE_MAX_PX && size.height <= SIDE_MAX_PX && size.width * size.height <= PIXELS_MAX;
}

/** A thread of its own decodes: a picture that takes long or crashes the decoder stops nobody's chat. */
export function createThumbnails(): Thumbnails {
  const thread = createAskedThread<ThumbnailTask, ThumbnailAnswer>(
    new URL('./thumbnail-worker.ts', import.meta.url),
    TIME_MAX_MS,
  );
  return {
    async make(task) {
      const answer = await thread.ask(task).catch(() => null);
      return answer?.ok ? answer.sizeBytes : null;
    },
    close: thread.close,
  };
}
