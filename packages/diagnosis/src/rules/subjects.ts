import type { Connection, Track } from '../model/session.ts';
import type { Severity, Subject } from './finding.ts';

export const ofTrack = (track: Track): Subject => ({
  participantId: track.participantId,
  connectionId: track.connectionId,
  trackId: track.id,
  direction: track.direction,
  kind: track.kind,
});

export const ofConnection = (connection: Connection): Subject => ({
  participantId: connection.participantId,
  connectionId: connection.id,
  trackId: null,
  direction: null,
  kind: null,
});

/**
 * @param steps where it becomes major and where critical
 * @param trouble on which side worse lies
 */
export function severityOf(
  value: number,
  steps: { major: number; critical: number },
  trouble: 'above' | 'below' = 'above',
): Severity {
  const isBeyond = (step: number) => (trouble === 'above' ? value >= step : value <= step);
  return isBeyond(steps.critical) ? 'critical' : isBeyond(steps.major) ? 'major' : 'minor';
}

/**
 * How sure a span makes of it: more with every sample, and the farther its mean lies beyond the threshold.
 * @param excess mean over threshold, above 1 where trouble lies above it; its inverse where it lies below
 * @returns 0.5 to 0.95
 */
export function confidenceOf(samples: number, excess: number): number {
  const bySamples = 1 - 1 / (1 + samples / 4);
  const byExcess = 1 - 1 / (1 + Math.max(0, excess - 1) * 2);
  return Math.round((0.5 + 0.3 * bySamples + 0.15 * byExcess) * 100) / 100;
}
