import { type PictureProbe as Picture, probePicture } from '@alongside/diagnosis';

const WIDTH_PX = 32;
const HEIGHT_PX = 18;
/** A camera that gives nothing for so long gives nothing now, ms. */
const PATIENCE_MS = 1_500;

/** Looks at a small copy of one's own camera picture now and then. Nothing of it leaves the page but two numbers. */
export type PictureProbe = {
  /** @returns null where there is no picture to look at */
  look(track: MediaStreamTrack): Promise<Pick<Picture, 'lumaMean' | 'lumaChange'> | null>;
  stop(): void;
};

export function createPictureProbe(): PictureProbe {
  let canvas: CanvasRenderingContext2D | null | undefined;
  let last: { track: string; luma: Uint8Array } | null = null;
  let stopped = false;

  function surface(): CanvasRenderingContext2D | null {
    if (canvas !== undefined) return canvas;
    const element = Object.assign(document.createElement('canvas'), { width: WIDTH_PX, height: HEIGHT_PX });
    const made = element.getContext('2d', { willReadFrequently: true });
    if (made) {
      made.imageSmoothingEnabled = false;
      // Browsers that hide what is drawn, against being recognised, answer with something else: then it says nothing.
      made.fillStyle = '#3c78b4';
      made.fillRect(0, 0, WIDTH_PX, HEIGHT_PX);
    }
    canvas = made && isTold(made) ? made : null;
    return canvas;
  }

  return {
    async look(track) {
      const ink = stopped || document.visibilityState !== 'visible' ? null : surface();
      if (!ink || track.readyState !== 'live' || !track.enabled || track.muted) return null;
      const draw: Draw = (picture) => ink.drawImage(picture, 0, 0, WIDTH_PX, HEIGHT_PX);
      await withPicture(track, draw);
      const { data } = ink.getImageData(0, 0, WIDTH_PX, HEIGHT_PX);
      const { lumaMean, lumaChange, luma } = probePicture(data, last?.track === track.id ? last.luma : null);
      last = { track: track.id, luma };
      return { lumaMean, lumaChange };
    },
    stop() {
      stopped = true;
    },
  };
}

function isTold(ink: CanvasRenderingContext2D): boolean {
  const { data } = ink.getImageData(0, 0, WIDTH_PX, HEIGHT_PX);
  return data[0] === 0x3c && data[1] === 0x78 && data[2] === 0xb4 && data.at(-2) === 0xb4;
}

type Draw = (picture: CanvasImageSource) => void;

/** Chromium's way to one frame of a camera (MediaStream Image Capture, section 4); others have none. */
type FrameGrabber = new (track: MediaStreamTrack) => { grabFrame(): Promise<ImageBitmap> };

/**
 * A player for every look costs far more than the look, so a frame is grabbed where that is known. Reading frames by
 * MediaStreamTrackProcessor is as cheap, and leaves some that the browser complains about on the page's console.
 */
async function withPicture(track: MediaStreamTrack, draw: Draw): Promise<void> {
  const Grabber = (globalThis as { ImageCapture?: FrameGrabber }).ImageCapture;
  if (!Grabber) return withVideo(track, draw);
  let isLate = false;
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    isLate = true;
    late.reject(new Error('no picture'));
  }, PATIENCE_MS);
  const grabbed = new Grabber(track).grabFrame().then((picture) => {
    if (!isLate) draw(picture);
    picture.close();
  });
  await Promise.race([grabbed, late.promise]).finally(() => clearTimeout(timer));
}

async function withVideo(track: MediaStreamTrack, draw: Draw): Promise<void> {
  const video = document.createElement('video');
  video.muted = true;
  video.playsInline = true;
  video.srcObject = new MediaStream([track]);
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('no picture')), PATIENCE_MS);
      video.onloadeddata = () => {
        clearTimeout(timer);
        resolve();
      };
      video.play().catch(() => {});
    });
    draw(video);
  } finally {
    video.srcObject = null;
  }
}
