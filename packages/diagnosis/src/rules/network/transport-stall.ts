import type { Rule } from '../rule.ts';
import { troubleSpans } from '../spans.ts';
import { ofConnection, severityOf } from '../subjects.ts';

/** Consent to send is checked every 5 s and given up after 30 (RFC 7675): two checks without an answer are no chance. */
const THRESHOLDS = { minMs: 4_000, majorMs: 8_000, criticalMs: 20_000 };

/** Nothing at all comes through, though the connection is thought to stand. */
export const transportStall: Rule = {
  id: 'transport-stall',
  area: 'network',
  explains: ['choppy-audio', 'video-freeze', 'packet-loss', 'low-frame-rate', 'high-rtt'],
  find: (session) =>
    session.connections.flatMap((connection) => {
      // Who receives nothing because nobody sends still gets answers to connectivity checks.
      const isUsed =
        connection.samples.has('receivedBps') &&
        session.tracks.some(({ connectionId, direction }) => connectionId === connection.id && direction === 'receive');
      if (!isUsed) return [];
      return troubleSpans(connection.samples, 'receivedBps', {
        trouble: 'below',
        enter: 1,
        leave: 1,
        minSamples: 2,
        minMs: THRESHOLDS.minMs,
        maxGapMs: 10_000,
      }).map(({ fromMs, toMs }) => ({
        subject: ofConnection(connection),
        fromMs,
        toMs,
        severity: severityOf(toMs - fromMs, { major: THRESHOLDS.majorMs, critical: THRESHOLDS.criticalMs }),
        confidence: 0.9,
        evidence: [
          {
            measure: 'durationMs' as const,
            value: toMs - fromMs,
            worst: null,
            threshold: THRESHOLDS.minMs,
            trouble: 'above' as const,
          },
        ],
        facts: {},
      }));
    }),
};
