import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import type { SessionRow } from '../people/queries.ts';
import type { DbOrTrx } from '../platform/database/database.ts';
import type { CustomersTables } from './tables.ts';

export type ContactRow = Selectable<CustomersTables['contact']> & { organisationName: string | null };
export type OrganisationRow = Selectable<CustomersTables['organisation']> & { domains: string[]; contactCount: number };
export type IdentityKeyRow = Selectable<CustomersTables['identityKey']> & { organisationName: string | null };

/** Lists are sent in pages of this many. */
export const CONTACTS_PER_PAGE = 50;

function contacts(db: DbOrTrx) {
  return db
    .selectFrom('contact')
    .leftJoin('organisation', 'organisation.id', 'contact.organisationId')
    .selectAll('contact')
    .select('organisation.name as organisationName');
}

export async function findContact(db: DbOrTrx, id: string): Promise<ContactRow | undefined> {
  return contacts(db).where('contact.id', '=', id).executeTakeFirst();
}

/** The known person of this address; not a visitor who merely typed it, nor somebody for whom another's key claims it. */
export async function findContactByEmail(db: DbOrTrx, email: string): Promise<ContactRow | undefined> {
  return contacts(db)
    .where('contact.email', '=', email)
    .where('contact.anonymous', '=', false)
    .where('contact.emailProven', '=', true)
    .where('contact.mergedInto', 'is', null)
    .executeTakeFirst();
}

/** @param organisationId whose own key names the person so; null: a key of the workspace */
export async function findContactByExternalId(
  db: DbOrTrx,
  externalId: string,
  organisationId: string | null,
): Promise<ContactRow | undefined> {
  return contacts(db)
    .where('contact.externalId', '=', externalId)
    .where('contact.externalOrganisationId', 'is not distinct from', organisationId)
    .executeTakeFirst();
}

/** Where a walk through visitors stands. `came` is an instant as the database writes it: a Date would cut its microseconds. */
export type VisitorPlace = { id: string; came: string };

/**
 * Visitors nobody has named who came before an instant and have used no session since, oldest first.
 * @param filter.after the last one of the page before
 * @param filter.among only these
 */
export async function findIdleVisitors(
  db: DbOrTrx,
  filter: { before: Date; after: VisitorPlace | null; limit: number; among?: readonly string[] },
): Promise<VisitorPlace[]> {
  const { before, after, limit, among } = filter;
  return db
    .selectFrom('contact')
    .select(['id', sql<string>`contact.created_at::text`.as('came')])
    .where('anonymous', '=', true)
    .where('mergedInto', 'is', null)
    .where('createdAt', '<', before)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('session')
            .select('session.id')
            .whereRef('session.personId', '=', 'contact.id')
            .where('session.seenAt', '>=', before),
        ),
      ),
    )
    .$if(after !== null, (query) =>
      query.where(sql<boolean>`(contact.created_at, contact.id) > (${after!.came}::timestamptz, ${after!.id}::uuid)`),
    )
    .$if(among !== undefined, (query) => query.where('id', 'in', among!))
    .orderBy('createdAt')
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** Whether `earlierId` is a visitor who has since become `contactId`. */
export async function wasMergedInto(db: DbOrTrx, earlierId: string, contactId: string): Promise<boolean> {
  const row = await db
    .selectFrom('contact')
    .select('id')
    .where('id', '=', earlierId)
    .where('mergedInto', '=', contactId)
    .executeTakeFirst();
  return row !== undefined;
}

/** The person of a customer's session, unless they were merged into another. */
export async function findContactOfSession(db: DbOrTrx, session: SessionRow): Promise<ContactRow | undefined> {
  if (session.personKind !== 'customer') return undefined;
  const contact = await findContact(db, session.personId);
  return contact?.mergedInto === null ? contact : undefined;
}

/** The organisation an address belongs to by its domain. */
export async function findOrganisationByEmail(db: DbOrTrx, email: string): Promise<string | null> {
  const domain = email.slice(email.lastIndexOf('@') + 1);
  const row = await db
    .selectFrom('organisationDomain')
    .select('organisationId')
    .where('domain', '=', domain)
    .executeTakeFirst();
  return row?.organisationId ?? null;
}

