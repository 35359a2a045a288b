import { AppError } from '@alongside/contracts';
import { BurstyRateLimiter, RateLimiterMemory } from 'rate-limiter-flexible';

/** Attempts at one account from one network, or by one device that signed in with it before; people mistype. */
const OWN = { points: 10, seconds: 600 };

/** Attempts at one account by strangers from everywhere: so many in an hour, and beyond that one a minute. */
const STRANGERS_BURST = { points: 30, seconds: 3_600 };
const STRANGERS_SLOW = { points: 1, seconds: 60 };

/** Who tries to sign in. */
export type Attempt = {
  /** The account's address as it is stored. */
  account: string;
  /** The network the request comes from, see `networkOf`. */
  network: string;
  /** A device that signed in with this account before, see `KnownDevices`; null: a stranger. */
  device: string | null;
};

export type SignInLimits = {
  /**
   * Counts an attempt before the password is looked at, so that many at once are counted as well.
   * @throws AppError `rate_limited`
   */
  begin(attempt: Attempt): Promise<void>;
  /** The password was right: what was mistyped before is forgiven. */
  succeed(attempt: Attempt): Promise<void>;
};

/**
 * Slows guessing at accounts without letting guessers lock anybody out: a known device is counted by itself and meets
 * no other limit; strangers are counted per network and, slowly, all together.
 * @param scale multiplies the limits; 0 turns them off
 */
export function createSignInLimits(scale: number): SignInLimits {
  if (scale === 0) return { begin: async () => {}, succeed: async () => {} };
  const limiter = (keyPrefix: string, { points, seconds }: typeof OWN) =>
    new RateLimiterMemory({ keyPrefix, points: Math.max(1, Math.round(points * scale)), duration: seconds });
  const own = limiter('own', OWN);
  const strangers = new BurstyRateLimiter(limiter('slow', STRANGERS_SLOW), limiter('burst', STRANGERS_BURST));
  const ownKey = ({ account, network, device }: Attempt) => `${device ?? network} ${account}`;

  return {
    async begin(attempt) {
      await counted(own.consume(ownKey(attempt)));
      if (attempt.device === null) await counted(strangers.consume(attempt.account));
    },
    async succeed(attempt) {
      await own.delete(ownKey(attempt));
    },
  };
}

async function counted(consumed: Promise<unknown>): Promise<void> {
  try {
    await consumed;
  } catch (refusal) {
    if (refusal instanceof Error) throw refusal;
    const { msBeforeNext } = refusal as { msBeforeNext: number };
    throw new AppError('rate_limited', { seconds: Math.max(1, Math.ceil(msBeforeNext / 1_000)) });
  }
}
