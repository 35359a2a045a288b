import { randomUUID } from 'node:crypto';
import { type ActorRef, AppError, type CalendarContent, type Locale, type LocalisedText } from '@alongside/contracts';
import type { Db, Trx } from '../platform/database/database.ts';
import { announce } from '../platform/realtime/feed.ts';
import { latestCalendarVersion } from './list.queries.ts';
import type { CalendarVersionRow } from './queries.ts';
import { requireSoundCalendar } from './soundness.ts';

export type CalendarInput = { name: LocalisedText; content: CalendarContent };

/**
 * Adds a calendar. The same again changes nothing.
 * @throws AppError `invalid_input` naming the field, `id_conflict`
 */
export async function createCalendar(
  db: Db,
  by: ActorRef,
  input: CalendarInput & { id: string },
  locale: Locale,
  now = new Date(),
): Promise<void> {
  requireSoundCalendar(input.content, locale);
  await db.transaction().execute(async (trx) => {
    const made = await trx
      .insertInto('calendar')
      .values({ id: input.id, preset: null })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    if (made.numInsertedOrUpdatedRows === 0n) {
      const first = await latestCalendarVersion(trx, input.id);
      if (first && isSame(first, input)) return;
      throw new AppError('id_conflict');
    }
    await addVersion(trx, input.id, undefined, by, input, now);
  });
}

/**
 * Saves a new version, in force from now on. What is the same as before makes no version.
 * @param basedOn the version the saver has looked at
 * @throws AppError `not_found`, `version_conflict`, `invalid_input` naming the field
 */
export async function updateCalendar(
  db: Db,
  by: ActorRef,
  id: string,
  input: CalendarInput & { basedOn: number },
  locale: Locale,
  now = new Date(),
): Promise<void> {
  requireSoundCalendar(input.content, locale);
  await db.transaction().execute(async (trx) => {
    const before = await lockCalendar(trx, id);
    if (before.version !== input.basedOn && !isSame(before, input))
      throw new AppError('version_conflict', { version: before.version });
    await saveVersion(trx, before, by, input, now);
  });
}

/** Holds a calendar until the transaction ends. @throws AppError `not_found` */
export async function lockCalendar(trx: Trx, id: string): Promise<CalendarVersionRow> {
  await trx.selectFrom('calendar').select('id').where('id', '=', id).forUpdate().executeTakeFirst();
  const version = await latestCalendarVersion(trx, id);
  if (!version) throw new AppError('not_found');
  return version;
}

/** Adds a version to a locked calendar, unless it would say the same. */
export async function saveVersion(
  trx: Trx,
  before: CalendarVersionRow,
  by: ActorRef,
  input: CalendarInput,
  now: Date,
): Promise<void> {
  if (!isSame(before, input)) await addVersion(trx, before.calendarId, before, by, input, now);
}

async function addVersion(
  trx: Trx,
  calendarId: string,
  before: CalendarVersionRow | undefined,
  by: ActorRef,
  { name, content }: CalendarInput,
  now: Date,
): Promise<void> {
  const version = (before?.version ?? 0) + 1;
  await trx
    .insertInto('calendarVersion')
    .values({
      id: randomUUID(),
      calendarId,
      version,
      validFrom: after(before?.validFrom, now),
      name: JSON.stringify(name),
      content: JSON.stringify(content),
      savedBy: JSON.stringify(by),
    })
    .execute();
  await announce(trx, { kind: 'plans.calendar_changed', payload: { calendarId, version } });
}

/** Versions come into force in their order, even where a clock was set back. */
export function after(before: Date | undefined, now: Date): Date {
  return before && before >= now ? new Date(before.getTime() + 1) : now;
}

function isSame(row: CalendarVersionRow, { name, content }: CalendarInput): boolean {
  return same(row.name, name) && same(row.content, content);
}

/** Whether two plain values say the same; jsonb does not keep the order of keys. */
export function same(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  const [keysA, keysB] = [Object.keys(a), Object.keys(b)];
  return (
    Array.isArray(a) === Array.isArray(b) &&
    keysA.length === keysB.length &&
    keysA.every((key) => key in b && same(a[key as keyof typeof a], b[key as keyof typeof b]))
  );
}
