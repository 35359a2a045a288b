import { decodeRows, encodeRows, judge, RULES, SessionBuilder } from '@alongside/diagnosis';
import type { RoomView } from '@alongside/sfu';
import { expect, test } from 'vitest';
import { EngineRows } from './engine-rows.ts';

const A = '11111111-1111-4111-8111-111111111111';
const B = '22222222-2222-4222-8222-222222222222';
const T0 = Date.UTC(2026, 4, 14, 2);

/** A room of two, as the engine tells of it after so many seconds. */
function roomAt(second: number, lossFromA: number, lossToB = 0, reportedAt = second): RoomView {
  const stream = { kind: 'audio', source: 'microphone', trackSid: 'TR_1' } as const;
  const of = (id: string, kind: string) => ({
    identity: `${kind}:${id}`,
    roundTripMs: 30,
    estimateBps: 2e6,
    signalSilentMs: 400,
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
            expected: second * 50 + 1,
            lost: Math.round(second * 50 * lossFromA),
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
            reportedLost: Math.round(reportedAt * 50 * lossToB),
            reportedHighest: reportedAt * 50,
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
  expect(session.connections.map(({ id, peerId }) => [id, peerId])).toEqual([
    [A, A],
    [B, B],
  ]);
  const [received, sent] = session.tracks;
  expect(received).toMatchObject({ direction: 'receive', senderId: A, connectionId: A, source: 'microphone' });
  expect(received!.samples.value('bitrateBps', 3)).toBe(40_000);
  expect(sent).toMatchObject({ direction: 'send', senderId: A, connectionId: B });
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

test('a picture the engine withholds tells that the way to its receiver is narrow, also once it was kept', () => {
  const rows = new EngineRows();
  for (let second = 0; second <= 30; second += 2) {
    const view = roomAt(second, 0);
    const [sent] = view.participants[1]!.sent;
    view.participants[1]!.sent = [{ ...sent!, kind: 'video', source: 'camera', layer: 0, wantedLayer: 2 }];
    rows.add(view);
  }
  const kept = encodeRows(rows.builder.build(), 'media-engine', Number.NEGATIVE_INFINITY)!;
  const read = new SessionBuilder('live');
  decodeRows(kept.rows, read, { participantId: 'media-engine', prefix: 'stay ', offsetMs: 0 });
  const causes = judge(read.build(), RULES).causes.map(({ finding: { rule, subject } }) => [
    rule,
    subject.participantId,
    subject.direction,
  ]);
  expect(causes).toEqual([['downlink-limited', B, 'receive']]);
});

test('somebody whose signalling says nothing any more, while media come, has lost it', () => {
  const rows = new EngineRows();
  for (let second = 0; second <= 30; second += 2) {
    const view = roomAt(second, 0);
    view.participants[1]!.signalSilentMs = Math.max(400, (second - 20) * 1_000);
    rows.add(view);
  }
  const { causes } = judge(rows.builder.build(), RULES);
  expect(causes.map(({ finding: { rule, subject, facts } }) => [rule, subject.participantId, facts.media])).toEqual([
    ['signalling-lost', B, 'media-flows'],
  ]);
});

test('what never came to the engine is missing at its receivers, and no loss of theirs', () => {
  const rows = new EngineRows();
  for (let second = 0; second <= 60; second += 2) rows.add(roomAt(second, 0.2, 0.2));
  const { causes } = judge(rows.builder.build(), RULES);
  const all = causes.flatMap(({ finding, repeats, effects }) => [finding, ...repeats, ...effects]);
  expect(all.map(({ rule, subject }) => [rule, subject.participantId, subject.direction])).toEqual([
    ['packet-loss', A, 'send'],
  ]);
});

test('sound that does not reach the engine is no microphone taken off by it', () => {
  const rows = new EngineRows();
  for (let second = 0; second <= 60; second += 2) {
    const view = roomAt(second, 0);
    const until = Math.min(second, 30);
    for (const stream of [...view.participants[0]!.received, ...view.participants[1]!.sent])
      Object.assign(stream, { packets: until * 50, bytes: until * 5_000 });
    // The picture goes on.
    view.participants[1]!.sent.push({
      ...view.participants[1]!.sent[0]!,
      trackSid: 'TR_2',
      kind: 'video',
      packets: second * 40,
    });
    rows.add(view);
  }
  expect(judge(rows.builder.build(), RULES).causes.map(({ finding }) => finding.rule)).toEqual([]);
});
