import { randomUUID } from 'node:crypto';
import {
  acknowledgeEscalation,
  type EscalationStep,
  listPolicies,
  listTicketEscalations,
  mergeTicket,
  pageByHand,
  postMessage,
  SYSTEM_ACTOR,
  setTicketPriority,
  setTicketState,
  stopEscalation,
} from '@alongside/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Client } from '../people/testing.ts';
import { changeTickets } from '../tickets/log.actions.ts';
import { opened, snapshot } from '../tickets/testing.ts';
import { performDueStep } from './chain.actions.ts';
import { judgeTicket } from './escalation.actions.ts';
import { judged, type OncallDesk, rotationContent, setChain, startOncallDesk, told, withRotation } from './testing.ts';

let desk: OncallDesk;
beforeAll(async () => {
  desk = await startOncallDesk();
});
beforeEach(() => desk.clock.reset());
afterAll(() => desk?.close());

const MINUTE = 60_000;
const person = (client: Client): EscalationStep['targets'][number] => ({ kind: 'person', id: client.id });
const step = (targets: EscalationStep['targets'], waitMs = 5 * MINUTE): EscalationStep => ({ targets, waitMs });
const p0 = () => opened(desk.people.customer, 'Everything is down', { priority: 'P0', production: true });
const say = (client: Client, id: string, visibility: 'public' | 'internal' = 'public') =>
  client.call(postMessage, { params: { id }, body: { message: { id: randomUUID(), body: 'Hello' }, visibility } });
const names = (people: { name: string }[]) => people.map(({ name }) => name).sort();

/** A P0 whose chain has begun. */
async function begun(): Promise<{ ticketId: string; escalationId: string }> {
  const ticketId = await p0();
  await judged(desk);
  const [chain] = await desk.chains(ticketId);
  return { ticketId, escalationId: chain!.id };
}
const only = async (ticketId: string) => (await desk.chains(ticketId)).map(({ state, cause }) => [cause, state]);

describe('the shipped policy', () => {
  test('pages leads and administrators at once while there is no rotation, then everyone, three rounds, and is exhausted', async () => {
    const { ticketId, escalationId } = await begun();
    await desk.climb(escalationId);
    for (let index = 0; index < 4; index += 1) await desk.climb(escalationId);
    await desk.climb(escalationId);
    const steps = await told(desk, ticketId, 'escalation.stepped');
    expect(steps.map(({ round, step: number, people }) => [round, number, names(people)])).toEqual([
      [1, 1, ['Ada Admin', 'Liam Lead']],
      [1, 2, ['Ada Admin', 'Eve Engineer', 'Liam Lead']],
      [2, 1, ['Ada Admin', 'Liam Lead']],
      [2, 2, ['Ada Admin', 'Eve Engineer', 'Liam Lead']],
      [3, 1, ['Ada Admin', 'Liam Lead']],
      [3, 2, ['Ada Admin', 'Eve Engineer', 'Liam Lead']],
    ]);
    expect(await told(desk, ticketId, 'escalation.started', 'escalation.exhausted')).toMatchObject([
      { type: 'escalation.started', policy: { name: 'P0 / P1' }, cause: 'opened' },
      { type: 'escalation.exhausted', escalationId },
    ]);
    // Woken again and again it stays so.
    await performDueStep(desk.deps, escalationId);
    expect(await only(ticketId)).toEqual([['opened', 'exhausted']]);
  });

  test('leaves ordinary tickets alone, until their priority is raised', async () => {
    const ticketId = await opened(desk.people.customer, 'A question', { priority: 'P2' });
    await judged(desk);
    expect(await desk.chains(ticketId)).toEqual([]);
    await desk.people.engineer.call(setTicketPriority, { params: { id: ticketId }, body: { priority: 'P0' } });
    await judged(desk);
    expect(await only(ticketId)).toEqual([['priority', 'running']]);
  });

  test('pages a P1 once its first response is overdue, and only then', async () => {
    const ticketId = await opened(desk.people.customer, 'Serious', { priority: 'P1', production: true });
    await judged(desk);
    expect(await desk.chains(ticketId)).toEqual([]);
    const breach = (target: 'first_response' | 'resolve') =>
      changeTickets(desk.platform.db, async (log) => {
        await log.lock(ticketId);
        const at = new Date().toISOString();
        log.append(ticketId, SYSTEM_ACTOR, {
          type: 'clock.breached',
          cycleId: `${target}:1`,
          target,
          dueAt: at,
          noticedAt: at,
        });
      });
    await breach('resolve');
    await judged(desk);
    expect(await desk.chains(ticketId)).toEqual([]);
    await breach('first_response');
    await judged(desk);
    expect(await only(ticketId)).toEqual([['breach', 'running']]);
  });
});

