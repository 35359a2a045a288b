import { expect, test } from 'vitest';
import { callOf, seconds } from '../testing.ts';
import { sentAs } from './ends.ts';

const rows = seconds(3, { packets: 50 });

test('what is received is the only other’s where nothing else is received, and nobody’s where there are more', () => {
  const received = (count: number) => {
    const session = callOf({
      tracks: Array.from({ length: count }, () => ({ rows })),
      others: [{ tracks: [{ direction: 'send', rows }] }],
    });
    return sentAs(session, session.tracks[0]!).map(({ id }) => id);
  };
  expect(received(1)).toEqual(['t10']);
  expect(received(2)).toEqual([]);
});

test('an SSRC tells it among any number', () => {
  const session = callOf({
    tracks: [
      { ssrc: 1, rows },
      { ssrc: 2, rows },
    ],
    others: [{ tracks: [{ direction: 'send', ssrc: 2, rows }] }],
  });
  expect(session.tracks.slice(0, 2).map((track) => sentAs(session, track).map(({ ssrc }) => ssrc))).toEqual([[], [2]]);
});
