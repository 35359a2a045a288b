import { randomUUID } from 'node:crypto';
import {
  type CalendarContent,
  createCalendar,
  listCalendars,
  listCalendarVersions,
  listPlans,
  type OpenCycle,
  previewCalendar,
  updateCalendar,
  updateMe,
} from '@alongside/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestDesk, type TestDesk } from '../tickets/testing.ts';
import { ensurePresets } from './preset.actions.ts';
import { calendarVersionsFor, planVersionFor } from './queries.ts';
import { newCalendar, OFFICE, shipped, shippedCalendar } from './testing.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await startTestDesk();
});
afterAll(() => desk.close());

const announced = async (kind: string) =>
  (
    await desk.platform.db.selectFrom('feed').select('payload').where('kind', '=', kind).orderBy('position').execute()
  ).map(({ payload }) => payload);

describe('what is shipped', () => {
  test('is there once, whoever starts how often', async () => {
    const { db } = desk.platform;
    await Promise.all([ensurePresets(db), ensurePresets(db)]);
    const { plans } = (await desk.people.lead.call(listPlans, {})).body;
    expect(plans.map((plan) => plan.preset)).toEqual(['community', 'standard', 'business', 'enterprise']);
    expect(plans.filter((plan) => plan.isDefault).map((plan) => plan.preset)).toEqual(['community']);
    const { calendars } = (await desk.people.lead.call(listCalendars, {})).body;
    expect(calendars.map((calendar) => calendar.name.en)).toEqual([
      '5×8, office hours',
      '7×12, every day',
      '7×24, round the clock',
    ]);
  });

  test('promises what it says: first answers by priority, a business day being the calendar’s own', async () => {
    const minutes = async (preset: 'standard' | 'business' | 'enterprise') => {
      const { priorities } = (await shipped(desk.people.lead, preset)).current.content;
      return (['P0', 'P1', 'P2'] as const).map((priority) => priorities[priority].targetsMs.first_response! / 60_000);
    };
    expect(await minutes('standard')).toEqual([4 * 60, 8 * 60, 8 * 60]);
    expect(await minutes('business')).toEqual([60, 4 * 60, 12 * 60]);
    expect(await minutes('enterprise')).toEqual([30, 2 * 60, 24 * 60]);
    const community = (await shipped(desk.people.lead, 'community')).current.content;
    expect(Object.values(community.priorities).every(({ targetsMs }) => Object.keys(targetsMs).length === 0)).toBe(
      true,
    );
  });

  test('tells which plans run on which hours', async () => {
    const used = (await shippedCalendar(desk.people.lead, '7×24')).usedBy.map(({ name }) => name.en);
    expect(used).toEqual(['Enterprise 7×24']);
    // Nothing is promised to the community, so it runs on no hours.
    expect((await shippedCalendar(desk.people.lead, '5×8')).usedBy.map(({ name }) => name.en)).toEqual([
      'Standard 5×8',
    ]);
  });

  test('has always been in force', async () => {
    const { db } = desk.platform;
    expect((await planVersionFor(db, null, new Date('2001-01-01'))).name.en).toBe('Community');
  });
});

