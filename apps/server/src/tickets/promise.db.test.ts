import { randomUUID } from 'node:crypto';
import {
  excludeTicket,
  getTicket,
  getTicketClock,
  previewTicketClock,
  type RouteInput,
  recalculateTicket,
  redeemSignInLink,
  SYSTEM_ACTOR,
  setTicketPlan,
  setTicketPriority,
} from '@alongside/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSignInLink } from '../people/session.actions.ts';
import type { Client } from '../people/testing.ts';
import { updatePlan } from '../plans/plan.actions.ts';
import type { Db } from '../platform/database/database.ts';
import {
  authorOf,
  givenContract,
  givenCustomer,
  givenPlan,
  logOf,
  MINUTE_MS,
  moves,
  openCyclesOf,
  openedAt,
  planContent,
  recorded,
  says,
} from './clock-testing.ts';
import { setPlan } from './judge.actions.ts';
import { checkLaw } from './law-testing.ts';
import { tellThePast } from './settle.actions.ts';
import { newVisitor, opened, startTestDesk, type TestDesk } from './testing.ts';

let desk: TestDesk;
let db: Db;
beforeAll(async () => {
  desk = await startTestDesk();
  db = desk.platform.db;
});
afterAll(() => desk?.close());

describe('at its opening', () => {
  test('a ticket is judged by the version of the plan then in force, whatever comes after', async () => {
    const { customer, planId } = await givenCustomer(db, planContent({ first_response: 60 }));
    const id = await openedAt(db, customer, 0);
    const stricter = planContent({ first_response: 10 });
    await updatePlan(db, SYSTEM_ACTOR, planId, { basedOn: 1, content: stricter }, 'en', new Date(2031, 0, 1));
    const later = await openedAt(db, customer, 0);
    expect(await openCyclesOf(db, id)).toEqual(['first_response:1 due 60']);
    await says(db, customer, id, 5);
    expect(await openCyclesOf(db, id)).toEqual(['first_response:1 due 60']);
    expect(await openCyclesOf(db, later)).toEqual(['first_response:1 due 10']);
  });

  test('what the plan does not grant is opened with the best it does, and stays on record', async () => {
    const promise = { first_response: 30 };
    const content = planContent(
      { P0: promise, P1: promise, P2: promise },
      { urgentByNamedContacts: true, urgentForProduction: true },
    );
    const { customer, organisationId, planId } = await givenCustomer(db, content);
    const asked = async (more: object = {}) => {
      const id = await openedAt(db, customer, 0, { priority: 'P0', ...more });
      const row = await db.selectFrom('ticket').select(['priority', 'requested']).where('id', '=', id).execute();
      return [row[0]!.priority, row[0]!.requested?.reason ?? null];
    };
    expect(await asked({ production: true })).toEqual(['P2', 'not_a_named_contact']);
    await givenContract(db, organisationId, planId, [customer.id]);
    expect(await asked()).toEqual(['P2', 'not_production']);
    expect(await asked({ production: true })).toEqual(['P0', null]);
  });

  test('staff decide for themselves, and may raise what was asked for', async () => {
    const { people } = desk;
    const id = await opened(people.visitor, 'Everything is down', { priority: 'P0' });
    const head = async () => (await people.engineer.call(getTicket, { params: { id } })).body.view.ticket;
    expect(await head()).toMatchObject({
      priority: 'P2',
      requested: { priority: 'P0', reason: 'priority_not_in_plan' },
    });
    const body = { priority: 'P0' as const, reason: 'It is true' };
    await checkLaw(desk, id, () => people.engineer.call(setTicketPriority, { params: { id }, body }));
    expect(await head()).toMatchObject({ priority: 'P0', requested: { priority: 'P0' } });
    const own = await opened(people.lead, 'They called', { priority: 'P0', contactId: people.customer.id });
    const { ticket } = (await people.lead.call(getTicket, { params: { id: own } })).body.view;
    expect([ticket.priority, ticket.requested]).toEqual(['P0', null]);
  });
});

