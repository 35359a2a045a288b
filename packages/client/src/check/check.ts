import {
  CHECK_ROOM_MS,
  type CheckAddress,
  type CheckReport,
  type CheckRoom,
  openCheckRoom,
} from '@alongside/contracts';
import type { Api } from '../api.ts';
import { ApiError } from '../api-error.ts';
import { createCell, type Store } from '../store.ts';
import { probeAddresses } from './address-probe.ts';
import { readBrowser } from './browser-support.ts';
import { probeCamera } from './camera-probe.ts';
import {
  type CheckEvent,
  type CheckLive,
  type CheckSnapshot,
  idleCheck,
  reduceCheck,
  type SpeakerAnswer,
} from './check-state.ts';
import { captureDevices } from './device-capture.ts';
import { probeMicrophone } from './microphone-probe.ts';
import { runRoundTrip } from './round-trip.ts';
import { playTestSound } from './test-sound.ts';

/** Whoever thinks about the browser's question for longer gets another room: a trip needs what is left of the minute, ms. */
const ROOM_USABLE_MS = CHECK_ROOM_MS / 2;

/** What a check does to the browser it runs in; tests bring their own. */
export type CheckParts = {
  readBrowser: typeof readBrowser;
  captureDevices: typeof captureDevices;
  probeMicrophone: typeof probeMicrophone;
  probeCamera: typeof probeCamera;
  playTestSound: typeof playTestSound;
  probeAddresses: typeof probeAddresses;
  runRoundTrip: typeof runRoundTrip;
  openRoom(signal: AbortSignal): Promise<CheckRoom>;
  now(): Date;
};

/** A pre-call check: one of a page, run as often as one likes. */
export type PreCallCheck = Store<CheckSnapshot> & {
  /** How loud the microphone is, 0 to 1, while it is listened to. */
  readonly level: Store<number>;
  /** The camera's picture while it is looked at. */
  readonly camera: Store<MediaStream | null>;
  /** To be called within a gesture: only then may sounds be played. One that runs is cancelled first. */
  start(): void;
  /** Lets go of every device and connection. */
  cancel(): void;
  /** The sound once more. */
  playAgain(): void;
  answerSpeaker(answer: SpeakerAnswer): void;
};

