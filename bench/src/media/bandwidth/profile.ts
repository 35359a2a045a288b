/** One stretch of the path: so wide for so long. */
export type Stretch = { rateKbps: number; seconds: number };

/** A path, and which of its stretches ends a dip. */
export type Course = { name: string; stretches: readonly Stretch[] };

/** RFC 8867 §5.1 with its reference capacity of 1 Mbit/s; the path's queue holds 300 ms. */
const VARYING: Course = {
  name: 'RFC 8867 §5.1',
  stretches: [
    { rateKbps: 1_000, seconds: 40 },
    { rateKbps: 2_500, seconds: 20 },
    { rateKbps: 600, seconds: 20 },
    { rateKbps: 1_000, seconds: 20 },
  ],
};

/** A path that bears everything but for a while. */
const DIP: Course = {
  name: 'dip to 600 kbit/s',
  stretches: [
    { rateKbps: 8_000, seconds: 10 },
    { rateKbps: 600, seconds: 15 },
    { rateKbps: 8_000, seconds: 10 },
  ],
};

/** The first in a fifth of its time, for a look: every stretch is as long as a recovery may take. */
const VARYING_QUICK: Course = {
  name: 'RFC 8867 §5.1, shortened',
  stretches: VARYING.stretches.map(({ rateKbps }) => ({ rateKbps, seconds: 5 })),
};

export const COURSES: readonly Course[] = [VARYING, DIP];
export const QUICK_COURSES: readonly Course[] = [VARYING_QUICK];
