import { UNHEARD } from '../unheard.ts';

/** Sound and picture nobody recorded: a check needs something to send, and nothing of the person. */
export type MadeUpMedia = { audio: MediaStreamTrack; video: MediaStreamTrack; stop(): void };

const WIDTH_PX = 640;
const HEIGHT_PX = 360;
const FRAMES_PER_S = 15;
/** Drawn in turn: each unlike the one before, so that an encoder has as much to do as it is let. */
const FRAMES = 6;
/** Size of one grain, px: finer costs the processor more than the network. */
const GRAIN_PX = 4;

/** Makes a soft chord that never pauses, and grain that moves over a slow gradient. */
export function createMadeUpMedia(): MadeUpMedia {
  const context = new AudioContext(UNHEARD);
  const destination = context.createMediaStreamDestination();
  const volume = new GainNode(context, { gain: 0.1 });
  volume.connect(destination);
  const oscillators = [220, 277.18, 329.63].map((frequency) => new OscillatorNode(context, { frequency }));
  for (const oscillator of oscillators) {
    oscillator.connect(volume);
    oscillator.start();
  }
  void context.resume().catch(() => {});

  const frames = Array.from({ length: FRAMES }, grain);
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH_PX;
  canvas.height = HEIGHT_PX;
  const drawing = canvas.getContext('2d')!;
  drawing.imageSmoothingEnabled = false;
  let drawn = 0;
  function draw(): void {
    drawing.drawImage(frames[drawn++ % FRAMES]!, 0, 0, WIDTH_PX, HEIGHT_PX);
  }
  draw();
  const timer = setInterval(draw, 1_000 / FRAMES_PER_S);
  const stream = canvas.captureStream(FRAMES_PER_S);
  const [audio] = destination.stream.getAudioTracks();
  const [video] = stream.getVideoTracks();
  return {
    audio: audio!,
    video: video!,
    stop() {
      clearInterval(timer);
      audio!.stop();
      video!.stop();
      for (const oscillator of oscillators) oscillator.stop();
      void context.close().catch(() => {});
    },
  };
}

function grain(): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH_PX / GRAIN_PX;
  canvas.height = HEIGHT_PX / GRAIN_PX;
  const drawing = canvas.getContext('2d')!;
  const picture = drawing.createImageData(canvas.width, canvas.height);
  for (let at = 0; at < picture.data.length; at += 4) {
    const y = Math.floor(at / 4 / canvas.width) / canvas.height;
    const light = 60 + y * 80 + Math.random() * 90;
    picture.data.set([light, light * 1.05, light * 0.95, 255], at);
  }
  drawing.putImageData(picture, 0, 0);
  return canvas;
}
