import { readFile, writeFile } from 'node:fs/promises';
import { parentPort } from 'node:worker_threads';
import { createCanvas, loadImage } from '@napi-rs/canvas';

/** What to make a thumbnail of; the size was read from the image's head and found bearable before. */
export type ThumbnailTask = { source: string; target: string; width: number; height: number };
export type ThumbnailAnswer = { ok: true; sizeBytes: number } | { ok: false; reason: string };

const SIDE_MAX_PX = 640;
const QUALITY = 80;

parentPort!.on('message', async (task: ThumbnailTask) => {
  parentPort!.postMessage(await make(task));
});

async function make(task: ThumbnailTask): Promise<ThumbnailAnswer> {
  try {
    // From bytes: given a path it never answers when the picture is broken (@napi-rs/canvas 1.1.1).
    const image = await loadImage(await readFile(task.source));
    // A file may say one size in its head and hold another picture.
    if (image.width !== task.width || image.height !== task.height)
      return { ok: false, reason: 'the size in the head is not the size of the picture' };
    const scale = Math.min(1, SIDE_MAX_PX / Math.max(task.width, task.height));
    const width = Math.max(1, Math.round(task.width * scale));
    const height = Math.max(1, Math.round(task.height * scale));
    const canvas = createCanvas(width, height);
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0, width, height);
    const bytes = await canvas.encode('webp', QUALITY);
    await writeFile(task.target, bytes);
    return { ok: true, sizeBytes: bytes.length };
  } catch (error) {
    return { ok: false, reason: (error as Error).message };
  }
}
