import { randomUUID } from 'node:crypto';
import {
  type ActorRef,
  type CalendarContent,
  getTicket,
  listTicketEvents,
  SYSTEM_ACTOR,
  type TicketClock,
} from '@alongside/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Db } from '../platform/database/database.ts';
import type { Author } from './actions.ts';
import { findRunningCycles } from './clock.queries.ts';
import {
  at,
  authorOf,
  clock,
  givenCalendar,
  givenContract,
  givenCustomer,
  givenPlan,
  logOf,
  MINUTE_MS,
  minuteOf,
  momentsOf,
  moves,
  openCyclesOf,
  openedAt,
  planContent,
  recorded,
  says,
} from './clock-testing.ts';
import { excludeTicket, setPlan } from './judge.actions.ts';
import { changeTickets } from './log.actions.ts';
import { settleDue, settleTickets, tellThePast } from './settle.actions.ts';
import { startTestDesk, type TestDesk } from './testing.ts';
import { setPriority } from './triage.actions.ts';

let desk: TestDesk;
let db: Db;
let engineer: Author;
let lead: Author;
beforeAll(async () => {
  desk = await startTestDesk();
  db = desk.platform.db;
  engineer = authorOf(desk.people.engineer);
  lead = authorOf(desk.people.lead);
});
afterAll(() => desk?.close());

/** A message by somebody who does not come through the routes. */
async function saysAs(by: ActorRef, ticketId: string, minutes: number): Promise<void> {
  await changeTickets(
    db,
    async (log) => {
      await log.lock(ticketId);
      const body = { type: 'message.posted', messageId: randomUUID(), visibility: 'public', body: 'Hm', files: [] };
      log.append(ticketId, by, body as never);
    },
    clock(minutes),
  );
}

const ASSISTANT: ActorRef = { kind: 'assistant', id: randomUUID(), name: 'Assistant' };
const settledAt = (ticketId: string, minutes: number) => settleTickets(db, [ticketId], clock(minutes));
const WEEKDAYS: CalendarContent['week'] = {
  mon: ['09:00-18:00'],
  tue: ['09:00-18:00'],
  wed: ['09:00-18:00'],
  thu: ['09:00-18:00'],
  fri: ['09:00-18:00'],
};
const SHANGHAI: CalendarContent = { tz: 'Asia/Shanghai', week: WEEKDAYS, holidays: [], overrides: {} };

describe('what answers, and what does not', () => {
  test('an autoresponder and a note are no first response, an engineer’s word is', async () => {
    const { customer } = await givenCustomer(db, planContent({ first_response: 60 }));
    const id = await openedAt(db, customer, 0);
    await saysAs(SYSTEM_ACTOR, id, 1);
    await says(db, engineer, id, 2, 'internal');
    expect(await openCyclesOf(db, id)).toEqual(['first_response:1 due 60']);
    await says(db, engineer, id, 3);
    expect(await openCyclesOf(db, id)).toEqual([]);
  });

  test('what the system says by itself leaves the customer waiting', async () => {
    const { customer } = await givenCustomer(db, planContent({}));
    const id = await openedAt(db, customer, 0);
    await saysAs(SYSTEM_ACTOR, id, 1);
    const waiting = await db.selectFrom('ticket').select('unansweredSince').where('id', '=', id).execute();
    expect(waiting).toEqual([{ unansweredSince: at(0) }]);
  });

  test.each([
    [true, []],
    [false, ['first_response:1 due 60']],
  ])('an assistant’s word counts only if the plan says so: %s', async (assistantCounts, left) => {
    const { customer } = await givenCustomer(db, planContent({ first_response: 60 }, { assistantCounts }));
    const id = await openedAt(db, customer, 0);
    await saysAs(ASSISTANT, id, 1);
    expect(await openCyclesOf(db, id)).toEqual(left);
  });

  test('a second message before the first response opens no second clock', async () => {
    const { customer } = await givenCustomer(db, planContent({ first_response: 60, next_response: 30 }));
    const id = await openedAt(db, customer, 0);
    await says(db, customer, id, 5);
    expect(await openCyclesOf(db, id)).toEqual(['first_response:1 due 60']);
  });

  test('“Thanks” followed by a solve cancels the next response', async () => {
    const { customer } = await givenCustomer(db, planContent({ first_response: 60, next_response: 30 }));
    const id = await openedAt(db, customer, 0);
    await says(db, engineer, id, 5);
    await says(db, customer, id, 10);
    expect(await openCyclesOf(db, id)).toEqual(['next_response:1 due 40']);
    await moves(db, engineer, id, 'solved', 20);
    expect(await openCyclesOf(db, id)).toEqual([]);
    await settledAt(id, 100);
    expect(await momentsOf(db, id)).toEqual([]);
  });

  test('an engineer who joins a call with the customer has answered; one alone in it has not', async () => {
    const { customer } = await givenCustomer(db, planContent({ first_response: 60 }));
    const id = await openedAt(db, customer, 0);
    const callId = randomUUID();
    const join = (who: Author, minutes: number) =>
      changeTickets(
        db,
        async (log) => {
          await log.lock(id);
          const by = { kind: who.kind, id: who.id, name: who.name };
          log.append(id, by, { type: 'call.joined', callId, who: by });
        },
        clock(minutes),
      );
    await join(engineer, 10);
    expect(await openCyclesOf(db, id)).toEqual(['first_response:1 due 60']);
    await join(customer, 11);
    expect(await openCyclesOf(db, id)).toEqual([]);
  });
});

