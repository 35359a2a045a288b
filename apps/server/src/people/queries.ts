import type { StaffRole } from '@alongside/contracts';
import { type Selectable, sql } from 'kysely';
import type { DbOrTrx } from '../platform/database/database.ts';
import type { PeopleTables } from './tables.ts';
import { tokenHash } from './tokens.ts';

export type StaffRow = Selectable<PeopleTables['staff']>;
export type WorkspaceRow = Selectable<PeopleTables['workspace']> & { needsSetup: boolean };
export type SessionRow = Selectable<PeopleTables['session']>;

/** The workspace's one row. */
export async function loadWorkspace(db: DbOrTrx): Promise<WorkspaceRow> {
  return db
    .selectFrom('workspace')
    .selectAll()
    .select((eb) =>
      eb
        .not(eb.exists(eb.selectFrom('staff').select('staff.id').where('role', '=', 'administrator')))
        .$castTo<boolean>()
        .as('needsSetup'),
    )
    .executeTakeFirstOrThrow();
}

/** The sites that may embed the widget, besides our own pages. */
export async function loadWidgetOrigins(db: DbOrTrx): Promise<string[]> {
  return (await loadWorkspace(db)).widgetOrigins;
}

/** The session a token belongs to, while it lasts. */
export async function findSession(
  db: DbOrTrx,
  token: string,
  via: SessionRow['via'],
  now: Date,
): Promise<SessionRow | undefined> {
  return db
    .selectFrom('session')
    .selectAll()
    .where('tokenHash', '=', tokenHash(token))
    .where('via', '=', via)
    .where('expiresAt', '>', now)
    .executeTakeFirst();
}

/** Those of these sessions that last at an instant. */
export async function findLiveSessions(db: DbOrTrx, ids: readonly string[], now: Date): Promise<Set<string>> {
  const rows = await db
    .selectFrom('session')
    .select('id')
    // One parameter, however many live connections there are.
    .where(sql<boolean>`id = any(${ids}::uuid[])`)
    .where('expiresAt', '>', now)
    .execute();
  return new Set(rows.map((row) => row.id));
}

export async function findStaff(db: DbOrTrx, id: string): Promise<StaffRow | undefined> {
  return db.selectFrom('staff').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function findStaffByEmail(db: DbOrTrx, email: string): Promise<StaffRow | undefined> {
  return db.selectFrom('staff').selectAll().where('email', '=', email).executeTakeFirst();
}

/** The support team by name, those who left at the end. */
export async function findAllStaff(db: DbOrTrx): Promise<StaffRow[]> {
  return db.selectFrom('staff').selectAll().orderBy('disabled').orderBy('name').orderBy('id').execute();
}

/** Whether somebody of this role is left once `exceptId` is gone from it. */
export async function hasOtherActive(db: DbOrTrx, role: StaffRole, exceptId: string): Promise<boolean> {
  const other = await db
    .selectFrom('staff')
    .select('id')
    .where('role', '=', role)
    .where('disabled', '=', false)
    .where('id', '!=', exceptId)
    .limit(1)
    .executeTakeFirst();
  return other !== undefined;
}

/** How many links this address was sent since then. */
export async function countLinksSince(db: DbOrTrx, email: string, since: Date): Promise<number> {
  const row = await db
    .selectFrom('signInLink')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('email', '=', email)
    .where('createdAt', '>', since)
    .executeTakeFirstOrThrow();
  return row.count;
}
