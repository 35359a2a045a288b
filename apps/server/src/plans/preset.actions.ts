import { randomUUID } from 'node:crypto';
import { PLAN_PRESETS } from '@alongside/contracts';
import { sql } from 'kysely';
import type { Db, Trx } from '../platform/database/database.ts';
import { CALENDAR_PRESETS, type CalendarPreset, SHIPPED_CALENDARS, shippedPlan } from './presets.ts';

/** What is shipped has always been in force: tickets older than it are judged by it too. */
const SHIPPED_SINCE = new Date(0);

/** Several servers may start on one new database. */
const PRESETS_LOCK = 7_700_008;

/**
 * Makes the shipped calendars and plans, once in the life of a workspace: whoever archives or rewrites one must not
 * find it back after a restart.
 */
export async function ensurePresets(db: Db): Promise<void> {
  if (await hasPlans(db)) return;
  await db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(${PRESETS_LOCK})`.execute(trx);
    if (await hasPlans(trx)) return;
    const calendarIds = await makeCalendars(trx);
    for (const preset of PLAN_PRESETS) {
      const planId = randomUUID();
      // Nobody has a contract at first, and nothing is promised to whoever has none.
      await trx
        .insertInto('plan')
        .values({ id: planId, preset, isDefault: preset === 'community' })
        .execute();
      await trx
        .insertInto('planVersion')
        .values({
          id: randomUUID(),
          planId,
          version: 1,
          validFrom: SHIPPED_SINCE,
          content: JSON.stringify(shippedPlan(preset, calendarIds)),
          savedBy: null,
        })
        .execute();
    }
  });
}

async function hasPlans(db: Db | Trx): Promise<boolean> {
  return (await db.selectFrom('plan').select('id').limit(1).executeTakeFirst()) !== undefined;
}

async function makeCalendars(trx: Trx): Promise<Record<CalendarPreset, string>> {
  const ids = {} as Record<CalendarPreset, string>;
  for (const preset of CALENDAR_PRESETS) {
    const { name, content } = SHIPPED_CALENDARS[preset];
    ids[preset] = randomUUID();
    await trx.insertInto('calendar').values({ id: ids[preset], preset }).execute();
    await trx
      .insertInto('calendarVersion')
      .values({
        id: randomUUID(),
        calendarId: ids[preset],
        version: 1,
        validFrom: SHIPPED_SINCE,
        name: JSON.stringify(name),
        content: JSON.stringify(content),
        savedBy: null,
      })
      .execute();
  }
  return ids;
}
