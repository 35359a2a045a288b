import type { SessionRow } from '../people/queries.ts';
import { findSession } from '../people/queries.ts';
import { touchSession } from '../people/session.actions.ts';
import type { DbOrTrx } from '../platform/database/database.ts';
import type { CustomerCaller } from '../platform/http/caller.ts';
import { findContactOfSession } from './queries.ts';

/** The customer's person behind a session's token, or null when the session ended or the person became another. */
export async function customerCallerOf(
  db: DbOrTrx,
  token: string,
  via: SessionRow['via'],
  now = new Date(),
): Promise<CustomerCaller | null> {
  const session = await findSession(db, token, via, now);
  const contact = session && (await findContactOfSession(db, session));
  if (!contact) return null;
  await touchSession(db, session, now);
  return {
    kind: 'customer',
    id: contact.id,
    name: contact.name,
    anonymous: contact.anonymous,
    organisationId: contact.organisationId,
    sessionId: session.id,
    via,
    locale: contact.locale,
  };
}
