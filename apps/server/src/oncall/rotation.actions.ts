import { randomUUID } from 'node:crypto';
import {
  type ActorRef,
  AppError,
  type FieldIssue,
  type Locale,
  type LocalisedText,
  type RotationContent,
} from '@alongside/contracts';
import { rotationOf } from '@alongside/desk';
import { rotationIssues } from '@alongside/sla';
import { findAllStaff } from '../people/queries.ts';
import { invalidField, invalidFields, wordProblems } from '../plans/wording.ts';
import type { Trx } from '../platform/database/database.ts';
import type { OncallDeps } from './deps.ts';
import { announceOnCall } from './live.actions.ts';
import { findPoliciesThatPage } from './queries.ts';
import { findOverride } from './rotation.queries.ts';

type Deps = Pick<OncallDeps, 'db' | 'now'>;

const PAST: LocalisedText = { en: 'This lies in the past.', 'zh-CN': '该时间已过去。' };
const BACKWARDS: LocalisedText = {
  en: 'The end must be later than the beginning.',
  'zh-CN': '结束时间须晚于开始时间。',
};
const NOBODY: LocalisedText = { en: 'There is nobody of the team behind this.', 'zh-CN': '该成员不存在或已停用。' };

/**
 * Makes a rotation. The first one becomes the default. The same id again is refused.
 * @throws AppError `id_conflict`, `invalid_input` naming the fields
 */
export async function createRotation(
  { db, now }: Deps,
  by: ActorRef | null,
  { id, content }: { id: string; content: RotationContent },
  locale: Locale,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await lockRotations(trx);
    await requireSound(trx, content, locale);
    const isFirst = !(await trx.selectFrom('rotation').select('id').where('isDefault', '=', true).executeTakeFirst());
    const at = now();
    const made = await trx
      .insertInto('rotation')
      .values({ id, isDefault: isFirst, createdAt: at })
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!made) throw new AppError('id_conflict');
    await insertVersion(trx, id, 1, content, by, at, at);
    await announceOnCall(trx);
  });
}

/**
 * Saves a new version. Nobody's past shifts change by it; versions planned for later are withdrawn.
 * @param validFrom a later instant, or null for now
 * @throws AppError `not_found`, `invalid_input` naming the fields
 */
export async function saveRotation(
  { db, now }: Deps,
  by: ActorRef,
  id: string,
  { content, validFrom }: { content: RotationContent; validFrom: string | null },
  locale: Locale,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await requireRotation(trx, id);
    await requireSound(trx, content, locale);
    const savedAt = now();
    const from = validFrom === null ? savedAt : new Date(validFrom);
    if (from < savedAt) throw invalidField('validFrom', PAST, locale);
    await trx
      .updateTable('rotationVersion')
      .set({ withdrawn: true })
      .where('rotationId', '=', id)
      .where('validFrom', '>', savedAt)
      .execute();
    const { last } = await trx
      .selectFrom('rotationVersion')
      .select((eb) => eb.fn.max('version').as('last'))
      .where('rotationId', '=', id)
      .executeTakeFirstOrThrow();
    await insertVersion(trx, id, last + 1, content, by, from, savedAt);
    await announceOnCall(trx);
  });
}

/** @throws AppError `not_found` */
export async function setDefaultRotation({ db }: Deps, id: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await lockRotations(trx);
    await requireRotation(trx, id);
    await trx.updateTable('rotation').set({ isDefault: false }).where('isDefault', '=', true).execute();
    await trx.updateTable('rotation').set({ isDefault: true }).where('id', '=', id).execute();
    await announceOnCall(trx);
  });
}

/**
 * Takes a rotation out of use.
 * @throws AppError `not_found`, `in_use` by a policy
 */
export async function archiveRotation({ db, now }: Deps, id: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await lockRotations(trx);
    await requireRotation(trx, id);
    const [policy] = await findPoliciesThatPage(trx, 'rotation', id);
    if (policy) throw new AppError('in_use', { by: policy.content.name });
    await trx.updateTable('rotation').set({ archivedAt: now(), isDefault: false }).where('id', '=', id).execute();
    await announceOnCall(trx);
  });
}

export type OverrideInput = { from: string; to: string; personId: string; note: string };

