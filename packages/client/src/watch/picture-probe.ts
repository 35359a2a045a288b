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

// Not in TypeScript's DOM types; of browsers only Chromium has it outside of workers.
type FrameProcessor = { readable: ReadableStream<CanvasImageSource & { close(): void }> };
type ProcessorGlobal = {
  MediaStreamTrackProcessor?: new (init: { track: MediaStreamTrack; maxBufferSize: number }) => FrameProcessor;
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
      const draw = (picture: CanvasImageSource) => ink.drawImage(picture, 0, 0, WIDTH_PX, HEIGHT_PX);
      const { MediaStreamTrackProcessor: Processor } = globalThis as ProcessorGlobal;
      await (Processor ? withFrame(Processor, track, draw) : withVideo(track, draw));
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

/** The next frame as it is: far cheaper than an element that plays. */
async function withFrame(
  Processor: NonNullable<ProcessorGlobal['MediaStreamTrackProcessor']>,
  track: MediaStreamTrack,
  draw: (picture: CanvasImageSource) => void,
): Promise<void> {
  // The end of a copy ends the stream; a stream that is cancelled drops frames unclosed, and the console says so.
  const copy = track.clone();
  const reader = new Processor({ track: copy, maxBufferSize: 1 }).readable.getReader();
  const timer = setTimeout(() => copy.stop(), PATIENCE_MS);
  try {
    const { value: frame } = await reader.read();
    if (!frame) throw new Error('no picture');
    try {
      draw(frame);
    } finally {
      frame.close();
    }
  } finally {
    clearTimeout(timer);
    copy.stop();
    drain(reader).catch(() => {});
  }
}

/** Frames that came meanwhile are closed, until the stream ends. */
async function drain(reader: ReadableStreamDefaultReader<{ close(): void }>): Promise<void> {
  for (let next = await reader.read(); !next.done; next = await reader.read()) next.value.close();
}

async function withVideo(track: MediaStreamTrack, draw: (picture: CanvasImageSource) => void): Promise<void> {
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
