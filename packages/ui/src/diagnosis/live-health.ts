import type { Watching } from '@alongside/contracts';
import type { Lane, Measure } from '@alongside/diagnosis';
import { type Evidence, findingsOf } from './evidence.ts';
import { familyOf, MEDIA_SERVER_ID } from './graph-layout.ts';

/** A participant of whom nothing has come for longer is not known to be well, ms. */
export const SILENT_AFTER_MS = 15_000;

/** How somebody's call goes now: by the worst that was found and has not ended. */
export type Health = 'good' | 'fair' | 'poor' | 'waiting' | 'silent';

/** What is drawn of everybody, in this order, so that nothing jumps when a measure comes or goes. */
export const LIVE_ROWS: readonly { id: string; measures: readonly Measure[] }[] = [
  { id: 'rtt', measures: ['rttMs'] },
  { id: 'loss', measures: ['lossRatio'] },
  { id: 'bitrate', measures: ['receivedBps', 'bitrateBps'] },
  { id: 'picture', measures: ['framesPerSecond'] },
];

/**
 * @param lastSampleMs when the last sample was taken, null for none yet
 * @param nowMs by the same clock
 */
export function healthOf(
  participantId: string,
  causes: Evidence['causes'],
  lastSampleMs: number | null | undefined,
  nowMs: number,
): Health {
  if (lastSampleMs === null || lastSampleMs === undefined) return 'waiting';
  if (nowMs - lastSampleMs > SILENT_AFTER_MS) return 'silent';
  const severities = findingsOf(causes)
    .filter(({ finding }) => finding.subject.participantId === participantId)
    .map(({ finding }) => finding.severity);
  if (severities.includes('critical')) return 'poor';
  return severities.includes('major') ? 'fair' : 'good';
}

/**
 * The lines of one row: of the first of its measures that is there. What is received comes before what is sent, but of
 * losses the worst; what comes now before what does not (the same camera may come directly or by the media server); of
 * several connections the one with the most, since the others carry nothing.
 */
export function liveLines(lanes: readonly Lane[], participantId: string, measures: readonly Measure[]): Lane[] {
  const theirs = lanes.filter(({ subject }) => subject.participantId === participantId);
  for (const measure of measures) {
    const lines = theirs.filter((lane) => familyOf(lane.measure) === measure && hasValue(lane));
    const whole = lines.filter(({ subject }) => subject.trackId === null).toSorted((a, b) => newestOf(b) - newestOf(a));
    if (whole.length > 0 && whole.length === lines.length) return whole.slice(0, 1);
    if (lines.length > 0)
      return lines
        .toSorted(
          (a, b) =>
            (measure === 'lossRatio' ? newestOf(b) - newestOf(a) : 0) ||
            Number(b.subject.direction === 'receive') - Number(a.subject.direction === 'receive') ||
            Number(isFlowing(b)) - Number(isFlowing(a)),
        )
        .slice(0, 2);
  }
  return [];
}

/** The last value of a line, if it is not older than a few samples. */
export function latestOf({ points }: Pick<Lane, 'points'>, nowMs: number): number | null {
  const last = points.at(-1);
  return last && nowMs - last[0] <= SILENT_AFTER_MS ? last[1] : null;
}

/** Whom to draw: the media server only where it tells of trouble. */
export function watchedParticipants({ diagnosis }: Pick<Watching, 'diagnosis'>): Watching['diagnosis']['participants'] {
  return diagnosis.participants.filter(
    ({ id }) => id !== MEDIA_SERVER_ID || diagnosis.causes.some(({ finding }) => finding.subject.participantId === id),
  );
}

/** What is wrong with somebody's call now, each rule once: causes first, then what came of them. */
export function currentOf(causes: Evidence['causes'], participantId: string): ReturnType<typeof findingsOf> {
  const theirs = findingsOf(causes).filter(({ finding }) => finding.subject.participantId === participantId);
  const rules = new Set<string>();
  return theirs
    .toSorted((a, b) => Number(a.isEffect) - Number(b.isEffect))
    .filter(({ finding }) => !rules.has(finding.rule) && rules.add(finding.rule));
}

/** Which findings of now were not there before: rule and person, since times move on. */
export function currentKeys(causes: Evidence['causes']): Map<string, Evidence['causes'][number]['finding']> {
  return new Map(causes.map(({ finding }) => [`${finding.rule} ${finding.subject.participantId}`, finding]));
}

const newestOf = ({ points }: Lane) => points.findLast(([, value]) => value !== null)?.[1] ?? 0;
const isFlowing = (lane: Lane) => newestOf(lane) > 0;
const hasValue = ({ points }: Lane) => points.some(([, value]) => value !== null);
