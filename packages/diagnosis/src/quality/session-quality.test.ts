import { expect, test } from 'vitest';
import type { TrackField } from '../model/fields.ts';
import type { Series } from '../model/series.ts';
import { audioCall, callOf, seconds, T0, type TestCall } from '../testing.ts';
import { type QualityEstimate, qualityOf } from './session-quality.ts';

const heard = (rttMs: number, row: Record<string, number>): TestCall => ({
  ...audioCall(seconds(31, row)),
  connection: seconds(31, { rttMs, receivedBps: 30_000 }),
});
const estimate = (call: TestCall) => qualityOf(callOf(call))[0]!;

test('tells a score with what it was made of, over time and for the whole', () => {
  const { score, subject, inputs, overTime } = estimate(
    heard(80, { lossRatio: 0.02, bufferMs: 60, concealedRatio: 0.01, silentConcealedRatio: 0.2 }),
  );
  expect(subject).toMatchObject({ participantId: 'p', direction: 'receive', kind: 'audio' });
  expect(inputs).toEqual({
    delayMs: 127,
    networkDelayMs: 40,
    bufferMs: 60,
    lossRatio: 0.02,
    concealedRatio: 0.01,
    // 93.2 − 95 · 1 / (1 + 20), and nothing for 127 ms.
    rating: 88.7,
    measuredMs: 30_000,
  });
  expect(score).toBeCloseTo(4.29, 1);
  expect(overTime.map(([atMs]) => atMs - T0)).toEqual([10_000, 20_000, 30_000]);
});

test('falls with delay and with what is missing; what was repaired costs nothing', () => {
  const good = estimate(heard(80, { lossRatio: 0 })).score;
  expect(estimate(heard(700, { lossRatio: 0 })).score).toBeLessThan(good - 0.5);
  expect(estimate(heard(80, { lossRatio: 0.3 })).score).toBeLessThan(2);
  expect(estimate(heard(80, { lossRatio: 0.3, concealedRatio: 0, silentConcealedRatio: 0 })).score).toBe(good);
});

test('a connection that is cut is no good call; one over which nobody speaks is none at all', () => {
  const rows = [...seconds(21, { lossRatio: 0, packets: 50 }), ...seconds(20, { packets: 0 })];
  const call = (checksAnswered: number): TestCall => ({
    ...audioCall(rows),
    connection: [
      ...seconds(21, { rttMs: 40, receivedBps: 30_000, checksAnswered: 1 }),
      ...seconds(20, { rttMs: 40, receivedBps: 0, checksAnswered }),
    ],
  });
  expect(estimate(call(0)).worstScore).toBe(1);
  expect(estimate(call(0)).score).toBeLessThan(3.5);
  expect(estimate(call(1))).toMatchObject({ worstScore: 4.41, inputs: { measuredMs: 20_000 } });
});

test('a silent room whose pauses are left out is not judged by what is invented for them', () => {
  const room = (audioLevel: number) =>
    heard(80, { lossRatio: 0, packets: 25, concealedRatio: 0.3, silentConcealedRatio: 0.2, audioLevel });
  expect(qualityOf(callOf(room(0.000_05)))).toEqual([]);
  expect(estimate(room(0.003)).score).toBeLessThan(3);
});

test('the way of the sender to the server counts where it is known, and not twice where there is no server', () => {
  const call = (ssrc: number): TestCall => ({
    tracks: [{ kind: 'audio', source: 'microphone', ssrc: 1, rows: seconds(31, { lossRatio: 0 }) }],
    connection: seconds(31, { rttMs: 100 }),
    others: [
      {
        tracks: [{ kind: 'audio', source: 'microphone', direction: 'send', ssrc, rows: seconds(31, { packets: 50 }) }],
        connection: seconds(31, { rttMs: 100 }),
      },
    ],
  });
  expect(estimate(call(2)).inputs.networkDelayMs).toBe(100);
  expect(estimate(call(1)).inputs.networkDelayMs).toBe(50);
});

test('what is too short, or no sound, has no score', () => {
  expect(qualityOf(callOf(audioCall(seconds(9, { lossRatio: 0 }))))).toEqual([]);
  expect(qualityOf(callOf({ tracks: [{ rows: seconds(40, { lossRatio: 0 }) }] }))).toEqual([]);
  expect(qualityOf(callOf(audioCall(seconds(40, { audioLevel: 0.1 }))))).toEqual([]);
});

test('a gap as long as the world is old takes no time, and what follows it counts', () => {
  const session = callOf(audioCall(seconds(21, { lossRatio: 0 })));
  const samples = session.tracks[0]!.samples as Series<TrackField>;
  for (let second = 0; second <= 40; second++) samples.append(8e15 + second * 1_000, { lossRatio: 0 });
  const [{ overTime, inputs }] = qualityOf(session) as [QualityEstimate];
  expect(overTime.slice(0, 2).map(([atMs]) => atMs - T0)).toEqual([10_000, 20_000]);
  expect(overTime.slice(2).every(([atMs]) => atMs >= 8e15)).toBe(true);
  expect(inputs.measuredMs).toBeGreaterThanOrEqual(50_000);
});
