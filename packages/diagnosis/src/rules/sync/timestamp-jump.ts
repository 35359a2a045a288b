import type { Session, Track } from '../../model/session.ts';
import { quietTimes } from '../quiet.ts';
import type { Found, Rule } from '../rule.ts';
import { ofTrack } from '../subjects.ts';

/** Jitter buffers grow and shrink by less; a clock that is set, or time stamps that are counted anew, jump by more. ms. */
const THRESHOLDS = { jumpMs: 1_500, steadyMs: 400, critical: 10_000 };

/** What a jump does to whoever listens or watches: jitter (RFC 3550 takes in a sixteenth of it), holes, a freeze. */
const SHAKEN = { jitterMs: 60, concealedRatio: 0.05, freezeMs: 400 };

const MAX_GAP_MS = 6_000;

/**
 * By the sender's clock, what is played leaps: its time stamps, or the clock they are tied to. Told only where it is felt,
 * for a server that switches between people changes clocks without harm.
 */
export const timestampJump: Rule = {
  id: 'timestamp-jump',
  area: 'sync',
  explains: ['av-out-of-sync', 'video-freeze', 'choppy-audio', 'high-jitter', 'time-stretched-audio'],
  thresholds: THRESHOLDS,
  find: (session) => session.tracks.flatMap((track) => (track.direction === 'receive' ? jumpsOf(session, track) : [])),
};

function jumpsOf(session: Session, track: Track): Found[] {
  const { samples } = track;
  if (!samples.has('playoutOffsetMs')) return [];
  const isQuiet = quietTimes(session, track);
  const found: Found[] = [];
  for (let index = 2; index + 1 < samples.length; index++) {
    const [earlier, before, now, after] = [-2, -1, 0, 1].map((by) => samples.value('playoutOffsetMs', index + by));
    if (earlier == null || before == null || now == null || after == null) continue;
    const jumpMs = Math.abs(now - before);
    const isSteady = Math.abs(before - earlier) < THRESHOLDS.steadyMs && Math.abs(after - now) < THRESHOLDS.steadyMs;
    const isGap = samples.atMs(index + 1) - samples.atMs(index - 2) > 3 * MAX_GAP_MS;
    if (jumpMs < THRESHOLDS.jumpMs || !isSteady || isGap || isQuiet(samples.atMs(index))) continue;
    if (!isShaken(samples, index)) continue;
    found.push({
      subject: ofTrack(track),
      fromMs: samples.atMs(index - 1),
      toMs: samples.atMs(index),
      severity: jumpMs >= THRESHOLDS.critical ? 'critical' : 'major',
      confidence: 0.85,
      evidence: [
        {
          measure: 'playoutOffsetMs',
          value: jumpMs,
          worst: null,
          threshold: THRESHOLDS.jumpMs,
          trouble: 'above',
        },
      ],
      facts: {},
    });
  }
  return found;
}

function isShaken(samples: Track['samples'], index: number): boolean {
  const rise = (samples.value('jitterMs', index) ?? 0) - (samples.value('jitterMs', index - 1) ?? 0);
  return (
    rise >= SHAKEN.jitterMs ||
    (samples.value('concealedRatio', index) ?? 0) >= SHAKEN.concealedRatio ||
    (samples.value('freezeMs', index) ?? 0) >= SHAKEN.freezeMs
  );
}
