import type { Trx } from '../platform/database/database.ts';
import { announce } from '../platform/realtime/feed.ts';

/** Kind of the feed's rows about drills. */
export const DRILLS_CHANGED = 'drills.changed';

/** Tells the consoles of those who lead that a drill, or what it shows, changed. */
export async function announceDrills(trx: Trx): Promise<void> {
  await announce(trx, { kind: DRILLS_CHANGED });
}
