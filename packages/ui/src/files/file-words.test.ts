import { describe, expect, it } from 'vitest';
import { formatBytes, formatDuration, splitName } from './file-words.ts';

describe('formatBytes', () => {
  it.each([
    [0, '0 byte'],
    [999, '999 byte'],
    [1_000, '1 kB'],
    [999_600, '1 MB'],
    [1_949_000_000, '1.9 GB'],
    [123_456_789, '123 MB'],
  ])('of %d', (sizeBytes, expected) => {
    expect(formatBytes(sizeBytes, 'en')).toBe(expected);
  });
});

describe('formatDuration', () => {
  it('uses one unit', () => {
    expect(formatDuration(0, 'en')).toBe('1 sec');
    expect(formatDuration(150_000, 'en')).toBe('3 min');
    expect(formatDuration(2 * 3_600_000, 'zh-CN')).toBe('2小时');
  });
});

describe('splitName', () => {
  it('keeps the end, and the whole', () => {
    const { head, tail } = splitName('production-gateway-2026-07-14.log.gz');
    expect(tail).toBe('-14.log.gz');
    expect(head + tail).toBe('production-gateway-2026-07-14.log.gz');
    expect(splitName('a.log')).toEqual({ head: 'a.log', tail: '' });
  });
});
