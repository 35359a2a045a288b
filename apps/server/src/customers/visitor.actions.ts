import { announceSessionsEnded } from '../people/live.actions.ts';
import type { Db, Trx } from '../platform/database/database.ts';
import type { ContactHolder } from './contact-listeners.ts';
import { lockContact } from './locks.ts';
import { findIdleVisitors, type VisitorPlace } from './queries.ts';

/** A visitor of whom nothing is kept but their session is forgotten when they have stayed away for so long. */
export const VISITOR_KEPT_MS = 30 * 24 * 3_600_000;

/** Few at a time: each is locked against what they may begin at this moment. */
const BATCH = 100;

/** PostgreSQL's code of a row that others still refer to. */
const STILL_REFERRED_TO = '23503';

/**
 * Forgets visitors nobody has named who have no ticket and have used no session for a month; every page that shows the
 * widget and every passing robot would otherwise leave a row for ever. Whoever comes back after all begins anew.
 * @param holders say of whom something else is kept
 * @returns how many
 */
export async function forgetVisitors(db: Db, holders: readonly ContactHolder[], now: Date): Promise<number> {
  const before = new Date(now.getTime() - VISITOR_KEPT_MS);
  let forgotten = 0;
  for (let after: VisitorPlace | null = null; ; ) {
    const visitors: VisitorPlace[] = await findIdleVisitors(db, { before, after, limit: BATCH });
    const last = visitors.at(-1);
    if (!last) return forgotten;
    forgotten += await forgetThose(
      db,
      holders,
      before,
      visitors.map(({ id }) => id),
    );
    after = last;
  }
}

async function forgetThose(
  db: Db,
  holders: readonly ContactHolder[],
  before: Date,
  ids: readonly string[],
): Promise<number> {
  try {
    return await db.transaction().execute((trx) => forgetLocked(trx, holders, before, ids));
  } catch (error) {
    if ((error as { code?: string }).code !== STILL_REFERRED_TO) throw error;
    if (ids.length === 1) return 0;
    // One whom something holds unsaid must not keep the others.
    let forgotten = 0;
    for (const id of ids) forgotten += await forgetThose(db, holders, before, [id]);
    return forgotten;
  }
}

async function forgetLocked(
  trx: Trx,
  holders: readonly ContactHolder[],
  before: Date,
  ids: readonly string[],
): Promise<number> {
  for (const id of [...ids].sort()) await lockContact(trx, id);
  // What they began while we waited counts.
  const idle = (await findIdleVisitors(trx, { before, after: null, limit: ids.length, among: ids })).map(
    ({ id }) => id,
  );
  const held = await Promise.all(holders.map((holder) => holder(trx, idle)));
  const gone = idle.filter((id) => !held.some((some) => some.has(id)));
  if (gone.length === 0) return 0;
  const ended = await trx.deleteFrom('session').where('personId', 'in', gone).returning('personId').execute();
  await trx.deleteFrom('contact').where('id', 'in', gone).execute();
  for (const personId of new Set(ended.map((session) => session.personId)))
    await announceSessionsEnded(trx, { personId });
  return gone.length;
}
