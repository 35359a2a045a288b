import { randomUUID } from 'node:crypto';
import * as contracts from '@alongside/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client } from '../people/testing.ts';
import { opened, type ReaderName, ROLES_OF_READERS, startTestDesk, type TestDesk } from './testing.ts';

/**
 * Every route about one ticket against every kind of person. A ticket that is not theirs is not there: 404, whatever
 * they try, so that nobody learns which ids and numbers exist.
 */
type Attempt = { name: string; run(client: Client, id: string): Promise<{ status: number }>; allowed: ReaderName[] };

const STAFF: ReaderName[] = ['engineer', 'lead', 'administrator'];
const THEIRS: ReaderName[] = ['customer', 'colleague', ...STAFF];

const message = (visibility: 'public' | 'internal') => ({ message: { id: randomUUID(), body: 'x' }, visibility });

const ATTEMPTS: Attempt[] = [
  { name: 'read', allowed: THEIRS, run: (c, id) => c.call(contracts.getTicket, { params: { id } }) },
  { name: 'read the log', allowed: THEIRS, run: (c, id) => c.call(contracts.listTicketEvents, { params: { id } }) },
  {
    name: 'write',
    allowed: THEIRS,
    run: (c, id) => c.call(contracts.postMessage, { params: { id }, body: message('public') }),
  },
  {
    name: 'write a note',
    allowed: STAFF,
    run: (c, id) => c.call(contracts.postMessage, { params: { id }, body: message('internal') }),
  },
  {
    name: 'mark',
    allowed: THEIRS,
    run: (c, id) => c.call(contracts.markTicket, { params: { id }, body: { deliveredSeq: 1, readSeq: 1 } }),
  },
  {
    name: 'solve',
    allowed: THEIRS,
    run: (c, id) => c.call(contracts.setTicketState, { params: { id }, body: { state: 'solved' } }),
  },
  {
    name: 'set the priority',
    allowed: STAFF,
    run: (c, id) => c.call(contracts.setTicketPriority, { params: { id }, body: { priority: 'P1' } }),
  },
  {
    name: 'set the topic',
    allowed: STAFF,
    run: (c, id) => c.call(contracts.setTicketTopic, { params: { id }, body: { topic: 'fault' } }),
  },
  {
    name: 'set the subject',
    allowed: STAFF,
    run: (c, id) => c.call(contracts.setTicketSubject, { params: { id }, body: { subject: 'y' } }),
  },
  {
    name: 'assign',
    allowed: STAFF,
    run: (c, id) => c.call(contracts.assignTicket, { params: { id }, body: { assigneeId: null } }),
  },
  {
    name: 'rate',
    allowed: ['customer'],
    run: (c, id) => c.call(contracts.rateTicket, { params: { id }, body: { score: 3, comment: '' } }),
  },
];

let desk: TestDesk;
beforeAll(async () => {
  desk = await startTestDesk();
});
afterAll(() => desk?.close());

describe.each(ATTEMPTS)('$name', ({ name, run, allowed }) => {
  test.each(ROLES_OF_READERS)('%s', async (role) => {
    const { people } = desk;
    const id = await opened(people.customer, 'Whose is this?');
    if (name === 'rate')
      await people.engineer.call(contracts.setTicketState, { params: { id }, body: { state: 'solved' } });
    const { status } = await run(people[role], id);
    if (allowed.includes(role)) return expect(status).toBe(200);
    // Routes for staff refuse customers before they look; elsewhere whoever sees the ticket is told why not.
    const forStaffOnly = allowed === STAFF && name !== 'write a note';
    const isStaff = STAFF.includes(role);
    const sees = THEIRS.includes(role);
    expect(status).toBe(forStaffOnly || isStaff || sees ? 403 : 404);
  });

  test('nobody', async () => {
    const id = await opened(desk.people.customer, 'Whose is this?');
    expect((await run(new Client(desk.platform), id)).status).toBe(401);
  });

  test('a ticket that does not exist', async () => {
    const role = allowed.includes('customer') ? 'customer' : 'engineer';
    expect((await run(desk.people[role], randomUUID())).status).toBe(404);
  });
});

test('what customers may not do says nothing about whether the ticket exists', async () => {
  const { otherCustomer, customer } = desk.people;
  const id = await opened(customer, 'Here');
  const real = await otherCustomer.call(contracts.setTicketPriority, { params: { id }, body: { priority: 'P0' } });
  const none = await otherCustomer.call(contracts.setTicketPriority, {
    params: { id: randomUUID() },
    body: { priority: 'P0' },
  });
  expect(real.error).toEqual(none.error);
});

test('lists hold what their reader may see, and nothing else', async () => {
  const { people } = desk;
  const id = await opened(people.customer, 'Ours');
  const hidden = await opened(people.otherCustomer, 'Not ours');
  const idsFor = async (client: Client) => {
    const ids: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const { tickets, next } = (
        await client.call(contracts.listTickets, { query: cursor === undefined ? {} : { cursor } })
      ).body;
      ids.push(...tickets.map((ticket) => ticket.id));
      if (next === null) return ids;
      cursor = next;
    }
  };
  for (const client of [people.customer, people.colleague]) {
    expect(await idsFor(client)).toContain(id);
    expect(await idsFor(client)).not.toContain(hidden);
  }
  expect(await idsFor(people.otherCustomer)).not.toContain(id);
  expect(await idsFor(people.visitor)).toEqual([]);
  expect(await idsFor(people.engineer)).toEqual(expect.arrayContaining([id, hidden]));
});

test('the directory of customers is the team’s alone', async () => {
  const { people } = desk;
  for (const contract of [contracts.listContacts, contracts.listOrganisations, contracts.listStaff] as const) {
    expect((await people.customer.call(contract, {})).status).toBe(403);
    expect((await people.engineer.call(contract, {})).status).toBe(200);
    expect((await new Client(desk.platform).call(contract, {})).status).toBe(401);
  }
  const contact = await people.engineer.call(contracts.getContact, { params: { id: people.customer.id } });
  expect(contact.body.contact.email).toBe('cleo@north.test');
  expect(contact.body.tickets.length).toBeGreaterThan(0);
  expect(
    (await people.engineer.call(contracts.createOrganisation, { body: { id: randomUUID(), name: 'N', domains: [] } }))
      .status,
  ).toBe(403);
  expect((await people.lead.call(contracts.listIdentityKeys, {})).status).toBe(403);
  expect(
    (
      await people.lead.call(contracts.createStaff, {
        body: { name: 'N', email: 'n@acme.test', role: 'lead', password: '0123456789' },
      })
    ).status,
  ).toBe(403);
});
