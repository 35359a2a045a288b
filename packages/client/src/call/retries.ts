import type { ReconnectPolicy } from 'livekit-client';

/**
 * Pauses before each try to mend a cut, ms. The library's own grow to 7 s after the fifth, and a server that was started
 * again refuses the first try it hears: a call then stood still for up to ten seconds more. After them the call is
 * entered anew, for as long as one stays.
 */
const RETRIES_MS = [0, 300, 1_200, 2_000, 2_000, 2_000, 2_000, 3_000, 3_000, 5_000, 7_000];
/** The same where there are other addresses to go to: a cut that does not heal soon ends the room. */
const RETRIES_WITH_BACKUPS_MS = [0, 300, 1_200];
/** The first try is spread over this much, ms: all that one server's end cut off at once come back to it. */
const FIRST_SPREAD_MS = 500;

/**
 * When a cut room is tried again.
 * @param hasBackups there are other addresses to go to
 * @param random uniform in [0, 1)
 */
export function createRetries(hasBackups: boolean, random: () => number = Math.random): ReconnectPolicy {
  const pausesMs = hasBackups ? RETRIES_WITH_BACKUPS_MS : RETRIES_MS;
  return {
    nextRetryDelayInMs({ retryCount }) {
      const pauseMs = pausesMs[retryCount];
      if (pauseMs === undefined) return null;
      return pauseMs === 0 ? random() * FIRST_SPREAD_MS : pauseMs * (0.5 + random());
    },
  };
}
