import { isIP } from 'node:net';
import { AppError, type RateClass } from '@alongside/contracts';
import { RateLimiterMemory } from 'rate-limiter-flexible';

/** Requests allowed per window, for one caller. */
export const RATE_LIMITS: Record<RateClass, { points: number; seconds: number }> = {
  // Guessing passwords and links; people mistype a few times, offices share one address.
  credential: { points: 20, seconds: 60 },
  write: { points: 240, seconds: 60 },
  read: { points: 1_200, seconds: 60 },
};

export type RateLimits = {
  /**
   * Counts one request.
   * @param key who: the caller's id, or the address where there is no caller
   * @throws AppError `rate_limited` with the seconds to wait
   */
  consume(rate: RateClass, key: string): Promise<void>;
};

/**
 * Whom an address stands for when requests are counted: an IPv6 customer has 2^64 addresses, and a limit for each of
 * them would be none.
 * @param address as Node gives it
 * @returns the IPv4 address, or the IPv6 network of 64 bits
 */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('%', 1)[0]!.toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length - (address.includes('.') ? 1 : 0));
  const groups = [...left, ...new Array<string>(zeros).fill('0'), ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}

/** @param scale multiplies every limit; 0 turns them off */
export function createRateLimits(scale: number): RateLimits {
  if (scale === 0) return { consume: async () => {} };
  const limiters = Object.fromEntries(
    Object.entries(RATE_LIMITS).map(([rate, { points, seconds }]) => [
      rate,
      new RateLimiterMemory({ keyPrefix: rate, points: Math.max(1, Math.round(points * scale)), duration: seconds }),
    ]),
  ) as Record<RateClass, RateLimiterMemory>;
  return {
    async consume(rate, key) {
      try {
        await limiters[rate].consume(key);
      } catch (refusal) {
        if (refusal instanceof Error) throw refusal;
        const { msBeforeNext } = refusal as { msBeforeNext: number };
        throw new AppError('rate_limited', { seconds: Math.max(1, Math.ceil(msBeforeNext / 1000)) });
      }
    },
  };
}
