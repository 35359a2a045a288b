import type { Cell } from '../store.ts';
import { UNHEARD } from '../unheard.ts';

/** How often the level is read, ms. */
const EVERY_MS = 66;
/** A meter’s audio thread begins after the moment a call does, in which everything wants the processor. */
export const IN_CALL_DELAY_MS = 1_000;

/**
 * Shows how loud a track is, one at a time.
 * @param level written to, 0 (silence) to 1 (full scale), on a scale that follows the ear
 */
export function createLevelMeter(level: Cell<number>) {
  let followed: MediaStreamTrack | null = null;
  let stop = () => {};
  return {
    /** @param track null for none; the level falls to 0 @param delayMs begins so much later */
    follow(track: MediaStreamTrack | null, delayMs: number): void {
      if (track === followed) return;
      stop();
      followed = track;
      stop = () => {};
      if (!track || typeof AudioContext === 'undefined') return;
      let end = () => {};
      const start = setTimeout(() => {
        end = startMeter(track, level);
      }, delayMs);
      stop = () => {
        clearTimeout(start);
        end();
      };
    },
  };
}

function startMeter(track: MediaStreamTrack, level: Cell<number>): () => void {
  const context = new AudioContext(UNHEARD);
  const analyser = new AnalyserNode(context, { fftSize: 1024, smoothingTimeConstant: 0 });
  const source = context.createMediaStreamSource(new MediaStream([track]));
  source.connect(analyser);
  // Without a gesture so far it stays suspended; it is tried again while it runs.
  void context.resume().catch(() => {});
  const samples = new Float32Array(analyser.fftSize);
  let shown = 0;
  const timer = setInterval(() => {
    if (context.state === 'suspended') void context.resume().catch(() => {});
    analyser.getFloatTimeDomainData(samples);
    let sum = 0;
    for (const sample of samples) sum += sample * sample;
    const now = loudness(Math.sqrt(sum / samples.length));
    // Up at once, down slowly: what the eye expects of a meter.
    shown = Math.max(now, shown * 0.85);
    level.set(shown < 0.01 ? 0 : Math.round(shown * 100) / 100);
  }, EVERY_MS);
  return () => {
    clearInterval(timer);
    source.disconnect();
    void context.close();
    level.set(0);
  };
}

/**
 * Maps a root mean square to 0–1 over 60 dB.
 * @param rms of samples in −1…1
 */
export function loudness(rms: number): number {
  if (rms <= 0) return 0;
  return Math.min(1, Math.max(0, (20 * Math.log10(rms) + 60) / 54));
}