describe('a chain', () => {
  beforeAll(() =>
    setChain(desk.people.lead, [step([person(desk.people.engineer)]), step([person(desk.people.lead)], 7 * MINUTE)]),
  );

  test('climbs at its instant, not before, and tells when', async () => {
    const { ticketId, escalationId } = await begun();
    const [chain] = await desk.chains(ticketId);
    const startedAt = chain!.nextStepAt!.getTime() - 5 * MINUTE;
    desk.clock.stands = new Date(startedAt + 5 * MINUTE - 1);
    await performDueStep(desk.deps, escalationId);
    expect(await told(desk, ticketId, 'escalation.stepped')).toMatchObject([
      { step: 1, nextAt: new Date(startedAt + 5 * MINUTE).toISOString(), nobody: false },
    ]);
    desk.clock.stands = new Date(startedAt + 5 * MINUTE);
    await performDueStep(desk.deps, escalationId);
    await performDueStep(desk.deps, escalationId);
    const steps = await told(desk, ticketId, 'escalation.stepped');
    expect(steps.map((stepped) => [stepped.step, names(stepped.people), stepped.nextAt])).toEqual([
      [1, ['Eve Engineer'], expect.anything()],
      [2, ['Liam Lead'], new Date(startedAt + 12 * MINUTE).toISOString()],
    ]);
    const late = (await desk.pages(escalationId)).map((page) => page.late);
    expect(late.every((value) => !value)).toBe(true);
  });

  test('missed while the server was away, a step is made up for once, and marked late', async () => {
    const { ticketId, escalationId } = await begun();
    desk.clock.aheadMs = 3 * 3_600_000;
    await performDueStep(desk.deps, escalationId);
    await performDueStep(desk.deps, escalationId);
    const pages = await desk.pages(escalationId);
    expect(new Set(pages.map((page) => `${page.step} ${page.late}`))).toEqual(new Set(['1 false', '2 true']));
    expect(await told(desk, ticketId, 'escalation.stepped')).toHaveLength(2);
  });

  test('acknowledged it stops; again changes nothing', async () => {
    const { ticketId, escalationId } = await begun();
    const acknowledge = () => desk.people.engineer.call(acknowledgeEscalation, { params: { id: ticketId }, body: {} });
    expect((await acknowledge()).body.events).toMatchObject([
      { by: { name: 'Eve Engineer' }, body: { type: 'escalation.acknowledged', escalationId } },
    ]);
    expect((await acknowledge()).body.events).toEqual([]);
    await desk.climb(escalationId);
    expect(await told(desk, ticketId, 'escalation.stepped')).toHaveLength(1);
    expect(await only(ticketId)).toEqual([['opened', 'acknowledged']]);
  });

  test('an answer to the customer stops it, a note does not', async () => {
    const { ticketId } = await begun();
    await say(desk.people.engineer, ticketId, 'internal');
    await say(desk.people.customer, ticketId);
    await judged(desk);
    expect(await only(ticketId)).toEqual([['opened', 'running']]);
    await say(desk.people.engineer, ticketId);
    await judged(desk);
    expect(await only(ticketId)).toEqual([['opened', 'answered']]);
    expect(await told(desk, ticketId, 'escalation.stopped')).toMatchObject([{ because: 'answered' }]);
  });

  test('solving stops it, reopening goes on with the step it had come to', async () => {
    const { ticketId, escalationId } = await begun();
    await desk.climb(escalationId);
    const setState = (state: 'solved' | 'open') =>
      desk.people.engineer.call(setTicketState, { params: { id: ticketId }, body: { state } });
    await setState('solved');
    await judged(desk);
    expect(await only(ticketId)).toEqual([['opened', 'solved']]);
    await setState('open');
    await judged(desk);
    expect(await only(ticketId)).toEqual([
      ['opened', 'solved'],
      ['reopened', 'running'],
    ]);
    const steps = await told(desk, ticketId, 'escalation.stepped');
    expect(steps.map((stepped) => stepped.step)).toEqual([1, 2, 2]);
  });

  test('solved and reopened before anybody looked, it goes on once', async () => {
    const { ticketId, escalationId } = await begun();
    const { platform } = desk;
    // What the follower would do at once is done late: both events are judged in one look.
    for (const state of ['solved', 'open'] as const)
      await desk.people.engineer.call(setTicketState, { params: { id: ticketId }, body: { state } });
    await Promise.all([1, 2, 3, 4].map(() => judgeTicket(desk.deps, ticketId, 1)));
    await judged(desk);
    expect((await desk.chains(ticketId)).map(({ state }) => state)).toEqual(['solved', 'running']);
    expect(platform.hub.isUp()).toBe(true);
    expect(escalationId).toBeDefined();
  });

  test('a lower priority ends what is not for it', async () => {
    const { ticketId } = await begun();
    await desk.people.engineer.call(setTicketPriority, {
      params: { id: ticketId },
      body: { priority: 'P3', reason: 'Only a test' },
    });
    await judged(desk);
    expect(await told(desk, ticketId, 'escalation.stopped')).toMatchObject([{ because: 'priority' }]);
  });

  test('a ticket that goes into another one takes its chain with it', async () => {
    const { ticketId } = await begun();
    const into = await opened(desk.people.customer, 'The same, earlier');
    await desk.people.engineer.call(mergeTicket, { params: { id: ticketId }, body: { intoId: into } });
    await judged(desk);
    expect((await desk.chains(ticketId)).map(({ state }) => state)).not.toContain('running');
  });

  test('a lead stops it without anybody having acknowledged; an engineer may not', async () => {
    const { ticketId } = await begun();
    const stop = (client: Client) => client.call(stopEscalation, { params: { id: ticketId }, body: {} });
    expect((await stop(desk.people.engineer)).status).toBe(403);
    expect((await stop(desk.people.lead)).body.events).toMatchObject([
      { by: { name: 'Liam Lead' }, body: { type: 'escalation.stopped', because: 'person' } },
    ]);
  });

  test('customers learn nothing of it and may do nothing', async () => {
    const { ticketId } = await begun();
    const { customer } = desk.people;
    const view = (await snapshot(customer, ticketId))!;
    expect(JSON.stringify(view)).not.toMatch(/escalation|page\./);
    expect((await customer.call(acknowledgeEscalation, { params: { id: ticketId }, body: {} })).status).toBe(403);
    const body = { id: randomUUID(), to: person(desk.people.engineer), note: '' };
    expect((await customer.call(pageByHand, { params: { id: ticketId }, body })).status).toBe(403);
  });
});

