import { randomUUID } from 'node:crypto';
import {
  assignTicket,
  excludeTicket,
  listTickets,
  postMessage,
  QueueView,
  type RouteInput,
  setTicketState,
  type TicketHead,
} from '@alongside/contracts';
import { compareQueue, compareRecent, inView } from '@alongside/desk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Client } from '../people/testing.ts';
import { givenContract, givenPlan, planContent } from './clock-testing.ts';
import { cursorAfter } from './list.queries.ts';
import { opened, startTestDesk, type TestDesk } from './testing.ts';

type Query = NonNullable<RouteInput<typeof listTickets>['query']>;

let desk: TestDesk;
let mixed: string[];

/**
 * Enough tickets for three pages, in all states, with equal and different priorities, some waiting and some not, some
 * with a deadline and some without, some out of the figures, which only the team knows of.
 */
beforeAll(async () => {
  desk = await startTestDesk();
  const { people } = desk;
  const days = (count: number) => ({ first_response: count * 1_440, next_response: count * 1_440 });
  const plan = planContent({ P0: days(9), P1: {}, P2: days(8), P3: { resolve: 9 * 1_440 } });
  await givenContract(desk.platform.db, desk.organisationId, await givenPlan(desk.platform.db, plan));
  mixed = [];
  for (let index = 0; index < 120; index += 1) {
    const id = await opened(index % 3 === 0 ? people.otherCustomer : people.customer, `Ticket ${index}`, {
      priority: (['P2', 'P0', 'P2', 'P3', 'P1'] as const)[index % 5]!,
    });
    mixed.push(id);
    if (index % 4 === 1) await say(people.engineer, id, 'answer');
    if (index % 7 === 0) await move(people.lead, id, 'on_hold');
    if (index % 6 === 5) await move(people.lead, id, 'solved');
    if (index % 12 === 11) await move(people.lead, id, 'closed');
    if (index % 11 === 0)
      await people.lead.call(assignTicket, { params: { id }, body: { assigneeId: people.lead.id } });
    if (index % 17 === 3)
      await people.engineer.call(excludeTicket, { params: { id }, body: { excluded: true, because: 'spam' } });
    // Open, and yet nobody waits: answered and moved back.
    if (index % 13 === 2) {
      await say(people.lead, id, 'answer');
      await move(people.lead, id, 'open');
    }
  }
});
afterAll(() => desk?.close());

function say(client: Client, id: string, body: string, visibility: 'public' | 'internal' = 'public') {
  return client.call(postMessage, { params: { id }, body: { message: { id: randomUUID(), body }, visibility } });
}

function move(client: Client, id: string, state: 'open' | 'on_hold' | 'solved' | 'closed') {
  return client.call(setTicketState, { params: { id }, body: { state } });
}

async function all(client: Client, query: Query): Promise<TicketHead[]> {
  const tickets: TicketHead[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = (await client.call(listTickets, { query: cursor === undefined ? query : { ...query, cursor } })).body;
    expect(page.tickets.length).toBeLessThanOrEqual(50);
    tickets.push(...page.tickets);
    if (page.next === null) return tickets;
    cursor = page.next;
  }
}

const subjects = async (client: Client, search: string) =>
  (await all(client, { search })).map((ticket) => ticket.subject).sort();

test.each(QueueView.options)('the view %s holds and orders what desk says, page by page', async (view) => {
  for (const client of [desk.people.lead, desk.people.engineer, desk.people.customer]) {
    const everything = await all(client, { view: 'all' });
    const wanted = everything.filter((ticket) => inView(view, ticket, client.id));
    wanted.sort(view === 'queue' ? compareQueue : compareRecent);
    const got = await all(client, { view });
    expect(got.map((ticket) => ticket.number)).toEqual(wanted.map((ticket) => ticket.number));
    const { counts } = (await client.call(listTickets, {})).body;
    expect(counts[view]).toBe(wanted.length);
  }
  if (view !== 'queue') return;
  const queue = await all(desk.people.lead, { view });
  expect(queue.length).toBeGreaterThan(50);
  expect(queue.filter(({ clock }) => clock !== null).length).toBeGreaterThan(20);
  const known = new Map((await all(desk.people.customer, { view })).map(({ id, clock }) => [id, clock]));
  expect(queue.some(({ id, clock }) => known.get(id) && clock === null)).toBe(true);
});

