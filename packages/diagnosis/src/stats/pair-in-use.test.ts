import { describe, expect, test } from 'vitest';
import { SessionBuilder } from '../model/session-builder.ts';
import { StatsIngest } from './ingest.ts';
import type { Stat } from './reading.ts';

const SECONDS = Array.from({ length: 20 }, (_, second) => second);

/** Reports of two pairs that are both nominated, from how much each carried by when; undefined where there is none. */
function session(
  bytesAt: Record<'A' | 'B', (second: number) => number | undefined>,
  more: { A?: Stat; B?: Stat; others?: Stat[]; isBackwards?: boolean } = {},
) {
  const builder = new SessionBuilder('get_stats');
  const ingest = new StatsIngest(builder, 'c', 'p');
  for (const second of SECONDS) {
    const stats: Stat[] = [...(more.others ?? [])];
    for (const [id, rtt] of [
      ['A', 0.02],
      ['B', 0.3],
    ] as const) {
      const bytesSent = bytesAt[id](second);
      if (bytesSent === undefined) continue;
      stats.push(
        { id: `L${id}`, type: 'local-candidate', candidateType: 'host', protocol: 'udp', port: rtt },
        { id: `R${id}`, type: 'remote-candidate', candidateType: 'host', protocol: 'udp', port: rtt },
        {
          id,
          type: 'candidate-pair',
          transportId: 'T',
          state: 'succeeded',
          nominated: true,
          localCandidateId: `L${id}`,
          remoteCandidateId: `R${id}`,
          bytesSent: Number.isNaN(bytesSent) ? undefined : bytesSent,
          currentRoundTripTime: rtt,
          ...more[id],
        },
      );
    }
    ingest.report(second * 1_000, more.isBackwards ? stats.toReversed() : stats);
  }
  const { connections, events } = builder.build();
  const { samples } = connections[0]!;
  const rtts = Array.from({ length: samples.length }, (_, index) => samples.value('rttMs', index));
  return { changes: events.filter(({ type }) => type === 'pair_selected').length - 1, rtts };
}

const busy = (second: number) => 1_000 + second * 9_000;
/** Until the eighth second. */
const ending = (second: number) => busy(Math.min(8, second));
const idle = () => 0;

describe.each([false, true])(
  'where no transport tells which of several pairs is in use (backwards: %s)',
  (isBackwards) => {
    // The first one that is read is replaced in the same report.
    const atFirst = isBackwards ? 1 : 0;

    test('the one that carries something holds the place', () => {
      expect(session({ A: busy, B: () => 500 }, { isBackwards })).toEqual({
        changes: atFirst,
        rtts: Array.from({ length: 19 }, () => 20),
      });
    });

    test('one that carries nothing from the start gives way at once', () => {
      const { rtts } = session({ A: idle, B: (second) => 500 + busy(second) }, { isBackwards });
      expect(rtts).toEqual(Array.from({ length: 19 }, () => 300));
    });

    test('when it carries nothing any more and another one does, that one follows', () => {
      const moved = {
        A: ending,
        B: (second: number) => Math.max(0, second - 8),
      };
      const { changes, rtts } = session(moved, { isBackwards });
      expect(changes).toBe(atFirst + 1);
      expect(rtts.slice(0, 8)).toEqual(Array.from({ length: 8 }, () => 20));
      expect(rtts.slice(10)).toEqual(Array.from({ length: rtts.length - 10 }, () => 300));
    });

    test('while nobody sends anything it stays', () => {
      expect(session({ A: ending, B: idle }, { isBackwards }).changes).toBe(atFirst);
    });

    test('when it is gone, the other one follows', () => {
      const { changes, rtts } = session({ A: (second) => (second < 8 ? Number.NaN : undefined), B: () => Number.NaN });
      expect(changes).toBe(1);
      expect(rtts.at(-1)).toBe(300);
    });
  },
);

test('a transport or the pair itself that says it is believed', () => {
  const chosen = { others: [{ id: 'T', type: 'transport', selectedCandidatePairId: 'B' }] };
  expect(session({ A: busy, B: idle }, chosen).rtts).toEqual(Array.from({ length: 19 }, () => 300));
  const told = { A: { selected: false }, B: { selected: true } };
  expect(session({ A: busy, B: idle }, told).rtts).toEqual(Array.from({ length: 19 }, () => 300));
});
