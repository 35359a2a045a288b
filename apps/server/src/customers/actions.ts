import { randomUUID } from 'node:crypto';
import { AppError, type Locale, type LocalisedText, type Theme } from '@alongside/contracts';
import { endSessionsOf } from '../people/session.actions.ts';
import type { Db, DbOrTrx, Trx } from '../platform/database/database.ts';
import type { ContactChange, ContactListener } from './contact-listeners.ts';
import { lockContact, lockNames } from './locks.ts';
import { requireOrganisation } from './organisation.actions.ts';
import { organisationOf } from './present.ts';
import { type ContactRow, findContact, findContactByEmail, findOrganisationByEmail } from './queries.ts';

const VISITOR: LocalisedText = { en: 'Visitor', 'zh-CN': '访客' };

/** Makes a contact for a visitor nobody has named yet. */
export async function createVisitor(db: DbOrTrx, locale: Locale): Promise<ContactRow> {
  const id = randomUUID();
  // Two visitors in one queue must be told apart; four digits of the id do.
  const name = `${VISITOR[locale]} ${id.slice(0, 4).toUpperCase()}`;
  await db.insertInto('contact').values({ id, name, anonymous: true, locale }).execute();
  return (await findContact(db, id))!;
}

/** Finds or makes the contact of an address that its owner has just proven by a link sent to it. */
export async function recogniseEmail(trx: Trx, email: string, locale: Locale): Promise<ContactRow> {
  await lockNames(trx, [`email:${email}`]);
  const known = await findContactByEmail(trx, email);
  if (known) return known;
  const visitor = await trx
    .selectFrom('contact')
    .select('name')
    .where('email', '=', email)
    .where('anonymous', '=', true)
    .orderBy('createdAt', 'desc')
    .executeTakeFirst();
  const isNamed = visitor !== undefined && !Object.values(VISITOR).some((word) => visitor.name.startsWith(`${word} `));
  const id = randomUUID();
  await trx
    .insertInto('contact')
    .values({
      id,
      name: isNamed ? visitor.name : email.split('@')[0]!,
      email,
      anonymous: false,
      locale,
      organisationId: await findOrganisationByEmail(trx, email),
    })
    .execute();
  return (await findContact(trx, id))!;
}

/**
 * Lets visitors become the person they turned out to be: what is theirs is the person's from now on, and their own
 * sessions end, so that whoever else holds one does not become that person.
 * @returns what listeners must be told, as the transaction's last step
 */
export async function mergeVisitors(
  trx: Trx,
  visitorIds: readonly string[],
  contact: ContactRow,
): Promise<ContactChange[]> {
  const changes: ContactChange[] = [];
  for (const visitorId of [...new Set(visitorIds)].sort()) {
    await lockContact(trx, visitorId);
    const visitor = await findContact(trx, visitorId);
    if (!visitor?.anonymous || visitor.mergedInto !== null || visitorId === contact.id) continue;
    await trx.updateTable('contact').set({ mergedInto: contact.id }).where('id', '=', visitorId).execute();
    await endSessionsOf(trx, visitorId);
    changes.push(changeOf(visitor, contact));
  }
  return changes;
}

/** What a contact became, for listeners. */
export function changeOf(before: ContactRow, now: ContactRow): ContactChange {
  return {
    from: { id: before.id, name: before.name },
    contact: { id: now.id, name: now.name, anonymous: now.anonymous },
    organisation: organisationOf(now),
  };
}

/** Tells the listeners, each of whom may write: the last step of a transaction. */
export async function tellContactListeners(
  trx: Trx,
  listeners: readonly ContactListener[],
  changes: readonly ContactChange[],
): Promise<void> {
  if (changes.length > 0) for (const listener of listeners) await listener(trx, changes);
}

/**
 * One's own settings. A visitor may leave an address to be answered at; it proves nothing.
 * @throws AppError `invalid_input` when a known person changes their address, `unauthenticated` when the contact is gone
 */
export async function updateOwnContact(
  db: Db,
  listeners: readonly ContactListener[],
  id: string,
  change: {
    name?: string | undefined;
    locale?: Locale | undefined;
    theme?: Theme | undefined;
    email?: string | undefined;
  },
): Promise<ContactRow> {
  return db.transaction().execute(async (trx) => {
    await lockContact(trx, id);
    const before = await findContact(trx, id);
    if (!before || before.mergedInto !== null) throw new AppError('unauthenticated');
    if (change.email !== undefined && !before.anonymous) throw fixedEmail(change.locale ?? before.locale);
    // What is not changed is not written: who recognises an identity changes the rest meanwhile.
    const { name, locale, theme, email } = change;
    const set = { name, locale, theme, email };
    if (Object.values(set).some((value) => value !== undefined))
      await trx.updateTable('contact').set(set).where('id', '=', id).execute();
    const now = (await findContact(trx, id))!;
    if (now.name !== before.name) await tellContactListeners(trx, listeners, [changeOf(before, now)]);
    return now;
  });
}

export type NewContact = {
  id: string;
  name: string;
  email: string;
  /** Absent: the organisation of the address's domain. */
  organisationId?: string | null | undefined;
  locale?: Locale;
};

/**
 * Adds a person of a customer. The same again changes nothing.
 * @throws AppError `email_taken`, `id_conflict`, `invalid_input` naming organisationId
 */
export async function createContact(db: Db, contact: NewContact, locale: Locale): Promise<ContactRow> {
  return db.transaction().execute(async (trx) => {
    await lockNames(trx, [`email:${contact.email}`, `contact:${contact.id}`]);
    const present = await findContact(trx, contact.id);
    if (present) {
      if (present.email === contact.email && present.name === contact.name) return present;
      throw new AppError('id_conflict');
    }
    if (await findContactByEmail(trx, contact.email)) throw takenEmail(locale);
    const organisationId =
      contact.organisationId === undefined ? await findOrganisationByEmail(trx, contact.email) : contact.organisationId;
    if (contact.organisationId) await requireOrganisation(trx, contact.organisationId, locale);
    await trx
      .insertInto('contact')
      .values({
        id: contact.id,
        name: contact.name,
        email: contact.email,
        anonymous: false,
        organisationId,
        locale: contact.locale ?? 'en',
      })
      .execute();
    return (await findContact(trx, contact.id))!;
  });
}

const MOCK_NAMES: Record<Locale, string> = { en: 'Mock customer', 'zh-CN': '模拟客户' };

/** Adds somebody in whose name a drill is filed: without an address or an organisation, so nobody signs in as them. */
export async function createMockContact(trx: Trx, id: string, locale: Locale): Promise<{ id: string; name: string }> {
  const name = MOCK_NAMES[locale];
  await trx
    .insertInto('contact')
    .values({ id, name, email: null, anonymous: false, organisationId: null, locale, mock: true })
    .execute();
  return { id, name };
}

/** Where a sign-in link goes is not changed by whoever is signed in. */
export function fixedEmail(locale: Locale): AppError {
  const message = { en: 'This address cannot be changed here.', 'zh-CN': '此处无法更改邮箱。' }[locale];
  return new AppError('invalid_input', { field: 'email' }, [{ field: 'email', message }]);
}

function takenEmail(locale: Locale): AppError {
  const message = { en: 'Someone already uses this e-mail address.', 'zh-CN': '该邮箱已被使用。' }[locale];
  return new AppError('email_taken', {}, [{ field: 'email', message }]);
}
