import { randomUUID } from 'node:crypto';
import {
  getTicket,
  listTicketEvents,
  listTickets,
  markTicket,
  openTicket,
  openWidgetSession,
  postMessage,
  rateTicket,
  setTicketState,
} from '@alongside/contracts';
import { SignJWT } from 'jose';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createIdentityKey } from '../customers/identity.actions.ts';
import { Client } from '../people/testing.ts';
import { closeSolvedTickets } from './actions.ts';
import { followContacts } from './claim.actions.ts';
import { newVisitor, opened, snapshot, startTestDesk, type TestDesk } from './testing.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await startTestDesk();
});
afterAll(() => desk?.close());

const say = (client: Client, id: string, body: string, messageId: string = randomUUID()) =>
  client.call(postMessage, { params: { id }, body: { message: { id: messageId, body } } });

/** Asks once more while the server is too busy, as clients do: a slow machine serves 200 at once later, and no other way. */
async function patiently<Reply extends { status: number }>(ask: () => Promise<Reply>): Promise<Reply> {
  for (;;) {
    const reply = await ask();
    if (reply.status !== 503) return reply;
  }
}

describe('opening', () => {
  test('200 parallel first messages of a new contact make one contact, one conversation, 200 messages', async () => {
    const { platform, people } = desk;
    const key = await createIdentityKey(platform.db, { name: 'parallel', organisationId: null }, 'en');
    const identity = await new SignJWT({ sub: 'u-200', name: 'Pat Parallel', email: 'pat@north.test' })
      .setProtectedHeader({ alg: 'HS256', kid: key.id })
      .setExpirationTime('5m')
      .sign(new TextEncoder().encode(key.secret));
    const replies = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const client = new Client(platform);
        const session = await patiently(() => client.call(openWidgetSession, { body: { identity, locale: 'en' } }));
        client.bearer = session.body.token;
        const body = {
          id: randomUUID(),
          channel: 'widget' as const,
          conversation: 'current' as const,
          message: { id: randomUUID(), body: `message ${index}` },
        };
        return (await patiently(() => client.call(openTicket, { body }))).body;
      }),
    );
    expect(new Set(replies.map((reply) => reply.ticketId)).size).toBe(1);
    const contacts = await platform.db.selectFrom('contact').select('id').where('externalId', '=', 'u-200').execute();
    expect(contacts).toHaveLength(1);
    const tickets = await platform.db
      .selectFrom('ticket')
      .select('id')
      .where('contactId', '=', contacts[0]!.id)
      .execute();
    expect(tickets).toHaveLength(1);
    const view = (await snapshot(people.engineer, tickets[0]!.id))!;
    const bodies = view.entries.flatMap((entry) => (entry.kind === 'message' ? entry.body : []));
    expect(bodies.sort()).toEqual(Array.from({ length: 200 }, (_, index) => `message ${index}`).sort());
    expect(view.entries.map((entry) => entry.seq)).toEqual(view.entries.map((_, index) => index + 1));
  });

  test('the same ticket opened ten times at once is one ticket', async () => {
    const { people } = desk;
    const body = { id: randomUUID(), channel: 'portal' as const, message: { id: randomUUID(), body: 'Once' } };
    const replies = await Promise.all(Array.from({ length: 10 }, () => people.customer.call(openTicket, { body })));
    expect(new Set(replies.map((reply) => reply.body.number)).size).toBe(1);
    expect(
      (await snapshot(people.customer, body.id))!.entries.filter((entry) => entry.kind === 'message'),
    ).toHaveLength(1);
  });

  test('an id that belongs to something else is refused', async () => {
    const { people } = desk;
    const id = await opened(people.otherCustomer, 'Mine');
    const message = { id: randomUUID(), body: 'Theirs' };
    const taken = await people.customer.call(openTicket, { body: { id, channel: 'portal', message } });
    expect([taken.status, taken.error.code]).toEqual([409, 'id_conflict']);
    const mine = await opened(people.customer, 'First');
    const messageId = randomUUID();
    await say(people.customer, mine, 'One', messageId);
    expect((await say(people.customer, mine, 'Two', messageId)).error.code).toBe('id_conflict');
    expect((await say(people.colleague, mine, 'One', messageId)).error.code).toBe('id_conflict');
    const other = await opened(people.customer, 'Second');
    expect((await say(people.customer, other, 'One', messageId)).error.code).toBe('id_conflict');
  });

  test('`current` goes on with the latest ticket that is not done, and begins anew after it', async () => {
    const { people, platform } = desk;
    const visitor = await newVisitor(platform);
    const first = await opened(visitor, 'Hello', { conversation: 'current' });
    expect(await opened(visitor, 'And', { conversation: 'current' })).toBe(first);
    await people.engineer.call(setTicketState, { params: { id: first }, body: { state: 'solved' } });
    const second = await opened(visitor, 'Something else', { conversation: 'current' });
    expect(second).not.toBe(first);
    expect(await opened(visitor, 'New', { conversation: 'new' })).not.toBe(second);
  });

  test('the subject is taken from the message where none is given', async () => {
    const { people } = desk;
    const id = await opened(people.customer, `\n\n  ${'长'.repeat(300)}  \nsecond line`);
    const { subject } = (await snapshot(people.customer, id))!.ticket;
    expect(subject).toBe(`${'长'.repeat(79)}…`);
  });

  test('staff say for whom; a topic must exist', async () => {
    const { people } = desk;
    const body = { id: randomUUID(), channel: 'console' as const, message: { id: randomUUID(), body: 'For you' } };
    expect((await people.engineer.call(openTicket, { body })).error.field).toBe('contactId');
    const wrong = await people.customer.call(openTicket, { body: { ...body, topic: 'weather' } });
    expect([wrong.status, wrong.error.field]).toEqual([422, 'topic']);
  });
});

