import { describe, expect, it } from 'vitest';
import {
  inOrder,
  moved,
  nextWindow,
  readBlock,
  resized,
  spanned,
  tailInto,
  typedTime,
  weeklyHours,
  withDay,
  writeBlock,
} from './week-blocks.ts';

describe('windows as blocks', () => {
  it.each(['09:00-12:00', '22:00-06:00', '00:00-24:00', '18:30-24:00', '18:00-00:00'])('%s', (window) => {
    expect(writeBlock(readBlock(window)!)).toBe(window === '18:00-00:00' ? '18:00-24:00' : window);
  });

  it.each(['9:00-12:00', '25:00-26:00', '09:00-09:00', ''])('%j is none', (window) => {
    expect(readBlock(window)).toBeNull();
  });

  it('move within their day and keep their length', () => {
    expect(moved({ open: 600, close: 720 }, -900)).toEqual({ open: 0, close: 120 });
    expect(moved({ open: 1320, close: 1800 }, 60)).toEqual({ open: 1380, close: 1860 });
    expect(moved({ open: 600, close: 720 }, 9_000).open).toBeLessThan(1440);
  });

  it('are never turned over, nor longer than a day', () => {
    expect(resized({ open: 600, close: 720 }, 'open', 900)).toEqual({ open: 690, close: 720 });
    expect(resized({ open: 600, close: 720 }, 'close', 500)).toEqual({ open: 600, close: 630 });
    expect(writeBlock(resized({ open: 600, close: 720 }, 'close', 5_000))).toBe('10:00-09:45');
    expect(resized({ open: 1320, close: 1800 }, 'open', 0).open).toBeGreaterThan(1800 - 1440);
    expect(readBlock(writeBlock(resized({ open: 1320, close: 1800 }, 'open', 0)))).not.toBeNull();
    expect(writeBlock(spanned(1_000, 547))).toBe('09:00-16:45');
  });
});

it('one more window comes after the last', () => {
  expect(nextWindow([])).toBe('09:00-18:00');
  expect(nextWindow(['09:00-12:00'])).toBe('13:00-17:00');
  expect(readBlock(nextWindow(['22:00-06:00']))).not.toBeNull();
});

it('a night runs into the next day, Sunday’s into Monday', () => {
  expect(tailInto({ sun: ['22:00-06:00'] }, 'mon')).toBe(360);
  expect(tailInto({ sun: ['09:00-24:00'] }, 'mon')).toBe(0);
});

it('a day without windows is left out, others stand in order', () => {
  expect(withDay({ mon: ['09:00-12:00'] }, 'mon', [])).toEqual({});
  expect(inOrder(withDay({ wed: [] }, 'tue', ['13:00-18:00', '09:00-12:00']))).toEqual({
    tue: ['09:00-12:00', '13:00-18:00'],
  });
  expect(weeklyHours({ tue: ['09:00-12:00', '13:00-18:00'], wed: ['22:00-06:00'] })).toBe(16);
});

it('times are understood as they are typed', () => {
  expect(['9', '9:30', '0930', '24:00', '18：00', 'noon'].map(typedTime)).toEqual([
    '09:00',
    '09:30',
    '09:30',
    '24:00',
    '18:00',
    'noon',
  ]);
});
