import { type CalendarContent, SYSTEM_ACTOR } from '@alongside/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { updateCalendar } from '../plans/calendar.actions.ts';
import type { Db } from '../platform/database/database.ts';
import type { Author } from './actions.ts';
import {
  at,
  authorOf,
  clock,
  givenCalendar,
  givenCustomer,
  momentsOf,
  openCyclesOf,
  openedAt,
  planContent,
  recorded,
  says,
} from './clock-testing.ts';
import { recalculateTicket } from './judge.actions.ts';
import { moveClocks, settleTickets } from './settle.actions.ts';
import { startTestDesk, type TestDesk } from './testing.ts';

let desk: TestDesk;
let db: Db;
let lead: Author;
beforeAll(async () => {
  desk = await startTestDesk();
  db = desk.platform.db;
  lead = authorOf(desk.people.lead);
});
afterAll(() => desk?.close());

const settledAt = (ticketId: string, minutes: number) => settleTickets(db, [ticketId], clock(minutes));
const WEEKDAYS: CalendarContent['week'] = {
  mon: ['09:00-18:00'],
  tue: ['09:00-18:00'],
  wed: ['09:00-18:00'],
  thu: ['09:00-18:00'],
  fri: ['09:00-18:00'],
};
const SHANGHAI: CalendarContent = { tz: 'Asia/Shanghai', week: WEEKDAYS, holidays: [], overrides: {} };

describe('an edited calendar', () => {
  const onCalendar = async () => {
    const calendarId = await givenCalendar(db, SHANGHAI);
    const { customer } = await givenCustomer(db, planContent({ first_response: 240 }, { calendarId }));
    return { calendarId, customer };
  };
  const edit = (id: string, content: CalendarContent, minutes: number) =>
    updateCalendar(
      db,
      SYSTEM_ACTOR,
      id,
      { basedOn: 1, name: { en: 'Hours', 'zh-CN': '时段' }, content },
      'en',
      at(minutes),
    );
  const friday: CalendarContent = { ...SHANGHAI, holidays: ['2031-05-16'] };
  const noMore = async () => {
    throw new Error('there are not so many tickets');
  };

  test('moves the deadlines that run, and says so once', async () => {
    const { calendarId, customer } = await onCalendar();
    // Thursday 16:00, due Friday 11:00; Friday becomes a holiday: due Monday 11:00.
    const id = await openedAt(db, customer, 7 * 60);
    await edit(calendarId, friday, 11 * 60);
    for (let again = 0; again < 2; again += 1)
      await moveClocks(db, { calendarId, version: 2, after: null }, noMore, clock(12 * 60));
    expect(await openCyclesOf(db, id)).toEqual([`first_response:1 due ${(4 * 24 + 2) * 60}`]);
    const moved = await recorded(db, id, 'clock.moved');
    expect(moved).toEqual([
      { minute: 11 * 60, body: { type: 'clock.moved', calendar: { id: calendarId, version: 2 } } },
    ]);
  });

  test('is known to whatever happens first, and leaves alone what it does not concern', async () => {
    const { calendarId, customer } = await onCalendar();
    const touched = await openedAt(db, customer, 7 * 60);
    const untouched = await openedAt(db, customer, 60);
    await edit(calendarId, friday, 8 * 60);
    await says(db, customer, touched, 9 * 60);
    await moveClocks(db, { calendarId, version: 2, after: null }, noMore, clock(9 * 60));
    expect((await recorded(db, touched, 'clock.moved')).map(({ minute }) => minute)).toEqual([8 * 60]);
    expect(await recorded(db, untouched, 'clock.moved')).toEqual([]);
  });

  test('never changes the past, unless somebody has it recalculated, on record', async () => {
    const { calendarId, customer } = await onCalendar();
    const id = await openedAt(db, customer, 7 * 60);
    // Friday noon: it was due at 11:00.
    await settledAt(id, 27 * 60);
    await edit(calendarId, friday, 27 * 60);
    await settledAt(id, 28 * 60);
    const breached = [`warned first_response:1 at ${25 * 60}`, `breached first_response:1 at ${26 * 60}`];
    expect(await momentsOf(db, id)).toEqual(breached);
    expect(await recorded(db, id, 'clock.moved')).toEqual([]);
    await recalculateTicket(db, lead, id, 'The holiday had been forgotten', clock(28 * 60));
    expect(await openCyclesOf(db, id)).toEqual([`first_response:1 due ${(4 * 24 + 2) * 60}`]);
    expect(await momentsOf(db, id)).toEqual(breached);
    const [recalculation] = await recorded(db, id, 'clock.recalculated');
    expect(recalculation!.body.reason).toBe('The holiday had been forgotten');
    await settledAt(id, 5 * 24 * 60);
    expect(await momentsOf(db, id)).toContain(`breached first_response:1 at ${(4 * 24 + 2) * 60}`);
  });

  test('goes through thousands of tickets in batches, each handing on to the next', async () => {
    const { calendarId, customer } = await onCalendar();
    const ids: string[] = [];
    for (let index = 0; index < 55; index += 1) ids.push(await openedAt(db, customer, 7 * 60));
    await edit(calendarId, friday, 8 * 60);
    const handedOn: (string | null)[] = [];
    const go = (after: string | null): Promise<void> =>
      moveClocks(
        db,
        { calendarId, version: 2, after },
        async (_, next) => void handedOn.push(next.after),
        clock(9 * 60),
      );
    await go(null);
    expect(handedOn).toEqual([ids.toSorted()[49]]);
    await go(handedOn[0]!);
    expect(handedOn).toHaveLength(1);
    for (const id of ids) expect(await recorded(db, id, 'clock.moved')).toHaveLength(1);
  });
});
