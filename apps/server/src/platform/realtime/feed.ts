import { sql } from 'kysely';
import type { Trx } from '../database/database.ts';

/** PostgreSQL's notification channel that wakes the hubs; it carries nothing, the feed does. */
export const FEED_CHANNEL = 'alongside_feed';

/** Something that happened and that others must hear of. */
export type Announcement = {
  /** What happened, e.g. `ticket.event`, `session.ended`. */
  kind: string;
  ticketId?: string | null;
  /** Small: ids and what routing needs. Readers fetch the rest, or it goes stale in here. */
  payload?: Record<string, unknown>;
};

/**
 * Tells everybody, when and only when the transaction commits. Part of an action's transaction, so that what is told
 * and what is stored can never differ.
 */
export async function announce(trx: Trx, announcements: Announcement | readonly Announcement[]): Promise<void> {
  const rows = [announcements].flat();
  if (rows.length === 0) return;
  await trx
    .insertInto('feed')
    .values(
      rows.map(({ kind, ticketId = null, payload = {} }) => ({
        kind,
        ticketId,
        payload: JSON.stringify(payload),
      })),
    )
    .execute();
  await sql`select pg_notify(${FEED_CHANNEL}, '')`.execute(trx);
}
