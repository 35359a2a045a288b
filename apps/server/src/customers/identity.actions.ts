import { randomBytes, randomUUID } from 'node:crypto';
import { AppError, type Locale } from '@alongside/contracts';
import { sql } from 'kysely';
import { announceRightsChanged, announceSessionsEnded } from '../people/live.actions.ts';
import type { Db, DbOrTrx, Trx } from '../platform/database/database.ts';
import { type Identity, rejection } from './identity.ts';
import { lockNames } from './locks.ts';
import { requireOrganisation } from './organisation.actions.ts';
import {
  type ContactRow,
  findContact,
  findContactByEmail,
  findContactByExternalId,
  findIdentityKey,
  findOrganisationByEmail,
  type IdentityKeyRow,
} from './queries.ts';

/**
 * Makes a signing key.
 * @param key.organisationId the one organisation for whose people it will vouch; null: for everybody
 * @returns it with its secret, the only time that is handed out
 * @throws AppError `invalid_input` naming organisationId
 */
export async function createIdentityKey(
  db: Db,
  key: { name: string; organisationId: string | null },
  locale: Locale,
): Promise<IdentityKeyRow> {
  return db.transaction().execute(async (trx) => {
    if (key.organisationId !== null) await requireOrganisation(trx, key.organisationId, locale);
    const id = randomUUID();
    const secret = randomBytes(32).toString('base64url');
    await trx
      .insertInto('identityKey')
      .values({ id, ...key, secret })
      .execute();
    return (await findIdentityKey(trx, id))!;
  });
}

/**
 * Revokes a key. The sessions it opened go with it, in the database by their reference to it.
 * @throws AppError `not_found`
 */
export async function deleteIdentityKey(db: Db, id: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const { numDeletedRows } = await trx.deleteFrom('identityKey').where('id', '=', id).executeTakeFirst();
    if (numDeletedRows === 0n) throw new AppError('not_found');
    await announceSessionsEnded(trx, { identityKeyId: id });
  });
}

/**
 * Keeps a key from being revoked until the transaction ends, so that it opens nothing that would outlive it.
 * @throws AppError `identity_rejected` when it is gone
 */
export async function holdIdentityKey(trx: Trx, id: string, locale: Locale): Promise<void> {
  const key = await trx.selectFrom('identityKey').select('id').where('id', '=', id).forKeyShare().executeTakeFirst();
  if (!key) throw rejection('unknownKey', locale);
}

/** Notes that a key was used; once a minute is enough to see which ones are still needed. */
export async function touchIdentityKey(db: DbOrTrx, id: string, now = new Date()): Promise<void> {
  await db
    .updateTable('identityKey')
    .set({ lastUsedAt: now })
    .where('id', '=', id)
    .where((eb) => eb.or([eb('lastUsedAt', 'is', null), eb('lastUsedAt', '<', new Date(now.getTime() - 60_000))]))
    .execute();
}

/**
 * Finds or makes the contact a signed identity speaks of, and brings it up to date. However many arrive at once for
 * the same person, there is one contact.
 *
 * The workspace's own keys are believed. What an organisation's own key says ends at that organisation: its ids are its
 * own, it takes up nobody of another, and an address outside its domains is written to but opens nothing to anybody.
 * @returns the contact as it is now, and as it was if there was one
 */
export async function recogniseIdentity(
  trx: Trx,
  identity: Identity,
  locale: Locale,
): Promise<{ contact: ContactRow; before: ContactRow | null }> {
  const { externalId, email, boundTo } = identity;
  await lockNames(trx, [`external:${boundTo ?? ''}:${externalId}`, ...(email === null ? [] : [`email:${email}`])]);
  const byEmail = email === null ? undefined : await findContactByEmail(trx, email);
  const domainOwner = email === null ? null : await findOrganisationByEmail(trx, email);
  const isProven = boundTo === null || domainOwner === boundTo;
  const isOurs = boundTo === null || (byEmail?.organisationId ?? domainOwner) === boundTo;
  // Without an external id of their own, the person of that address is the one the host page vouches for.
  const before =
    (await findContactByExternalId(trx, externalId, boundTo)) ??
    (byEmail?.externalId === null && isOurs ? byEmail : undefined);
  const organisationId =
    boundTo ??
    (identity.organisation === null ? null : await upsertOrganisation(trx, identity.organisation)) ??
    before?.organisationId ??
    domainOwner;
  const facts = {
    name: identity.name ?? before?.name ?? email?.split('@')[0] ?? externalId,
    ...addressOf(before, email, { isProven, isFree: byEmail === undefined || byEmail.id === before?.id }),
    externalId,
    externalOrganisationId: boundTo,
    organisationId,
    anonymous: false,
  };
  const id = before?.id ?? randomUUID();
  if (before) await trx.updateTable('contact').set(facts).where('id', '=', id).execute();
  else
    await trx
      .insertInto('contact')
      .values({ id, ...facts, locale })
      .execute();
  if (before && before.organisationId !== organisationId) await announceRightsChanged(trx, id);
  return { contact: (await findContact(trx, id))!, before: before ?? null };
}

/** The address a person has from now on. A proven one is not given up for one that merely is said to be theirs. */
function addressOf(
  before: ContactRow | undefined,
  said: string | null,
  { isProven, isFree }: { isProven: boolean; isFree: boolean },
): Pick<ContactRow, 'email' | 'emailProven'> {
  const kept = { email: before?.email ?? null, emailProven: before?.emailProven ?? true };
  const hasProven = kept.email !== null && kept.emailProven;
  if (said === null || !isFree || (hasProven && !isProven)) return kept;
  return { email: said, emailProven: isProven };
}

async function upsertOrganisation(trx: Trx, name: string): Promise<string> {
  const row = await trx
    .insertInto('organisation')
    .values({ id: randomUUID(), name })
    // An update that changes nothing, so that the row comes back, and is seen, even if another transaction made it just now.
    .onConflict((conflict) =>
      conflict.expression(sql`lower(name)`).doUpdateSet((eb) => ({ name: eb.ref('organisation.name') })),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}
