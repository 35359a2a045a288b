import { describe, expect, it } from 'vitest';
import { createCell, derive } from './store.ts';

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