describe('warnings and breaches', () => {
  test('are recorded at their exact instants, once, however late they are noticed', async () => {
    const { customer } = await givenCustomer(db, planContent({ first_response: 60 }));
    const id = await openedAt(db, customer, 0);
    await settledAt(id, 44);
    expect(await momentsOf(db, id)).toEqual([]);
    for (const minutes of [500, 500, 501]) await settledAt(id, minutes);
    expect(await momentsOf(db, id)).toEqual(['warned first_response:1 at 45', 'breached first_response:1 at 60']);
    const [breach] = await recorded(db, id, 'clock.breached');
    expect(breach!.body).toMatchObject({ dueAt: at(60).toISOString(), noticedAt: at(500).toISOString() });
    const [warning] = await recorded(db, id, 'clock.warned');
    expect(warning!.body.dueAt).toBe(at(60).toISOString());
  });

  test('come before what happened after them, though noticed only by it', async () => {
    const { customer } = await givenCustomer(db, planContent({ first_response: 60 }));
    const id = await openedAt(db, customer, 0);
    await says(db, engineer, id, 70);
    const events = (await logOf(db, id)).map(({ type, seq, at: instant }) => [seq, type, minuteOf(instant)]);
    expect(events).toEqual([
      [1, 'ticket.opened', 0],
      [2, 'message.posted', 0],
      [3, 'clock.warned', 45],
      [4, 'clock.breached', 60],
      [5, 'message.posted', 70],
      [6, 'ticket.assigned', 70],
      [7, 'ticket.state_set', 70],
    ]);
  });

  test('an answer at the very due instant is in time', async () => {
    const { customer } = await givenCustomer(db, planContent({ first_response: 60 }));
    const id = await openedAt(db, customer, 0);
    await settledAt(id, 60);
    await says(db, engineer, id, 60);
    await settledAt(id, 600);
    expect(await momentsOf(db, id)).toEqual(['warned first_response:1 at 45']);
  });

  test('are counted in business time', async () => {
    const calendarId = await givenCalendar(db, SHANGHAI);
    const { customer } = await givenCustomer(db, planContent({ first_response: 4 * 60 }, { calendarId }));
    // 16:00: two hours today, two tomorrow; three quarters of it are over at 10:00.
    const id = await openedAt(db, customer, 7 * 60);
    await settledAt(id, 48 * 60);
    expect(await momentsOf(db, id)).toEqual([
      `warned first_response:1 at ${25 * 60}`,
      `breached first_response:1 at ${26 * 60}`,
    ]);
  });

  test('customers hear nothing of them, and see the same deadline as before', async () => {
    const { customer } = desk.people;
    const organisationId = desk.organisationId;
    await givenContract(db, organisationId, await givenPlan(db, planContent({ first_response: 60 })));
    const id = await openedAt(db, authorOf(customer), 0);
    const before = (await customer.call(getTicket, { params: { id } })).body.view;
    await settledAt(id, 500);
    const after = (await customer.call(getTicket, { params: { id } })).body.view;
    expect(after).toEqual(before);
    expect(after.ticket.clock?.nextDueAt).toBe(at(60).toISOString());
    const types = (await customer.call(listTicketEvents, { params: { id } })).body.events.map(({ body }) => body.type);
    expect(types).toEqual(['ticket.opened', 'message.posted']);
  });

  test('what passed while no server ran is recorded at its instant, first come first, once', async () => {
    const { customer } = await givenCustomer(db, planContent({ first_response: 60, resolve: 600 }));
    const ids = [await openedAt(db, customer, 0), await openedAt(db, customer, 10), await openedAt(db, customer, 20)];
    const [first, second] = await Promise.all([settleDue(db, { now: clock(75) }), settleDue(db, { now: clock(75) })]);
    expect([...first.failures.keys(), ...second.failures.keys()]).toEqual([]);
    expect(await momentsOf(db, ids[0]!)).toEqual(['warned first_response:1 at 45', 'breached first_response:1 at 60']);
    expect(await momentsOf(db, ids[1]!)).toEqual(['warned first_response:1 at 55', 'breached first_response:1 at 70']);
    expect(await momentsOf(db, ids[2]!)).toEqual(['warned first_response:1 at 65']);
  });

  test('while the past is being told no clock speaks; afterwards each does', async () => {
    const { customer } = await givenCustomer(db, planContent({ first_response: 60 }));
    const id = await tellThePast(db, async () => {
      const told = await openedAt(db, customer, 0);
      expect((await settleTickets(db, [told], clock(70))).size).toBe(0);
      expect(await momentsOf(db, told)).toEqual([]);
      return told;
    });
    await settleTickets(db, [id], clock(70));
    expect(await momentsOf(db, id)).toEqual(['warned first_response:1 at 45', 'breached first_response:1 at 60']);
  });

  test('one ticket that cannot be settled holds up no other', async () => {
    const { customer } = await givenCustomer(db, planContent({ first_response: 60 }));
    const ids = [await openedAt(db, customer, 0), await openedAt(db, customer, 0), await openedAt(db, customer, 0)];
    const broken = ids[1]!;
    // A log as no action writes it: a plan that never was.
    await db
      .insertInto('ticketEvent')
      .values({
        ...{
          id: randomUUID(),
          ticketId: broken,
          seq: 100,
          publicSeq: null,
          at: at(1),
          type: 'ticket.plan_set' as const,
        },
        actor: JSON.stringify(SYSTEM_ACTOR),
        body: JSON.stringify({ type: 'ticket.plan_set', from: null, to: { versionId: randomUUID() }, reason: '' }),
        ...{ messageId: null, stateAfter: 'open' as const, contactAfter: customer.id, clockAfter: null },
      })
      .execute();
    const failures = await settleTickets(db, ids, clock(100));
    expect([...failures.keys()]).toEqual([broken]);
    expect(await momentsOf(db, ids[0]!)).toHaveLength(2);
    expect(await momentsOf(db, ids[2]!)).toHaveLength(2);
    await db.updateTable('ticket').set({ nextMomentAt: null }).where('id', '=', broken).execute();
  });
});