test('a note moves no ticket in a customer’s list', async () => {
  const { people } = desk;
  const before = await all(people.customer, {});
  await say(people.engineer, before.at(-1)!.id, 'psst', 'internal');
  expect(await all(people.customer, {})).toEqual(before);
  expect((await all(people.engineer, {}))[0]!.id).toBe(before.at(-1)!.id);
});

test('search finds by subject, number, people and words, and takes signs literally', async () => {
  const { people } = desk;
  const id = await opened(people.customer, 'The valve 100% stuck_here', { subject: 'Ventil klemmt 阀门' });
  await say(people.engineer, id, 'only among us: gasket', 'internal');
  await say(people.engineer, id, 'Please replace the membrane');
  for (const search of ['ventil', '阀门', '100%', 'stuck_', 'MEMBRANE', ' membrane '])
    expect(await subjects(people.customer, search)).toEqual(['Ventil klemmt 阀门']);
  const { number } = (await all(people.engineer, { search: 'membrane' }))[0]!;
  for (const search of [String(number), `#${number}`])
    expect(await subjects(people.engineer, search)).toContain('Ventil klemmt 阀门');
  expect(await subjects(people.customer, '10_%')).toEqual([]);
  expect(await subjects(people.otherCustomer, 'membrane')).toEqual([]);
  expect(await subjects(people.engineer, 'cleo@north')).toContain('Ventil klemmt 阀门');
});

test('nobody finds by what they cannot see', async () => {
  const { people } = desk;
  expect(await subjects(people.engineer, 'gasket')).toEqual(['Ventil klemmt 阀门']);
  expect(await subjects(people.customer, 'gasket')).toEqual([]);
  expect(await subjects(people.colleague, 'cleo@north')).toEqual([]);
});

test('filters by contact and organisation', async () => {
  const { people, organisationId } = desk;
  const ofOther = await all(people.lead, { contactId: people.otherCustomer.id });
  expect(ofOther.length).toBeGreaterThan(30);
  expect(new Set(ofOther.map((ticket) => ticket.contact.id))).toEqual(new Set([people.otherCustomer.id]));
  expect(await all(people.customer, { contactId: people.otherCustomer.id })).toEqual([]);
  const ours = await all(people.lead, { organisationId });
  expect(new Set(ours.map((ticket) => ticket.organisation?.name))).toEqual(new Set(['North Works']));
});

test('a page of the queue may end at a ticket with a deadline whose customer waits', async () => {
  const { people, platform } = desk;
  const ids = (await all(people.lead, { view: 'queue' })).flatMap(({ id, clock, unansweredSince }) =>
    clock && unansweredSince ? [id] : [],
  );
  const last = await platform.db.selectFrom('ticket').selectAll().where('id', '=', ids[0]!).executeTakeFirstOrThrow();
  const cursor = cursorAfter(last, 'queue', { kind: 'staff', id: people.lead.id, role: 'lead' });
  const { status, body } = await people.lead.call(listTickets, { query: { view: 'queue', cursor } });
  expect([status, body.tickets.some(({ id }) => id === last.id)]).toEqual([200, false]);
});

test('an id in capitals is the same id', async () => {
  const { people } = desk;
  const id = randomUUID();
  await opened(people.customer, 'In capitals', { id: id.toUpperCase() });
  const note = { params: { id: id.toUpperCase() }, body: { assigneeId: people.lead.id } };
  expect((await people.lead.call(assignTicket, note)).body.events.map(({ ticketId }) => ticketId)).toEqual([id]);
});

test('a cursor of another view, or none at all, is refused and named', async () => {
  const { people } = desk;
  const { next } = (await people.lead.call(listTickets, { query: { view: 'all' } })).body;
  for (const cursor of [next!, 'nonsense', Buffer.from('{"by":"urgency"}').toString('base64url')]) {
    const reply = await people.lead.call(listTickets, { query: { view: 'queue', cursor } });
    expect([reply.status, reply.error.field]).toEqual([422, 'cursor']);
  }
  const made = [
    { updatedAt: '2026-13-45T00:00:00.000Z', number: 1 },
    { updatedAt: '2026-02-30T00:00:00.000Z', number: 1 },
    { updatedAt: '0000-01-01T00:00:00.000Z', number: 1 },
    { updatedAt: '2026-01-01T00:00:00.000Z', number: 1e12 },
  ];
  for (const place of made) {
    const cursor = Buffer.from(JSON.stringify({ by: 'change', ...place })).toString('base64url');
    const reply = await people.lead.call(listTickets, { query: { view: 'all', cursor } });
    expect([reply.status, reply.error.field]).toEqual([422, 'cursor']);
  }
});
