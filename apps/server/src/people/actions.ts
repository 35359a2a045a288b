import { randomUUID } from 'node:crypto';
import {
  AppError,
  type Locale,
  type LocalisedText,
  type StaffRole,
  type Theme,
  type Topic,
} from '@alongside/contracts';
import { sql } from 'kysely';
import type { Db, DbOrTrx } from '../platform/database/database.ts';
import { announceRightsChanged } from './live.actions.ts';
import type { Passwords } from './passwords.ts';
import { findStaff, findStaffByEmail, hasOtherActive, loadWorkspace, type StaffRow } from './queries.ts';
import { endSessionsOf } from './session.actions.ts';
import { DEFAULT_TOPICS } from './topics.ts';

/** Serialises what counts administrators: the first set-up, and taking the role from somebody. */
const ADMINISTRATORS_LOCK = 7_700_002;

export type NewStaff = { name: string; email: string; role: StaffRole; passwordHash: string; locale?: Locale };

/**
 * Names the workspace and makes its first administrator. Of several at once one succeeds.
 * @throws AppError `already_set_up`
 */
export async function setUpWorkspace(
  db: Db,
  passwords: Passwords,
  input: { workspaceName: string; name: string; email: string; password: string; locale: Locale },
): Promise<StaffRow> {
  // Looked at before the costly hash too, since anybody may knock here.
  if (!(await loadWorkspace(db)).needsSetup) throw new AppError('already_set_up');
  const passwordHash = await passwords.hash(input.password);
  return db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(${ADMINISTRATORS_LOCK})`.execute(trx);
    const workspace = await loadWorkspace(trx);
    if (!workspace.needsSetup) throw new AppError('already_set_up');
    const topics = workspace.topics.length > 0 ? workspace.topics : DEFAULT_TOPICS;
    await updateWorkspace(trx, { name: input.workspaceName, topics });
    return createStaff(trx, { ...input, role: 'administrator', passwordHash });
  });
}

/** @throws AppError `email_taken` */
export async function createStaff(db: DbOrTrx, staff: NewStaff): Promise<StaffRow> {
  const row = await db
    .insertInto('staff')
    .values({
      id: randomUUID(),
      name: staff.name,
      email: staff.email.toLowerCase(),
      role: staff.role,
      passwordHash: staff.passwordHash,
      locale: staff.locale ?? 'en',
    })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returningAll()
    .executeTakeFirst();
  if (!row) throw new AppError('email_taken');
  return row;
}

/**
 * Changes a member of the team; a disabled one is signed out everywhere at once.
 * @throws AppError `not_found`, `last_administrator`
 */
export async function updateStaff(
  db: Db,
  id: string,
  change: { name?: string; role?: StaffRole; disabled?: boolean },
): Promise<StaffRow> {
  return db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(${ADMINISTRATORS_LOCK})`.execute(trx);
    const before = await findStaff(trx, id);
    if (!before) throw new AppError('not_found');
    const role = change.role ?? before.role;
    const disabled = change.disabled ?? before.disabled;
    const steppedDown = before.role === 'administrator' && !before.disabled && (role !== 'administrator' || disabled);
    if (steppedDown && !(await hasOtherActive(trx, 'administrator', id))) throw new AppError('last_administrator');
    if (disabled) await endSessionsOf(trx, id);
    else if (role !== before.role) await announceRightsChanged(trx, id);
    return trx
      .updateTable('staff')
      .set({ name: change.name, role, disabled })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow();
  });
}

/** One's own settings. @returns undefined when the person is gone */
export async function updateOwnStaff(
  db: DbOrTrx,
  id: string,
  change: { name?: string; locale?: Locale; theme?: Theme },
): Promise<StaffRow | undefined> {
  const set = { name: change.name, locale: change.locale, theme: change.theme };
  if (Object.values(set).every((value) => value === undefined)) return findStaff(db, id);
  return db.updateTable('staff').set(set).where('id', '=', id).returningAll().executeTakeFirst();
}

/**
 * Checks e-mail and password. An unknown address costs the same work as a wrong password.
 * @throws AppError `wrong_credentials`
 */
export async function checkPassword(
  db: DbOrTrx,
  passwords: Passwords,
  email: string,
  password: string,
): Promise<StaffRow> {
  const staff = await findStaffByEmail(db, email.trim().toLowerCase());
  const matches = await passwords.verify(staff?.passwordHash ?? null, password);
  if (!staff || !matches || staff.disabled) throw new AppError('wrong_credentials');
  return staff;
}

const WRONG_CURRENT: LocalisedText = { en: 'This is not your current password.', 'zh-CN': '当前密码不正确。' };

/**
 * Changes one's own password and ends one's other sessions.
 * @throws AppError `invalid_input` naming current
 */
export async function changePassword(
  db: Db,
  passwords: Passwords,
  input: { staffId: string; sessionId: string; current: string; next: string },
  locale: Locale,
): Promise<void> {
  const staff = await findStaff(db, input.staffId);
  if (!(await passwords.verify(staff?.passwordHash ?? null, input.current)))
    throw new AppError('invalid_input', { field: 'current' }, [{ field: 'current', message: WRONG_CURRENT[locale] }]);
  const passwordHash = await passwords.hash(input.next);
  await db.transaction().execute(async (trx) => {
    await trx.updateTable('staff').set({ passwordHash }).where('id', '=', input.staffId).execute();
    await endSessionsOf(trx, input.staffId, input.sessionId);
  });
}

/**
 * Changes the workspace; what is absent stays.
 * @param change `topicsBefore`: the topics the new ones were made of
 * @throws AppError `topics_changed` when there are others by now
 */
export async function updateWorkspace(
  db: DbOrTrx,
  change: { name?: string; topics?: Topic[]; topicsBefore?: Topic[]; widgetOrigins?: string[]; demo?: boolean },
): Promise<void> {
  const set = {
    name: change.name,
    topics: change.topics === undefined ? undefined : JSON.stringify(change.topics),
    widgetOrigins: change.widgetOrigins,
    demo: change.demo,
  };
  if (Object.values(set).every((value) => value === undefined)) return;
  const before = change.topicsBefore && JSON.stringify(change.topicsBefore);
  const { numUpdatedRows } = await db
    .updateTable('workspace')
    .set(set)
    // Compared where it is written: two who read the same list cannot both replace it.
    .$if(before !== undefined, (update) => update.where(sql<boolean>`topics = ${before}::jsonb`))
    .executeTakeFirstOrThrow();
  if (before !== undefined && numUpdatedRows === 0n) throw new AppError('topics_changed');
}
