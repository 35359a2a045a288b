import { clippedRatioOf, echoOf, noiseFloorOf, rmsOf, type TrackField } from '@alongside/diagnosis';
import { quietly } from './quietly.ts';

type Values = Partial<Record<TrackField, number>>;

/** How often levels are read, ms: syllables are told apart. */
const EVERY_MS = 50;
/** How much of them an echo is looked for in, ms. */
const WINDOW_MS = 12_000;
/** Over what the noise of a room is taken, ms. */
const NOISE_MS = 4_000;
/** What somebody sends comes back by the other end's loudspeaker after no longer than this, ms. */
const LONGEST_RETURN_MS = 2_500;

/** Levels of what is sent and of what is heard, and what follows from the two together. */
export type SoundProbe = {
  /** What to listen to from now on; the same tracks again change nothing. */
  follow(near: MediaStreamTrack | null, far: readonly MediaStreamTrack[]): void;
  /** What was found since the last time: of what is sent, and of what is received. */
  read(): { sent: Values; received: Values };
  stop(): void;
};

/**
 * Nothing is played by it: large buffers wake the machine less often, and without a loudspeaker (Web Audio 1.1,
 * `AudioSinkOptions`; browsers that do not know it leave it out) no sound device is kept open for zeros.
 */
const SILENT: AudioContextOptions & { sinkId: { type: 'none' } } = {
  latencyHint: 'playback',
  sinkId: { type: 'none' },
};

type Ring = { atMs: number[]; level: number[] };
type Ear = { analyser: AnalyserNode; sources: MediaStreamAudioSourceNode[]; key: string };

export function createSoundProbe(): SoundProbe {
  let context: AudioContext | null = null;
  let near: Ear | null = null;
  let far: Ear | null = null;
  let nearTrack: MediaStreamTrack | null = null;
  let clipped: number[] = [];
  let timer: ReturnType<typeof setInterval> | undefined;
  let turn = 0;
  const levels: Record<'near' | 'far', Ring> = { near: { atMs: [], level: [] }, far: { atMs: [], level: [] } };
  const samples = new Float32Array(2_048);

  /** Where nobody has touched the page yet the browser would complain on its console. */
  const mayOpen = () =>
    typeof AudioContext !== 'undefined' &&
    (navigator.userActivation === undefined || navigator.userActivation.hasBeenActive);

  function ear(before: Ear | null, tracks: readonly MediaStreamTrack[]): Ear | null {
    const live = tracks.filter((track) => track.readyState === 'live');
    const key = live.map((track) => track.id).join(' ');
    if (before?.key === key) return before;
    for (const source of before?.sources ?? []) source.disconnect();
    if (live.length === 0 || !mayOpen()) return null;
    context ??= new AudioContext(SILENT);
    const analyser = new AnalyserNode(context, { fftSize: samples.length, smoothingTimeConstant: 0 });
    const sources = live.map((track) => context!.createMediaStreamSource(new MediaStream([track])));
    for (const source of sources) source.connect(analyser);
    return { analyser, sources, key };
  }

  function listen(): void {
    if (context?.state !== 'running') return;
    const atMs = Date.now();
    for (const [which, ear] of [
      ['near', near],
      ['far', far],
    ] as const) {
      if (!ear) continue;
      ear.analyser.getFloatTimeDomainData(samples);
      const { atMs: times, level } = levels[which];
      times.push(atMs);
      level.push(rmsOf(samples));
      if (which === 'near') clipped.push(clippedRatioOf(samples));
    }
  }

  function forget(): void {
    for (const ring of Object.values(levels)) ring.atMs = ring.level = [];
    clipped = [];
  }

  function trim(ring: Ring): void {
    const first = ring.atMs.findIndex((atMs) => atMs >= Date.now() - WINDOW_MS);
    ring.atMs = first < 0 ? [] : ring.atMs.slice(first);
    ring.level = first < 0 ? [] : ring.level.slice(first);
  }

  function beginOrPause(): void {
    const listens = near !== null || far !== null;
    if (listens && timer === undefined) {
      forget();
      void context?.resume().catch(() => {});
      timer = setInterval(() => quietly(listen), EVERY_MS);
    } else if (!listens && timer !== undefined) {
      clearInterval(timer);
      timer = undefined;
      void context?.suspend().catch(() => {});
    }
  }

  return {
    follow(track, others) {
      nearTrack = track;
      near = ear(near, track ? [track] : []);
      far = ear(far, others);
      beginOrPause();
    },
    read() {
      for (const ring of Object.values(levels)) trim(ring);
      const sent: Values = {};
      const received: Values = {};
      if (timer === undefined) return { sent, received };
      // Muted by a person it says nothing of the room.
      if (nearTrack?.enabled && clipped.length > 0) {
        sent.clippedRatio = clipped.reduce((sum, one) => sum + one, 0) / clipped.length;
        const floor = noiseFloorOf(levels.near.level.slice(-Math.round(NOISE_MS / EVERY_MS)));
        if (floor !== null) sent.noiseFloor = floor;
      }
      clipped = [];
      turn += 1;
      if (turn % 2 === 0 && nearTrack?.enabled) {
        Object.assign(sent, echoFields(echoOf(levels.far, levels.near)));
        Object.assign(received, echoFields(echoOf(levels.near, levels.far, LONGEST_RETURN_MS)));
      }
      return { sent, received };
    },
    stop() {
      clearInterval(timer);
      for (const source of [...(near?.sources ?? []), ...(far?.sources ?? [])]) quietly(() => source.disconnect());
      void context?.close().catch(() => {});
    },
  };
}

function echoFields(echo: ReturnType<typeof echoOf>): Values {
  return echo ? { echoCorrelation: echo.correlation, echoDelayMs: echo.delayMs, echoConfidence: echo.confidence } : {};
}