/**
 * Puts somebody on call for a stretch; what is past of it is left out.
 * @returns its id
 * @throws AppError `not_found`, `invalid_input` naming `to` or `personId`
 */
export async function createOverride(
  { db, now }: Deps,
  by: ActorRef,
  rotationId: string,
  input: OverrideInput,
  locale: Locale,
): Promise<string> {
  return db.transaction().execute(async (trx) => {
    await requireRotation(trx, rotationId);
    const { from, to } = comingStretch(input, now(), 'to', locale);
    const person = (await findAllStaff(trx)).find(({ id, disabled }) => id === input.personId && !disabled);
    if (!person) throw invalidField('personId', NOBODY, locale);
    const id = await insertOverride(trx, by, { rotationId, staffId: person.id, from, to, note: input.note }, now());
    await announceOnCall(trx);
    return id;
  });
}

/** Within a transaction that has locked the rotation. @returns its id */
export async function insertOverride(
  trx: Trx,
  by: ActorRef,
  {
    rotationId,
    staffId,
    from,
    to,
    note,
    swapId = null,
  }: { rotationId: string; staffId: string; from: Date; to: Date; note: string; swapId?: string | null },
  createdAt: Date,
): Promise<string> {
  const id = randomUUID();
  await trx
    .insertInto('rotationOverride')
    .values({
      id,
      rotationId,
      staffId,
      startsAt: from,
      endsAt: to,
      note,
      by: JSON.stringify(by),
      swapId,
      createdAt,
    })
    .execute();
  return id;
}

/**
 * Takes an override back; of one that is running, the rest.
 * @throws AppError `not_found`, `shift_changed` when it is past
 */
export async function removeOverride({ db, now }: Deps, id: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const found = await findOverride(trx, id);
    if (!found) throw new AppError('not_found');
    await requireRotation(trx, found.rotationId);
    const override = (await findOverride(trx, id))!;
    const at = now();
    if (override.endsAt <= at || override.endsAt <= override.startsAt) throw new AppError('shift_changed');
    const endsAt = new Date(Math.max(override.startsAt.getTime(), at.getTime()));
    await trx.updateTable('rotationOverride').set({ endsAt }).where('id', '=', id).execute();
    await announceOnCall(trx);
  });
}

/**
 * The part of a stretch that is still to come.
 * @throws AppError `invalid_input` naming the field when there is none
 */
export function comingStretch(
  { from, to }: { from: string; to: string },
  now: Date,
  field: string,
  locale: Locale,
): { from: Date; to: Date } {
  const [start, end] = [new Date(from), new Date(to)];
  if (end <= start) throw invalidField(field, BACKWARDS, locale);
  if (end <= now) throw invalidField(field, PAST, locale);
  return { from: start < now ? now : start, to: end };
}

/** Locks a rotation in use, so that what is decided by its shifts holds. @throws AppError `not_found` */
export async function requireRotation(trx: Trx, id: string): Promise<void> {
  const row = await trx
    .selectFrom('rotation')
    .select('id')
    .where('id', '=', id)
    .where('archivedAt', 'is', null)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw new AppError('not_found');
}

/** Two that make the first rotation at once must not both become the default. */
async function lockRotations(trx: Trx): Promise<void> {
  await trx.selectFrom('workspace').select('onlyOne').forUpdate().execute();
}

async function insertVersion(
  trx: Trx,
  rotationId: string,
  version: number,
  content: RotationContent,
  by: ActorRef | null,
  validFrom: Date,
  savedAt: Date,
): Promise<void> {
  await trx
    .insertInto('rotationVersion')
    .values({
      rotationId,
      version,
      validFrom,
      content: JSON.stringify(content),
      by: by && JSON.stringify(by),
      savedAt,
    })
    .execute();
}

async function requireSound(trx: Trx, content: RotationContent, locale: Locale): Promise<void> {
  const issues: FieldIssue[] = wordProblems(rotationIssues(rotationOf(content, [])), 'content', locale);
  const team = new Set((await findAllStaff(trx)).filter(({ disabled }) => !disabled).map(({ id }) => id));
  content.layers.forEach((layer, index) => {
    layer.people.forEach((id, place) => {
      if (!team.has(id)) issues.push({ field: `content.layers.${index}.people.${place}`, message: NOBODY[locale] });
    });
  });
  if (issues.length > 0) throw invalidFields(issues);
}
