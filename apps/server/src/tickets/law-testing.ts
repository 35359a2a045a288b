import { listTicketEvents, listTickets, type TicketEvent, type TicketView } from '@alongside/contracts';
import { foldTicketEvents } from '@alongside/desk';
import { expect } from 'vitest';
import type { Client } from '../people/testing.ts';
import { LiveClient, opened, type ReaderName, ROLES_OF_READERS, snapshot, type TestDesk, until } from './testing.ts';

export type LawResult = {
  /** The ticket's events for each reader, as they arrived live; of a ticket new to them, as its log shows them. */
  received: Record<ReaderName, TicketEvent[]>;
  /** The code with which a reader's live connection was closed meanwhile, or null. */
  closedWith: Record<ReaderName, number | null>;
};

type Watch = { before: TicketView | null; live: LiveClient; inboxFrom: number };

/**
 * The law of the timeline, for every reader at once: what they knew before, folded with the events that reached them, is
 * what a fresh look shows; the same through the list; and who may not see the ticket hears nothing of it.
 * @param act what happens to the ticket
 */
export async function checkLaw(desk: TestDesk, ticketId: string, act: () => Promise<unknown>): Promise<LawResult> {
  await caughtUp(desk);
  const watches = {} as Record<ReaderName, Watch>;
  for (const name of ROLES_OF_READERS) watches[name] = await watch(desk, desk.people[name], ticketId);
  await act();

  const result = { received: {}, closedWith: {} } as LawResult;
  for (const name of ROLES_OF_READERS) {
    const { before, live } = watches[name];
    const client = desk.people[name];
    const after = await snapshot(client, ticketId).catch(() => null);
    if (after !== null && before !== null)
      await until(`${name} has all events`, () => lastSeq(live, before) >= after.ticket.seq);
    // Something later in the same feed: whatever was to come before it has come.
    await hearSentinel(desk, live, name);
    result.closedWith[name] = live.closedWith;
    const events = live.of('event').map((frame) => frame.event);
    result.received[name] = events;
    if (after === null) {
      expect(events, `${name} may not see the ticket`).toEqual([]);
      expect(live.of('inbox').filter((frame) => frame.ticket.id === ticketId)).toEqual([]);
    } else result.received[name] = await expectLaw(name, client, watches[name], events, after);
    live.close();
  }
  return result;
}

async function watch(desk: TestDesk, client: Client, ticketId: string): Promise<Watch> {
  const inboxFrom = (await client.call(listTickets, {})).body.position;
  const before = await snapshot(client, ticketId);
  const live = await LiveClient.open(desk.platform, client);
  await live.subscribe({ topic: 'inbox', since: inboxFrom });
  if (before !== null) await live.subscribe({ topic: 'ticket', ticketId, since: before.ticket.seq });
  return { before, live, inboxFrom };
}

function lastSeq(live: LiveClient, before: TicketView): number {
  return live.of('event').at(-1)?.event.seq ?? before.ticket.seq;
}

async function expectLaw(
  name: ReaderName,
  client: Client,
  { before, live }: Watch,
  events: TicketEvent[],
  after: TicketView,
): Promise<TicketEvent[]> {
  const since = before?.ticket.seq ?? 0;
  const { id } = after.ticket;
  const log = (await client.call(listTicketEvents, { params: { id }, query: { since } })).body.events;
  // Who could not see it before has only the log; everybody else got the same live, gapless.
  if (before !== null) expect(events, `${name} live and from the log`).toEqual(log);
  expect(log.map((event) => event.seq)).toEqual(log.map((_, index) => since + 1 + index));
  expect(foldTicketEvents(before, log), `the law for ${name}`).toEqual(after);
  const heads = live.of('inbox').filter((frame) => frame.ticket.id === id);
  if (log.length > 0) expect(heads.at(-1)?.ticket, `the list of ${name}`).toEqual(after.ticket);
  else expect(heads, `the list of ${name}`).toEqual([]);
  return log;
}

/** Until everything written so far has been handed out: or what was made for the test would count as news. */
export async function caughtUp({ platform }: TestDesk): Promise<void> {
  const newest = await platform.db
    .selectFrom('feed')
    .select((eb) => eb.fn.max('position').as('position'))
    .executeTakeFirstOrThrow();
  await until('the feed has been read', () => platform.hub.position() >= newest.position);
}

/** Makes something happen that this reader must hear of, and waits until they have. */
async function hearSentinel(desk: TestDesk, live: LiveClient, name: ReaderName): Promise<void> {
  const client = desk.people[name];
  // A visitor whose session ended with a claim hears nothing more at all; the closed connection is the sentinel.
  const ended = () => live.closedWith !== null;
  const isStaff = client.me?.role !== 'customer';
  const sentinel = await opened(isStaff ? desk.people.otherCustomer : client, 'Sentinel').catch((error) => {
    if (name === 'visitor') return null;
    throw error;
  });
  await until(`${name} has heard the sentinel`, () =>
    sentinel === null ? ended() : live.of('inbox').some((frame) => frame.ticket.id === sentinel),
  );
}
