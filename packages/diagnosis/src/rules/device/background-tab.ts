import type { Session, Track } from '../../model/session.ts';
import { meanOver } from '../derived.ts';
import { eventsOf } from '../events.ts';
import type { Found, Rule } from '../rule.ts';

/** A glance at another tab is no trouble, ms. */
const LEAST_MS = 5_000;

/** Timers of a page that is put to sleep run once a minute at best; ours else every few seconds. ms. */
const ASLEEP_MS = 15_000;

/** Of the pictures sent before so many are left, where the page draws them itself (blur, a canvas). */
const KEPT = 0.5;

/** What was drawn before still comes out, ms. */
const AFTERMATH_MS = 2_000;

/** The page was in the background, and the browser slowed it down: told only where something came of it, or nothing more. */
export const backgroundTab: Rule = {
  id: 'background-tab',
  area: 'device',
  explains: [
    'low-frame-rate',
    'video-freeze',
    'choppy-audio',
    'frozen-camera',
    'playout-glitches',
    'transport-stall',
    // A page whose timers stand still pings nobody.
    'signalling-lost',
  ],
  thresholds: { leastMs: LEAST_MS, asleepMs: ASLEEP_MS, kept: KEPT },
  find: (session) =>
    hiddenTimes(session).flatMap(({ participantId, fromMs, toMs }) => {
      if (toMs - fromMs < LEAST_MS) return [];
      const tracks = session.tracks.filter((track) => track.participantId === participantId);
      const untilMs = leftMs(session, participantId, fromMs) ?? toMs;
      const isAsleep =
        wasFrozen(session, participantId, fromMs, untilMs) ||
        (tracks.length > 0 && tracks.every((track) => longestGapMs(track, fromMs, untilMs) >= ASLEEP_MS));
      const isSlowed = tracks.some((track) => fellBehind(track, fromMs, toMs));
      if (!isAsleep && !isSlowed) return [];
      const found: Found = {
        subject: { participantId, connectionId: null, trackId: null, direction: null, kind: null },
        fromMs,
        toMs,
        severity: isAsleep ? 'major' : 'minor',
        confidence: 0.85,
        evidence: [{ measure: 'durationMs', value: toMs - fromMs, worst: null, threshold: LEAST_MS, trouble: 'above' }],
        facts: { effect: isAsleep ? 'page-asleep' : 'page-slowed' },
      };
      return [found];
    }),
};

function hiddenTimes(session: Session): { participantId: string; fromMs: number; toMs: number }[] {
  const times: { participantId: string; fromMs: number; toMs: number }[] = [];
  const open = new Map<string, number>();
  for (const { participantId, visible, atMs } of eventsOf(session, 'page_visible')) {
    const fromMs = open.get(participantId);
    if (!visible && fromMs === undefined) open.set(participantId, atMs);
    if (!visible || fromMs === undefined) continue;
    times.push({ participantId, fromMs, toMs: atMs });
    open.delete(participantId);
  }
  for (const [participantId, fromMs] of open) times.push({ participantId, fromMs, toMs: session.toMs });
  return times;
}

/** @returns when the page hung up in the background: it is silent from then on, and not asleep */
function leftMs(session: Session, participantId: string, fromMs: number): number | null {
  const left = eventsOf(session, 'connection_state').find(
    (event) => event.state === 'closed' && event.participantId === participantId && event.atMs >= fromMs,
  );
  return left?.atMs ?? null;
}

/** Chromium says so before it stops a page; of others only their silence tells. */
function wasFrozen(session: Session, participantId: string, fromMs: number, toMs: number): boolean {
  return eventsOf(session, 'page_frozen').some(
    (event) => event.frozen && event.participantId === participantId && event.atMs >= fromMs && event.atMs <= toMs,
  );
}

/** What a page that sleeps still measures it tells when it wakes up; until then others alone show that time goes by. */
function longestGapMs({ samples }: Track, fromMs: number, untilMs: number): number {
  let longest = 0;
  let beforeMs = samples.length > 0 ? samples.atMs(Math.max(0, samples.indexAt(fromMs) - 1)) : untilMs;
  for (let index = samples.indexAt(fromMs); index < samples.length && beforeMs < untilMs; index++) {
    const atMs = samples.atMs(index);
    longest = Math.max(longest, atMs - beforeMs);
    beforeMs = atMs;
  }
  return Math.max(longest, untilMs - beforeMs);
}

function fellBehind({ samples, direction, kind, source }: Track, fromMs: number, toMs: number): boolean {
  if (direction !== 'send' || kind !== 'video' || source === 'screen') return false;
  const before = meanOver(samples, 'framesPerSecond', fromMs - 15_000, fromMs);
  const during = meanOver(samples, 'framesPerSecond', fromMs + AFTERMATH_MS, toMs);
  const active = meanOver(samples, 'active', fromMs + AFTERMATH_MS, toMs) ?? 1;
  return before !== null && during !== null && active > 0.5 && before >= 5 && during < before * KEPT;
}