test('a ticket’s chains tell where they stand, whom they paged and by what', async () => {
  const { engineer, lead, customer } = desk.people;
  await setChain(lead, [step([person(engineer)]), step([person(lead)], 7 * MINUTE)], { repeats: 1 });
  const { ticketId, escalationId } = await begun();
  await desk.climb(escalationId);
  const chains = async (client: Client) => client.call(listTicketEscalations, { params: { id: ticketId } });
  const [chain, ...others] = (await chains(engineer)).body.escalations;
  expect(others).toEqual([]);
  expect(chain).toMatchObject({
    id: escalationId,
    policy: 'P0 / P1',
    cause: 'opened',
    state: 'running',
    step: 2,
    round: 1,
    rounds: 2,
    steps: [{ waitMs: 5 * MINUTE }, { waitMs: 7 * MINUTE }],
    endedBy: null,
  });
  expect(chain!.pages.map((page) => [page.step, page.channel, page.person?.name]).sort()).toEqual([
    [1, 'console', 'Eve Engineer'],
    [1, 'email', 'Eve Engineer'],
    [2, 'console', 'Liam Lead'],
    [2, 'email', 'Liam Lead'],
  ]);
  await engineer.call(acknowledgeEscalation, { params: { id: ticketId }, body: {} });
  expect((await chains(lead)).body.escalations).toMatchObject([
    { state: 'acknowledged', nextStepAt: null, endedBy: { name: 'Eve Engineer' } },
  ]);
  expect((await chains(customer)).status).toBe(403);
});