describe('messages', () => {
  test('a message sent twenty times at once is there once, and every repeat succeeds', async () => {
    const { people } = desk;
    const id = await opened(people.customer, 'Start');
    const messageId = randomUUID();
    const replies = await Promise.all(Array.from({ length: 20 }, () => say(people.customer, id, 'Again', messageId)));
    expect(replies.map((reply) => reply.status)).toEqual(Array(20).fill(200));
    expect(replies.filter((reply) => reply.body.events.length > 0)).toHaveLength(1);
    const { entries } = (await snapshot(people.customer, id))!;
    expect(entries.filter((entry) => entry.kind === 'message' && entry.body === 'Again')).toHaveLength(1);
  });

  test('many writers at once leave no gap, neither for staff nor for customers', async () => {
    const { people } = desk;
    const id = await opened(people.customer, 'Start');
    const writers = [people.customer, people.colleague, people.engineer, people.lead];
    await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        writers[index % 4]!.call(postMessage, {
          params: { id },
          body: {
            message: { id: randomUUID(), body: `m${index}` },
            visibility: index % 4 === 3 ? 'internal' : 'public',
          },
        }),
      ),
    );
    for (const client of [people.engineer, people.customer]) {
      const { events } = (await client.call(listTicketEvents, { params: { id }, query: {} })).body;
      expect(events.map((event) => event.seq)).toEqual(events.map((_, index) => index + 1));
    }
    const customers = (await people.customer.call(listTicketEvents, { params: { id }, query: {} })).body.events;
    expect(JSON.stringify(customers)).not.toContain('internal');
    expect(customers.map((event) => event.publicSeq)).toEqual(customers.map((event) => event.seq));
  });

  test('a closed ticket takes notes, but no messages', async () => {
    const { people } = desk;
    const id = await opened(people.customer, 'Start');
    await people.customer.call(setTicketState, { params: { id }, body: { state: 'solved' } });
    await people.customer.call(setTicketState, { params: { id }, body: { state: 'closed' } });
    for (const client of [people.customer, people.engineer])
      expect((await say(client, id, 'Late')).error.code).toBe('ticket_closed');
    const message = { id: randomUUID(), body: 'For us' };
    const note = await people.engineer.call(postMessage, { params: { id }, body: { message, visibility: 'internal' } });
    expect(note.status).toBe(200);
  });

  test('customers write no notes', async () => {
    const { people } = desk;
    const id = await opened(people.customer, 'Start');
    const message = { id: randomUUID(), body: 'Secret' };
    const note = await people.customer.call(postMessage, { params: { id }, body: { message, visibility: 'internal' } });
    expect([note.status, note.error.code]).toEqual([403, 'forbidden']);
  });

  test('order is by sequence number, also when the clock steps back', async () => {
    const { people } = desk;
    const id = await opened(people.customer, 'one');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 });
    try {
      await say(people.engineer, id, 'two');
      await say(people.customer, id, 'three');
    } finally {
      vi.useRealTimers();
    }
    await say(people.engineer, id, 'four');
    const { entries } = (await snapshot(people.customer, id))!;
    expect(entries.flatMap((entry) => (entry.kind === 'message' ? entry.body : []))).toEqual([
      'one',
      'two',
      'three',
      'four',
    ]);
    expect(entries.map((entry) => entry.seq)).toEqual(entries.map((_, index) => index + 1));
  });
});

