import type { CheckMicrophone } from '@alongside/contracts';
import { rmsOf } from '@alongside/diagnosis';
import { loudness } from '../call/level-meter.ts';
import { UNHEARD } from '../unheard.ts';
import { pause, within } from './waiting.ts';

const EVERY_MS = 66;
/** Heard well for so long, there is nothing more to learn, ms. */
const SPOKEN_MS = 1_500;
const LEAST_MS = 2_000;
const MOST_MS = 6_000;
/** Speech, and not the room (−46 dB of full scale). */
const SPEECH_PEAK = 0.005;
/** Where there is no sound device, or the browser lets nothing sound, a context never says that it runs; ms. */
const START_MS = 2_000;

/**
 * Listens to a microphone until somebody spoke, or for six seconds.
 * @param onLevel told how loud it is, 0 to 1 on a scale that follows the ear, and how far the listening is
 */
export async function probeMicrophone(
  track: MediaStreamTrack,
  onLevel: (level: number, share: number) => void,
  signal: AbortSignal,
): Promise<CheckMicrophone> {
  const context = new AudioContext(UNHEARD);
  const analyser = new AnalyserNode(context, { fftSize: 2_048, smoothingTimeConstant: 0 });
  const source = context.createMediaStreamSource(new MediaStream([track]));
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const levels: number[] = [];
  let peak = 0;
  let spokenMs = 0;
  try {
    await within(
      START_MS,
      context.resume().catch(() => {}),
      signal,
    );
    for (let atMs = 0; atMs < MOST_MS && !(atMs >= LEAST_MS && spokenMs >= SPOKEN_MS); atMs += EVERY_MS) {
      await pause(EVERY_MS, signal);
      analyser.getFloatTimeDomainData(samples);
      const rms = rmsOf(samples);
      const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
      peak = Math.max(peak, loudest);
      if (loudest >= SPEECH_PEAK) spokenMs += EVERY_MS;
      levels.push(bounded(rms));
      onLevel(loudness(rms), Math.max(atMs / MOST_MS, spokenMs / SPOKEN_MS));
    }
    // Without a gesture so far the context does not run: then nothing was measured.
    const isMeasured = context.state === 'running';
    return { problem: null, levels: isMeasured ? levels : [], peak: isMeasured ? bounded(peak) : null };
  } finally {
    onLevel(0, 1);
    source.disconnect();
    // One that never ran may never close.
    void context.close().catch(() => {});
  }
}

const bounded = (value: number) => Math.round(Math.min(1, Math.max(0, value)) * 100_000) / 100_000;
