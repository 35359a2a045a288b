import type { RecordingTrack } from '@alongside/contracts';
import { useCallback, useEffect, useRef, useState } from 'react';

/** Farther from where it should be than this, an element is set there; nearer is not heard. */
const MAX_DRIFT_S = 0.15;
const TICK_MS = 100;

export type Playback = {
  playing: boolean;
  atMs: number;
  /** Some track waits for data. */
  waiting: boolean;
  toggle(): void;
  seek(ms: number): void;
  setRate(rate: number): void;
  rate: number;
  /** Gives a track's element to the player. */
  attach(index: number, element: HTMLMediaElement | null): void;
};

/** Whether a track has something to show or to be heard at this moment. */
export function isOn({ startMs, durationMs }: Pick<RecordingTrack, 'startMs' | 'durationMs'>, atMs: number): boolean {
  return atMs >= startMs && atMs < startMs + durationMs;
}

/** One that has come to its end, or never will, holds up nobody. */
function waitsForData({ readyState, error, ended, currentTime, duration }: HTMLMediaElement): boolean {
  return readyState < HTMLMediaElement.HAVE_CURRENT_DATA && !error && !ended && !(currentTime + 0.2 > duration);
}

/** Plays all tracks of a recording on one clock: each element is kept where the clock says it should be. */
export function usePlayback(tracks: readonly RecordingTrack[], durationMs: number): Playback {
  const elements = useRef(new Map<number, HTMLMediaElement>());
  const clock = useRef({ atMs: 0, sinceMs: 0, playing: false, rate: 1 });
  const [state, setState] = useState({ playing: false, atMs: 0, waiting: false, rate: 1 });

  const align = useCallback(() => {
    const now = performance.now();
    const { current } = clock;
    let waiting = false;
    for (const [index, element] of elements.current) {
      const track = tracks[index];
      if (track && isOn(track, current.atMs) && waitsForData(element)) waiting = true;
    }
    if (current.playing && !waiting)
      current.atMs = Math.min(durationMs, current.atMs + (now - current.sinceMs) * current.rate);
    current.sinceMs = now;
    if (current.atMs >= durationMs) current.playing = false;
    for (const [index, element] of elements.current) {
      const track = tracks[index];
      if (!track) continue;
      const at = (current.atMs - track.startMs) / 1_000;
      if (!isOn(track, current.atMs)) {
        if (!element.paused) element.pause();
        continue;
      }
      if (element.playbackRate !== current.rate) element.playbackRate = current.rate;
      if (Math.abs(element.currentTime - at) > (current.playing ? MAX_DRIFT_S : 0.02) && !element.seeking) {
        element.currentTime = at;
      }
      if (current.playing && !waiting && element.paused) element.play().catch(() => {});
      else if ((!current.playing || waiting) && !element.paused) element.pause();
    }
    setState({ playing: current.playing, atMs: current.atMs, waiting, rate: current.rate });
  }, [tracks, durationMs]);

  useEffect(() => {
    const timer = setInterval(() => {
      if (clock.current.playing || elements.current.size > 0) align();
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [align]);

  const change = (set: Partial<(typeof clock)['current']>): void => {
    Object.assign(clock.current, set, { sinceMs: performance.now() });
    align();
  };
  return {
    ...state,
    toggle() {
      const { atMs, playing } = clock.current;
      change({ playing: !playing, atMs: !playing && atMs >= durationMs ? 0 : atMs });
    },
    seek: (ms) => change({ atMs: Math.max(0, Math.min(durationMs, ms)) }),
    setRate: (rate) => change({ rate }),
    attach(index, element) {
      if (element) elements.current.set(index, element);
      else elements.current.delete(index);
    },
  };
}
