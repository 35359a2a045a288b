import { describe, expect, it } from 'vitest';
import { formatBytes, formatDuration, shortName, splitName } from './file-words.ts';

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
    expect(formatDuration(2 * 3_600_000, 'zh-CN')).toBe('2 小时');
  });
});

describe('shortName', () => {
  it('leaves out the middle of a long name, and cuts no character in two', () => {
    expect(shortName('trace.log')).toBe('trace.log');
    expect(shortName('production-gateway-europe-2026-07-14.log.gz')).toBe('production-g…7-14.log.gz');
    expect(shortName('🚀'.repeat(40)).isWellFormed()).toBe(true);
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
