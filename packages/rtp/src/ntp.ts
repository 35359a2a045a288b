/** Seconds between the NTP era (1900) and the Unix epoch (1970). */
const NTP_UNIX_OFFSET_S = 2_208_988_800;

/** A 64-bit NTP timestamp as its two halves: seconds since 1900 and 2^−32 fractions. */
export interface NtpTime {
  seconds: number;
  fraction: number;
}

/** Unix time in milliseconds (fractions kept) → NTP, as sender reports carry it (RFC 3550 §4). */
export function unixMsToNtp(unixMs: number): NtpTime {
  const wholeSeconds = Math.floor(unixMs / 1000);
  const fraction = Math.floor(((unixMs - wholeSeconds * 1000) / 1000) * 2 ** 32);
  return { seconds: (wholeSeconds + NTP_UNIX_OFFSET_S) >>> 0, fraction: Math.min(fraction, 0xffffffff) };
}

/** NTP → Unix time in milliseconds. Seconds that wrapped in 2036 (era 1) are read as such. */
export function ntpToUnixMs(ntp: NtpTime): number {
  const era = ntp.seconds < 0x80000000 ? 2 ** 32 : 0;
  return (ntp.seconds + era - NTP_UNIX_OFFSET_S) * 1000 + (ntp.fraction / 2 ** 32) * 1000;
}

/** The middle 32 bits: `lsr` and the unit of `dlsr` (1/65,536 s) in report blocks. */
export function ntpMiddle(ntp: NtpTime): number {
  return (((ntp.seconds & 0xffff) << 16) | (ntp.fraction >>> 16)) >>> 0;
}

/** Milliseconds → the 16.16 seconds of report blocks. */
export function msToNtpShort(ms: number): number {
  return Math.round((ms / 1000) * 65_536) >>> 0;
}

/** 16.16 seconds of report blocks → milliseconds. */
export function ntpShortToMs(short: number): number {
  return (short / 65_536) * 1000;
}

/**
 * Round trip in ms from a report block received at `arrival` (RFC 3550 §6.4.1), undefined when the peer had no sender
 * report yet or the result is absurd (clock step, hostile values).
 */
export function roundTripMs(arrival: NtpTime, lsr: number, dlsr: number): number | undefined {
  if (lsr === 0) return undefined;
  const short = (ntpMiddle(arrival) - lsr - dlsr) | 0;
  if (short < -65) return undefined;
  return short <= 0 ? 0 : ntpShortToMs(short);
}

/** 24-bit abs-send-time (6.18 fixed-point seconds, wraps every 64 s) from any clock in ms. */
export function msToAbsSendTime(ms: number): number {
  return Math.floor(((ms / 1000) % 64) * 262_144) & 0xffffff;
}
