import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LogTimes } from './log-times.ts';

const AT = Date.UTC(2026, 4, 14, 2, 0, 1);
const HINTS = { writtenMs: Date.UTC(2026, 4, 20), zoneMinutes: 0 };

describe('usual forms of time', () => {
  test.each([
    ['2026-05-14T02:00:01.250Z call', 250],
    ['2026-05-14T10:00:01.250+08:00 call', 250],
    ['2026-05-14 10:00:01.250123+0800 App[1:2] call', 250.123],
    ['[2026-05-14 02:00:01,250] INFO call', 250],
    ['2026/05/14 02:00:01 call', 0],
    ['2026.05.14 02:00:01 call', 0],
    ['INFO | 2026-05-14 02:00:01.250 | call', 250],
    ['2026年5月14日 02:00:01 通话', 0],
    ['【2026年05月14日 02时00分01秒】通话', 0],
    ['Thu May 14 2026 10:00:01 GMT+0800 (China Standard Time) call', 0],
    ['14/May/2026:02:00:01 +0000 call', 0],
    ['5/14/2026, 2:00:01 AM call', 0],
    ['14.05.2026 02:00:01 call', 0],
    ['[05/14/26 02:00:01:250][1026][I]:[AGS]: call', 250],
    ['05-14 02:00:01.250  1234  1250 E Tag: call', 250],
    ['[12:34:0514/020001.250000:ERROR:file.cc(1)] call', 250],
    ['May 14 02:00:01 host app: call', 0],
    ['1778724001250 call', 250],
    ['[1778724001.250] call', 250],
    ['(1778724001250000) call', 250],
  ])('%s', (line, ms) => {
    expect(new LogTimes(HINTS).read(line)?.atMs).toBeCloseTo(AT + ms, 2);
  });

  test('half days and zones that are not told', () => {
    const at = (line: string, zoneMinutes = 0) => new LogTimes({ zoneMinutes }).read(line)?.atMs;
    expect(at('2026年5月14日 下午2:00:01 x')).toBe(AT + 12 * 3_600_000);
    expect(at('5/14/2026, 12:00:01 AM x')).toBe(AT - 2 * 3_600_000);
    expect(at('2026-05-14 10:00:01 x', 480)).toBe(AT);
    expect(at('2026-05-14T02:00:01Z x', 480)).toBe(AT);
  });

  test('without a date, they count on past midnight', () => {
    const times = new LogTimes({});
    expect(['23:59:59.500 a', '00:00:00.250 b', '00:00:01 c'].map((line) => times.read(line)?.atMs)).toEqual([
      86_399_500, 86_400_250, 86_401_000,
    ]);
    expect(new LogTimes({}).read('(file.cc:12): [012:345] x')?.atMs).toBe(12_345);
  });

  test('without a year, they are of the last one that fits', () => {
    const written = Date.UTC(2026, 0, 2);
    expect(new LogTimes({ writtenMs: written }).read('12-31 23:00:00.000 x')?.atMs).toBe(Date.UTC(2025, 11, 31, 23));
    expect(new LogTimes({}).read('05-14 02:00:01.000 x')!.atMs).toBeLessThan(Date.UTC(2000, 0));
  });
});

test.each(['Dear team, it stutters.', 'version 1.2.3', 'ratio 16:9', '99:99:99 x'])('no time: %s', (line) => {
  expect(new LogTimes(HINTS).read(line)).toBeNull();
});

test('whatever comes, an instant or none', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 120, unit: fc.constantFrom(...'0123456789:-/.[]TZ+ 年月日AMa\\"') }), (line) => {
      const found = new LogTimes(HINTS).read(line);
      expect(found === null || Number.isFinite(found.atMs)).toBe(true);
    }),
    { numRuns: 500 },
  );
});