describe('a calendar', () => {
  test('is added, saved anew and keeps every version', async () => {
    const { administrator, lead } = desk.people;
    const made = newCalendar();
    const first = (await administrator.call(createCalendar, { body: made })).body.calendar;
    expect(first).toMatchObject({ id: made.id, version: 1, content: OFFICE, usedBy: [] });
    // Sent twice by a browser that heard no answer.
    expect((await administrator.call(createCalendar, { body: made })).body.calendar).toEqual(first);
    expect((await administrator.call(createCalendar, { body: { ...made, content: fridays() } })).error.code).toBe(
      'id_conflict',
    );

    const params = { id: made.id };
    const next = { basedOn: 1, name: made.name, content: fridays() };
    const second = (await administrator.call(updateCalendar, { params, body: next })).body.calendar;
    expect(second).toMatchObject({ version: 2, content: fridays() });
    // The same again, also when it was the answer that was lost: no third version.
    expect((await administrator.call(updateCalendar, { params, body: next })).body.calendar).toEqual(second);
    const { versions } = (await lead.call(listCalendarVersions, { params })).body;
    expect(versions.map(({ version, by, content }) => [version, by, Object.keys(content.week)])).toEqual([
      [2, 'Ada Admin', ['fri']],
      [1, 'Ada Admin', ['mon', 'tue']],
    ]);
    expect(versions[0]!.validFrom > versions[1]!.validFrom).toBe(true);
    expect(await announced('plans.calendar_changed')).toEqual([
      { calendarId: made.id, version: 1 },
      { calendarId: made.id, version: 2 },
    ]);
  });

  test('is not saved over a newer version unseen', async () => {
    const { administrator } = desk.people;
    const made = newCalendar();
    await administrator.call(createCalendar, { body: made });
    const params = { id: made.id };
    const save = (content: CalendarContent) =>
      administrator.call(updateCalendar, { params, body: { basedOn: 1, name: made.name, content } });
    const contents = ['10:00-11:00', '11:00-12:00', '12:00-13:00'].map((window) => ({
      ...OFFICE,
      week: { wed: [window] },
    }));
    const replies = await Promise.all(contents.map(save));
    const winners = replies.filter((reply) => reply.status === 200);
    expect(winners).toHaveLength(1);
    for (const loser of replies.filter((reply) => reply.status !== 200))
      expect(loser.error).toMatchObject({ code: 'version_conflict', details: { version: 2 } });
    const { versions } = (await administrator.call(listCalendarVersions, { params })).body;
    expect(versions.map(({ version }) => version)).toEqual([2, 1]);
  });

  test('is never changed or removed behind the versions', async () => {
    const { db } = desk.platform;
    await expect(db.updateTable('calendarVersion').set({ version: 9 }).execute()).rejects.toThrow(/never changed/);
    await expect(db.deleteFrom('planVersion').execute()).rejects.toThrow(/never changed/);
  });

  test('is handed to the clock as one object per version, and new ones at once', async () => {
    const { db } = desk.platform;
    const { administrator } = desk.people;
    const made = newCalendar();
    await administrator.call(createCalendar, { body: made });
    const [first] = await calendarVersionsFor(db, [made.id]);
    expect(first).toMatchObject({ calendarId: made.id, version: 1, calendar: OFFICE });
    const body = { basedOn: 1, name: made.name, content: fridays() };
    await administrator.call(updateCalendar, { params: { id: made.id }, body });
    const after = await calendarVersionsFor(db, [made.id, made.id]);
    expect(after.map(({ version }) => version)).toEqual([1, 2]);
    expect(after[0]).toBe(first);
    expect(() => Object.assign(after[0]!.calendar, { tz: 'UTC' })).toThrow();
  });

  test('a version that was undone leaves nothing behind for those who ask later', async () => {
    const { db } = desk.platform;
    const made = newCalendar();
    await desk.people.administrator.call(createCalendar, { body: made });
    const undone = db.transaction().execute(async (trx) => {
      await trx
        .insertInto('calendarVersion')
        .values({
          id: randomUUID(),
          calendarId: made.id,
          version: 2,
          validFrom: new Date(),
          name: JSON.stringify(made.name),
          content: JSON.stringify({ ...OFFICE, tz: 'UTC' }),
          savedBy: null,
        })
        .execute();
      expect((await calendarVersionsFor(trx, [made.id])).map(({ calendar }) => calendar.tz)).toEqual([
        'Europe/Berlin',
        'UTC',
      ]);
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    const body = { basedOn: 1, name: made.name, content: fridays() };
    await desk.people.administrator.call(updateCalendar, { params: { id: made.id }, body });
    const [, second] = await calendarVersionsFor(db, [made.id]);
    expect(second!.calendar).toEqual(fridays());
  });
});

describe('hours that are not sound', () => {
  const week = (windows: string[]): CalendarContent => ({ ...OFFICE, week: { mon: windows } });
  test.each([
    ['windows that overlap', week(['09:00-12:00', '11:00-14:00']), 'content.week.mon'],
    ['a window of no length', week(['09:00-09:00']), 'content.week.mon.0'],
    ['an hour that does not exist', week(['09:00-12:00', '25:00-26:00']), 'content.week.mon.1'],
    ['no window at all', week(['at noon']), 'content.week.mon.0'],
    ['a zone that does not exist', { ...OFFICE, tz: 'Mars/Olympus' }, 'content.tz'],
    ['a bare offset for a zone', { ...OFFICE, tz: '+08:00' }, 'content.tz'],
    ['a week that never opens', { ...OFFICE, week: {} }, 'content.week'],
    ['a day that is none', { ...OFFICE, week: { someday: ['09:00-10:00'] } as object }, 'content.week.someday'],
    ['a date that does not exist', { ...OFFICE, holidays: ['2026-02-30'] }, 'content.holidays.0'],
    [
      'bad hours on one date',
      { ...OFFICE, overrides: { '2026-05-09': ['10:00-10:00'] } },
      'content.overrides.2026-05-09.0',
    ],
    ['a calendar without a zone', { week: OFFICE.week } as CalendarContent, 'content.tz'],
  ])('%s: refused by its name, and nothing is saved', async (_, content, field) => {
    const { administrator } = desk.people;
    const made = newCalendar(content);
    const refused = await administrator.raw('POST', '/api/calendars', made);
    expect(refused.status).toBe(422);
    expect(refused.error).toMatchObject({ code: 'invalid_input', field });
    const made5x8 = await shippedCalendar(administrator, '5×8');
    const reply = await administrator.call(updateCalendar, {
      params: { id: made5x8.id },
      body: { basedOn: made5x8.version, name: made5x8.name, content },
    });
    expect(reply.error.field).toBe(field);
    const after = (await administrator.call(listCalendars, {})).body.calendars;
    expect(after.some((calendar) => calendar.id === made.id)).toBe(false);
    expect(after.find((calendar) => calendar.id === made5x8.id)).toEqual(made5x8);
  });

  test('are said in the reader’s language', async () => {
    const { administrator } = desk.people;
    const send = () => administrator.raw('POST', '/api/calendars', newCalendar({ ...OFFICE, tz: 'Mars/Olympus' }));
    expect((await send()).error.issues![0]!.message).toMatch(/time zone/);
    await administrator.call(updateMe, { body: { locale: 'zh-CN' } });
    expect((await send()).error.issues![0]!.message).toMatch(/时区/);
    await administrator.call(updateMe, { body: { locale: 'en' } });
  });
});

test('a preview counts the deadlines that would move, and saves nothing', async () => {
  const { lead, administrator } = desk.people;
  const made = newCalendar({ ...OFFICE, week: everyDay('00:00-24:00') });
  await administrator.call(createCalendar, { body: made });
  const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
  const cycle = (dueAt: string | null, calendarId: string | null = made.id): OpenCycle => ({
    id: 'first_response:1',
    target: 'first_response',
    priority: 'P2',
    calendarId,
    startAt: inHours(-1),
    budgetMs: 1,
    dueAt,
    warnAt: null,
    pausedSince: null,
    pauseReason: null,
    pausedMs: 0,
    leftMs: null,
  });
  const cycles = [cycle(inHours(48)), cycle(inHours(1_000)), cycle(null), cycle(inHours(-1)), cycle(inHours(48), null)];
  desk.platform.app.planProviders.runningCycles = async () => cycles;
  const params = { id: made.id };
  const content = { ...made.content, week: everyDay('00:00-12:00') };
  const reply = await lead.call(previewCalendar, { params, body: { content } });
  expect(reply.body).toEqual({ running: 2, sooner: 0, later: 2 });
  expect((await lead.call(previewCalendar, { params, body: { content: made.content } })).body).toMatchObject({
    later: 0,
  });
  expect((await lead.call(listCalendarVersions, { params })).body.versions).toHaveLength(1);
  const unsound = { ...OFFICE, week: {} };
  expect((await lead.call(previewCalendar, { params, body: { content: unsound } })).error.field).toBe('content.week');
  expect((await lead.call(previewCalendar, { params: { id: randomUUID() }, body: { content } })).status).toBe(404);
});

function everyDay(window: string): CalendarContent['week'] {
  return Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => [day, [window]]));
}

function fridays(): CalendarContent {
  return { ...OFFICE, week: { fri: ['10:00-14:00'] } };
}
