import type { TrackField } from '../model/fields.ts';
import type { Session, Track } from '../model/session.ts';
import { MAX_GAP_MS } from './derived.ts';
import type { Area } from './finding.ts';
import { quietTimes } from './quiet.ts';
import type { Rule } from './rule.ts';
import { troubleSpans } from './spans.ts';
import { confidenceOf, ofTrack, severityOf } from './subjects.ts';

export type TrackThresholdRule = {
  id: string;
  area: Area;
  explains?: readonly string[];
  /** The measure of a track this rule looks at; null for tracks that are none of its business. */
  fieldOf(track: Track): TrackField | null;
  trouble: 'above' | 'below';
  thresholds: { enter: number; leave: number; major: number; critical: number };
  minMs: number;
  /** Further times in which the measure says nothing. */
  isQuiet?(session: Session, track: Track): (atMs: number) => boolean;
  /** What makes this less sure, 0 to 1. */
  trustOf?(track: Track): number;
};

/** A rule that is nothing but a measure of a track beyond a threshold for some time. */
export function trackThresholdRule(options: TrackThresholdRule): Rule {
  const { id, area, explains = [], fieldOf, trouble, thresholds, minMs, trustOf } = options;
  return {
    id,
    area,
    explains,
    thresholds: { ...thresholds, minMs },
    find: (session) =>
      session.tracks.flatMap((track) => {
        const field = fieldOf(track);
        if (field === null || !track.samples.has(field)) return [];
        const quiet = quietTimes(session, track);
        const alsoQuiet = options.isQuiet?.(session, track);
        const { enter, leave } = thresholds;
        const spans = troubleSpans(track.samples, field, {
          trouble,
          enter,
          leave,
          minSamples: 2,
          minMs,
          maxGapMs: MAX_GAP_MS,
          isQuiet: (atMs) => quiet(atMs) || (alsoQuiet?.(atMs) ?? false),
        });
        return spans.map((span) => ({
          subject: ofTrack(track),
          fromMs: span.fromMs,
          toMs: span.toMs,
          severity: severityOf(span.mean, thresholds, trouble),
          confidence: roundedTo2(
            confidenceOf(
              span.samples,
              trouble === 'above' ? span.mean / enter : enter / Math.max(span.mean, enter / 10),
            ) * (trustOf?.(track) ?? 1),
          ),
          evidence: [{ measure: field, value: span.mean, worst: span.worst, threshold: enter, trouble }],
          facts: {},
        }));
      }),
  };
}

const roundedTo2 = (value: number) => Math.round(value * 100) / 100;

/** Below a bitrate a stream carries no picture at all: what it shows then is no picture's fault. */
export function withoutMedia(_session: Session, track: Track): (atMs: number) => boolean {
  const { samples } = track;
  return (atMs) => {
    const index = samples.indexAt(atMs);
    return (samples.value('bitrateBps', index) ?? 1) <= 0;
  };
}