export type ContactFilter = {
  search?: string | undefined;
  organisationId?: string | undefined;
  includeAnonymous: boolean;
  /** Id of the last contact of the page before. */
  before?: string | undefined;
};

/** A page of contacts, newest first; one more than a page when there is a next one. */
export async function findContacts(db: DbOrTrx, filter: ContactFilter): Promise<ContactRow[]> {
  const last = filter.before === undefined ? undefined : await findContact(db, filter.before);
  return contacts(db)
    .where('contact.mergedInto', 'is', null)
    .where('contact.mock', '=', false)
    .$if(!filter.includeAnonymous, (query) => query.where('contact.anonymous', '=', false))
    .$if(filter.organisationId !== undefined, (query) =>
      query.where('contact.organisationId', '=', filter.organisationId!),
    )
    .$if(Boolean(filter.search?.trim()), (query) => {
      const pattern = containing(filter.search!);
      return query.where((eb) =>
        eb.or([
          eb('contact.name', 'ilike', pattern),
          eb('contact.email', 'ilike', pattern),
          eb('organisation.name', 'ilike', pattern),
        ]),
      );
    })
    .$if(last !== undefined, (query) =>
      // Compared within the database: a Date has no microseconds.
      query.where(
        sql<boolean>`(contact.created_at, contact.id) < (select created_at, id from contact where id = ${last!.id})`,
      ),
    )
    .orderBy('contact.createdAt', 'desc')
    .orderBy('contact.id', 'desc')
    .limit(CONTACTS_PER_PAGE + 1)
    .execute();
}

/** Organisations by name. */
export async function findOrganisations(
  db: DbOrTrx,
  filter: { search?: string | undefined; id?: string } = {},
): Promise<OrganisationRow[]> {
  return db
    .selectFrom('organisation')
    .selectAll()
    .select((eb) => [
      sql<string[]>`array(select domain from organisation_domain
        where organisation_id = organisation.id order by domain)`.as('domains'),
      eb
        .selectFrom('contact')
        .select((count) => count.fn.countAll<number>().as('n'))
        .whereRef('contact.organisationId', '=', 'organisation.id')
        .where('contact.mergedInto', 'is', null)
        .$asScalar()
        .$notNull()
        .as('contactCount'),
    ])
    .$if(filter.id !== undefined, (query) => query.where('id', '=', filter.id!))
    .$if(Boolean(filter.search?.trim()), (query) => {
      const pattern = containing(filter.search!);
      return query.where((eb) =>
        eb.or([
          eb('organisation.name', 'ilike', pattern),
          eb.exists(
            eb
              .selectFrom('organisationDomain')
              .select('domain')
              .whereRef('organisationId', '=', 'organisation.id')
              .where('domain', 'ilike', pattern),
          ),
        ]),
      );
    })
    .orderBy(sql`lower(name)`)
    .orderBy('id')
    .limit(500)
    .execute();
}

export async function findIdentityKey(db: DbOrTrx, id: string): Promise<IdentityKeyRow | undefined> {
  return identityKeys(db).select('secret').where('identityKey.id', '=', id).executeTakeFirst();
}

/** All signing keys, without their secrets. */
export async function findIdentityKeys(db: DbOrTrx): Promise<Omit<IdentityKeyRow, 'secret'>[]> {
  return identityKeys(db).orderBy('identityKey.createdAt').execute();
}

function identityKeys(db: DbOrTrx) {
  return db
    .selectFrom('identityKey')
    .leftJoin('organisation', 'organisation.id', 'identityKey.organisationId')
    .select([
      'identityKey.id',
      'identityKey.name',
      'identityKey.organisationId',
      'identityKey.createdAt',
      'identityKey.lastUsedAt',
      'organisation.name as organisationName',
    ]);
}

/** A LIKE pattern for text that contains this, taken literally. */
export function containing(text: string): string {
  return `%${text.trim().replace(/[\\%_]/g, '\\$&')}%`;
}
