import type { Session, Track } from '../model/session.ts';
import { sentAs } from './ends.ts';
import { eventsOf } from './events.ts';

/** A stretch of time, ms, half-open. */
type Interval = { fromMs: number; toMs: number };

/** What comes right after a silence by choice still shows its traces, ms. */
const AFTERMATH_MS = 1_000;

/** When each participant's page was hidden: asked for every picture of a session. */
const HIDDEN = new WeakMap<Session, Map<string, Interval[]>>();

/**
 * When what is measured of a track says nothing about faults: somebody muted it, here or where it is sent; its sender has
 * the layer off; or the page that draws it was in the background, where browsers throttle drawing and timers.
 * @returns whether an instant is such a time
 */
export function quietTimes(session: Session, track: Track): (atMs: number) => boolean {
  const { samples } = track;
  const quiet = [
    ...mutedTimes(session, track),
    ...(track.kind === 'video' ? hiddenTimes(session, track.participantId) : []),
    ...(samples.has('active') ? intervalsOf(inactive(samples)) : []),
  ];
  // Of a camera that is off black pictures come, now and then or evenly, and nobody looks at them.
  const sent = sentAs(session, track).map((one) => mutedTimes(session, one));
  return (atMs) => isIn(quiet, atMs) || (sent.length > 0 && sent.every((muted) => isIn(muted, atMs)));
}

const isIn = (intervals: readonly Interval[], atMs: number) =>
  intervals.some(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs);

function mutedTimes(session: Session, { id }: Track): Interval[] {
  const muting = [
    ...eventsOf(session, 'track_muted', id).map(({ atMs, muted }) => ({ atMs, isQuiet: muted })),
    ...eventsOf(session, 'track_enabled', id).map(({ atMs, enabled }) => ({ atMs, isQuiet: !enabled })),
  ];
  return intervalsOf(muting.sort((a, b) => a.atMs - b.atMs));
}

function hiddenTimes(session: Session, participantId: string): Interval[] {
  let known = HIDDEN.get(session);
  if (!known) {
    known = new Map();
    HIDDEN.set(session, known);
  }
  let hidden = known.get(participantId);
  if (!hidden) {
    const events = eventsOf(session, 'page_visible').filter((event) => event.participantId === participantId);
    hidden = intervalsOf(events.map(({ atMs, visible }) => ({ atMs, isQuiet: !visible })));
    known.set(participantId, hidden);
  }
  return hidden;
}

/** Stretches from where it becomes quiet to where it no longer is. */
function intervalsOf(events: Iterable<{ atMs: number; isQuiet: boolean }>): Interval[] {
  const quiet: Interval[] = [];
  let sinceMs: number | null = null;
  for (const { atMs, isQuiet } of events) {
    if (isQuiet) sinceMs ??= atMs;
    else if (sinceMs !== null) {
      quiet.push({ fromMs: sinceMs, toMs: atMs + AFTERMATH_MS });
      sinceMs = null;
    }
  }
  if (sinceMs !== null) quiet.push({ fromMs: sinceMs, toMs: Number.POSITIVE_INFINITY });
  return quiet;
}

function* inactive(samples: Track['samples']): Generator<{ atMs: number; isQuiet: boolean }> {
  for (let index = 0; index < samples.length; index++) {
    const active = samples.value('active', index);
    if (active !== null) yield { atMs: samples.atMs(index), isQuiet: active === 0 };
  }
}