describe('what changes a running promise', () => {
  const PLAN = planContent({ P0: { first_response: 60 }, P2: { first_response: 240 } });

  test('the running ones are known by their calendars, for whoever is about to change one', async () => {
    const calendarId = await givenCalendar(db, {
      tz: 'UTC',
      week: { thu: ['00:00-24:00'] },
      holidays: [],
      overrides: {},
    });
    const { customer } = await givenCustomer(db, planContent({ resolve: 60 }, { calendarId }));
    const id = await openedAt(db, customer, 0);
    const running = async () => (await findRunningCycles(db)).filter((cycle) => cycle.calendarId === calendarId);
    expect((await running()).map((cycle) => minuteOf(cycle.dueAt))).toEqual([60]);
    await says(db, engineer, id, 10);
    await moves(db, engineer, id, 'waiting_for_customer', 10);
    expect(await running()).toEqual([]);
  });

  test('raised: the earlier of the present deadline and a fresh budget; the reason is on record', async () => {
    const { customer } = await givenCustomer(db, PLAN);
    const id = await openedAt(db, customer, 0);
    await setPriority(db, engineer, id, 'P0', { reason: 'The whole plant stands still', now: clock(60) });
    expect(await openCyclesOf(db, id)).toEqual(['first_response:1 due 120']);
    const [change] = await recorded(db, id, 'ticket.priority_set');
    expect(change!.body).toMatchObject({ from: 'P2', to: 'P0', reason: 'The whole plant stands still' });
  });

  test('lowered: the later of the present deadline and the new budget from the start', async () => {
    const { customer } = await givenCustomer(db, PLAN);
    const id = await openedAt(db, customer, 0, { priority: 'P0' });
    const refused = setPriority(db, engineer, id, 'P2', { now: clock(30) });
    await expect(refused).rejects.toMatchObject({ code: 'invalid_input', issues: [{ field: 'reason' }] });
    await setPriority(db, engineer, id, 'P2', { reason: 'It runs again, slowly', now: clock(30) });
    expect(await openCyclesOf(db, id)).toEqual(['first_response:1 due 240']);
  });

  test('another plan: a full new budget from then on, never later than promised; what is over stays', async () => {
    const { customer } = await givenCustomer(db, planContent({ first_response: 60, resolve: 600 }));
    const id = await openedAt(db, customer, 0);
    await says(db, engineer, id, 61);
    await moves(db, engineer, id, 'open', 61);
    const strict = await givenPlan(db, planContent({ resolve: 120 }));
    await setPlan(db, lead, id, { planId: strict, reason: 'A trial of the better plan' }, 'en', clock(100));
    expect(await openCyclesOf(db, id)).toEqual(['resolve:1 due 220']);
    expect(await momentsOf(db, id)).toEqual(['warned first_response:1 at 45', 'breached first_response:1 at 60']);
    const [switched] = await recorded(db, id, 'ticket.plan_set');
    expect(switched!.body).toMatchObject({ reason: 'A trial of the better plan', to: { name: { en: 'Test plan' } } });
    const shown = await clockOf(id);
    expect(shown?.plan.versionId).toBe(switched!.body.to!.versionId);
  });

  test('no plan at all: nothing more is promised', async () => {
    const { customer } = await givenCustomer(db, planContent({ first_response: 60 }));
    const id = await openedAt(db, customer, 0);
    await setPlan(db, lead, id, { planId: null, reason: 'The contract ended' }, 'en', clock(10));
    await settledAt(id, 500);
    expect([await openCyclesOf(db, id), await momentsOf(db, id)]).toEqual([[], []]);
  });

  test('waiting for the customer stands still, and goes on with what was left', async () => {
    const { customer } = await givenCustomer(db, planContent({ resolve: 100 }));
    const id = await openedAt(db, customer, 0);
    await says(db, engineer, id, 30);
    expect(await openCyclesOf(db, id)).toEqual(['resolve:1 paused']);
    const paused = (await clockOf(id))!.cycles[0]!;
    expect(paused).toMatchObject({ pauseReason: 'waiting_for_customer', leftMs: 70 * MINUTE_MS });
    await says(db, customer, id, 220);
    expect(await openCyclesOf(db, id)).toEqual(['resolve:1 due 290']);
    expect((await clockOf(id))!.cycles[0]!.pausedMs).toBe(190 * MINUTE_MS);
  });

  test('reopened: the same promise goes on, the time it was solved did not count', async () => {
    const { customer } = await givenCustomer(db, planContent({ resolve: 100, next_response: 30 }));
    const id = await openedAt(db, customer, 0);
    await moves(db, engineer, id, 'solved', 40);
    await says(db, customer, id, 1_000);
    expect(await openCyclesOf(db, id)).toEqual(['resolve:1 due 1060', 'next_response:1 due 1030']);
  });
});

