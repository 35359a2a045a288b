import { randomUUID } from 'node:crypto';
import { getTicket, mergeTicket as mergeRoute, postMessage } from '@alongside/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Db } from '../platform/database/database.ts';
import type { Author } from './actions.ts';
import {
  at,
  authorOf,
  clock,
  givenCustomer,
  logOf,
  momentsOf,
  moves,
  openCyclesOf,
  openedAt,
  planContent,
  recorded,
  says,
} from './clock-testing.ts';
import { checkLaw } from './law-testing.ts';
import { mergeTicket } from './merge.actions.ts';
import { settleTickets } from './settle.actions.ts';
import { splitTicket } from './split.actions.ts';
import { opened, startTestDesk, type TestDesk } from './testing.ts';

let desk: TestDesk;
let db: Db;
let engineer: Author;
beforeAll(async () => {
  desk = await startTestDesk();
  db = desk.platform.db;
  engineer = authorOf(desk.people.engineer);
});
afterAll(() => desk?.close());

const merge = (id: string, intoId: string, minutes: number, author = engineer) =>
  mergeTicket(db, author, id, intoId, 'en', clock(minutes));
const rowOf = (id: string) => db.selectFrom('ticket').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

describe('a merge', () => {
  test('keeps the earlier start, closes the one that goes, and leaves it out of the figures', async () => {
    const { customer } = await givenCustomer(db, planContent({ first_response: 240 }));
    const early = await openedAt(db, customer, 0);
    const late = await openedAt(db, customer, 120);
    await merge(early, late, 180);
    expect(await openCyclesOf(db, late)).toEqual(['first_response:1 due 240']);
    expect(await rowOf(early)).toMatchObject({ state: 'closed', excluded: 'merged', clock: null, nextMomentAt: null });
    expect((await rowOf(early)).mergedInto).toEqual({ id: late, number: (await rowOf(late)).number });
    await settleTickets(db, [early, late], clock(1_000));
    expect(await momentsOf(db, early)).toEqual([]);
    expect(await momentsOf(db, late)).toEqual(['warned first_response:1 at 180', 'breached first_response:1 at 240']);
  });

  test('a promise broken by the earlier start was broken at its due instant', async () => {
    const { customer } = await givenCustomer(db, planContent({ first_response: 240 }));
    const early = await openedAt(db, customer, 0);
    await settleTickets(db, [early], clock(10));
    const late = await openedAt(db, customer, 120);
    await merge(early, late, 300);
    expect(await momentsOf(db, late)).toEqual(['breached first_response:1 at 240']);
  });

  test('an answer already given is not owed again; what waits goes on waiting', async () => {
    const { customer } = await givenCustomer(db, planContent({ first_response: 60, next_response: 30 }));
    const answered = await openedAt(db, customer, 0);
    await says(db, engineer, answered, 10);
    const goal = await openedAt(db, customer, 50);
    await merge(answered, goal, 55);
    expect(await openCyclesOf(db, goal)).toEqual(['first_response:1 due 110']);
  });

  test('whoever was waiting in the one waits in the other, which is open again', async () => {
    const { customer } = await givenCustomer(db, planContent({ first_response: 60, next_response: 30 }));
    const goal = await openedAt(db, customer, 0);
    await says(db, engineer, goal, 10);
    const waiting = await openedAt(db, customer, 20);
    await merge(waiting, goal, 25);
    expect(await rowOf(goal)).toMatchObject({ state: 'open', unansweredSince: at(20) });
    expect(await openCyclesOf(db, goal)).toEqual(['next_response:1 due 50']);
  });

  test('reopens a solved one when somebody waits', async () => {
    const { customer } = await givenCustomer(db, planContent({ first_response: 60, next_response: 30 }));
    const goal = await openedAt(db, customer, 0);
    await moves(db, engineer, goal, 'solved', 10);
    const waiting = await openedAt(db, customer, 20);
    await merge(waiting, goal, 25);
    expect(await openCyclesOf(db, goal)).toEqual(['next_response:1 due 55']);
  });

  test('the earlier start goes on through a second merge', async () => {
    const { customer } = await givenCustomer(db, planContent({ resolve: 600 }));
    const ids = [await openedAt(db, customer, 0), await openedAt(db, customer, 100), await openedAt(db, customer, 200)];
    await merge(ids[0]!, ids[1]!, 210);
    await merge(ids[1]!, ids[2]!, 220);
    expect(await openCyclesOf(db, ids[2]!)).toEqual(['resolve:1 due 600']);
  });

  test('the same again changes nothing; what cannot be is named', async () => {
    const { customer } = await givenCustomer(db, planContent({}));
    const { customer: stranger } = await givenCustomer(db, planContent({}));
    const [one, other, foreign] = [
      await openedAt(db, customer, 0),
      await openedAt(db, customer, 0),
      await openedAt(db, stranger, 0),
    ];
    const field = { code: 'invalid_input', details: { field: 'intoId' } };
    await expect(merge(one, one, 1)).rejects.toMatchObject(field);
    await expect(merge(one, foreign, 1)).rejects.toMatchObject(field);
    await expect(merge(one, randomUUID(), 1)).rejects.toMatchObject({ code: 'not_found' });
    await expect(merge(one, other, 1, customer)).rejects.toMatchObject({ code: 'forbidden' });
    expect((await merge(one, other, 1)).events).toHaveLength(3);
    expect((await merge(one, other, 2)).events).toEqual([]);
    await expect(merge(one, foreign, 3)).rejects.toMatchObject({ code: 'ticket_closed' });
    await expect(merge(other, one, 3)).rejects.toMatchObject(field);
  });

  test('a ticket left in another organisation goes into none of the new one, though its customer is the same', async () => {
    const { people, organisationId } = desk;
    const [left, ours] = [await opened(people.customer, 'Left'), await opened(people.customer, 'Ours')];
    const elsewhere = randomUUID();
    await db.insertInto('organisation').values({ id: elsewhere, name: 'Elsewhere' }).execute();
    const merging = (id: string, intoId: string) =>
      people.engineer.call(mergeRoute, { params: { id }, body: { intoId } });
    // Null: it was asked before its customer belonged to any.
    for (const other of [elsewhere, null]) {
      await db.updateTable('ticket').set({ organisationId: other }).where('id', '=', left).execute();
      for (const reply of [await merging(left, ours), await merging(ours, left)])
        expect([reply.status, reply.error.field]).toEqual([422, 'intoId']);
    }
    await db.updateTable('ticket').set({ organisationId }).where('id', '=', left).execute();
    expect((await merging(left, ours)).status).toBe(200);
  });

  test('two merges into each other at once: one comes about', async () => {
    const { customer } = await givenCustomer(db, planContent({}));
    const [one, other] = [await openedAt(db, customer, 0), await openedAt(db, customer, 0)];
    const results = await Promise.allSettled([merge(one, other, 1), merge(other, one, 1)]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('everybody who may see them reads in both where it went, and nobody learns more', async () => {
    const { people } = desk;
    const [one, other] = [await opened(people.customer, 'One'), await opened(people.colleague, 'Other')];
    const act = () => people.engineer.call(mergeRoute, { params: { id: one }, body: { intoId: other } });
    const { received } = await checkLaw(desk, one, act);
    const types = (name: keyof typeof received) => received[name].map(({ body }) => body.type);
    expect(types('customer')).toEqual(['ticket.merged_into', 'ticket.state_set']);
    expect(types('lead')).toEqual(['ticket.merged_into', 'ticket.exclusion_set', 'ticket.state_set']);
    expect(types('otherCustomer')).toEqual([]);
    const goal = (await people.customer.call(getTicket, { params: { id: other } })).body.view;
    expect(goal.entries.at(-1)).toMatchObject({ change: { body: { type: 'ticket.merged_from', subject: 'One' } } });
    // What was said stays to be read where it was said.
    const source = (await people.customer.call(getTicket, { params: { id: one } })).body.view;
    expect(source.entries.some((entry) => entry.kind === 'message' && entry.body === 'One')).toBe(true);
  });
});

describe('a split', () => {
  test('starts at the message it was split off at, and holds what the customer wrote from there on', async () => {
    const { customer } = await givenCustomer(db, planContent({ first_response: 60, next_response: 60 }));
    const id = await openedAt(db, customer, 0);
    await says(db, engineer, id, 10);
    const other = await says(db, customer, id, 20);
    await says(db, engineer, id, 25, 'internal');
    await says(db, customer, id, 30);
    const split = { id: randomUUID(), messageId: other };
    const { number } = await splitTicket(db, engineer, id, split, 'en', clock(40));
    expect(await openCyclesOf(db, split.id)).toEqual(['first_response:1 due 80']);
    const log = await logOf(db, split.id);
    expect(log.map(({ type }) => type)).toEqual([
      'ticket.opened',
      'message.posted',
      'message.posted',
      'ticket.split_from',
    ]);
    expect(log.map(({ body }) => (body.type === 'message.posted' ? body.body : ''))).toEqual([
      '',
      'Word at 20',
      'Word at 30',
      '',
    ]);
    expect(new Set(log.map(({ messageId }) => messageId)).has(other)).toBe(false);
    expect(await rowOf(split.id)).toMatchObject({
      number,
      subject: 'Word at 20',
      openedAt: at(20),
      unansweredSince: at(20),
    });
    const [off] = await recorded(db, id, 'ticket.split_off');
    expect(off).toMatchObject({ minute: 40, body: { to: { id: split.id, number }, messageId: other } });
    expect((await recorded(db, id, 'message.posted')).length).toBe(5);
  });

  test('what it has missed by then is recorded at its instant', async () => {
    const { customer } = await givenCustomer(db, planContent({ first_response: 60 }));
    const id = await openedAt(db, customer, 0);
    const messageId = await says(db, customer, id, 20);
    const newId = randomUUID();
    await splitTicket(db, engineer, id, { id: newId, messageId }, 'en', clock(200));
    expect(await momentsOf(db, newId)).toEqual(['warned first_response:1 at 65', 'breached first_response:1 at 80']);
    expect((await logOf(db, newId)).at(-1)!.type).toBe('ticket.split_from');
  });

  test('the same again makes no second one; what cannot be is named', async () => {
    const { customer } = await givenCustomer(db, planContent({}));
    const id = await openedAt(db, customer, 0);
    const [first] = await recorded(db, id, 'message.posted');
    const messageId = await says(db, customer, id, 20);
    const answer = await says(db, engineer, id, 21);
    const split = { id: randomUUID(), messageId };
    const both = await Promise.all([1, 2].map(() => splitTicket(db, engineer, id, split, 'en', clock(30))));
    expect(both[0]).toEqual(both[1]);
    expect(await logOf(db, split.id)).toHaveLength(3);
    expect(await recorded(db, id, 'ticket.split_off')).toHaveLength(1);
    const attempt = (change: { id?: string; messageId?: string }, author = engineer) =>
      splitTicket(db, author, id, { id: randomUUID(), messageId, ...change }, 'en', clock(31));
    const field = { code: 'invalid_input', details: { field: 'messageId' } };
    await expect(attempt({ messageId: answer })).rejects.toMatchObject(field);
    await expect(attempt({ messageId: first!.body.messageId })).rejects.toMatchObject(field);
    await expect(attempt({ messageId: randomUUID() })).rejects.toMatchObject(field);
    await expect(attempt({ id })).rejects.toMatchObject({ code: 'id_conflict' });
    await expect(attempt({}, customer)).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('keeps the law for everybody, in the old ticket and in the new one', async () => {
    const { people } = desk;
    const id = await opened(people.customer, 'It leaks');
    const messageId = randomUUID();
    await people.customer.call(postMessage, {
      params: { id },
      body: { message: { id: messageId, body: 'And it is loud' } },
    });
    const newId = randomUUID();
    await checkLaw(desk, id, () => splitTicket(db, engineer, id, { id: newId, messageId }, 'en'));
    const before = await people.customer.call(getTicket, { params: { id: newId } });
    expect(before.body.view.ticket.subject).toBe('And it is loud');
    await checkLaw(desk, newId, () => says(db, engineer, newId, 0));
  });
});
