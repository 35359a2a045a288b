import type { Media } from '../calls/media.ts';
import type { Db } from '../platform/database/database.ts';
import type { Log } from '../platform/log/logger.ts';
import type { CheckLimits } from './limits.ts';
import type { MediaPlaces } from './places.ts';

/** What checks work with. */
export type ChecksDeps = {
  db: Db;
  log: Log;
  media(): Media;
  places: MediaPlaces;
  limits: CheckLimits;
  /** Where people reach this server, for links. */
  origin(): string;
  now(): Date;
};

/** A check in no ticket is kept for so long, ms. */
export const KEPT_MS = 30 * 86_400_000;
/** Beyond so many of them the oldest go sooner. */
export const KEPT_MAX = 20_000;
/** An asking holds for so long, ms. */
export const ASK_LIFE_MS = 7 * 86_400_000;
/** Results one asking takes: a second try after each piece of advice, and no flood. */
export const RESULTS_PER_ASK = 5;
