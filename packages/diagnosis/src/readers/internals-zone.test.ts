import { describe, expect, it } from 'vitest';
import { isWithoutZone, zoneShiftMs } from './internals-zone.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const FROM = Date.UTC(2020, 4, 14, 2);

it('times that say their zone are told from those that do not', () => {
  const written = ['11/22/2019, 1:43:00 AM', '2019/11/22 上午1:43:00', '22.11.2019, 01:43:00'];
  expect(written.map(isWithoutZone)).toEqual([true, true, true]);
  const placed = ['1574387000000', '1574387000000.5', '2019-11-22T01:43:00.000Z', '2019-11-22T01:43:00+05:45', 1, null];
  expect(placed.map(isWithoutZone)).toEqual(placed.map(() => false));
});

describe('a log is moved', () => {
  const log = (offMs: number, ...secondsAfterStart: number[]) =>
    secondsAfterStart.map((second) => FROM + second * 1_000 + offMs);

  it('so that it begins with the statistics, by the difference of any two zones', () => {
    for (let offMs = -26 * HOUR_MS; offMs <= 26 * HOUR_MS; offMs += 15 * MINUTE_MS)
      expect(zoneShiftMs(log(offMs, -3, 1, 40), FROM, FROM + MINUTE_MS)).toBe(-offMs || 0);
  });

  it('not when it is already where it can be: it began before anybody looked at the statistics', () => {
    expect(zoneShiftMs(log(0, -40 * 60, -39 * 60), FROM, FROM + HOUR_MS)).toBe(0);
    expect(zoneShiftMs(log(0, -60 * 60, 59 * 60), FROM, FROM + HOUR_MS)).toBe(0);
  });

  it('so that nothing is after the end, where it is longer than the statistics', () => {
    expect(zoneShiftMs(log(9 * HOUR_MS, -100 * 60, 0, 30 * 60), FROM, FROM + 30 * MINUTE_MS)).toBe(-9 * HOUR_MS);
  });

  it('not by more than zones can be apart, nor where there is nothing to go by', () => {
    expect(zoneShiftMs(log(60 * 24 * HOUR_MS, 0), FROM, FROM + HOUR_MS)).toBe(0);
    expect(zoneShiftMs([], FROM, FROM + HOUR_MS)).toBe(0);
    expect(zoneShiftMs(log(HOUR_MS, 0), Number.NaN, Number.NaN)).toBe(0);
  });
});
