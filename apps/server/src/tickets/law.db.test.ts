import { randomUUID } from 'node:crypto';
import {
  assignTicket,
  type Call,
  CLOSE,
  markTicket,
  openWidgetSession,
  postMessage,
  type RecordedBody,
  rateTicket,
  redeemSignInLink,
  SYSTEM_ACTOR,
  setTicketPriority,
  setTicketState,
  setTicketSubject,
  setTicketTopic,
  TicketEventBody,
  type TicketEventType,
  updateMe,
} from '@alongside/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSignInLink } from '../people/session.actions.ts';
import { closeSolvedTickets } from './actions.ts';
import { givenContract, givenPlan, planContent } from './clock-testing.ts';
import { RECORDED_SAMPLES } from './law-recorded.ts';
import { recordingScenarios } from './law-recordings.ts';
import { checkLaw } from './law-testing.ts';
import { changeTickets } from './log.actions.ts';
import { newVisitor, opened, startTestDesk, type TestDesk } from './testing.ts';

/**
 * fold(snapshot before, events a reader receives) = fresh snapshot for that reader, for every action and every reader.
 * Keyed by event type, so that a type nobody drives is missed by the compiler; whether each scenario really makes its
 * event is checked as well.
 */
type Scenario = {
  name: string;
  /** Makes the ticket the scenario needs. @returns its id */
  before(desk: TestDesk): Promise<string>;
  act(desk: TestDesk, ticketId: string): Promise<unknown>;
};

const SCENARIOS: Record<Exclude<TicketEventType, RecordedBody['type']>, Scenario[]> = {
  'ticket.opened': [
    {
      name: 'a staff member opens one for a customer',
      before: async () => randomUUID(),
      act: ({ people }, id) =>
        opened(people.lead, 'You told me on the phone', { id, contactId: people.customer.id, channel: 'console' }),
    },
    {
      name: 'a customer opens one with everything their page tells',
      before: async () => randomUUID(),
      act: ({ people }, id) =>
        opened(people.customer, 'It broke', {
          id,
          subject: 'Broken ‮🚀 نص',
          topic: 'fault',
          priority: 'P0',
          channel: 'widget',
          context: { browser: 'Firefox 150', custom: { 'licence key': '1234' } },
        }),
    },
  ],
  'message.posted': [
    { name: 'a customer writes', before: fresh, act: ({ people }, id) => say(people.customer, id) },
    { name: 'a colleague writes', before: fresh, act: ({ people }, id) => say(people.colleague, id) },
    {
      name: 'the first answer, which also assigns and moves',
      before: fresh,
      act: ({ people }, id) => say(people.engineer, id),
    },
    { name: 'a second answer', before: answered, act: ({ people }, id) => say(people.lead, id) },
    { name: 'an internal note', before: fresh, act: ({ people }, id) => say(people.engineer, id, 'internal') },
    {
      name: 'an internal note after an answer',
      before: answered,
      act: ({ people }, id) => say(people.administrator, id, 'internal'),
    },
    {
      name: 'a note on a closed ticket',
      before: closedTicket,
      act: ({ people }, id) => say(people.engineer, id, 'internal'),
    },
    { name: 'a customer’s word that reopens', before: solved, act: ({ people }, id) => say(people.customer, id) },
  ],
  'ticket.state_set': [
    { name: 'parked', before: fresh, act: ({ people }, id) => move(people.engineer, id, 'on_hold') },
    { name: 'solved by staff', before: fresh, act: ({ people }, id) => move(people.lead, id, 'solved') },
    { name: 'solved by the customer', before: answered, act: ({ people }, id) => move(people.customer, id, 'solved') },
    {
      name: 'reopened by the customer without a word',
      before: solved,
      act: ({ people }, id) => move(people.customer, id, 'open'),
    },
    { name: 'reopened by staff', before: solved, act: ({ people }, id) => move(people.engineer, id, 'open') },
    { name: 'confirmed', before: solved, act: ({ people }, id) => move(people.customer, id, 'closed') },
    {
      name: 'closed by the clock',
      before: solved,
      act: ({ platform }) => closeSolvedTickets(platform.db, new Date(Date.now() + 8 * 24 * 3_600_000)),
    },
  ],
  'ticket.priority_set': [
    {
      name: 'raised',
      before: fresh,
      act: async ({ people }, id) =>
        (await people.engineer.call(setTicketPriority, { params: { id }, body: { priority: 'P0' } })).body,
    },
  ],
  'ticket.topic_set': [
    {
      name: 'named',
      before: fresh,
      act: async ({ people }, id) =>
        (await people.lead.call(setTicketTopic, { params: { id }, body: { topic: 'account' } })).body,
    },
    {
      name: 'taken away',
      before: async (desk) => opened(desk.people.customer, 'Help', { topic: 'fault' }),
      act: async ({ people }, id) =>
        (await people.lead.call(setTicketTopic, { params: { id }, body: { topic: null } })).body,
    },
  ],
  'ticket.subject_set': [
    {
      name: 'worded better',
      before: fresh,
      act: async ({ people }, id) =>
        (await people.engineer.call(setTicketSubject, { params: { id }, body: { subject: '打印机无法连接' } })).body,
    },
  ],
  'ticket.assigned': [
    {
      name: 'given to an engineer',
      before: fresh,
      act: ({ people }, id) => assign(people.lead, id, people.engineer.id),
    },
    { name: 'given on', before: answered, act: ({ people }, id) => assign(people.engineer, id, people.lead.id) },
    { name: 'given to nobody', before: answered, act: ({ people }, id) => assign(people.engineer, id, null) },
  ],
  'ticket.contact_claimed': [
    {
      name: 'a visitor uses a magic link',
      before: (desk) => opened(desk.people.visitor, 'Who am I?'),
      act: claimByLink,
    },
    {
      name: 'a visitor tells their name',
      before: async (desk) => {
        desk.people.visitor = await newVisitor(desk.platform);
        return opened(desk.people.visitor, 'Hello');
      },
      act: async ({ people }) => (await people.visitor.call(updateMe, { body: { name: 'Vera' } })).body,
    },
  ],
  'ticket.rated': [
    { name: 'rated', before: solved, act: ({ people }, id) => rate(people.customer, id, 5) },
    {
      name: 'rated again after closing',
      before: async (desk) => {
        const id = await closedTicket(desk);
        await rate(desk.people.customer, id, 1);
        return id;
      },
      act: ({ people }, id) => rate(people.customer, id, 4),
    },
  ],
  'call.started': [{ name: 'the customer rings', before: answered, act: (desk, id) => callEvents(desk, id, 1) }],
  'call.joined': [
    { name: 'the team answers', before: (desk) => withCall(desk, 2), act: (desk, id) => callEvents(desk, id, 3, 2) },
  ],
  'call.left': [
    { name: 'one goes', before: (desk) => withCall(desk, 3), act: (desk, id) => callEvents(desk, id, 4, 3) },
  ],
  'call.finished': [
    { name: 'it ends', before: (desk) => withCall(desk, 4), act: (desk, id) => callEvents(desk, id, 5, 4) },
  ],
  ...recordingScenarios((desk) => withCall(desk, 3)),
};

