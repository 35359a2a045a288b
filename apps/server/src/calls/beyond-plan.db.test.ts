import { randomUUID } from 'node:crypto';
import {
  getCallEntitlement,
  getOwnPlan,
  joinCall,
  leaveCall,
  requestCall,
  setTicketState,
  startCall,
  updatePlan,
} from '@alongside/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Client } from '../people/testing.ts';
import { agree, shipped } from '../plans/testing.ts';
import { checkLaw } from '../tickets/law-testing.ts';
import { opened, snapshot, startTestDesk, type TestDesk } from '../tickets/testing.ts';
import { createCallsFeature } from './feature.ts';
import { createScriptedMedia, inMedia } from './testing.ts';

const media = createScriptedMedia();
let desk: TestDesk;
beforeAll(async () => {
  desk = await startTestDesk([createCallsFeature(media.open)]);
});
afterAll(() => desk.close());

const start = (who: Client, ticketId: string, callId: string = randomUUID()) =>
  who.call(startCall, { params: { id: ticketId }, body: { callId, video: false } });
const ask = (who: Client, ticketId: string) => who.call(requestCall, { params: { id: ticketId }, body: {} });
const entitlement = async (who: Client, ticketId: string) =>
  (await who.call(getCallEntitlement, { params: { id: ticketId } })).body;

/** A call from the first ring to its end. */
async function answered(caller: Client, callee: Client, ticketId: string): Promise<void> {
  const { id } = (await start(caller, ticketId)).body.call;
  await media.join(id, inMedia(caller));
  await callee.call(joinCall, { params: { id }, body: {} });
  await media.join(id, inMedia(callee));
  for (const who of [caller, callee]) await who.call(leaveCall, { params: { id }, body: { quality: null } });
}

describe('a plan without calls', () => {
  test('offers what it has instead; nothing rings', async () => {
    const { visitor, engineer } = desk.people;
    const ticketId = await opened(visitor, 'No picture', { channel: 'widget' });
    const refused = await start(visitor, ticketId);
    expect(refused.status).toBe(409);
    expect(refused.error).toMatchObject({
      code: 'beyond_plan',
      details: { reason: 'channel_not_in_plan', offered: 'ticket' },
    });
    expect((await snapshot(engineer, ticketId))!.ticket.activeCall).toBeNull();
    expect(await entitlement(visitor, ticketId)).toEqual({
      covered: false,
      beyond: { reason: 'channel_not_in_plan', offered: 'ticket', requested: false },
    });
  });

  test('a call can be asked for, once until somebody calls', async () => {
    const { visitor, engineer } = desk.people;
    const ticketId = await opened(visitor, 'Still none', { channel: 'widget' });
    await engineer.call(setTicketState, { params: { id: ticketId }, body: { state: 'waiting_for_customer' } });
    const [first, second] = await Promise.all([ask(visitor, ticketId), ask(visitor, ticketId)]);
    expect(first.body.events.length + second.body.events.length).toBe(2);
    const { ticket, entries } = (await snapshot(engineer, ticketId))!;
    expect(ticket).toMatchObject({ state: 'open' });
    expect(ticket.unansweredSince).not.toBeNull();
    const lines = entries.filter((entry) => entry.kind === 'change' && entry.change.what === 'recorded');
    expect(lines).toMatchObject([
      { by: { id: visitor.id }, change: { body: { type: 'ticket.call_requested', reason: 'channel_not_in_plan' } } },
    ]);
    expect((await entitlement(visitor, ticketId)).beyond!.requested).toBe(true);
  });

  test('whoever looks on sees the ticket wait again', async () => {
    const { visitor, engineer } = desk.people;
    const ticketId = await opened(visitor, 'Ask me', { channel: 'widget' });
    await engineer.call(setTicketState, { params: { id: ticketId }, body: { state: 'waiting_for_customer' } });
    const { received } = await checkLaw(desk, ticketId, () => ask(visitor, ticketId));
    expect(received.engineer.map(({ body }) => body.type).sort()).toEqual([
      'ticket.call_requested',
      'ticket.state_set',
    ]);
  });

  test('the team calls all the same, on record', async () => {
    const { visitor, engineer } = desk.people;
    const ticketId = await opened(visitor, 'Please', { channel: 'widget' });
    await ask(visitor, ticketId);
    const { call } = (await start(engineer, ticketId)).body;
    expect(call.beyondPlan).toBe(true);
    const { entries, ticket } = (await snapshot(visitor, ticketId))!;
    expect(entries.find((entry) => entry.kind === 'call')).toMatchObject({ call: { beyondPlan: true } });
    expect(ticket.activeCall).toMatchObject({ beyondPlan: true });
    expect((await entitlement(visitor, ticketId)).beyond!.requested).toBe(false);
  });
});

