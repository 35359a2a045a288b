import { randomUUID } from 'node:crypto';
import { CLOSE, listTickets, markTicket, postMessage, signOut, updateStaff } from '@alongside/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Client, signedInStaff } from '../people/testing.ts';
import { caughtUp } from './law-testing.ts';
import { REPLAY_MAX } from './live.ts';
import { changeTickets } from './log.actions.ts';
import { LiveClient, newVisitor, opened, snapshot, startTestDesk, type TestDesk, until } from './testing.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await startTestDesk();
});
afterAll(() => desk?.close());

const say = (client: Client, id: string, body: string, visibility: 'public' | 'internal' = 'public') =>
  client.call(postMessage, { params: { id }, body: { message: { id: randomUUID(), body }, visibility } });

test('a ticket is followed live, and resumed from where it was left', async () => {
  const { people, platform } = desk;
  const id = await opened(people.customer, 'one');
  const first = await LiveClient.open(platform, people.customer);
  await first.subscribe({ topic: 'ticket', ticketId: id, since: 0 });
  await say(people.engineer, id, 'two');
  await until('the answer and what follows from it', () => first.of('event').length === 5);
  first.close();
  await say(people.engineer, id, 'not for you', 'internal');
  await say(people.engineer, id, 'three');
  const again = await LiveClient.open(platform, people.customer);
  await again.subscribe({ topic: 'ticket', ticketId: id, since: 5 });
  expect(again.of('event').map((frame) => [frame.event.seq, frame.event.body])).toMatchObject([[6, { body: 'three' }]]);
  expect(again.of('live')).toMatchObject([{ upTo: 6 }]);
  expect([...first.of('event'), ...again.of('event')].map((frame) => frame.event.seq)).toEqual([1, 2, 3, 4, 5, 6]);
  again.close();
});

test('who has missed too much, or comes from a lost future, begins anew', async () => {
  const { people, platform } = desk;
  const id = await opened(people.customer, 'start');
  const by = { kind: 'staff' as const, id: people.lead.id, name: 'Liam Lead' };
  await changeTickets(platform.db, async (log) => {
    await log.lock(id);
    for (let index = 0; index <= REPLAY_MAX; index += 1) {
      const body = { type: 'ticket.subject_set' as const, from: `${index}`, to: `${index + 1}` };
      log.append(id, by, body, { subject: body.to });
    }
  });
  const { seq } = (await snapshot(people.customer, id))!.ticket;
  await caughtUp(desk);
  const live = await LiveClient.open(platform, people.customer);
  await live.subscribe({ topic: 'ticket', ticketId: id, since: 0 });
  expect(live.of('reset')).toMatchObject([{ upTo: seq }]);
  await live.subscribe({ topic: 'ticket', ticketId: id, since: seq + 5 });
  expect(live.of('reset')).toHaveLength(2);
  expect(live.of('event')).toEqual([]);
  await live.subscribe({ topic: 'inbox', since: 1 });
  expect(live.of('reset')).toHaveLength(3);
  await live.subscribe({ topic: 'inbox', since: 2 ** 40 });
  expect(live.of('reset')).toHaveLength(4);
  live.close();
});

test('the list is resumed with each changed ticket once, as it is now', async () => {
  const { people, platform } = desk;
  const a = await opened(people.customer, 'a');
  await caughtUp(desk);
  const { position } = (await people.customer.call(listTickets, {})).body;
  const b = await opened(people.colleague, 'b');
  await opened(people.otherCustomer, 'not yours');
  await say(people.engineer, a, 'answer');
  await say(people.engineer, b, 'note', 'internal');
  const live = await LiveClient.open(platform, people.customer);
  await live.subscribe({ topic: 'inbox', since: position });
  await until('both', () => new Set(live.of('inbox').map((frame) => frame.ticket.id)).size >= 2);
  const heads = new Map(live.of('inbox').map((frame) => [frame.ticket.id, frame.ticket]));
  expect([...heads.keys()].sort()).toEqual([a, b].sort());
  expect(heads.get(a)).toEqual((await snapshot(people.customer, a))!.ticket);
  live.close();
});

