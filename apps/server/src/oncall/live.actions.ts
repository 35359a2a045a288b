import type { Trx } from '../platform/database/database.ts';
import { announce } from '../platform/realtime/feed.ts';

/** Kinds of the feed's rows about pages of people, and about who is on call. */
export const PAGES_CHANGED = 'oncall.pages';
export const ON_CALL_CHANGED = 'oncall.changed';

/** Tells the consoles of these people that their pages changed. */
export async function announcePages(trx: Trx, staffIds: Iterable<string>): Promise<void> {
  const ids = [...new Set(staffIds)];
  if (ids.length > 0) await announce(trx, { kind: PAGES_CHANGED, payload: { staffIds: ids } });
}

/** Tells every console that rotations, overrides or swaps changed. */
export async function announceOnCall(trx: Trx): Promise<void> {
  await announce(trx, { kind: ON_CALL_CHANGED });
}
