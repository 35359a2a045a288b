/**
 * The trouble this page tells of: a picture that stops for a moment every few seconds. A pure function of time, so
 * that picture, graph and numbers tell the same story.
 */

/** Each trouble: when it begins within the round, how long nothing moves, how far the bitrate falls. */
export const ROUND_S = 11.6;
const STOPS = [
  { at: 1.4, lasts: 0.7, rate: 2.3 },
  { at: 3.1, lasts: 0.34, rate: 3.6 },
  { at: 5.2, lasts: 1.15, rate: 1.1 },
  { at: 7.3, lasts: 0.28, rate: 4.2 },
  { at: 9, lasts: 0.9, rate: 1.8 },
];
/** How long the picture is torn after it moves again. */
const TORN_S = 0.22;

/**
 * @param {number} seconds since the page was opened
 * @returns {{frozen: boolean, torn: number, pictureTime: number, rate: number, fps: number}} torn: 1 just after a stop,
 * falling to 0; rate in Mb/s
 */
export function signalAt(seconds) {
  const round = Math.floor(seconds / ROUND_S);
  const within = seconds - round * ROUND_S;
  for (const stop of STOPS) {
    const since = within - stop.at;
    if (since >= 0 && since < stop.lasts) {
      return {
        frozen: true,
        torn: 0,
        pictureTime: round * ROUND_S + stop.at,
        rate: stop.rate + 0.3 * wave(seconds * 5),
        fps: Math.round(4 + 5 * wave(stop.at)),
      };
    }
    const after = since - stop.lasts;
    if (after >= 0 && after < TORN_S) {
      return { frozen: false, torn: 1 - after / TORN_S, pictureTime: seconds, rate: 4.4, fps: 31 };
    }
  }
  return { frozen: false, torn: 0, pictureTime: seconds, rate: 5.8 + 0.25 * wave(seconds), fps: 60 };
}

/** Something between 0 and 1 that looks like chance and is the same each time. */
export function wave(x) {
  return 0.5 + 0.25 * Math.sin(x * 1.7) + 0.15 * Math.sin(x * 4.3 + 1) + 0.1 * Math.sin(x * 9.1 + 2);
}