let desk: TestDesk;
beforeAll(async () => {
  desk = await startTestDesk();
  // Every promise there is, so that each event of these tickets carries a clock that runs or stands still.
  const plan = planContent(
    { first_response: 60, next_response: 60, update: 120, resolve: 600 },
    { pausesOnHold: true },
  );
  await givenContract(desk.platform.db, desk.organisationId, await givenPlan(desk.platform.db, plan));
});
afterAll(() => desk?.close());

test('no event type of the contract is left out', () => {
  const types = TicketEventBody.options.map((option) => option.shape.type.value).sort();
  expect([...Object.keys(SCENARIOS), ...Object.keys(RECORDED_SAMPLES)].sort()).toEqual(types);
  for (const scenarios of Object.values(SCENARIOS)) expect(scenarios.length).toBeGreaterThan(0);
});

describe.each(Object.entries(SCENARIOS))('%s', (type, scenarios) => {
  test.each(scenarios)('$name', async ({ before, act }) => {
    const ticketId = await before(desk);
    const { received } = await checkLaw(desk, ticketId, () => act(desk, ticketId));
    expect(received.administrator.map((event) => event.body.type)).toContain(type);
    expect(received.otherCustomer).toEqual([]);
  });
});

test.each(Object.entries(RECORDED_SAMPLES))('%s, as whoever records it does', async (type, { body, facts }) => {
  const ticketId = await answered(desk);
  const { received } = await checkLaw(desk, ticketId, () =>
    changeTickets(desk.platform.db, async (log) => {
      await log.lock(ticketId);
      log.append(ticketId, SYSTEM_ACTOR, body, facts);
    }),
  );
  expect(received.administrator.map((event) => event.body.type)).toEqual([type]);
});

test('what changes nothing sends nothing', async () => {
  const id = await answered(desk);
  const { people } = desk;
  const { received } = await checkLaw(desk, id, async () => {
    await assign(people.lead, id, people.engineer.id);
    await move(people.engineer, id, 'waiting_for_customer');
    await people.customer.call(markTicket, { params: { id }, body: { deliveredSeq: 2, readSeq: 2 } });
  });
  expect(Object.values(received).flat()).toEqual([]);
});

test('a note leaves no trace with customers', async () => {
  const id = await answered(desk);
  const { received } = await checkLaw(desk, id, () => say(desk.people.engineer, id, 'internal'));
  expect(received.engineer).toHaveLength(1);
  for (const name of ['customer', 'colleague', 'visitor'] as const) expect(received[name]).toEqual([]);
});

