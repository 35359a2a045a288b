import { judge, RULES } from '@alongside/diagnosis';
import type { RoomView } from '@alongside/sfu';
import { expect, test } from 'vitest';
import { EngineRows } from './engine-rows.ts';

const A = '11111111-1111-4111-8111-111111111111';
const B = '22222222-2222-4222-8222-222222222222';
const T0 = Date.UTC(2026, 4, 14, 2);

/** A room of two, as the engine tells of it after so many seconds. */
function roomAt(second: number, lossFromA: number, lossToB = 0, reports = second): RoomView {
  const stream = { kind: 'audio', source: 'microphone', trackSid: 'TR_1' } as const;
  const of = (id: string, kind: string) => ({
    identity: `${kind}:${id}`,
    roundTripMs: 30,
    estimateBps: 2e6,
    bytesReceived: second * 10_000,
    bytesSent: second * 20_000,
  });
  return {
    atMs: T0 + second * 1_000,
    participants: [
      {
        ...of(A, 'staff'),
        received: [
          {
            ...stream,
            layer: 0,
            isSimulcast: false,
            muted: false,
            alive: true,
            packets: second * 50,
            bytes: second * 5_000,
            lossRatio: lossFromA,
            jitterMs: 3,
            keyFrameRequests: 0,
          },
        ],
        sent: [],
      },
      {
        ...of(B, 'customer'),
        received: [],
        sent: [
          {
            ...stream,
            publisher: `staff:${A}`,
            active: true,
            packets: second * 50,
            bytes: second * 5_000,
            resent: second,
            lossRatio: lossToB,
            reports,
            layer: 0,
            wantedLayer: 0,
          },
        ],
      },
      // An agent is nobody of ours.
      { ...of('agent', 'agent'), received: [], sent: [] },
    ],
  };
}

function judged(lossFromA: number) {
  const rows = new EngineRows();
  for (let second = 0; second <= 60; second += 2) rows.add(roomAt(second, lossFromA));
  const session = rows.builder.build();
  return { session, causes: judge(session, RULES).causes };
}

test('counters become rates, and whose stream it is is told', () => {
  const { session, causes } = judged(0);
  expect(causes).toEqual([]);
  expect(session.connections.map(({ id }) => id)).toEqual([A, B]);
  const [received, sent] = session.tracks;
  expect(received).toMatchObject({ direction: 'receive', senderId: A, connectionId: A, source: 'microphone' });
  expect(received!.samples.value('bitrateBps', 3)).toBe(40_000);
  expect(sent).toMatchObject({ direction: 'send', senderId: null, connectionId: B });
  expect(sent!.samples.value('retransmittedRatio', 3)).toBe(0.02);
});

test('one report of loss, looked at again and again, is one', () => {
  const told = (reportsAt: (second: number) => number) => {
    const rows = new EngineRows();
    for (let second = 0; second <= 60; second += 2) rows.add(roomAt(second, 0, 0.2, reportsAt(second)));
    return judge(rows.builder.build(), RULES).causes.map(({ finding }) => finding.rule);
  };
  expect(told((second) => Math.min(4, second))).toEqual([]);
  expect(told((second) => second)).toEqual(['packet-loss']);
});

test('loss on somebody’s way to the engine is found there', () => {
  const { session, causes } = judged(0.2);
  expect(causes.map(({ finding }) => [finding.rule, finding.subject.connectionId])).toEqual([['packet-loss', A]]);
  expect(session.tracks[0]!.samples.has('lossRatio')).toBe(true);
});
