/** One statistic as `getStats()` gives it (W3C webrtc-stats), or what a dump says of one. */
export type Stat = { readonly [member: string]: unknown };

/** @returns the member if it is a finite number */
export function numberOf(stat: Stat | undefined, member: string): number | null {
  const value = stat?.[member];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** @returns the member if it is text */
export function textOf(stat: Stat | undefined, member: string): string | null {
  const value = stat?.[member];
  return typeof value === 'string' ? value : null;
}

/**
 * How much a counter grew between two readings of the same statistic.
 * @returns null where one of the two does not tell; what it holds where it fell, for then it counts anew
 */
export function growthOf(before: Stat | undefined, now: Stat, member: string): number | null {
  const was = numberOf(before, member);
  const is = numberOf(now, member);
  if (was === null || is === null) return null;
  return is >= was ? is - was : is;
}

/** @returns a share of two growths; null where nothing is known or nothing was counted */
export function shareOf(part: number | null, whole: number | null): number | null {
  return part !== null && whole !== null && whole > 0 ? part / whole : null;
}

export const scaled = (value: number | null, factor: number): number | null => (value === null ? null : value * factor);

/** @returns the member if it is above 0: a size is 0 until there is a picture */
export function sizeOf(stat: Stat, member: string): number | null {
  const value = numberOf(stat, member);
  return value !== null && value > 0 ? value : null;
}
