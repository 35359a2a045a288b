import { AppError, type WatchedAbout } from '@alongside/contracts';
import type { Reader } from '@alongside/desk';
import type { ContactChange } from '../customers/contact-listeners.ts';
import type { Trx } from '../platform/database/database.ts';
import { ownWatchedSession } from './access.ts';
import { type DiagnosisDeps, recordWatchedQueue } from './deps.ts';
import { findWatchedSession, findWatchSettings } from './queries.ts';
import type { WatchedSessionRow } from './tables.ts';

/** Of one person, that no ticket is about: the oldest go. */
const UNATTACHED_MAX = 20;
/** The last words of a page are on their way while the ticket is opened, ms. */
const LAST_WORDS_MS = 6_000;

/**
 * Begins to watch a call of a customer's own product; the same again changes nothing.
 * @returns whether watching is wanted at all
 * @throws AppError `id_conflict` for another's id
 */
export async function startWatching(
  deps: DiagnosisDeps,
  person: Reader,
  id: string,
  about: WatchedAbout,
): Promise<{ session: WatchedSessionRow; goOn: boolean }> {
  const { watchProducts } = await findWatchSettings(deps.db);
  const session = { id, contactId: person.id, startedAt: deps.now(), lastSampleAt: null, endedAt: null };
  if (!watchProducts) return { session: { ...session, about }, goOn: false };
  await deps.db
    .insertInto('watchedSession')
    .values({ ...session, about: JSON.stringify(about) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const kept = await findWatchedSession(deps.db, id);
  if (kept?.contactId !== person.id) throw new AppError('id_conflict');
  await forgetOldest(deps, person.id);
  return { session: kept, goOn: true };
}

async function forgetOldest({ db }: DiagnosisDeps, contactId: string): Promise<void> {
  await db
    .deleteFrom('watchedSession')
    .where('id', 'in', (query) =>
      query
        .selectFrom('watchedSession as old')
        .select('old.id')
        .where('old.contactId', '=', contactId)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('watchedSessionTicket')
                .select('watchedSessionTicket.ticketId')
                .whereRef('watchedSessionTicket.watchedSessionId', '=', 'old.id'),
            ),
          ),
        )
        .orderBy('old.startedAt', 'desc')
        .offset(UNATTACHED_MAX),
    )
    .execute();
}

/**
 * Says that a ticket is about a call one's own page has watched, and has it judged for that ticket. Once more changes nothing.
 * @throws AppError `not_found` for another's session as for none
 */
export async function attachWatched(
  deps: DiagnosisDeps,
  trx: Trx,
  person: Reader,
  ticketId: string,
  watchedSessionId: string,
): Promise<void> {
  await ownWatchedSession(trx, person, watchedSessionId);
  const attachedAt = deps.now();
  const { numInsertedOrUpdatedRows } = await trx
    .insertInto('watchedSessionTicket')
    .values({ watchedSessionId, ticketId, attachedAt })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  if (!numInsertedOrUpdatedRows) return;
  const at = new Date(attachedAt.getTime() + LAST_WORDS_MS);
  await deps.jobs.send(recordWatchedQueue, { watchedSessionId, ticketId }, { trx, at });
}

/** A recognised visitor's sessions become that person's (a `ContactListener`). */
export async function followContacts(trx: Trx, changes: readonly ContactChange[]): Promise<void> {
  for (const { from, contact } of changes)
    if (from.id !== contact.id)
      await trx.updateTable('watchedSession').set({ contactId: contact.id }).where('contactId', '=', from.id).execute();
}
