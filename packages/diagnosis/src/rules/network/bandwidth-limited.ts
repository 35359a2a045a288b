import type { ConnectionField } from '../../model/fields.ts';
import type { Connection, Session } from '../../model/session.ts';
import type { Found, Rule } from '../rule.ts';
import { trackThresholdRule } from '../threshold-rule.ts';
import { accountsForLoss } from './loss-field.ts';

/**
 * Every call begins with a climb to what the way carries, and climbs again after each trouble: libwebrtc's congestion
 * control adds 8 % a second (AimdRateControl), so that the way from 300 kbit/s to 2.5 Mbit/s takes half a minute at most. An
 * estimate that still rises by this much says that the way carries more.
 */
const CLIMB = { longestMs: 30_000, rise: 1.3, leastSamples: 4 };

/**
 * An estimate of twice what is sent says that the way is not full: the program caps the bitrate, and Chromium calls that
 * `bandwidth` as well. The limits are ours; on a way of less than 1 Mbit/s a picture suffers whoever holds it back.
 */
const CAPPED = { leastBps: 1_000_000, timesSent: 2 };

/**
 * Nor is a way full that carries a quarter of the estimate, however low it is: Chromium begins at 300 kbit/s with a small
 * picture, calls that `bandwidth`, and never learns better while a source brings a picture a second. Who is held to the
 * lowest of several layers fills more: its 150 of the 360 kbit/s at which libwebrtc adds the next (simulcast.cc).
 */
const IDLE = { timesSent: 4 };

/** The encoder lowers picture size or frame rate because the way out carries no more (webrtc-stats, `bandwidth`). */
const held = trackThresholdRule({
  id: 'bandwidth-limited',
  area: 'network',
  explains: [
    'low-frame-rate',
    'low-resolution',
    'video-freeze',
    'choppy-audio',
    'packet-loss',
    'congestion',
    'downlink-limited',
    'time-stretched-audio',
    'keyframe-storm',
  ],
  fieldOf: (track) => (track.direction === 'send' && track.kind === 'video' ? 'bandwidthLimitedRatio' : null),
  trouble: 'above',
  thresholds: { enter: 0.5, leave: 0.2, major: 0.9, critical: 2 },
  minMs: 5_500,
});

/** The way out is too narrow for the picture, and stays so. */
export const bandwidthLimited: Rule = {
  ...held,
  accountsFor: accountsForLoss,
  find: (session) => held.find(session).filter((found) => !isClimbing(session, found) && !isCapped(session, found)),
};

function isCapped(session: Session, { subject, fromMs, toMs }: Found): boolean {
  const connection = session.connections.find(({ id }) => id === subject.connectionId);
  const estimates = connection ? valuesIn(connection, 'availableOutgoingBps', fromMs, toMs) : [];
  const sent = connection ? valuesIn(connection, 'sentBps', fromMs, toMs) : [];
  if (estimates.length === 0 || sent.length === 0) return false;
  const times = mean(estimates) / mean(sent);
  return times >= IDLE.timesSent || (times >= CAPPED.timesSent && mean(estimates) >= CAPPED.leastBps);
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function isClimbing(session: Session, { subject, fromMs, toMs }: Found): boolean {
  const connection = session.connections.find(({ id }) => id === subject.connectionId);
  if (!connection || toMs - fromMs > CLIMB.longestMs) return false;
  const estimates = valuesIn(connection, 'availableOutgoingBps', fromMs, toMs);
  if (estimates.length < CLIMB.leastSamples) return false;
  const third = Math.max(1, Math.floor(estimates.length / 3));
  return mean(estimates.slice(-third)) >= lowestIn(estimates) * CLIMB.rise;
}

/** The lowest of the first two thirds, from where it may have climbed since. */
const lowestIn = (estimates: readonly number[]) =>
  Math.min(...estimates.slice(0, Math.ceil((estimates.length * 2) / 3)));

function valuesIn({ samples }: Connection, field: ConnectionField, fromMs: number, toMs: number): number[] {
  const values: number[] = [];
  for (let index = samples.indexAt(fromMs); index < samples.length && samples.atMs(index) <= toMs; index++) {
    const value = samples.value(field, index);
    if (value !== null) values.push(value);
  }
  return values;
}