/** @param api of the server whose calls are checked; no session is needed */
export function createCheck(api: Api, parts: Partial<CheckParts> = {}): PreCallCheck {
  const does: CheckParts = {
    ...{ readBrowser, captureDevices, probeMicrophone, probeCamera, playTestSound, probeAddresses, runRoundTrip },
    openRoom: (signal) => api.call(openCheckRoom, { body: {} }, { signal }),
    now: () => new Date(),
    ...parts,
  };
  const cell = createCell<CheckSnapshot>(idleCheck());
  const level = createCell(0);
  const camera = createCell<MediaStream | null>(null);
  let running: AbortController | null = null;
  let answered = Promise.withResolvers<SpeakerAnswer>();

  async function run(over: AbortController): Promise<void> {
    const { signal } = over;
    // A part of a run that was cancelled has no say in the next one.
    const tell = (event: CheckEvent) => {
      if (running === over) cell.update((snapshot) => reduceCheck(snapshot, event));
    };
    const startedAt = does.now();
    const browser = does.readBrowser();
    tell({ type: 'started', at: startedAt.toISOString(), browser });
    tell({ type: 'finished', steps: ['browser'], report: {} });
    const stopWatching = watchHidden(() => tell({ type: 'learnt', report: { wasHidden: true } }));
    try {
      const canConnect = !browser.lacks.includes('peer_connection') && !browser.lacks.includes('web_socket');
      const devices = checkDevices(signal, tell, browser.lacks.includes('media_devices'));
      const ways = canConnect ? checkAddresses(signal, tell) : Promise.resolve(null);
      // Each lets go of what it holds when the other fails; neither is left behind.
      const [found] = await Promise.all([ways, devices.measured]);
      await checkRoundTrip(found, signal, tell);
      await devices.answered;
      tell({ type: 'ended', durationMs: Math.max(0, does.now().getTime() - startedAt.getTime()) });
    } catch (thrown) {
      const isFault = !signal.aborted;
      over.abort(new Cancelled());
      tell({ type: 'cancelled' });
      if (isFault) reportError(thrown);
    } finally {
      stopWatching();
      level.set(0);
      camera.set(null);
    }
  }

  function checkDevices(signal: AbortSignal, tell: (event: CheckEvent) => void, isWithout: boolean) {
    async function measure(): Promise<void> {
      tell({ type: 'moved', step: 'microphone', share: 0 });
      tell({ type: 'moved', step: 'camera', share: 0 });
      if (isWithout) {
        const problem = globalThis.isSecureContext ? 'unsupported' : 'insecure-context';
        tell({ type: 'finished', steps: ['microphone', 'camera'], report: withoutDevices(problem) });
        return;
      }
      const captured = await does.captureDevices();
      const tracks = [captured.microphone.track, captured.camera.track].filter((track) => track !== null);
      try {
        signal.throwIfAborted();
        await Promise.all([
          (async () => {
            const { track, problem } = captured.microphone;
            const microphone = track
              ? await does.probeMicrophone(
                  track,
                  (now, share) => {
                    level.set(now);
                    tell({ type: 'moved', step: 'microphone', share });
                  },
                  signal,
                )
              : { problem, levels: [], peak: null };
            tell({ type: 'finished', steps: ['microphone'], report: { microphone } });
          })(),
          (async () => {
            const { track, problem } = captured.camera;
            if (track) camera.set(new MediaStream([track]));
            const seen = track
              ? await does.probeCamera(track, (share) => tell({ type: 'moved', step: 'camera', share }), signal)
              : { problem, widthPx: null, heightPx: null, lumas: [], change: null };
            tell({ type: 'finished', steps: ['camera'], report: { camera: seen } });
          })(),
        ]);
      } finally {
        camera.set(null);
        for (const track of tracks) track.stop();
      }
    }
    async function ask(): Promise<void> {
      await measured;
      tell({ type: 'moved', step: 'speaker', share: 0 });
      const isPlayed = await does.playTestSound();
      if (!isPlayed) {
        tell({ type: 'finished', steps: ['speaker'], report: { speaker: 'unplayable' } });
        return;
      }
      tell({ type: 'asked', step: 'speaker' });
      const speaker = await unlessAborted(answered.promise, signal);
      tell({ type: 'finished', steps: ['speaker'], report: { speaker } });
    }
    const measured = measure();
    const asking = ask();
    asking.catch(() => {});
    return { measured, answered: asking };
  }

  async function checkAddresses(signal: AbortSignal, tell: (event: CheckEvent) => void): Promise<Found | null> {
    tell({ type: 'moved', step: 'addresses', share: 0 });
    const openedAt = does.now();
    let room: CheckRoom;
    try {
      room = await does.openRoom(signal);
    } catch (thrown) {
      signal.throwIfAborted();
      if (!(thrown instanceof ApiError)) throw thrown;
      tell({ type: 'finished', steps: ['addresses', 'media'], report: { addresses: null } });
      return null;
    }
    const known: CheckAddress[] = [];
    const addresses = await does.probeAddresses(
      room,
      (index, address) => {
        known[index] = address;
        tell({ type: 'learnt', report: { addresses: known.filter(Boolean), backups: room.backups } });
        tell({ type: 'moved', step: 'addresses', share: (index + 1) / room.addresses.length });
        tell({ type: 'moved', step: 'media', share: (index + 1) / (room.addresses.length + 1) });
      },
      signal,
    );
    tell({ type: 'finished', steps: ['addresses', 'media'], report: { addresses, backups: room.backups } });
    return { room, addresses, openedAt };
  }

  async function checkRoundTrip(
    found: Found | null,
    signal: AbortSignal,
    tell: (event: CheckEvent) => void,
  ): Promise<void> {
    const url = found?.room.addresses.find((_, index) => isUsable(found.addresses[index]))?.url;
    const report: Partial<CheckReport> = {};
    if (found && url) {
      tell({ type: 'moved', step: 'bandwidth', share: 0 });
      tell({ type: 'moved', step: 'quality', share: 0 });
      const onMeasured = (live: CheckLive, share: number) => {
        tell({ type: 'measured', live });
        tell({ type: 'moved', step: 'bandwidth', share });
        tell({ type: 'moved', step: 'quality', share });
      };
      const isOld = does.now().getTime() - found.openedAt.getTime() > ROOM_USABLE_MS;
      const { tokens } = isOld ? await does.openRoom(signal) : found.room;
      report.roundTrip = await does.runRoundTrip({ url, tokens, onMeasured, signal });
    }
    tell({ type: 'finished', steps: ['bandwidth', 'quality'], report });
  }

  return {
    subscribe: cell.subscribe,
    getSnapshot: cell.getSnapshot,
    level,
    camera,
    start() {
      running?.abort(new Cancelled());
      const over = new AbortController();
      running = over;
      answered = Promise.withResolvers();
      void run(over);
    },
    cancel() {
      if (cell.getSnapshot().phase !== 'running') return;
      running?.abort(new Cancelled());
      cell.update((snapshot) => reduceCheck(snapshot, { type: 'cancelled' }));
    },
    playAgain: () => void does.playTestSound(),
    answerSpeaker: (answer) => answered.resolve(answer),
  };
}

type Found = { room: CheckRoom; addresses: readonly CheckAddress[]; openedAt: Date };

/** The person wants no more of it. */
class Cancelled extends Error {
  override name = 'Cancelled';
}

/** Media gets there, or may: where no way was tried, a call would try as well. */
function isUsable(address: CheckAddress | undefined): boolean {
  if (address?.signal.state !== 'ok') return false;
  const tried = address.paths.filter(({ state }) => state === 'ok' || state === 'failed');
  return tried.length === 0 || tried.some(({ state }) => state === 'ok');
}

function withoutDevices(problem: 'unsupported' | 'insecure-context'): Pick<CheckReport, 'microphone' | 'camera'> {
  return {
    microphone: { problem, levels: [], peak: null },
    camera: { problem, widthPx: null, heightPx: null, lumas: [], change: null },
  };
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  if (signal.aborted) reject(signal.reason);
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  return Promise.race([promise, aborted]);
}

function watchHidden(onHidden: () => void): () => void {
  if (typeof document === 'undefined') return () => {};
  const look = () => {
    if (document.visibilityState === 'hidden') onHidden();
  };
  look();
  document.addEventListener('visibilitychange', look);
  return () => document.removeEventListener('visibilitychange', look);
}