test('another’s ticket cannot be followed', async () => {
  const { people, platform } = desk;
  const id = await opened(people.customer, 'ours');
  for (const [client, ticketId] of [
    [people.otherCustomer, id],
    [people.visitor, id],
    [people.engineer, randomUUID()],
  ] as const) {
    const live = await LiveClient.open(platform, client);
    await live.subscribe({ topic: 'ticket', ticketId, since: 0 });
    expect(live.of('refused')).toMatchObject([{ error: { code: 'not_found' } }]);
    await say(people.customer, id, 'secret');
    live.send({ t: 'typing', ticketId, visibility: 'public' });
    live.close();
    expect(live.of('event')).toEqual([]);
  }
});

test('typing, presence and marks reach those who look at the ticket', async () => {
  const { people, platform } = desk;
  const id = await opened(people.customer, 'hello');
  const [customer, colleague, engineer, other] = await Promise.all(
    [people.customer, people.colleague, people.engineer, people.otherCustomer].map((client) =>
      LiveClient.open(platform, client),
    ),
  );
  for (const live of [customer!, colleague!, engineer!])
    await live.subscribe({ topic: 'ticket', ticketId: id, since: 0 });
  const present = (live: LiveClient) =>
    live
      .of('presence')
      .at(-1)
      ?.people.map((person) => person.who.name)
      .sort()
      .join();
  const everybody = [people.customer, people.colleague, people.engineer]
    .map((client) => client.me!.name)
    .sort()
    .join();
  await until('everybody is present', () => present(customer!) === everybody);

  engineer!.send({ t: 'typing', ticketId: id, visibility: 'internal' });
  engineer!.send({ t: 'typing', ticketId: id, visibility: 'public' });
  other!.send({ t: 'typing', ticketId: id, visibility: 'public' });
  customer!.send({ t: 'typing', ticketId: id, visibility: 'internal' });
  customer!.send({ t: 'typing', ticketId: id, visibility: 'public' });
  await until('both type', () => customer!.of('typing').length > 0 && engineer!.of('typing').length > 0);
  expect(customer!.of('typing')).toMatchObject([{ who: { id: people.engineer.id }, visibility: 'public' }]);
  expect(engineer!.of('typing')).toMatchObject([{ who: { id: people.customer.id }, visibility: 'public' }]);

  customer!.send({ t: 'mark', ticketId: id, deliveredSeq: 2, readSeq: 2 });
  await until('the mark', () => engineer!.of('marks').length > 0);
  expect(engineer!.of('marks').at(-1)?.marks).toMatchObject([{ who: { id: people.customer.id }, readSeq: 2 }]);
  await people.engineer.call(markTicket, { params: { id }, body: { deliveredSeq: 2, readSeq: 1 } });
  await until('the mark made over HTTP', () => customer!.of('marks').at(-1)?.marks.length === 2);

  engineer!.close();
  await until('the engineer is gone', () => present(customer!)?.includes(people.engineer.me!.name) === false);
  expect(other!.frames.map((frame) => frame.t)).toEqual(['welcome']);
});

test('live connections end with their session, and begin anew when rights change', async () => {
  const { people, platform } = desk;
  const staff = await signedInStaff(platform, 'engineer', 'Short Stay');
  const live = await LiveClient.open(platform, staff);
  await people.administrator.call(updateStaff, { params: { id: staff.id }, body: { role: 'lead' } });
  await until('reconnect', () => live.closedWith === CLOSE.restarting);
  const again = await LiveClient.open(platform, staff);
  expect(again.of('welcome')).toMatchObject([{ me: { role: 'lead' } }]);
  await people.administrator.call(updateStaff, { params: { id: staff.id }, body: { disabled: true } });
  await until('signed out', () => again.closedWith === CLOSE.unauthenticated);
  expect((await LiveClient.open(platform, staff)).of('refused')).toMatchObject([
    { error: { code: 'unauthenticated' } },
  ]);

  const visitor = await newVisitor(platform);
  const other = await newVisitor(platform);
  const [leaving, staying] = [await LiveClient.open(platform, visitor), await LiveClient.open(platform, other)];
  await visitor.call(signOut, { body: {} });
  await until('closed', () => leaving.closedWith === CLOSE.unauthenticated);
  expect(staying.closedWith).toBeNull();
});
