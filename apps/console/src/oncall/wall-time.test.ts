import { describe, expect, it } from 'vitest';
import { instantOf, wallOf } from './wall-time.ts';

describe('wall times in a zone', () => {
  it('are read and written as that zone’s clocks show them', () => {
    expect(wallOf('2026-05-14T01:30:00.000Z', 'Asia/Shanghai')).toBe('2026-05-14T09:30');
    expect(instantOf('2026-05-14T09:30', 'Asia/Shanghai')).toBe('2026-05-14T01:30:00.000Z');
    expect(instantOf('2026-01-14T09:30', 'Europe/London')).toBe('2026-01-14T09:30:00.000Z');
    expect(instantOf('2026-07-14T09:30', 'Europe/London')).toBe('2026-07-14T08:30:00.000Z');
  });

  it('that a clock skips are as much later as was skipped, and those it repeats the first', () => {
    expect(instantOf('2026-03-29T01:30', 'Europe/London')).toBe('2026-03-29T01:30:00.000Z');
    expect(instantOf('2026-10-25T01:30', 'Europe/London')).toBe('2026-10-25T00:30:00.000Z');
  });

  it('are none while the field is empty', () => {
    expect(instantOf('', 'Asia/Shanghai')).toBeNull();
  });
});
