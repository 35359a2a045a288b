/**
 * Arithmetic on counters that wrap: RTP sequence numbers (mod 2^16) and timestamps, SSRC-like 32-bit values (mod 2^32).
 * "Newer" is serial number arithmetic of RFC 1982: a is newer than b when it lies in the half circle ahead of b.
 */

/** Signed distance a − b on the 16-bit circle, −32,768 to 32,767. */
export function sequenceDifference(a: number, b: number): number {
  return ((a - b) << 16) >> 16;
}

/** True when `a` comes after `b`. */
export function isSequenceNewer(a: number, b: number): boolean {
  const d = (a - b) & 0xffff;
  return d !== 0 && d < 0x8000;
}

/** (a + n) mod 2^16, n may be negative. */
export function addSequence(a: number, n: number): number {
  return (a + n) & 0xffff;
}

/** Signed distance a − b on the 32-bit circle, −2^31 to 2^31 − 1. */
export function timestampDifference(a: number, b: number): number {
  return (a - b) | 0;
}

/** True when timestamp `a` comes after `b`. */
export function isTimestampNewer(a: number, b: number): boolean {
  return ((a - b) | 0) > 0;
}

/** (a + n) mod 2^32 as an unsigned number, n may be negative. */
export function addTimestamp(a: number, n: number): number {
  return (a + n) >>> 0;
}

/**
 * Turns wrapping counters into ever-growing numbers, tolerating reordering of up to half the circle.
 * A late value from before a wrap unwraps below the newest one; the very first value unwraps to itself.
 */
export class Unwrapper {
  readonly #modulus: number;
  #last: number | undefined;

  /** @param bits width of the wrapping counter, 16 for sequence numbers, 32 for timestamps, up to 48. */
  constructor(bits: number) {
    this.#modulus = 2 ** bits;
  }

  /** The newest unwrapped value seen. */
  get last(): number | undefined {
    return this.#last;
  }

  /** Unwraps `value` relative to the newest seen, and moves on when it is newer. */
  unwrap(value: number): number {
    const result = this.peek(value);
    if (this.#last === undefined || result > this.#last) this.#last = result;
    return result;
  }

  /** Unwraps without remembering. */
  peek(value: number): number {
    if (this.#last === undefined) return value;
    const modulus = this.#modulus;
    const lastLow = ((this.#last % modulus) + modulus) % modulus;
    let delta = value - lastLow;
    if (delta > modulus / 2) delta -= modulus;
    else if (delta <= -modulus / 2) delta += modulus;
    return this.#last + delta;
  }
}
