import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  msToAbsSendTime,
  msToNtpShort,
  ntpMiddle,
  ntpShortToMs,
  ntpToUnixMs,
  roundTripMs,
  unixMsToNtp,
} from './ntp.ts';

test('NTP of the Unix epoch, and there and back', () => {
  expect(unixMsToNtp(0)).toEqual({ seconds: 2_208_988_800, fraction: 0 });
  expect(unixMsToNtp(500).fraction).toBe(0x8000_0000);
  fc.assert(
    fc.property(fc.double({ min: 0, max: 4e12, noNaN: true }), (ms) => {
      expect(Math.abs(ntpToUnixMs(unixMsToNtp(ms)) - ms)).toBeLessThan(0.001);
    }),
  );
});

test('round trip as RFC 3550 §6.4.1 works its example', () => {
  // A = 0xb710:8000 (46,864.500 s), LSR 0xb705:2000, DLSR 0x0005:4000 → 6.125 s
  const arrival = { seconds: 0xb44d_b710, fraction: 0x8000_0000 };
  expect(ntpMiddle(arrival)).toBe(0xb710_8000);
  expect(roundTripMs(arrival, 0xb705_2000, 0x0005_4000)).toBe(6_125);
  expect(roundTripMs(arrival, 0, 0x0005_4000)).toBeUndefined();
  expect(roundTripMs(arrival, 0xb710_8000, 0)).toBe(0);
  expect(roundTripMs(arrival, 0xb710_8000, 0x10000)).toBeUndefined();
});

test('short formats', () => {
  expect(msToNtpShort(1_500)).toBe(0x1_8000);
  expect(ntpShortToMs(0x1_8000)).toBe(1_500);
  expect(msToAbsSendTime(64_000)).toBe(0);
  expect(msToAbsSendTime(1_000)).toBe(1 << 18);
});
