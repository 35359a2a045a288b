import type { Rule } from '../rule.ts';
import { ofConnection } from '../subjects.ts';
import { pairChanges } from './pair-changes.ts';

/**
 * libwebrtc changes to another pair only where it is better by 10 ms of round trip or the old one stops answering
 * (`P2PTransportChannel`, kMinImprovement and receiving switching delay): one or two changes are its work, more within a
 * minute are a way that comes and goes.
 */
const THRESHOLDS = { changes: 3, windowMs: 60_000, major: 5, critical: 10 };

/** The way between the ends changes again and again. */
export const pathFlapping: Rule = {
  id: 'path-flapping',
  area: 'network',
  thresholds: THRESHOLDS,
  explains: [
    'network-change',
    'transport-stall',
    'high-rtt',
    'high-jitter',
    'packet-loss',
    'ice-restarted',
    'congestion',
    'choppy-audio',
    'video-freeze',
    'relay-tcp',
  ],
  find: (session) =>
    session.connections.flatMap((connection) => {
      const changes = pairChanges(session, connection.id);
      const stretches: (typeof changes)[] = [];
      for (const [index, change] of changes.entries()) {
        const last = stretches.at(-1);
        if (last?.includes(change)) continue;
        const near = changes.slice(index).filter(({ now }) => now.atMs - change.now.atMs <= THRESHOLDS.windowMs);
        if (near.length < THRESHOLDS.changes) continue;
        if (last && change.now.atMs - last.at(-1)!.now.atMs <= THRESHOLDS.windowMs)
          for (const one of near) last.push(one);
        else stretches.push(near);
      }
      return stretches.map((stretch) => ({
        subject: ofConnection(connection),
        fromMs: stretch[0]!.now.atMs,
        toMs: stretch.at(-1)!.now.atMs,
        severity:
          stretch.length >= THRESHOLDS.critical
            ? ('critical' as const)
            : stretch.length >= THRESHOLDS.major
              ? ('major' as const)
              : ('minor' as const),
        confidence: 0.9,
        evidence: [
          {
            measure: 'count' as const,
            value: stretch.length,
            worst: null,
            threshold: THRESHOLDS.changes,
            trouble: 'above' as const,
          },
        ],
        facts: {},
      }));
    }),
};
