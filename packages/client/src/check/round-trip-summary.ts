import type { CheckFinding, CheckRoundTrip } from '@alongside/contracts';
import { judge, RULES, type Rule, type Session, type TrackField } from '@alongside/diagnosis';

/** Names of the two ends in the session. */
export const SENDING = 'sending';
export const RECEIVING = 'receiving';

/**
 * Rules that say nothing here: the way is filled on purpose, to learn how much it takes, and neither sound nor picture is
 * of a microphone or a camera.
 */
const NOT_HERE = new Set(['bandwidth-limited', 'downlink-limited', 'congestion', 'low-frame-rate', 'low-resolution']);
const RULES_HERE: readonly Rule[] = RULES.filter(
  ({ id, area }) => !NOT_HERE.has(id) && (area === 'network' || area === 'connection' || id === 'processor-limited'),
);

/** Over so long the best bitrate is taken, samples of a second: one alone may be a burst that had queued up. */
const BEST_OF = 2;

/** Sums up what both ends of a round trip measured; pure. */
export function summariseRoundTrip(session: Session): Omit<CheckRoundTrip, 'failure'> {
  const send = session.connections.find(({ id }) => id === SENDING);
  const receive = session.connections.find(({ id }) => id === RECEIVING);
  const up = seriesOf(session, 'send');
  const down = seriesOf(session, 'receive');
  const pair = session.events.findLast((event) => event.type === 'pair_selected');
  const received = session.tracks.filter(({ direction }) => direction === 'receive');
  const sent = session.tracks.filter(({ direction }) => direction === 'send');
  const rtts = [send, receive].flatMap((connection) =>
    connection ? values(connection.samples.length, (index) => connection.samples.value('rttMs', index)) : [],
  );
  const remoteRtts = sent.flatMap((track) => valuesOf(track, 'remoteRttMs'));
  return {
    protocol: pair?.type === 'pair_selected' && pair.local.protocol !== 'unknown' ? pair.local.protocol : null,
    relayed: pair?.type === 'pair_selected' && pair.local.type === 'relay',
    measuredMs: Math.max(0, session.toMs - session.fromMs) || 0,
    rttMs: mean(rtts.length > 0 ? rtts : remoteRtts),
    jitterMs: mean(received.filter(({ kind }) => kind === 'audio').flatMap((track) => valuesOf(track, 'jitterMs'))),
    lossRatio: most([
      mean(received.flatMap((track) => valuesOf(track, 'lossRatio'))),
      mean(sent.flatMap((track) => valuesOf(track, 'remoteLossRatio'))),
    ]),
    concealedRatio: mean(received.flatMap((track) => valuesOf(track, 'concealedRatio'))),
    freezeMs: sum(received.flatMap((track) => valuesOf(track, 'freezeMs'))),
    upBps: best(up),
    downBps: best(down),
    upSeriesBps: up.map(Math.round).slice(0, 60),
    downSeriesBps: down.map(Math.round).slice(0, 60),
    findings: findingsOf(session),
  };
}

function findingsOf(session: Session): CheckFinding[] {
  const { causes } = judge(session, RULES_HERE);
  const found = causes.map(({ finding: { rule, severity, subject } }) => ({
    rule,
    severity,
    direction: subject.direction,
    kind: subject.kind,
  }));
  return found.slice(0, 30);
}

/** What all streams of one direction carried, second by second. */
export function seriesOf(session: Session, direction: 'send' | 'receive'): number[] {
  const perSecond = new Map<number, number>();
  for (const track of session.tracks) {
    if (track.direction !== direction) continue;
    for (let index = 0; index < track.samples.length; index++) {
      const second = Math.round((track.samples.atMs(index) - session.fromMs) / 1_000);
      perSecond.set(second, (perSecond.get(second) ?? 0) + (track.samples.value('bitrateBps', index) ?? 0));
    }
  }
  return [...perSecond.entries()].sort(([a], [b]) => a - b).map(([, bps]) => bps);
}

function best(series: readonly number[]): number | null {
  if (series.length === 0) return null;
  let most = 0;
  for (let at = 0; at <= Math.max(0, series.length - BEST_OF); at++) {
    const some = series.slice(at, at + BEST_OF);
    most = Math.max(most, some.reduce((total, value) => total + value, 0) / some.length);
  }
  return Math.round(most);
}

const valuesOf = (track: Session['tracks'][number], field: TrackField) =>
  values(track.samples.length, (index) => track.samples.value(field, index));

function values(length: number, read: (index: number) => number | null): number[] {
  return Array.from({ length }, (_, index) => read(index)).filter((value) => value !== null);
}

function mean(all: readonly number[]): number | null {
  return all.length === 0 ? null : rounded(all.reduce((total, value) => total + value, 0) / all.length);
}

const sum = (all: readonly number[]) => (all.length === 0 ? null : rounded(all.reduce((a, b) => a + b, 0)));

function most(all: readonly (number | null)[]): number | null {
  const known = all.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

const rounded = (value: number) => Math.round(value * 10_000) / 10_000;
