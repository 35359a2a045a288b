import type { ReadonlySeries } from '../../model/series.ts';
import type { Participant, Session } from '../../model/session.ts';
import type { Evidence } from '../finding.ts';
import type { Found } from '../rule.ts';
import { type Span, troubleSpans } from '../spans.ts';
import { confidenceOf, severityOf } from '../subjects.ts';

/** Without a sample for longer, nothing is known of a device, ms. */
const MAX_GAP_MS = 15_000;

/** A measure of somebody's whole device beyond a threshold for some time. */
export function deviceFound(
  session: Session,
  seriesOf: (participant: Participant) => ReadonlySeries<'value'>,
  by: {
    measure: Evidence['measure'];
    trouble: 'above' | 'below';
    thresholds: { enter: number; leave: number; major: number; critical: number };
    minMs: number;
    /** Whether it counts at all, e.g. for somebody suffered from it. */
    isFelt?(participantId: string, span: Span): boolean;
  },
): Found[] {
  const { measure, trouble, thresholds, minMs, isFelt = () => true } = by;
  const { enter, leave } = thresholds;
  return session.participants.flatMap((participant) =>
    troubleSpans(seriesOf(participant), 'value', {
      trouble,
      enter,
      leave,
      minSamples: 2,
      minMs,
      maxGapMs: MAX_GAP_MS,
    })
      .filter((span) => isFelt(participant.id, span))
      .map((span) => ({
        subject: { participantId: participant.id, connectionId: null, trackId: null, direction: null, kind: null },
        fromMs: span.fromMs,
        toMs: span.toMs,
        severity: severityOf(span.mean, thresholds, trouble),
        confidence: confidenceOf(
          span.samples,
          trouble === 'above' ? span.mean / enter : enter / Math.max(span.mean, 0.01),
        ),
        evidence: [{ measure, value: span.mean, worst: span.worst, threshold: enter, trouble }],
        facts: {},
      })),
  );
}
