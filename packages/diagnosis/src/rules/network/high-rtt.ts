import { MAX_GAP_MS } from '../derived.ts';
import type { Rule } from '../rule.ts';
import { troubleSpans } from '../spans.ts';
import { confidenceOf, ofConnection, severityOf } from '../subjects.ts';

/**
 * ITU-T G.114: conversations are all right up to 150 ms one way, and 400 ms should not be exceeded; the network's round
 * trip leaves about 100 ms of it for capturing, buffering and playing.
 */
const THRESHOLDS = { enterMs: 300, leaveMs: 250, majorMs: 400, criticalMs: 800 };

/** The way there and back takes long: people talk over each other. */
export const highRtt: Rule = {
  id: 'high-rtt',
  area: 'network',
  thresholds: THRESHOLDS,
  explains: [
    'bandwidth-limited',
    'downlink-limited',
    'video-freeze',
    'choppy-audio',
    'time-stretched-audio',
    'keyframe-storm',
  ],
  // A way that got much longer upsets buffers and estimates; one that is merely long does not.
  accountsFor: (cause, effect) => cause.severity !== 'minor' || effect.severity !== 'critical',
  find: (session) =>
    session.connections.flatMap((connection) =>
      troubleSpans(connection.samples, 'rttMs', {
        trouble: 'above',
        enter: THRESHOLDS.enterMs,
        leave: THRESHOLDS.leaveMs,
        minSamples: 3,
        minMs: 5_000,
        maxGapMs: MAX_GAP_MS,
      }).map((span) => ({
        subject: ofConnection(connection),
        fromMs: span.fromMs,
        toMs: span.toMs,
        severity: severityOf(span.mean, { major: THRESHOLDS.majorMs, critical: THRESHOLDS.criticalMs }),
        confidence: confidenceOf(span.samples, span.mean / THRESHOLDS.enterMs),
        evidence: [
          {
            measure: 'rttMs' as const,
            value: span.mean,
            worst: span.worst,
            threshold: THRESHOLDS.enterMs,
            trouble: 'above' as const,
          },
        ],
        facts: {},
      })),
    ),
};
