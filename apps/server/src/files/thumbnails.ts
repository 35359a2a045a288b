import { Worker } from 'node:worker_threads';
import type { ImageSize } from './image-size.ts';
import type { ThumbnailAnswer, ThumbnailTask } from './thumbnail-worker.ts';

/** A decoded pixel takes four bytes; 40 million are 160 MB, and one picture is decoded at a time. */
export const PIXELS_MAX = 40_000_000;
export const SIDE_MAX_PX = 16_384;
/** Beyond this a picture is not worth its decoding. */
export const SOURCE_MAX_BYTES = 64 * 2 ** 20;
const DECODABLE = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);
const TIME_MAX_MS = 10_000;
/** A worker nobody asks anything gives its memory back. */
const IDLE_MS = 30_000;

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

/** A worker thread decodes: a picture that takes long or crashes the decoder stops nobody's chat. */
export function createThumbnails(): Thumbnails {
  let worker: Worker | null = null;
  let idle: NodeJS.Timeout | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  async function stop(): Promise<void> {
    clearTimeout(idle);
    const stopping = worker;
    worker = null;
    await stopping?.terminate();
  }

  function ask(task: ThumbnailTask): Promise<ThumbnailAnswer> {
    clearTimeout(idle);
    worker ??= new Worker(new URL('./thumbnail-worker.ts', import.meta.url));
    const asked = worker;
    asked.unref();
    return new Promise((resolve) => {
      const finish = (answer: ThumbnailAnswer) => {
        clearTimeout(deadline);
        asked.off('message', finish).off('error', onError).off('exit', onExit);
        resolve(answer);
      };
      const giveUp = (reason: string) => {
        finish({ ok: false, reason });
        // Whatever it is still doing must not answer the next question.
        if (worker === asked) void stop();
      };
      const onError = (error: Error) => giveUp(error.message);
      const onExit = () => giveUp('the worker ended');
      const deadline = setTimeout(() => giveUp('took too long'), TIME_MAX_MS);
      asked.on('message', finish).on('error', onError).on('exit', onExit);
      asked.postMessage(task);
    });
  }

  return {
    make(task) {
      const turn = queue.then(async () => {
        const answer = await ask(task);
        idle = setTimeout(() => void stop(), IDLE_MS);
        idle.unref();
        return answer.ok ? answer.sizeBytes : null;
      });
      queue = turn.catch(() => {});
      return turn;
    },
    async close() {
      await queue;
      await stop();
    },
  };
}
