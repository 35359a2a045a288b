import { expect, test } from 'vitest';
import { RULES } from '../rules/index.ts';
import { callOf, seconds } from '../testing.ts';
import { judge } from './verdict.ts';

const verdictOf = (call: Parameters<typeof callOf>[0]) => judge(callOf(call), RULES);
const shape = (call: Parameters<typeof callOf>[0]) =>
  verdictOf(call).causes.map(({ finding, effects }) => [finding.rule, effects.map(({ rule }) => rule).sort()]);

test('one cause, several effects', () => {
  expect(
    shape({
      tracks: [
        { rows: seconds(30, { lossRatio: 0.2, framesPerSecond: 6, freezeMs: 400, bitrateBps: 90_000 }) },
        { kind: 'audio', rows: seconds(30, { lossRatio: 0.2, concealedRatio: 0.1, silentConcealedRatio: 0 }) },
      ],
    }),
  ).toEqual([['packet-loss', ['choppy-audio', 'low-frame-rate', 'video-freeze']]]);
});

test('loss of what is received does not explain what is sent, nor what happened at another time', () => {
  const rows = [
    ...seconds(30, { lossRatio: 0.2, freezeMs: 0 }),
    ...seconds(30, { lossRatio: 0, freezeMs: 0 }),
    ...seconds(5, { lossRatio: 0, freezeMs: 500 }),
  ];
  expect(
    shape({ tracks: [{ rows }, { direction: 'send', rows: seconds(30, { framesPerSecond: 4 }) }] })
      .map(([rule]) => rule)
      .sort(),
  ).toEqual(['low-frame-rate', 'packet-loss', 'video-freeze']);
});

test('a slow processor explains the few frames it sends', () => {
  expect(
    shape({ tracks: [{ direction: 'send', rows: seconds(30, { framesPerSecond: 6, processorLimitedRatio: 1 }) }] }),
  ).toEqual([['processor-limited', ['low-frame-rate']]]);
});

test('what people notice most comes first', () => {
  const [first] = shape({
    connection: seconds(30, { rttMs: 320 }),
    tracks: [{ rows: seconds(30, { freezeMs: 600 }) }],
  });
  expect(first![0]).toBe('video-freeze');
});

test('too little says nothing; enough and good is healthy', () => {
  expect(verdictOf({ connection: seconds(3, { rttMs: 20 }) }).state).toBe('not_enough_data');
  expect(verdictOf({}).state).toBe('not_enough_data');
  expect(verdictOf({ connection: seconds(30, { rttMs: 20 }) }).state).toBe('healthy');
});
