import { clippedRatioOf, echoOf, noiseFloorOf, rmsOf, type TrackField } from '@alongside/diagnosis';
import { UNHEARD } from '../unheard.ts';
import { quietly } from './quietly.ts';

type Values = Partial<Record<TrackField, number>>;

/** Levels are taken over so long, ms: syllables are told apart. */
const BLOCK_MS = 50;
/** And read so often, ms: an analyser keeps what came since. */
const EVERY_MS = 500;
/** The context stood still, or the clock was set: its time and the clock's are this far apart, ms. */
const MAX_APART_MS = 2_000;
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

/** Buffers as large as may be wake the machine less often (0.4 instead of 1.2 % of a core). */
const SILENT: AudioContextOptions = { ...UNHEARD, latencyHint: 0.5 };
/** Enough for levels. A graph is worked on in blocks of 128 samples: at the device's 48 kHz there are three times as many. */
const SAMPLE_RATE_HZ = 16_000;
/** What an analyser may hold at most (Web Audio 1.1, `fftSize`): two seconds. */
const MAX_SAMPLES = 32_768;

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
  /** Up to where in the context's time levels were taken, s; and what that time's zero is, ms since 1970. */
  let readS = 0;
  let zeroMs = 0;
  let samples: Float32Array<ArrayBuffer> | null = null;

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
    context ??= new AudioContext({ ...SILENT, sampleRate: SAMPLE_RATE_HZ });
    const sourcesIn = (where: AudioContext) =>
      live.map((track) => where.createMediaStreamSource(new MediaStream([track])));
    let sources: MediaStreamAudioSourceNode[];
    try {
      sources = sourcesIn(context);
    } catch {
      // Firefox takes a stream at its own rate only.
      void context.close().catch(() => {});
      context = new AudioContext(SILENT);
      sources = sourcesIn(context);
    }
    const analyser = new AnalyserNode(context, { fftSize: MAX_SAMPLES, smoothingTimeConstant: 0 });
    for (const source of sources) source.connect(analyser);
    return { analyser, sources, key };
  }

  function listen(): void {
    if (context?.state !== 'running') return;
    const { currentTime, sampleRate } = context;
    if (Math.abs(zeroMs + currentTime * 1_000 - Date.now()) > MAX_APART_MS) begin();
    const size = Math.round((sampleRate * BLOCK_MS) / 1_000);
    readS = Math.max(readS, currentTime - MAX_SAMPLES / sampleRate);
    const fresh = Math.round((currentTime - readS) * sampleRate);
    const blocks = Math.floor(fresh / size);
    samples ??= new Float32Array(MAX_SAMPLES);
    for (const [which, ear] of [
      ['near', near],
      ['far', far],
    ] as const) {
      if (!ear || blocks === 0) continue;
      ear.analyser.getFloatTimeDomainData(samples);
      const { atMs: times, level } = levels[which];
      for (let nth = 0; nth < blocks; nth++) {
        const from = samples.length - fresh + nth * size;
        const block = samples.subarray(from, from + size);
        times.push(zeroMs + (readS + ((nth + 1) * size) / sampleRate) * 1_000);
        level.push(rmsOf(block));
        if (which === 'near') clipped.push(clippedRatioOf(block));
      }
    }
    readS += (blocks * size) / sampleRate;
  }

  function forget(): void {
    for (const ring of Object.values(levels)) ring.atMs = ring.level = [];
    clipped = [];
  }

  /** Anew from now on: what was heard before lies in another time. */
  function begin(): void {
    forget();
    readS = context?.currentTime ?? 0;
    zeroMs = Date.now() - readS * 1_000;
  }

  function trim(ring: Ring): void {
    const first = ring.atMs.findIndex((atMs) => atMs >= Date.now() - WINDOW_MS);
    ring.atMs = first < 0 ? [] : ring.atMs.slice(first);
    ring.level = first < 0 ? [] : ring.level.slice(first);
  }

  function beginOrPause(): void {
    const listens = near !== null || far !== null;
    if (listens && timer === undefined) {
      begin();
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
        const floor = noiseFloorOf(levels.near.level.slice(-Math.round(NOISE_MS / BLOCK_MS)));
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
