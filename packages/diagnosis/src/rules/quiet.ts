import type { Session, Track } from '../model/session.ts';

/** A stretch of time, ms, half-open. */
type Interval = { fromMs: number; toMs: number };

/** What comes right after a silence by choice still shows its traces, ms. */
const AFTERMATH_MS = 1_000;

/**
 * When what is measured of a track says nothing about faults: somebody muted it, its sender has the layer off, or the
 * page that draws it was in the background, where browsers throttle drawing and timers.
 * @returns whether an instant is such a time
 */
export function quietTimes(session: Session, track: Track): (atMs: number) => boolean {
  const quiet: Interval[] = [];
  const until = (events: Iterable<{ atMs: number; isQuiet: boolean }>) => {
    let sinceMs: number | null = null;
    for (const { atMs, isQuiet } of events) {
      if (isQuiet) sinceMs ??= atMs;
      else if (sinceMs !== null) {
        quiet.push({ fromMs: sinceMs, toMs: atMs + AFTERMATH_MS });
        sinceMs = null;
      }
    }
    if (sinceMs !== null) quiet.push({ fromMs: sinceMs, toMs: Number.POSITIVE_INFINITY });
  };
  until(
    session.events.flatMap((event) => {
      const { atMs } = event;
      const isMuting = event.type === 'track_muted' || event.type === 'track_enabled';
      if (!isMuting || event.trackId !== track.id) return [];
      return [{ atMs, isQuiet: event.type === 'track_muted' ? event.muted : !event.enabled }];
    }),
  );
  if (track.kind === 'video')
    until(
      session.events.flatMap((event) =>
        event.type === 'page_visible' && event.participantId === track.participantId
          ? [{ atMs: event.atMs, isQuiet: !event.visible }]
          : [],
      ),
    );
  const { samples } = track;
  if (samples.has('active')) until(inactive(samples));
  return (atMs) => quiet.some(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs);
}

function* inactive(samples: Track['samples']): Generator<{ atMs: number; isQuiet: boolean }> {
  for (let index = 0; index < samples.length; index++) {
    const active = samples.value('active', index);
    if (active !== null) yield { atMs: samples.atMs(index), isQuiet: active === 0 };
  }
}
