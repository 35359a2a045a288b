import { describe, expect, it } from 'vitest';
import { instantAt, localReading, startOfLocalDate } from './local-date.ts';

describe('startOfLocalDate', () => {
  it.each([
    ['Asia/Shanghai', '2026-10-01', '2026-09-30T16:00:00.000Z'],
    ['America/New_York', '2026-11-01', '2026-11-01T04:00:00.000Z'],
    // The clocks went back on 1 November: the day before the next month is an hour longer.
    ['America/New_York', '2026-12-01', '2026-12-01T05:00:00.000Z'],
    ['Asia/Kolkata', '2026-03-01', '2026-02-28T18:30:00.000Z'],
    ['UTC', '2026-01-01', '2026-01-01T00:00:00.000Z'],
  ])('%s %s', (tz, date, instant) => expect(startOfLocalDate(tz, date)).toBe(instant));

  it('is the first instant where midnight does not exist', () => {
    // Beirut's clocks go forward at midnight.
    expect(startOfLocalDate('Asia/Beirut', '2026-03-29')).toBe('2026-03-28T22:00:00.000Z');
    expect(localReading('Asia/Beirut', '2026-03-28T22:00:00.000Z').wall).toBe('2026-03-29T01:00:00.000');
    // Toronto’s went from 23:30 to half past midnight.
    expect(startOfLocalDate('America/Toronto', '1919-03-31')).toBe('1919-03-31T04:30:00.000Z');
    // The whole date does not exist.
    expect(startOfLocalDate('Pacific/Apia', '2011-12-30')).toBe(startOfLocalDate('Pacific/Apia', '2011-12-31'));
    // Midnight comes twice in Havana: the first.
    expect(startOfLocalDate('America/Havana', '2026-11-01')).toBe('2026-11-01T04:00:00.000Z');
  });

  it('refuses what is no date and no zone', () => {
    expect(() => startOfLocalDate('UTC', '2026-02-30')).toThrow(RangeError);
    expect(() => startOfLocalDate('Mars/Olympus', '2026-02-03')).toThrow(RangeError);
  });
});

describe('instantAt', () => {
  it.each([
    ['Asia/Shanghai', '2026-10-01', '09:00', '2026-10-01T01:00:00.000Z'],
    // Skipped: an hour later. Twice: the first.
    ['Europe/Berlin', '2026-03-29', '02:30', '2026-03-29T01:30:00.000Z'],
    ['Europe/Berlin', '2026-10-25', '02:30', '2026-10-25T00:30:00.000Z'],
  ])('%s %s %s', (tz, date, time, instant) => expect(instantAt(tz, date, time)).toBe(instant));

  it('refuses what is no time', () => {
    expect(() => instantAt('UTC', '2026-02-03', '25:00')).toThrow(RangeError);
  });
});

describe('localReading', () => {
  it('tells the two readings of a repeated hour apart by their offset', () => {
    expect(localReading('Europe/Berlin', '2026-10-25T00:30:00.000Z')).toEqual({
      wall: '2026-10-25T02:30:00.000',
      offset: '+02:00',
    });
    expect(localReading('Europe/Berlin', '2026-10-25T01:30:00.000Z')).toEqual({
      wall: '2026-10-25T02:30:00.000',
      offset: '+01:00',
    });
  });
});