describe('state', () => {
  test('moves only where the machine allows', async () => {
    const { people } = desk;
    const id = await opened(people.customer, 'Start');
    const refused = await people.customer.call(setTicketState, { params: { id }, body: { state: 'on_hold' } });
    expect([refused.status, refused.error.code, refused.error.details]).toEqual([
      409,
      'state_not_allowed',
      { from: 'open', to: 'on_hold' },
    ]);
  });

  test('solved tickets close a week later, unless the customer came back', async () => {
    const { people, platform } = desk;
    const [left, reopened] = [await opened(people.customer, 'A'), await opened(people.customer, 'B')];
    for (const id of [left, reopened])
      await people.engineer.call(setTicketState, { params: { id }, body: { state: 'solved' } });
    await say(people.customer, reopened, 'Not yet');
    const day = 24 * 3_600_000;
    await closeSolvedTickets(platform.db, new Date(Date.now() + 6 * day));
    expect((await snapshot(people.customer, left))!.ticket.state).toBe('solved');
    await closeSolvedTickets(platform.db, new Date(Date.now() + 8 * day));
    expect((await snapshot(people.customer, left))!.ticket.state).toBe('closed');
    expect((await snapshot(people.customer, reopened))!.ticket.state).toBe('open');
  });

  test('is rated by the contact once solved, and by nobody else', async () => {
    const { people } = desk;
    const id = await opened(people.customer, 'Start');
    const rate = (client: Client) => client.call(rateTicket, { params: { id }, body: { score: 5, comment: '' } });
    expect((await rate(people.customer)).error.code).toBe('not_rateable');
    await people.engineer.call(setTicketState, { params: { id }, body: { state: 'solved' } });
    expect((await rate(people.colleague)).error.code).toBe('forbidden');
    expect((await rate(people.engineer)).status).toBe(403);
    expect((await rate(people.customer)).status).toBe(200);
    expect((await snapshot(people.engineer, id))!.ticket.rating).toEqual({ score: 5, comment: '' });
  });
});

describe('marks', () => {
  test('only grow, and never past the end', async () => {
    const { people } = desk;
    const id = await opened(people.customer, 'Start');
    const mark = (deliveredSeq: number, readSeq: number) =>
      people.customer.call(markTicket, { params: { id }, body: { deliveredSeq, readSeq } });
    expect((await mark(2, 1)).body.marks).toMatchObject([{ deliveredSeq: 2, readSeq: 1 }]);
    expect((await mark(1, 0)).body.marks).toMatchObject([{ deliveredSeq: 2, readSeq: 1 }]);
    expect((await mark(0, 900)).body.marks).toMatchObject([{ deliveredSeq: 2, readSeq: 2 }]);
    const { marks } = (await people.engineer.call(getTicket, { params: { id } })).body;
    expect(marks).toMatchObject([{ who: { id: people.customer.id, kind: 'customer' }, readSeq: 2 }]);
  });
});

test('whoever recognises a visitor waits for the tickets before the files, as their messages do', async () => {
  const { db } = desk.platform;
  const [visitor, customer] = [await newVisitor(desk.platform), desk.people.customer];
  const ticketId = await opened(visitor, 'Start');
  const upload = { id: randomUUID(), uploaderKind: 'customer' as const, uploaderId: visitor.id };
  await db
    .insertInto('upload')
    .values({ ...upload, name: 'a.log', sizeBytes: 1, startedAt: new Date() })
    .execute();
  const contact = { id: customer.id, name: customer.me!.name, anonymous: false };
  const change = { from: { id: visitor.id, name: visitor.me!.name }, contact, organisation: null };
  const { recognising } = await db.transaction().execute(async (message) => {
    await message.selectFrom('ticket').select('id').where('id', '=', ticketId).forUpdate().execute();
    const claimed = db.transaction().execute((trx) => followContacts(trx, [change]));
    await vi.waitUntil(async () => {
      const waiting = sql`select 1 from pg_stat_activity
        where wait_event_type = 'Lock' and datname = current_database()`;
      return (await waiting.execute(db)).rows.length > 0;
    });
    const file = message.selectFrom('upload').select('id').where('id', '=', upload.id).forUpdate().noWait();
    expect(await file.execute()).toHaveLength(1);
    return { recognising: claimed };
  });
  await recognising;
  const row = db.selectFrom('upload').select('uploaderId').where('id', '=', upload.id);
  expect(await row.executeTakeFirst()).toEqual({ uploaderId: customer.id });
});

test('the number finds the ticket as its id does', async () => {
  const { people } = desk;
  const id = await opened(people.customer, 'Start');
  const { number } = (await snapshot(people.customer, id))!.ticket;
  expect((await snapshot(people.engineer, String(number)))!.ticket.id).toBe(id);
  expect(await snapshot(people.otherCustomer, String(number))).toBeNull();
  expect(await snapshot(people.engineer, '4294967295')).toBeNull();
});

test('the log can only be appended to', async () => {
  const { people, platform } = desk;
  await opened(people.customer, 'Start');
  const rewrite = platform.db.updateTable('ticketEvent').set({ type: 'ticket.rated' }).execute();
  await expect(rewrite).rejects.toThrow('only ever appended to');
  await expect(platform.db.deleteFrom('ticketEvent').execute()).rejects.toThrow('only ever appended to');
});

test('the list says from where to follow it', async () => {
  const { people } = desk;
  const { position } = (await people.customer.call(listTickets, {})).body;
  expect(position).toBeGreaterThan(0);
});
