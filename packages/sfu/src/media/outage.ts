/** Of a screen that stands still the last packets may be seconds old: those few are caught up at once. */
export const CAUGHT_UP_PACKETS = 15;

/**
 * A hole this long is no loss to be repaired. Of a picture of 640 kbit/s its repairs spend what a path of no known rate has
 * for them and a browser's ten tries before it is whole, and the subscriber waits three seconds more until the browser
 * asks for a key frame (`weak-network.test.ts`: from 500 ms on); repaired it would be watched late.
 */
const LONGEST_HOLE_MS = 400;

/**
 * Whether a picture's hole is an outage of the path, behind which a key frame shows sooner what is than repairs do.
 * @param packets missing one after the other
 * @param lastedMs from the first of them to the last
 */
export const isOutage = (packets: number, lastedMs: number): boolean =>
  packets > CAUGHT_UP_PACKETS && lastedMs > LONGEST_HOLE_MS;