describe('four workers at once', () => {
  test('begin one chain, perform each step once, and make each page once', async () => {
    await setChain(desk.people.lead, [step([{ kind: 'everyone' }]), step([{ kind: 'everyone' }])]);
    const ticketId = await p0();
    const race = (work: () => Promise<unknown>) => Promise.all([1, 2, 3, 4].map(work));
    await race(() => judgeTicket(desk.deps, ticketId, 1));
    await judged(desk);
    const chains = await desk.chains(ticketId);
    expect(chains).toHaveLength(1);
    const { id, nextStepAt } = chains[0]!;
    desk.clock.stands = nextStepAt!;
    await race(() => performDueStep(desk.deps, id));
    expect((await told(desk, ticketId, 'escalation.stepped')).map((stepped) => stepped.step)).toEqual([1, 2]);
    const pages = await desk.pages(id);
    const keys = pages.map((page) => `${page.step} ${page.channel} ${page.staffId}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys).toHaveLength(2 * 3 * 2);
  });
});

describe('rotations in a chain', () => {
  test('the default rotation is paged once there is one; a gap climbs on at once', async () => {
    const { lead, engineer } = desk.people;
    await setChain(lead, [step([{ kind: 'default_rotation' }]), step([person(lead)])]);
    await withRotation(lead, rotationContent([engineer]));
    const covered = await begun();
    const [first] = await told(desk, covered.ticketId, 'escalation.stepped');
    expect(names(first!.people)).toEqual(['Eve Engineer']);

    const gap = rotationContent([engineer], { name: 'Never' });
    gap.layers[0]!.startsOn = '2999-01-01';
    const never = await withRotation(lead, gap);
    await setChain(lead, [step([{ kind: 'rotation', id: never }]), step([person(lead)])]);
    const { ticketId } = await begun();
    await vi.waitUntil(async () => (await told(desk, ticketId, 'escalation.stepped')).length === 2, {
      timeout: 20_000,
    });
    expect(await told(desk, ticketId, 'escalation.stepped')).toMatchObject([
      { step: 1, nobody: true, people: [] },
      { step: 2, nobody: false },
    ]);
  });

  test('a chain that can reach nobody comes to its end at once', async () => {
    const { lead } = desk.people;
    const gap = rotationContent([lead], { name: 'Never either' });
    gap.layers[0]!.startsOn = '2999-01-01';
    const never = await withRotation(lead, gap);
    await setChain(lead, [step([{ kind: 'rotation', id: never }])], { repeats: 9 });
    const { ticketId } = await begun();
    await vi.waitUntil(async () => (await told(desk, ticketId, 'escalation.exhausted')).length === 1, {
      timeout: 20_000,
    });
    expect(await told(desk, ticketId, 'escalation.stepped')).toHaveLength(1);
  });
});

describe('a page by hand', () => {
  const page = (ticketId: string, body: Record<string, unknown>, client = desk.people.engineer) =>
    client.call(pageByHand, { params: { id: ticketId }, body: { id: randomUUID(), note: '', ...body } as never });

  test('reaches the person with the note, and the same id again reaches nobody twice', async () => {
    const ticketId = await opened(desk.people.customer, 'Look at this');
    const id = randomUUID();
    const to = person(desk.people.lead);
    const reply = await page(ticketId, { id, to, note: 'Could you look at the log?' });
    expect(reply.body.events.map(({ body }) => body)).toMatchObject([
      { type: 'escalation.started', policy: null, cause: 'person', note: 'Could you look at the log?' },
      { type: 'escalation.stepped', people: [{ name: 'Liam Lead' }] },
    ]);
    expect((await page(ticketId, { id, to })).body.events).toEqual([]);
    expect((await page(await opened(desk.people.customer, 'Another'), { id, to })).error.code).toBe('id_conflict');
  });

  test('begins a policy’s chain unless one runs', async () => {
    const policyId = await setChain(desk.people.lead, [step([person(desk.people.lead)])]);
    const ticketId = await opened(desk.people.customer, 'It grows');
    const to = { kind: 'policy', id: policyId };
    expect((await page(ticketId, { to })).body.events).toMatchObject([
      { body: { type: 'escalation.started', policy: { name: 'P0 / P1' }, cause: 'person' } },
      { body: { type: 'escalation.stepped' } },
    ]);
    expect((await page(ticketId, { to })).error.code).toBe('escalation_running');
    // Somebody else may be paged beside it.
    expect((await page(ticketId, { to: person(desk.people.engineer) })).status).toBe(200);
  });

  test('says at once when nobody is there', async () => {
    const ticketId = await opened(desk.people.customer, 'Anybody?');
    const to = { kind: 'person', id: randomUUID() };
    expect((await page(ticketId, { to })).error).toMatchObject({ code: 'invalid_input', field: 'to' });
    expect((await page(ticketId, { to: { kind: 'policy', id: randomUUID() } })).error).toMatchObject({
      field: 'to.id',
    });
    expect(await desk.chains(ticketId)).toEqual([]);
  });

  test('a closed ticket pages nobody', async () => {
    const ticketId = await opened(desk.people.customer, 'Done');
    for (const state of ['solved', 'closed'] as const)
      await desk.people.engineer.call(setTicketState, { params: { id: ticketId }, body: { state } });
    expect((await page(ticketId, { to: person(desk.people.lead) })).error.code).toBe('ticket_closed');
  });
});

test('a chain goes on as it began, whatever becomes of its policy', async () => {
  const { lead, engineer } = desk.people;
  await setChain(lead, [step([person(engineer)]), step([person(engineer)])]);
  const { ticketId, escalationId } = await begun();
  await setChain(lead, [step([person(lead)])]);
  await desk.climb(escalationId);
  const steps = await told(desk, ticketId, 'escalation.stepped');
  expect(steps.map((stepped) => names(stepped.people))).toEqual([['Eve Engineer'], ['Eve Engineer']]);
  expect((await lead.call(listPolicies, {})).body.policies[0]!.content.steps).toHaveLength(1);
});