describe('a plan with so many calls a year', () => {
  test('counts those the customer started or asked for and that were answered', async () => {
    const { customer, colleague, engineer, lead } = desk.people;
    const business = await shipped(lead, 'business');
    const content = { ...business.current.content, callsPerYear: 2 };
    await desk.people.administrator.call(updatePlan, { params: { id: business.id }, body: { basedOn: 1, content } });
    await agree(lead, desk.organisationId, { planId: business.id });
    const tickets: string[] = [];
    for (const name of ['one', 'two', 'three', 'four']) tickets.push(await opened(customer, name));
    const left = async () => (await colleague.call(getOwnPlan, {})).body.plan.callsLeft;
    expect(await left()).toBe(2);

    await answered(customer, engineer, tickets[0]!);
    expect(await left()).toBe(1);
    // The team's own call, and one nobody answered, are no business of the plan's.
    await answered(engineer, customer, tickets[1]!);
    const missed = (await start(colleague, tickets[1]!)).body.call;
    expect((await start(customer, tickets[2]!)).error).toMatchObject({
      code: 'beyond_plan',
      details: { reason: 'calls_used_up', offered: 'chat' },
    });
    await colleague.call(leaveCall, { params: { id: missed.id }, body: { quality: null } });
    expect(await left()).toBe(1);

    await answered(customer, engineer, tickets[2]!);
    expect(await left()).toBe(0);
    expect((await start(colleague, tickets[3]!)).error.code).toBe('beyond_plan');
    await ask(colleague, tickets[3]!);
    await answered(engineer, colleague, tickets[3]!);
    expect((await colleague.call(getOwnPlan, {})).body.plan).toMatchObject({ callsUsed: 3, callsLeft: 0 });
  });

  test('of two who call at once for the last one, one rings', async () => {
    const { lead, otherCustomer } = desk.people;
    const business = await shipped(lead, 'business');
    const contact = await desk.platform.db
      .selectFrom('contact')
      .select('organisationId')
      .where('id', '=', otherCustomer.id)
      .executeTakeFirstOrThrow();
    await agree(lead, contact.organisationId!, { planId: business.id });
    const tickets = [
      await opened(otherCustomer, 'a'),
      await opened(otherCustomer, 'b'),
      await opened(otherCustomer, 'c'),
      await opened(otherCustomer, 'd'),
    ];
    const replies = await Promise.all(tickets.map((ticketId) => start(otherCustomer, ticketId)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(2);
    expect(replies.filter(({ status }) => status === 409)).toHaveLength(2);
  });
});

test('a ticket keeps the plan it was opened under', async () => {
  const { lead, customer } = desk.people;
  const ticketId = await opened(customer, 'Opened under a plan with calls');
  await agree(lead, desk.organisationId, { planId: (await shipped(lead, 'standard')).id });
  expect((await entitlement(customer, ticketId)).beyond!.reason).toBe('calls_used_up');
  const later = await opened(customer, 'Opened under one without');
  expect((await entitlement(customer, later)).beyond!.reason).toBe('channel_not_in_plan');
});

test('strangers learn nothing', async () => {
  const ticketId = await opened(desk.people.customer, 'Ours');
  const { otherCustomer, engineer } = desk.people;
  expect((await otherCustomer.call(getCallEntitlement, { params: { id: ticketId } })).status).toBe(404);
  expect((await ask(otherCustomer, ticketId)).status).toBe(404);
  expect((await ask(engineer, ticketId)).status).toBe(403);
});
