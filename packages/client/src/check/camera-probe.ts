import type { CheckCamera } from '@alongside/contracts';
import { probePicture } from '@alongside/diagnosis';
import { pause, within } from './waiting.ts';

const WIDTH_PX = 32;
const HEIGHT_PX = 18;
const EVERY_MS = 150;
const LOOKS = 18;
/** A camera that shows nothing after this does not work, ms: some take two seconds to wake. */
const FIRST_PICTURE_MS = 5_000;
/** Its first pictures are dark while it finds the light. */
const SETTLE_MS = 500;

/**
 * Looks at a camera's picture for three seconds, on a canvas of a few points.
 * @param onShare told how far it is
 */
export async function probeCamera(
  track: MediaStreamTrack,
  onShare: (share: number) => void,
  signal: AbortSignal,
): Promise<CheckCamera> {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = new MediaStream([track]);
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH_PX;
  canvas.height = HEIGHT_PX;
  const drawing = canvas.getContext('2d', { willReadFrequently: true });
  const lumas: number[] = [];
  let change: number | null = null;
  try {
    const started = await within(
      FIRST_PICTURE_MS,
      video.play().then(() => true),
      signal,
    ).catch((thrown) => {
      signal.throwIfAborted();
      return thrown instanceof DOMException ? null : Promise.reject(thrown);
    });
    if (started && drawing) {
      drawing.imageSmoothingEnabled = false;
      await pause(SETTLE_MS, signal);
      let last: Uint8Array | null = null;
      for (let look = 0; look < LOOKS; look++) {
        await pause(EVERY_MS, signal);
        drawing.drawImage(video, 0, 0, WIDTH_PX, HEIGHT_PX);
        const probe = probePicture(drawing.getImageData(0, 0, WIDTH_PX, HEIGHT_PX).data, last);
        last = probe.luma;
        lumas.push(round(probe.lumaMean));
        if (probe.lumaChange !== null) change = Math.max(change ?? 0, round(probe.lumaChange));
        onShare((look + 1) / LOOKS);
      }
    }
    const hasPicture = video.videoWidth > 0;
    return {
      // It was given to us, and brings nothing: held by something else, or broken.
      problem: started ? null : 'in-use',
      widthPx: hasPicture ? video.videoWidth : null,
      heightPx: hasPicture ? video.videoHeight : null,
      lumas,
      change,
    };
  } finally {
    video.srcObject = null;
  }
}

const round = (value: number) => Math.round(Math.min(1, value) * 100_000) / 100_000;
