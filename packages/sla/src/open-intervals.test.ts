import { describe, expect, it } from 'vitest';
import { elapsedMs } from './business-time.ts';
import type { Calendar } from './calendar.ts';
import { openIntervals } from './open-intervals.ts';

const shanghai: Calendar = {
  tz: 'Asia/Shanghai',
  week: { thu: ['09:00-12:00', '13:00-18:00'], fri: ['22:00-06:00'] },
};

describe('open intervals', () => {
  it('R1: are the windows between two instants, cut to them', () => {
    // Thursday 2031-05-15, 10:00 to 13:30 in Shanghai.
    expect(openIntervals(shanghai, '2031-05-15T02:00:00.000Z', '2031-05-15T05:30:00.000Z')).toEqual([
      { from: '2031-05-15T02:00:00.000Z', to: '2031-05-15T04:00:00.000Z' },
      { from: '2031-05-15T05:00:00.000Z', to: '2031-05-15T05:30:00.000Z' },
    ]);
    expect(openIntervals(shanghai, '2031-05-18T02:00:00.000Z', '2031-05-19T02:00:00.000Z')).toEqual([]);
  });

  it('R1: a night is one, though it lies on two dates', () => {
    expect(openIntervals(shanghai, '2031-05-16T10:00:00.000Z', '2031-05-17T10:00:00.000Z')).toEqual([
      { from: '2031-05-16T14:00:00.000Z', to: '2031-05-16T22:00:00.000Z' },
    ]);
  });

  it('round the clock is all of it, and nothing of nothing', () => {
    const [from, to] = ['2031-05-16T10:00:00.000Z', '2031-05-17T10:00:00.000Z'];
    expect(openIntervals(null, from, to)).toEqual([{ from, to }]);
    expect(openIntervals(null, from, from)).toEqual([]);
    expect(() => openIntervals(null, to, from)).toThrow('to');
  });

  it('R2: add up to the business time between, over a change of the clocks too', () => {
    const berlin: Calendar = { tz: 'Europe/Berlin', week: { sat: ['20:00-04:00'], sun: ['05:00-07:00'] } };
    const [from, to] = ['2031-03-29T00:00:00.000Z', '2031-03-31T00:00:00.000Z'];
    const sum = openIntervals(berlin, from, to).reduce(
      (ms, span) => ms + Date.parse(span.to) - Date.parse(span.from),
      0,
    );
    expect(sum).toBe(elapsedMs(berlin, from, to));
    expect(sum).toBeGreaterThan(0);
  });
});
