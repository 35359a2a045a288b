import { readSetting, writeSetting } from './persistence.ts';
import { createCell, type Store } from './store.ts';

export type SoundState = {
  muted: boolean;
  /** The browser holds sound back until the person has touched the page. */
  locked: boolean;
};

/** Tones made by the page itself. Silent until the person has touched the page, as browsers demand. */
export type Sound = Store<SoundState> & {
  /** Rings until stopped; begins as soon as it may, should it still be locked. */
  ring(): () => void;
  /** What the caller hears while the other side rings. */
  ringback(): () => void;
  /** Pages whoever is on call, until stopped; more urgent than a call. */
  alarm(): () => void;
  /** A message came in. */
  ping(): void;
  setMuted(muted: boolean): void;
  close(): void;
};

type Note = { atMs: number; hertz: number; lengthMs: number; gain: number };

// A major third up and down, soft: heard across a room, without the alarm of a telephone.
const RING: readonly Note[] = [
  { atMs: 0, hertz: 659.25, lengthMs: 420, gain: 0.2 },
  { atMs: 160, hertz: 830.61, lengthMs: 420, gain: 0.2 },
  { atMs: 320, hertz: 987.77, lengthMs: 700, gain: 0.16 },
];
const RING_EVERY_MS = 2_400;
const RINGBACK: readonly Note[] = [{ atMs: 0, hertz: 425, lengthMs: 1_000, gain: 0.06 }];
const RINGBACK_EVERY_MS = 4_000;
// Two falling fourths, twice: nothing else here sounds like it, and it carries through a door.
const ALARM: readonly Note[] = [0, 620].flatMap((startMs) => [
  { atMs: startMs, hertz: 1046.5, lengthMs: 170, gain: 0.26 },
  { atMs: startMs + 140, hertz: 783.99, lengthMs: 170, gain: 0.26 },
  { atMs: startMs + 280, hertz: 1046.5, lengthMs: 240, gain: 0.26 },
]);
const ALARM_EVERY_MS = 2_000;
const PING: readonly Note[] = [
  { atMs: 0, hertz: 880, lengthMs: 160, gain: 0.12 },
  { atMs: 90, hertz: 1174.66, lengthMs: 260, gain: 0.1 },
];

/** After the last note: an open sound device costs a hundredth of a core and keeps a laptop awake. */
const REST_AFTER_MS = 500;

/** Makes the page's sounds. One per page; the sound device is open only while there is something to hear. */
export function createSound(): Sound {
  const state = createCell<SoundState>({ muted: readSetting('muted') === 'yes', locked: true });
  const loops = new Set<ReturnType<typeof setInterval>>();
  let context: AudioContext | null = null;
  let closed = false;
  let resting: ReturnType<typeof setTimeout> | undefined;
  let restAtMs = 0;

  function unlock(): void {
    if (closed || typeof AudioContext === 'undefined') return;
    // Made within the gesture: one made earlier stays suspended and makes the browser complain.
    context ??= new AudioContext();
    context.resume().then(
      () => {
        if (context?.state !== 'running') return;
        restIn(0);
        state.set({ ...state.getSnapshot(), locked: false });
        removeGestureListeners();
      },
      () => {},
    );
  }
  function removeGestureListeners(): void {
    if (typeof window === 'undefined') return;
    window.removeEventListener('pointerdown', unlock, true);
    window.removeEventListener('keydown', unlock, true);
  }
  function awaitGesture(): void {
    if (typeof window === 'undefined') return;
    window.addEventListener('pointerdown', unlock, { capture: true, passive: true });
    window.addEventListener('keydown', unlock, { capture: true, passive: true });
  }
  awaitGesture();

  function play(notes: readonly Note[]): void {
    const { muted, locked } = state.getSnapshot();
    const device = context;
    if (muted || locked || closed || !device) return;
    const lengthMs = Math.max(...notes.map((note) => note.atMs + note.lengthMs));
    const startMs = performance.now();
    restIn(lengthMs);
    device.resume().then(
      () => {
        // A browser that let it wait for a gesture would play all rounds it missed at once.
        if (performance.now() - startMs < lengthMs) for (const note of notes) playNote(device, note);
      },
      () => {},
    );
  }

  function restIn(ms: number): void {
    restAtMs = Math.max(restAtMs, performance.now() + ms + REST_AFTER_MS);
    clearTimeout(resting);
    resting = setTimeout(rest, restAtMs - performance.now());
  }

  function rest(): void {
    if (context?.state === 'running') {
      void context.suspend().catch(() => {});
      return;
    }
    // It did not open: the browser wants a gesture anew, as after a telephone call on a mobile.
    state.set({ ...state.getSnapshot(), locked: true });
    awaitGesture();
  }

  function loop(notes: readonly Note[], everyMs: number): () => void {
    play(notes);
    const timer = setInterval(() => play(notes), everyMs);
    loops.add(timer);
    // Unlocked while it rings: the next round would be seconds away.
    let wasLocked = state.getSnapshot().locked;
    const stopWatching = state.subscribe(() => {
      if (wasLocked && !state.getSnapshot().locked) play(notes);
      wasLocked = state.getSnapshot().locked;
    });
    return () => {
      clearInterval(timer);
      loops.delete(timer);
      stopWatching();
    };
  }

  return {
    subscribe: state.subscribe,
    getSnapshot: state.getSnapshot,
    ring: () => loop(RING, RING_EVERY_MS),
    ringback: () => loop(RINGBACK, RINGBACK_EVERY_MS),
    alarm: () => loop(ALARM, ALARM_EVERY_MS),
    ping: () => play(PING),
    setMuted(muted) {
      writeSetting('muted', muted ? 'yes' : null);
      state.set({ ...state.getSnapshot(), muted });
    },
    close() {
      closed = true;
      for (const timer of loops) clearInterval(timer);
      loops.clear();
      clearTimeout(resting);
      removeGestureListeners();
      void context?.close();
    },
  };
}

function playNote(context: AudioContext, note: Note): void {
  const start = context.currentTime + note.atMs / 1_000;
  const end = start + note.lengthMs / 1_000;
  const oscillator = new OscillatorNode(context, { type: 'sine', frequency: note.hertz });
  const volume = new GainNode(context, { gain: 0 });
  // A tone cut on or off at once clicks.
  volume.gain.setValueAtTime(0, start);
  volume.gain.linearRampToValueAtTime(note.gain, start + 0.012);
  volume.gain.exponentialRampToValueAtTime(0.0001, end);
  oscillator.connect(volume).connect(context.destination);
  oscillator.start(start);
  oscillator.stop(end);
}
