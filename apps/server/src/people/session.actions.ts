import { randomUUID } from 'node:crypto';
import { AppError, type Locale } from '@alongside/contracts';
import type { Db, DbOrTrx, Trx } from '../platform/database/database.ts';
import { announceSessionsEnded } from './live.actions.ts';
import { countLinksSince, type SessionRow } from './queries.ts';
import type { PeopleTables } from './tables.ts';
import { newToken, tokenHash } from './tokens.ts';

const DAY_MS = 24 * 3_600_000;

/** How long a session lives after its last use. The widget's is long: a visitor comes back to their conversation. */
const LIFETIME_MS = { staff: 14 * DAY_MS, customer: 30 * DAY_MS, widget: 180 * DAY_MS } as const;

/** A session's use is written down this often at most: requests must not all become writes. */
const TOUCH_EVERY_MS = 3_600_000;

/** A link works this long after it was asked for. */
export const LINK_LIFETIME_MS = 15 * 60_000;

/** So many links an address gets within a link's lifetime; more would only fill a mailbox. */
const LINKS_PER_LIFETIME = 3;

type PersonKey = Pick<SessionRow, 'personKind' | 'personId' | 'via'> & {
  /** The key that vouched for them, if one did. */
  identityKeyId?: string | undefined;
};

function lifetimeMs({ personKind, via }: Pick<PersonKey, 'personKind' | 'via'>): number {
  return LIFETIME_MS[via === 'bearer' ? 'widget' : personKind];
}

/** Signs a person in. @returns the token, which is nowhere else from here on */
export async function startSession(db: DbOrTrx, person: PersonKey, now = new Date()): Promise<string> {
  const token = newToken();
  await db
    .insertInto('session')
    .values({
      id: randomUUID(),
      tokenHash: tokenHash(token),
      personKind: person.personKind,
      personId: person.personId,
      via: person.via,
      identityKeyId: person.identityKeyId ?? null,
      createdAt: now,
      seenAt: now,
      expiresAt: new Date(now.getTime() + lifetimeMs(person)),
    })
    .execute();
  return token;
}

/** Notes that a session is in use, which moves its end; at most once an hour. */
export async function touchSession(db: DbOrTrx, session: SessionRow, now = new Date()): Promise<void> {
  if (Math.abs(now.getTime() - session.seenAt.getTime()) < TOUCH_EVERY_MS) return;
  await db
    .updateTable('session')
    .set({ seenAt: now, expiresAt: new Date(now.getTime() + lifetimeMs(session)) })
    .where('id', '=', session.id)
    .execute();
}

/** Notes which key vouches for the person of a session now: it is with that one that the session ends. */
export async function vouchForSession(db: DbOrTrx, session: SessionRow, identityKeyId: string): Promise<void> {
  if (session.identityKeyId === identityKeyId) return;
  await db.updateTable('session').set({ identityKeyId }).where('id', '=', session.id).execute();
}

/** Signs out of one session. */
export async function endSession(db: Db, sessionId: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx.deleteFrom('session').where('id', '=', sessionId).execute();
    await announceSessionsEnded(trx, { sessionId });
  });
}

/** Signs a person out everywhere, or everywhere else. */
export async function endSessionsOf(trx: Trx, personId: string, exceptSessionId?: string): Promise<void> {
  await trx
    .deleteFrom('session')
    .where('personId', '=', personId)
    .$if(exceptSessionId !== undefined, (query) => query.where('id', '!=', exceptSessionId!))
    .execute();
  await announceSessionsEnded(trx, { personId, exceptSessionId });
}

/** For whom a one-time link is. */
export type LinkFor = { staffId: string } | { email: string; visitorId: string | null };

/** A link printed where the server runs is found later than a mail, and no flood of them fills a mailbox. */
const PRINTED_LINK_LIFETIME_MS = 12 * 3_600_000;

/** Makes the token of a link that is printed for whoever starts the server. */
export async function createPrintedLink(
  db: DbOrTrx,
  person: LinkFor,
  locale: Locale,
  now = new Date(),
): Promise<string> {
  return insertLink(db, person, locale, now, PRINTED_LINK_LIFETIME_MS);
}

/**
 * Makes a one-time link's token, good for fifteen minutes.
 * @returns null when this address was sent enough of them lately
 */
export async function createSignInLink(
  db: DbOrTrx,
  person: LinkFor,
  locale: Locale,
  now = new Date(),
): Promise<string | null> {
  if ('email' in person) {
    const lately = new Date(now.getTime() - LINK_LIFETIME_MS);
    if ((await countLinksSince(db, person.email, lately)) >= LINKS_PER_LIFETIME) return null;
  }
  return insertLink(db, person, locale, now, LINK_LIFETIME_MS);
}

async function insertLink(
  db: DbOrTrx,
  person: LinkFor,
  locale: Locale,
  now: Date,
  lifetimeMs: number,
): Promise<string> {
  const token = newToken();
  const isStaff = 'staffId' in person;
  await db
    .insertInto('signInLink')
    .values({
      tokenHash: tokenHash(token),
      personKind: isStaff ? 'staff' : 'customer',
      staffId: isStaff ? person.staffId : null,
      email: isStaff ? null : person.email,
      visitorId: isStaff ? null : person.visitorId,
      locale,
      createdAt: now,
      expiresAt: new Date(now.getTime() + lifetimeMs),
    })
    .execute();
  return token;
}

export type UsedLink = Pick<PeopleTables['signInLink'], 'personKind' | 'staffId' | 'email' | 'visitorId' | 'locale'>;

/**
 * Uses a link up. Of several at once one succeeds.
 * @throws AppError `link_expired`: used, too old or never made, which look the same
 */
export async function useSignInLink(db: DbOrTrx, token: string, now = new Date()): Promise<UsedLink> {
  const link = await db
    .updateTable('signInLink')
    .set({ usedAt: now })
    .where('tokenHash', '=', tokenHash(token))
    .where('usedAt', 'is', null)
    .where('expiresAt', '>', now)
    .returning(['personKind', 'staffId', 'email', 'visitorId', 'locale'])
    .executeTakeFirst();
  if (!link) throw new AppError('link_expired');
  return link;
}

/** Removes sessions and links that ended more than a day ago. @returns how many rows went */
export async function deleteExpiredSessions(db: DbOrTrx, now = new Date()): Promise<number> {
  const before = new Date(now.getTime() - DAY_MS);
  const sessions = await db.deleteFrom('session').where('expiresAt', '<', before).executeTakeFirst();
  const links = await db.deleteFrom('signInLink').where('expiresAt', '<', before).executeTakeFirst();
  return Number(sessions.numDeletedRows + links.numDeletedRows);
}