describe('out of the figures', () => {
  test('spam stops the clock; put back, it is as if it had never been', async () => {
    const { customer } = await givenCustomer(db, planContent({ first_response: 60 }));
    const id = await openedAt(db, customer, 0);
    const exclude = (excluded: boolean, minutes: number) =>
      excludeTicket(db, engineer, id, { excluded, because: 'spam', note: 'Casino' }, 'en', clock(minutes));
    await exclude(true, 10);
    await settledAt(id, 100);
    expect([await openCyclesOf(db, id), await momentsOf(db, id)]).toEqual([[], []]);
    const row = await db.selectFrom('ticket').select(['excluded', 'nextMomentAt']).where('id', '=', id).execute();
    expect(row).toEqual([{ excluded: 'spam', nextMomentAt: null }]);
    await exclude(false, 110);
    expect(await momentsOf(db, id)).toEqual(['warned first_response:1 at 45', 'breached first_response:1 at 60']);
  });

  test('a lead’s own decision needs a reason, and a lead', async () => {
    const { customer } = await givenCustomer(db, planContent({ first_response: 60 }));
    const id = await openedAt(db, customer, 0);
    const exclude = (author: Author, note: string) =>
      excludeTicket(db, author, id, { excluded: true, because: 'lead', note }, 'en', clock(10));
    await expect(exclude(engineer, 'Because')).rejects.toMatchObject({ code: 'forbidden' });
    await expect(exclude(lead, '')).rejects.toMatchObject({ code: 'invalid_input', issues: [{ field: 'note' }] });
    expect((await exclude(lead, 'Agreed with the customer')).events).toHaveLength(1);
    expect((await exclude(lead, 'Agreed with the customer')).events).toHaveLength(0);
  });

  test('a drill’s clock runs like any other', async () => {
    const { customer, planId } = await givenCustomer(db, planContent({ first_response: 60 }));
    const id = await openedAt(db, customer, 0, { priority: 'P0', drill: { planId } });
    await settledAt(id, 100);
    expect(await momentsOf(db, id)).toHaveLength(2);
  });
});

async function clockOf(ticketId: string): Promise<TicketClock | null> {
  const row = await db.selectFrom('ticket').select('clock').where('id', '=', ticketId).executeTakeFirstOrThrow();
  return row.clock;
}