test('a ticket that comes to an organisation is judged by that one’s plan from then on', async () => {
  const { people, platform } = desk;
  await givenContract(db, desk.organisationId, await givenPlan(db, planContent({ first_response: 60 })));
  people.visitor = await newVisitor(platform);
  const id = await opened(people.visitor, 'Who am I?');
  expect(await openCyclesOf(db, id)).toEqual([]);
  await checkLaw(desk, id, async () => {
    const link = { email: people.customer.me!.email!, visitorId: people.visitor.id };
    const token = await createSignInLink(db, link, 'en');
    return people.customer.call(redeemSignInLink, { body: { token: token! } });
  });
  const [moved] = await recorded(db, id, 'ticket.plan_set');
  expect(moved!.body).toMatchObject({ because: 'organisation', to: { name: { en: 'Test plan' } } });
  const [cycle] = (await people.engineer.call(getTicketClock, { params: { id } })).body.cycles;
  expect(cycle).toMatchObject({ target: 'first_response', state: 'running', budgetMs: 60 * MINUTE_MS });
});

describe('the whole clock', () => {
  test('tells every promise with its pauses and by what it was judged; customers not the team’s own reasons', async () => {
    const { people } = desk;
    const content = planContent({ first_response: 60, resolve: 600 }, { pausesOnHold: true });
    await givenContract(db, desk.organisationId, await givenPlan(db, content));
    const engineer = authorOf(people.engineer);
    // The server's own clocks settle what is due every minute; they wait until the past is told.
    const id = await tellThePast(db, async () => {
      const told = await openedAt(db, authorOf(people.customer), -3_000_000);
      await says(db, engineer, told, -2_999_990);
      await says(db, authorOf(people.customer), told, -2_999_900);
      await moves(db, engineer, told, 'on_hold', -2_999_890);
      await moves(db, engineer, told, 'open', -2_999_880);
      return told;
    });
    const clockFor = async (name: 'engineer' | 'colleague') =>
      (await people[name].call(getTicketClock, { params: { id } })).body;
    const { cycles, plans } = await clockFor('engineer');
    expect(cycles.map((cycle) => [cycle.id, cycle.state])).toEqual([
      ['first_response:1', 'met'],
      ['resolve:1', 'breached'],
    ]);
    expect(cycles[1]!.pauses.map(({ reason }) => reason)).toEqual(['waiting_for_customer', 'on_hold']);
    expect(cycles[1]!.pausedMs).toBe(100 * MINUTE_MS);
    expect(plans).toMatchObject([{ versionId: cycles[0]!.planVersionId, version: 1, name: { en: 'Test plan' } }]);
    const shown = await clockFor('colleague');
    expect(shown.cycles[1]!.pauses.map(({ reason }) => reason)).toEqual(['waiting_for_customer', null]);
    expect((await people.otherCustomer.call(getTicketClock, { params: { id } })).status).toBe(404);
  });

  test('what a lead does to it is a lead’s, and keeps the law', async () => {
    const { people } = desk;
    people.visitor = await newVisitor(desk.platform);
    const id = await opened(people.customer, 'Judge me');
    const planId = await givenPlan(db, planContent({ resolve: 60 }));
    const params = { id };
    const plan = { params, body: { planId, reason: 'A trial' } };
    const recalculation = { params, body: { reason: 'A holiday was missing' } };
    expect((await people.engineer.call(setTicketPlan, plan)).status).toBe(403);
    expect((await people.engineer.call(recalculateTicket, recalculation)).status).toBe(403);
    expect((await people.lead.call(setTicketPlan, { params, body: { planId, reason: ' ' } })).error.field).toBe(
      'reason',
    );
    const unknown = await people.lead.call(setTicketPlan, { params, body: { planId: randomUUID(), reason: 'X' } });
    expect([unknown.status, unknown.error.field]).toEqual([422, 'planId']);
    const exclusion = { params, body: { excluded: true, because: 'spam' as const, note: 'Casino' } };
    expect((await people.customer.call(excludeTicket, exclusion)).status).toBe(403);
    await checkLaw(desk, id, () => people.lead.call(setTicketPlan, plan));
    await checkLaw(desk, id, () => people.lead.call(recalculateTicket, recalculation));
    const clockOf = async (who: Client) =>
      (await who.call(getTicketClock, { params })).body.cycles.map((cycle) => [cycle.id, cycle.state]);
    const shown = await clockOf(people.customer);
    const { received } = await checkLaw(desk, id, () => people.engineer.call(excludeTicket, exclusion));
    expect(await clockOf(people.engineer)).not.toEqual(shown);
    expect(await clockOf(people.customer)).toEqual(shown);
    expect(received.customer).toEqual([]);
    // The reasons are the team's.
    const forCustomer = (await people.customer.call(getTicket, { params })).body.view;
    expect(JSON.stringify(forCustomer)).not.toMatch(/A trial|A holiday|Casino|spam/);
    expect((await logOf(db, id)).map(({ type }) => type)).toContain('ticket.exclusion_set');
  });

  test('a change can be looked at before it is made', async () => {
    const { people } = desk;
    const id = await opened(people.customer, 'Look first');
    const planId = await givenPlan(db, planContent({ first_response: 60, resolve: 600 }));
    await people.lead.call(setTicketPlan, { params: { id }, body: { planId, reason: 'To begin with' } });
    const strict = await givenPlan(db, planContent({ first_response: 30 }));
    const preview = async (query: RouteInput<typeof previewTicketClock>['query']) =>
      (await people.engineer.call(previewTicketClock, { params: { id }, query })).body;
    const { before, after } = await preview({ change: 'plan', planId: strict });
    const told = (cycles: typeof before) => cycles.map((cycle) => [cycle.id, cycle.state, cycle.budgetMs / MINUTE_MS]);
    expect(told(before)).toEqual([
      ['first_response:1', 'running', 60],
      ['resolve:1', 'running', 600],
    ]);
    expect(told(after)).toEqual([
      ['first_response:1', 'running', 30],
      ['resolve:1', 'cancelled', 600],
    ]);
    expect((await preview({ change: 'plan' })).after.every(({ endedAt }) => endedAt !== null)).toBe(true);
    expect((await preview({ change: 'priority', priority: 'P0' })).after).toHaveLength(2);
    const recalculated = await preview({ change: 'recalculation' });
    expect(recalculated.after).toEqual(recalculated.before);
    const unknown = await people.engineer.call(previewTicketClock, {
      params: { id },
      query: { change: 'plan', planId: randomUUID() },
    });
    expect(unknown.status).toBe(404);
    const stranger = await people.customer.call(previewTicketClock, { params: { id }, query: { change: 'plan' } });
    expect(stranger.status).toBe(403);
    expect((await recorded(db, id, 'ticket.plan_set')).map(({ body }) => body.reason)).toEqual(['To begin with']);
  });

  test('out of the figures by choice is a lead’s', async () => {
    const { people } = desk;
    const id = await opened(people.customer, 'Count me');
    const set = (who: 'engineer' | 'lead', excluded: boolean) =>
      people[who].call(excludeTicket, { params: { id }, body: { excluded, because: 'lead', note: 'Our own test' } });
    expect((await set('engineer', true)).status).toBe(403);
    expect((await set('lead', true)).status).toBe(200);
    expect((await set('engineer', false)).status).toBe(403);
    const shown = (await people.engineer.call(getTicket, { params: { id } })).body.view;
    expect([shown.ticket.excluded, shown.may.exclude, shown.may.excludeByChoice]).toEqual(['lead', true, false]);
    await checkLaw(desk, id, () => set('lead', false));
  });

  test('the same plan again is no event', async () => {
    const { customer, planId } = await givenCustomer(db, planContent({ resolve: 60 }));
    const id = await openedAt(db, customer, 0);
    const lead = authorOf(desk.people.lead);
    expect((await setPlan(db, lead, id, { planId, reason: 'Again' }, 'en')).events).toEqual([]);
  });
});
