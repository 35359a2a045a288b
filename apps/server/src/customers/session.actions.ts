import { AppError, type Locale } from '@alongside/contracts';
import { findSession, findStaff, type StaffRow } from '../people/queries.ts';
import {
  createSignInLink,
  startSession,
  touchSession,
  useSignInLink,
  vouchForSession,
} from '../people/session.actions.ts';
import type { Db, DbOrTrx, Trx } from '../platform/database/database.ts';
import { changeOf, createVisitor, mergeVisitors, recogniseEmail, tellContactListeners } from './actions.ts';
import type { ContactListener } from './contact-listeners.ts';
import { holdIdentityKey, recogniseIdentity, touchIdentityKey } from './identity.actions.ts';
import type { Identity } from './identity.ts';
import { lockNames } from './locks.ts';
import { type ContactRow, findContactByEmail, findContactOfSession, findOrganisationByEmail } from './queries.ts';

export type WidgetSession = { token: string; contact: ContactRow };

/**
 * Starts or continues the widget's session.
 * @param input.identity already verified; together with a visitor's token it claims what is that visitor's
 * @throws AppError `identity_rejected` when its key was revoked at this moment
 */
export async function openWidgetSession(
  db: Db,
  listeners: readonly ContactListener[],
  input: { identity: (Identity & { keyId: string }) | null; token: string | null; locale: Locale },
): Promise<WidgetSession> {
  const now = new Date();
  return db.transaction().execute(async (trx) => {
    const session = input.token === null ? undefined : await findSession(trx, input.token, 'bearer', now);
    const earlier = session && (await findContactOfSession(trx, session));
    if (input.identity === null) {
      if (!session || !earlier) return startCustomerSession(trx, await createVisitor(trx, input.locale));
      await touchSession(trx, session, now);
      return { token: input.token!, contact: earlier };
    }
    const { keyId } = input.identity;
    await holdIdentityKey(trx, keyId, input.locale);
    const { contact, before } = await recogniseIdentity(trx, input.identity, input.locale);
    await touchIdentityKey(trx, keyId, now);
    const isSamePerson = earlier?.id === contact.id;
    if (isSamePerson && session) {
      await touchSession(trx, session, now);
      await vouchForSession(trx, session, keyId);
    }
    const opened = isSamePerson ? { token: input.token!, contact } : await startCustomerSession(trx, contact, keyId);
    const changes = before !== null && before.name !== contact.name ? [changeOf(before, contact)] : [];
    if (earlier?.anonymous) changes.push(...(await mergeVisitors(trx, [earlier.id], contact)));
    await tellContactListeners(trx, listeners, changes);
    return opened;
  });
}

async function startCustomerSession(trx: Trx, contact: ContactRow, identityKeyId?: string): Promise<WidgetSession> {
  const person = { personKind: 'customer', personId: contact.id, via: 'bearer', identityKeyId } as const;
  return { contact, token: await startSession(trx, person) };
}

/**
 * Makes a link for a customer's address, if it is one: of a known person, at a customer's domain, or left by a visitor
 * who asks to be recognised.
 * @returns null when no mail is to be sent, which the person asking is not told
 */
export async function createMagicLink(
  trx: Trx,
  email: string,
  visitorId: string | null,
  locale: Locale,
): Promise<{ token: string; name: string | null } | null> {
  // Several asked for at once must count each other.
  await lockNames(trx, [`link:${email}`]);
  const known = await findContactByEmail(trx, email);
  const welcome =
    known !== undefined ||
    visitorId !== null ||
    (await findOrganisationByEmail(trx, email)) !== null ||
    (await visitorsOf(trx, email)).length > 0;
  if (!welcome) return null;
  const token = await createSignInLink(trx, { email, visitorId }, locale);
  return token === null ? null : { token, name: known?.name ?? null };
}

export type Redeemed = { kind: 'staff'; staff: StaffRow; token: string } | ({ kind: 'customer' } & WidgetSession);

/**
 * Uses a one-time link and signs its person in with a cookie session. What a visitor did before, in the browser that asked for the link,
 * in the one that uses it, or under the same address, is theirs from now on.
 * @param visitorId the anonymous visitor in whose session the link is used
 * @throws AppError `link_expired`
 */
export async function redeemSignInLink(
  db: Db,
  listeners: readonly ContactListener[],
  token: string,
  visitorId: string | null,
): Promise<Redeemed> {
  return db.transaction().execute(async (trx) => {
    const link = await useSignInLink(trx, token);
    if (link.personKind === 'staff') {
      const staff = await findStaff(trx, link.staffId!);
      if (!staff || staff.disabled) throw new AppError('link_expired');
      return {
        kind: 'staff',
        staff,
        token: await startSession(trx, { personKind: 'staff', personId: staff.id, via: 'cookie' }),
      };
    }
    const contact = await recogniseEmail(trx, link.email!, link.locale);
    const session = await startSession(trx, { personKind: 'customer', personId: contact.id, via: 'cookie' });
    const visitors = [...(await visitorsOf(trx, link.email!)), link.visitorId, visitorId].filter((id) => id !== null);
    await tellContactListeners(trx, listeners, await mergeVisitors(trx, visitors, contact));
    return { kind: 'customer', contact, token: session };
  });
}

async function visitorsOf(db: DbOrTrx, email: string): Promise<string[]> {
  const rows = await db
    .selectFrom('contact')
    .select('id')
    .where('email', '=', email)
    .where('anonymous', '=', true)
    .where('mergedInto', 'is', null)
    .orderBy('id')
    .limit(100)
    .execute();
  return rows.map((row) => row.id);
}
