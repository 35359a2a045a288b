import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCalmCell, createCell, derive, toldLater } from './store.ts';

describe('createCell', () => {
  it('tells listeners of changes only, and lets one stop while being told', () => {
    const cell = createCell(1);
    const told: string[] = [];
    const stopFirst = cell.subscribe(() => {
      told.push('first');
      stopFirst();
    });
    cell.subscribe(() => told.push('second'));
    cell.set(1);
    expect(told).toEqual([]);
    cell.set(2);
    cell.set(3);
    expect(told).toEqual(['first', 'second', 'second']);
  });

  it('lets the same function listen twice and stop once', () => {
    const cell = createCell(0);
    let calls = 0;
    const listener = () => {
      calls += 1;
    };
    const stop = cell.subscribe(listener);
    cell.subscribe(listener);
    stop();
    stop();
    cell.set(1);
    expect(calls).toBe(1);
  });
});

describe('derive', () => {
  it('keeps its value until the source changes', () => {
    const cell = createCell({ n: 1 });
    const doubled = derive(cell, ({ n }) => ({ n: n * 2 }));
    expect(doubled.getSnapshot()).toBe(doubled.getSnapshot());
    cell.set({ n: 5 });
    expect(doubled.getSnapshot()).toEqual({ n: 10 });
  });
});

describe('a calm cell', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('tells the first change at once, many more in one go, and always holds the newest value', () => {
    const cell = createCalmCell(0, 50);
    let tellings = 0;
    cell.subscribe(() => {
      tellings += 1;
    });
    cell.set(1);
    expect(tellings).toBe(1);
    for (const value of [2, 3, 4]) cell.set(value);
    expect(cell.getSnapshot()).toBe(4);
    expect(tellings).toBe(1);
    vi.advanceTimersByTime(50);
    expect(tellings).toBe(2);
    vi.advanceTimersByTime(500);
    expect(tellings).toBe(2);
    cell.set(5);
    expect(tellings).toBe(3);
  });
});

describe('a store told later', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('tells in a task of its own, many changes in one go, and always holds the newest value', () => {
    const cell = createCell(0);
    const later = toldLater(cell, 50);
    const seen: number[] = [];
    later.subscribe(() => seen.push(later.getSnapshot()));
    for (const value of [1, 2, 3]) cell.set(value);
    expect(later.getSnapshot()).toBe(3);
    expect(seen).toEqual([]);
    vi.advanceTimersByTime(0);
    expect(seen).toEqual([3]);
    cell.set(4);
    vi.advanceTimersByTime(49);
    expect(seen).toEqual([3]);
    cell.set(5);
    vi.advanceTimersByTime(1);
    expect(seen).toEqual([3, 5]);
    vi.advanceTimersByTime(500);
    expect(seen).toEqual([3, 5]);
  });

  it('keeps who listens waiting while it is held, and no longer than was said', () => {
    const cell = createCell(0);
    const later = toldLater(cell, 50);
    const seen: number[] = [];
    later.subscribe(() => seen.push(later.getSnapshot()));
    const release = later.hold(150);
    cell.set(1);
    vi.advanceTimersByTime(100);
    expect(seen).toEqual([]);
    cell.set(2);
    release();
    vi.advanceTimersByTime(0);
    expect(seen).toEqual([2]);
    vi.advanceTimersByTime(1_000);
    const tooLate = later.hold(150);
    cell.set(3);
    vi.advanceTimersByTime(149);
    expect(seen).toEqual([2]);
    vi.advanceTimersByTime(1);
    expect(seen).toEqual([2, 3]);
    cell.set(4);
    tooLate();
    vi.advanceTimersByTime(49);
    expect(seen).toEqual([2, 3]);
    vi.advanceTimersByTime(1);
    expect(seen).toEqual([2, 3, 4]);
  });

  it('watches its source for as long as somebody listens, and tells nobody who left', () => {
    let watching = 0;
    const cell = createCell(0);
    const source = {
      ...cell,
      subscribe(listener: () => void) {
        watching += 1;
        const stop = cell.subscribe(listener);
        return () => {
          watching -= 1;
          stop();
        };
      },
    };
    const later = toldLater(source, 50);
    let tellings = 0;
    const stops = [later.subscribe(() => tellings++), later.subscribe(() => tellings++)];
    expect(watching).toBe(1);
    cell.set(1);
    stops[0]!();
    stops[0]!();
    expect(watching).toBe(1);
    vi.advanceTimersByTime(0);
    expect(tellings).toBe(1);
    cell.set(2);
    stops[1]!();
    expect(watching).toBe(0);
    vi.advanceTimersByTime(100);
    expect(tellings).toBe(1);
  });
});
