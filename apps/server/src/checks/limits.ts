import { AppError, CHECK_ROOM_MS } from '@alongside/contracts';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { networkOf } from '../platform/http/rate-limits.ts';

/** Of one network in ten minutes; an office shares one. */
const PER_NETWORK = { points: 30, duration: 600 };
/** Rooms at once: each may carry two times 3 Mbit/s. */
const ROOMS_MAX = 40;

/** What keeps a door without a lock from being misused. */
export type CheckLimits = {
  /**
   * Counts a room about to be opened.
   * @param address whose page it is
   * @throws AppError `rate_limited` when its network had its share, or too many are checking at once
   */
  takeRoom(address: string, nowMs: number): Promise<void>;
  /** Counts a result about to be kept. @throws AppError `rate_limited` */
  takeResult(address: string): Promise<void>;
};

/** @param scale multiplies every limit; 0 turns them off */
export function createCheckLimits(scale: number): CheckLimits {
  if (scale === 0) return { takeRoom: async () => {}, takeResult: async () => {} };
  const points = Math.max(1, Math.round(PER_NETWORK.points * scale));
  const rooms = new RateLimiterMemory({ ...PER_NETWORK, keyPrefix: 'check-room', points });
  const results = new RateLimiterMemory({ ...PER_NETWORK, keyPrefix: 'check-result', points });
  const roomsMax = Math.max(1, Math.round(ROOMS_MAX * scale));
  let openedMs: number[] = [];
  return {
    async takeRoom(address, nowMs) {
      openedMs = openedMs.filter((atMs) => atMs + CHECK_ROOM_MS > nowMs);
      if (openedMs.length >= roomsMax) throw tooMany(openedMs[0]! + CHECK_ROOM_MS - nowMs);
      await take(rooms, address);
      openedMs.push(nowMs);
    },
    takeResult: (address) => take(results, address),
  };
}

async function take(limiter: RateLimiterMemory, address: string): Promise<void> {
  try {
    await limiter.consume(networkOf(address));
  } catch (refusal) {
    if (refusal instanceof Error) throw refusal;
    throw tooMany((refusal as { msBeforeNext: number }).msBeforeNext);
  }
}

const tooMany = (waitMs: number) => new AppError('rate_limited', { seconds: Math.max(1, Math.ceil(waitMs / 1_000)) });
