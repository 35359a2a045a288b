import type { ReadonlySeries } from '../model/series.ts';
import type { Session } from '../model/session.ts';
import type { Finding, Measure, Subject } from '../rules/finding.ts';

/** One measure of one stream or connection, thin enough to be drawn. */
export type Lane = {
  id: string;
  measure: Measure;
  subject: Subject;
  /** [instant in ms, value], in order; null where nothing was measured for a while. */
  points: [number, number | null][];
  /** Largest value, so that the lane can be scaled. */
  max: number;
};

/** What is drawn of each kind of stream where nothing is wrong with it, in the order of what people ask first. */
const USUAL: Record<Exclude<Subject['direction'], null>, Record<'audio' | 'video', readonly Measure[]>> = {
  receive: { audio: ['concealedRatio', 'lossRatio'], video: ['framesPerSecond', 'lossRatio'] },
  send: { audio: ['audioLevel', 'remoteLossRatio'], video: ['framesPerSecond', 'bitrateBps'] },
};

/** Without a sample for longer, the line is broken, ms. */
const BREAK_MS = 10_000;

/** Where little is trouble: what stays of many samples is the smallest. */
const TROUBLE_BELOW: ReadonlySet<Measure> = new Set<Measure>([
  'framesPerSecond',
  'audioLevel',
  'bitrateBps',
  'sentBps',
  'receivedBps',
  'availableOutgoingBps',
]);

/**
 * Chooses what to draw of a session: what its findings stand on first, then the usual of each stream, and thins it so
 * that the worst stays.
 * @param maxLanes of all; one participant cannot use up the room of the others
 */
export function lanesOf(session: Session, findings: readonly Finding[], maxLanes = 8, maxPoints = 240): Lane[] {
  const lanes = new Map<string, Lane>();
  const maxOfOne = Math.max(4, Math.floor(maxLanes / Math.max(1, session.participants.length)));
  const counts = new Map<string, number>();
  const add = (measure: Measure, subject: Subject, series: ReadonlySeries<never> | undefined) => {
    const id = `${subject.connectionId ?? ''} ${subject.trackId ?? ''} ${measure}`;
    const field = measure as never;
    const count = counts.get(subject.participantId) ?? 0;
    if (lanes.size >= maxLanes || count >= maxOfOne || lanes.has(id) || !series?.has(field)) return;
    counts.set(subject.participantId, count + 1);
    const points = thinned(series, field, maxPoints, TROUBLE_BELOW.has(measure));
    lanes.set(id, {
      id,
      measure,
      subject,
      points,
      max: points.reduce((most, [, value]) => Math.max(most, value ?? 0), 0),
    });
  };
  const tracks = new Map(session.tracks.map((track) => [track.id, track]));
  const connections = new Map(session.connections.map((connection) => [connection.id, connection]));
  for (const { subject, evidence } of findings)
    for (const { measure } of evidence) {
      const series =
        subject.trackId === null ? connections.get(subject.connectionId ?? '') : tracks.get(subject.trackId);
      add(measure, subject, series?.samples as ReadonlySeries<never> | undefined);
    }
  for (const { id, participantId, samples } of session.connections)
    add('rttMs', { participantId, connectionId: id, trackId: null, direction: null, kind: null }, samples as never);
  for (let nth = 0; nth < 2; nth++)
    for (const { id: trackId, participantId, connectionId, direction, kind, samples } of session.tracks)
      add(USUAL[direction][kind][nth]!, { participantId, connectionId, trackId, direction, kind }, samples as never);
  return [...lanes.values()];
}

/** Of each stretch its worst and its last value, so that no trouble is lost. */
function thinned(
  series: ReadonlySeries<never>,
  field: never,
  maxPoints: number,
  isTroubleBelow: boolean,
): [number, number | null][] {
  const isWorse = (a: number, b: number) => (isTroubleBelow ? a < b : a > b);
  const points: [number, number | null][] = [];
  const stride = Math.max(1, Math.ceil((series.length * 2) / maxPoints));
  let lastMs = Number.NaN;
  for (let from = 0; from < series.length; from += stride) {
    let peak = -1;
    let last = -1;
    for (let index = from; index < Math.min(from + stride, series.length); index++) {
      const value = series.value(field, index);
      if (value === null) continue;
      last = index;
      if (peak < 0 || isWorse(value, series.value(field, peak)!)) peak = index;
    }
    if (last < 0) continue;
    if (series.atMs(peak) - lastMs > BREAK_MS * stride) points.push([series.atMs(peak) - 1, null]);
    points.push([series.atMs(peak), series.value(field, peak)]);
    if (last !== peak) points.push([series.atMs(last), series.value(field, last)]);
    lastMs = series.atMs(last);
  }
  return points;
}