test('a visitor’s ticket goes with them when they are recognised, and the visitor’s session ends', async () => {
  const { people } = desk;
  people.visitor = await newVisitor(desk.platform);
  const id = await opened(people.visitor, 'Before signing in');
  const { received, closedWith } = await checkLaw(desk, id, () => claimByLink(desk, id));
  expect(received.customer.slice(-2).map(({ body }) => body.type)).toEqual([
    'ticket.contact_claimed',
    'ticket.plan_set',
  ]);
  expect(closedWith.visitor).toBe(CLOSE.unauthenticated);
  expect(
    (await people.visitor.call(openWidgetSession, { body: { locale: 'en', token: people.visitor.bearer! } })).body.me
      .id,
  ).not.toBe(people.visitor.id);
});

type Person = TestDesk['people']['customer'];

function fresh({ people }: TestDesk): Promise<string> {
  return opened(people.customer, 'The pump has stopped');
}

async function answered(current: TestDesk): Promise<string> {
  const id = await fresh(current);
  await say(current.people.engineer, id);
  return id;
}

async function solved(current: TestDesk): Promise<string> {
  const id = await answered(current);
  await move(current.people.engineer, id, 'solved');
  return id;
}

async function closedTicket(current: TestDesk): Promise<string> {
  const id = await solved(current);
  await move(current.people.engineer, id, 'closed');
  return id;
}

async function say(person: Person, id: string, visibility: 'public' | 'internal' = 'public') {
  const message = { id: randomUUID(), body: `Word ${randomUUID()}\nof  ${person.me?.name}` };
  return (await person.call(postMessage, { params: { id }, body: { message, visibility } })).body;
}

async function move(
  person: Person,
  id: string,
  state: 'open' | 'waiting_for_customer' | 'on_hold' | 'solved' | 'closed',
) {
  return (await person.call(setTicketState, { params: { id }, body: { state } })).body;
}

async function assign(person: Person, id: string, assigneeId: string | null) {
  return (await person.call(assignTicket, { params: { id }, body: { assigneeId } })).body;
}

async function rate(person: Person, id: string, score: number) {
  return (await person.call(rateTicket, { params: { id }, body: { score, comment: 'Thanks' } })).body;
}

/** The visitor of the desk turns out to be its customer. */
async function claimByLink({ people, platform }: TestDesk, _ticketId: string) {
  const link = { email: people.customer.me!.email!, visitorId: people.visitor.id };
  // Others of these tests use links of this address too, and there is a limit to how many it gets.
  await platform.db.deleteFrom('signInLink').execute();
  const token = await createSignInLink(platform.db, link, 'en');
  return (await people.customer.call(redeemSignInLink, { body: { token: token! } })).body;
}

/** A call step by step as its own feature writes it: the row's call is put together here, not by the fold. */
async function callEvents({ platform, people }: TestDesk, ticketId: string, upTo: number, from = 0): Promise<void> {
  const callId = ticketId;
  const customer = { kind: 'customer' as const, id: people.customer.id, name: people.customer.me!.name };
  const engineer = { kind: 'staff' as const, id: people.engineer.id, name: people.engineer.me!.name };
  const quality = { score: 4.5, rttMs: 40, jitterMs: 3, lossRatio: 0, bitrateBps: 9e5, freezeMs: 0, measuredMs: 6e4 };
  const at = [0, 1, 2, 3, 4].map((step) => new Date(Date.UTC(2030, 0, 1, 0, 0, step)));
  const [started, joined, answeredAt, left, finished] = at.map((time) => time.toISOString()) as [
    string,
    string,
    string,
    string,
    string,
  ];
  const ringing: Call = {
    id: callId,
    ticketId,
    state: 'ringing',
    startedBy: customer,
    rings: 'staff',
    video: true,
    startedAt: started,
    answeredAt: null,
    endedAt: null,
    participants: [],
  };
  const caller = { who: customer, joinedAt: joined, leftAt: null, quality: null };
  const answering = { who: engineer, joinedAt: answeredAt, leftAt: null, quality: null };
  const steps: [typeof customer | typeof engineer, TicketEventBody, Call | null][] = [
    [customer, { type: 'call.started', callId, rings: 'staff', video: true }, ringing],
    [customer, { type: 'call.joined', callId, who: customer }, { ...ringing, participants: [caller] }],
    [
      engineer,
      { type: 'call.joined', callId, who: engineer },
      { ...ringing, state: 'live', answeredAt, participants: [caller, answering] },
    ],
    [
      customer,
      { type: 'call.left', callId, who: customer, quality },
      { ...ringing, state: 'live', answeredAt, participants: [{ ...caller, leftAt: left, quality }, answering] },
    ],
    [engineer, { type: 'call.finished', callId, outcome: 'ended', qualities: { [engineer.id]: quality } }, null],
  ];
  expect(finished).toBe(at[4]!.toISOString());
  for (let step = from; step < upTo; step += 1) {
    const [by, body, activeCall] = steps[step]!;
    await changeTickets(platform.db, async (log) => {
      await log.lock(ticketId);
      log.append(ticketId, by, body, { activeCall }, at[step]);
    });
  }
}

async function withCall(current: TestDesk, upTo: number): Promise<string> {
  const id = await answered(current);
  await callEvents(current, id, upTo);
  return id;
}
