import type { Platform } from '../platform/platform.ts';

/** What drills work with. */
export type DrillsDeps = Pick<Platform, 'db' | 'jobs'> & {
  /** The moment things happen at; tests give their own. */
  now: () => Date;
  /** Chooses a moment: a whole number of ms, at least 0 and less than this. Nobody may be able to foresee it. */
  pickMs: (belowMs: number) => number;
};
