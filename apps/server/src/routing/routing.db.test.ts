import { randomUUID } from 'node:crypto';
import {
  acceptSuggestion,
  assignTicket,
  handTicketBack,
  type PlanPreset,
  postMessage,
  SYSTEM_ACTOR,
  setEngineerAway,
  setTicketPriority,
  setTicketState,
  type TicketChange,
  updateRouting,
  updateStaff,
} from '@alongside/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Client } from '../people/testing.ts';
import { checkLaw } from '../tickets/law-testing.ts';
import { openTicket } from '../tickets/open.actions.ts';
import { newVisitor, opened, ROLES_OF_READERS, snapshot, startTestDesk } from '../tickets/testing.ts';
import { createRoutingFeature } from './feature.ts';
import { findEngineersWithSkill } from './queries.ts';
import { routeTicket } from './route.actions.ts';
import {
  assigneeOf,
  changesOf,
  hasChange,
  oneMoreServer,
  type RoutingDesk,
  routedEngineer,
  saved,
  startRoutingDesk,
} from './testing.ts';

let desk: RoutingDesk;
const team: Client[] = [];

beforeAll(async () => {
  desk = await startRoutingDesk();
  await underContract(desk.organisationId, 'enterprise', desk.people.engineer.id);
});
afterAll(() => desk?.close());

// Each test has a team of its own: those of the one before are disabled, which also takes their tickets.
afterEach(async () => {
  desk.clock.at = null;
  desk.onCall.splice(0);
  const { db } = desk.platform;
  await setMode('assign');
  await db.deleteFrom('ticketRoute').execute();
  await db.deleteFrom('engineerProfile').execute();
  await db.updateTable('ticket').set({ state: 'closed' }).execute();
  team.splice(0);
});

async function engineer(name: string, more: Parameters<typeof routedEngineer>[2] = {}): Promise<Client> {
  const client = await routedEngineer(desk, name, more);
  team.push(client);
  return client;
}

/** Their tickets may be urgent, and have a dedicated manager. */
async function underContract(organisationId: string, preset: PlanPreset, managerId: string): Promise<void> {
  const { db } = desk.platform;
  const plan = await db.selectFrom('plan').select('id').where('preset', '=', preset).executeTakeFirstOrThrow();
  await db
    .insertInto('contract')
    .values({
      id: randomUUID(),
      organisationId,
      version: 1,
      planId: plan.id,
      timeZone: 'Asia/Shanghai',
      startsOn: '2026-01-01',
      monthlyFee: null,
      namedContactIds: JSON.stringify([desk.people.customer.id]),
      managerId,
      validFrom: new Date('2026-01-01T00:00:00Z'),
      reason: '',
      savedBy: JSON.stringify(SYSTEM_ACTOR),
      savedAt: new Date(),
    })
    .execute();
}

const setMode = (mode: 'off' | 'suggest' | 'assign') =>
  desk.people.administrator.call(updateRouting, { body: { mode } }).then(({ body }) => body);
const ask = (body: string, more: Parameters<typeof opened>[2] = {}) => opened(desk.people.customer, body, more);
const setAway = (who: Client, away: boolean) =>
  who.call(setEngineerAway, { params: { id: who.id }, body: { away } }).then(({ body }) => body.profile);
const assignments = (changes: TicketChange[]) => changes.filter((change) => change.what === 'assignee');
const isWaiting = (change: TicketChange) => change.what === 'recorded' && change.body.type === 'routing.waiting';
const isSuggested = (change: TicketChange) => change.what === 'recorded' && change.body.type === 'routing.suggested';
/** Nothing more is to come of what happened so far: something later in the same feed has been routed. */
async function settled({ platform: { db } }: Pick<RoutingDesk, 'platform'> = desk): Promise<void> {
  const { position } = await db
    .selectFrom('feed')
    .select((eb) => eb.fn.max('position').as('position'))
    .executeTakeFirstOrThrow();
  await expect
    .poll(async () => {
      const follower = await db
        .selectFrom('feedFollower')
        .select('position')
        .where('name', '=', 'routing')
        .executeTakeFirstOrThrow();
      return follower.position;
    })
    .toBeGreaterThanOrEqual(position);
}

describe('a new ticket', () => {
  test('goes to whoever knows what it is about and speaks the language, with the reasons on record', async () => {
    await engineer('Only English', { skills: [{ skillId: 'echo', level: 3 }] });
    await engineer('Other skill', { skills: [{ skillId: 'stutter', level: 3 }], languages: ['zh-CN'] });
    const lin = await engineer('Lin Wei', { skills: [{ skillId: 'echo', level: 2 }], languages: ['zh', 'en'] });
    const id = await ask('开课后学生一直听到回声', { context: { language: 'zh-CN', browser: 'Chrome 142' } });
    expect(await assigneeOf(desk.people.lead, id)).toBe(lin.id);
    const [assigned] = assignments(await changesOf(desk.people.lead, id));
    expect(assigned).toMatchObject({
      to: 'Lin Wei',
      routing: [
        { what: 'skill', skill: { en: 'Echo', 'zh-CN': '回声' }, level: 2 },
        { what: 'language', language: 'zh' },
        { what: 'working_now' },
        { what: 'load', openTickets: 0 },
      ],
    });
    // The customer hears who it is, not why.
    expect(assignments(await changesOf(desk.people.customer, id))).toMatchObject([{ to: 'Lin Wei', routing: null }]);
  });

  test('goes by its topic too, and to somebody who helped before', async () => {
    const skills = (await setMode('assign')).skills.map((skill) =>
      skill.id === 'integration' ? { ...skill, topics: ['how-to'] } : skill,
    );
    await desk.people.administrator.call(updateRouting, { body: { skills } });
    await engineer('Nobody special');
    const expert = await engineer('Expert', { skills: [{ skillId: 'integration', level: 1 }] });
    const id = await ask('Where do I begin?', { topic: 'how-to' });
    expect(await assigneeOf(desk.people.lead, id)).toBe(expert.id);
    const next = await ask('And another thing');
    expect(await assigneeOf(desk.people.lead, next)).toBe(expert.id);
    expect(assignments(await changesOf(desk.people.lead, next))[0]).toMatchObject({
      routing: expect.arrayContaining([{ what: 'knows_customer' }]),
    });
  });

  test('goes to the dedicated manager before everybody else, then to who looks after the plan', async () => {
    const { db } = desk.platform;
    const { id: planId } = await db
      .selectFrom('plan')
      .select('id')
      .where('preset', '=', 'enterprise')
      .executeTakeFirstOrThrow();
    await engineer('Expert', { skills: [{ skillId: 'echo', level: 3 }] });
    const planned = await engineer('Planned', { skills: [{ skillId: 'echo', level: 1 }], planIds: [planId] });
    const first = await ask('An echo');
    expect(await assigneeOf(desk.people.lead, first)).toBe(planned.id);
    expect(assignments(await changesOf(desk.people.lead, first))[0]).toMatchObject({
      routing: expect.arrayContaining([{ what: 'plan' }]),
    });
    await saved(desk.people.engineer);
    const second = await ask('An echo');
    expect(await assigneeOf(desk.people.lead, second)).toBe(desk.people.engineer.id);
    expect(assignments(await changesOf(desk.people.lead, second))[0]).toMatchObject({
      routing: expect.arrayContaining([{ what: 'manager' }]),
    });
  });

  test('is left to who took it already', async () => {
    const { people } = desk;
    await engineer('Free');
    const id = randomUUID();
    const message = { id: randomUUID(), body: 'As you told me on the phone' };
    await opened(people.lead, '', { id, message, contactId: people.customer.id, channel: 'console' });
    await settled();
    const changes = assignments(await changesOf(people.lead, id));
    expect(changes).toMatchObject([{ to: people.lead.me!.name, routing: null }]);
  });

  test('stays where it is with nobody who takes part, and when routing is off', async () => {
    const nobody = await ask('Is anybody there?');
    await settled();
    expect(await changesOf(desk.people.lead, nobody)).toHaveLength(1);
    await engineer('Free');
    await setMode('off');
    const off = await ask('Is anybody there?');
    await settled();
    expect(await changesOf(desk.people.lead, off)).toHaveLength(1);
  });

  test('told of the past is nobody’s to answer now', async () => {
    await engineer('Free');
    const { customer } = desk.people;
    const input = {
      id: randomUUID(),
      topic: null,
      priority: 'P2' as const,
      channel: 'portal' as const,
      context: {},
      conversation: 'new' as const,
      production: false,
      message: { id: randomUUID(), body: 'Last week', fileIds: [] },
    };
    const author = { kind: 'customer' as const, id: customer.id, name: 'Cleo', organisationId: null };
    await openTicket(desk.platform.db, author, input, 'en', () => new Date(Date.now() - 3_600_000));
    await settled();
    expect((await snapshot(desk.people.lead, input.id))!.ticket.assignee).toBeNull();
  });
});

describe('capacity', () => {
  test('two at once for the one engineer with room: one gets through, the other waits, and follows when there is room', async () => {
    const only = await engineer('Only', { capacity: 1 });
    const ids = await Promise.all([ask('First'), ask('Second')]);
    await settled();
    const taken = await Promise.all(ids.map(async (id) => (await snapshot(desk.people.lead, id))!.ticket.assignee?.id));
    expect([...taken].sort()).toEqual([only.id, undefined]);
    const waiting = ids[taken.indexOf(undefined)]!;
    const given = ids[taken.indexOf(only.id)]!;
    expect((await changesOf(desk.people.lead, waiting)).at(-1)).toEqual({
      what: 'recorded',
      body: { type: 'routing.waiting', why: 'full', skills: [], nextAt: null },
    });
    expect(await changesOf(desk.people.customer, waiting)).toHaveLength(1);

    await only.call(postMessage, {
      params: { id: given },
      body: { message: { id: randomUUID(), body: 'Please try again' } },
    });
    expect(await assigneeOf(desk.people.lead, waiting)).toBe(only.id);
  });

  test('a P0 goes to whoever is there, however much they have', async () => {
    const only = await engineer('Only', { capacity: 1 });
    await assigneeOf(desk.people.lead, await ask('First'));
    const id = await ask('Everything is down', { priority: 'P0', production: true });
    expect(await assigneeOf(desk.people.lead, id)).toBe(only.id);
  });

  test('a rise to P0 finds somebody for what waits', async () => {
    const only = await engineer('Only', { capacity: 1 });
    await assigneeOf(desk.people.lead, await ask('First'));
    const id = await ask('Second');
    await hasChange(desk.people.lead, id, isWaiting);
    await desk.people.lead.call(setTicketPriority, { params: { id }, body: { priority: 'P0' } });
    expect(await assigneeOf(desk.people.lead, id)).toBe(only.id);
  });

  test('equals get equal shares, whoever of four servers is quicker', async () => {
    const equals = [await engineer('A', { capacity: 99 }), await engineer('B', { capacity: 99 })];
    const servers = await Promise.all([1, 2, 3].map(() => oneMoreServer(desk, [createRoutingFeature()])));
    try {
      const visitors = await Promise.all(Array.from({ length: 12 }, () => newVisitor(desk.platform)));
      const ids = await Promise.all(visitors.map((visitor, n) => opened(visitor, `Number ${n}`)));
      const shares = new Map<string, number>();
      for (const id of ids) {
        const who = await assigneeOf(desk.people.lead, id);
        shares.set(who, (shares.get(who) ?? 0) + 1);
      }
      await settled();
      expect(equals.map(({ id }) => shares.get(id))).toEqual([6, 6]);
      for (const id of ids) expect(assignments(await changesOf(desk.people.lead, id))).toHaveLength(1);
    } finally {
      for (const server of servers) await server.stop();
    }
  });
});

describe('working hours', () => {
  // A Monday; the shipped calendar of five days a week begins at nine in Shanghai.
  const sunday = new Date('2026-05-17T04:00:00.000Z');

  test('nobody works: it waits for who has the skill, to be looked at again when they begin', async () => {
    const { db } = desk.platform;
    const calendarId = randomUUID();
    await db.insertInto('calendar').values({ id: calendarId }).execute();
    await db
      .insertInto('calendarVersion')
      .values({
        id: randomUUID(),
        calendarId,
        version: 1,
        validFrom: new Date('2026-01-01T00:00:00Z'),
        name: JSON.stringify({ en: 'Days', 'zh-CN': '白班' }),
        content: JSON.stringify({ tz: 'Asia/Shanghai', week: { mon: ['09:00-18:00'] }, holidays: [], overrides: {} }),
        savedBy: null,
      })
      .execute();
    const echo = await engineer('Echo', { skills: [{ skillId: 'echo', level: 1 }], calendarId });
    await engineer('Always there, knows other things', { skills: [{ skillId: 'stutter', level: 3 }] });
    expect(await findEngineersWithSkill(db, 'echo', { now: sunday })).toEqual([
      { id: echo.id, name: 'Echo', level: 1, workingNow: false, away: false },
    ]);
    desk.clock.at = sunday;
    const id = await ask('There is an echo');
    const nextAt = '2026-05-18T01:00:00.000Z';
    expect(await hasChange(desk.people.lead, id, isWaiting)).toEqual({
      what: 'recorded',
      body: { type: 'routing.waiting', why: 'off_hours', skills: [{ en: 'Echo', 'zh-CN': '回声' }], nextAt },
    });
    desk.clock.at = new Date(nextAt);
    const deps = { db, jobs: desk.platform.jobs, now: () => desk.clock.at!, onCallNow: desk.platform.app.onCallNow };
    await db.transaction().execute((trx) => routeTicket(deps, trx, id));
    expect(await assigneeOf(desk.people.lead, id)).toBe(echo.id);
  });

  test('whoever is on call has the urgent ones out of hours', async () => {
    const calendarId = (await desk.platform.db.selectFrom('calendar').select('id').executeTakeFirstOrThrow()).id;
    const night = await engineer('Night', { calendarId });
    desk.onCall.push({ staffId: night.id, rotation: 'Nights' });
    desk.clock.at = new Date('2026-05-17T20:00:00.000Z');
    const later = await ask('A question');
    await hasChange(desk.people.lead, later, isWaiting);
    const id = await ask('We are going down', { priority: 'P1', production: true });
    expect(await assigneeOf(desk.people.lead, id)).toBe(night.id);
    expect(assignments(await changesOf(desk.people.lead, id))[0]).toMatchObject({
      routing: expect.arrayContaining([{ what: 'on_call', rotation: 'Nights' }]),
    });
  });
});

describe('an engineer who is not there', () => {
  test('goes away: tickets in which a customer waits are offered to others, with the reason', async () => {
    const first = await engineer('First', { skills: [{ skillId: 'echo', level: 3 }] });
    const waiting = await ask('An echo');
    const answered = await ask('An echo again');
    expect(await assigneeOf(desk.people.lead, waiting)).toBe(first.id);
    expect(await assigneeOf(desk.people.lead, answered)).toBe(first.id);
    await first.call(postMessage, {
      params: { id: answered },
      body: { message: { id: randomUUID(), body: 'Please try again' } },
    });
    const second = await engineer('Second', { skills: [{ skillId: 'echo', level: 1 }] });
    await setAway(first, true);
    expect((await snapshot(desk.people.lead, waiting))!.ticket.assignee?.id).toBe(second.id);
    expect((await snapshot(desk.people.lead, answered))!.ticket.assignee?.id).toBe(first.id);
    expect(assignments(await changesOf(desk.people.lead, waiting)).at(-1)).toMatchObject({
      from: 'First',
      to: 'Second',
      routing: expect.arrayContaining([{ what: 'taken_off', why: 'away', name: 'First', note: '' }]),
    });
    // The other one comes back to life while they are away.
    await desk.people.customer.call(postMessage, {
      params: { id: answered },
      body: { message: { id: randomUUID(), body: 'It did not help' } },
    });
    await hasChange(desk.people.lead, answered, (change) => change.what === 'assignee' && change.to === 'Second');
  });

  test('keeps what they work on all the same', async () => {
    const first = await engineer('First');
    await engineer('Second');
    await setAway(first, true);
    await settled();
    const id = await ask('Anybody?');
    await desk.people.lead.call(assignTicket, { params: { id }, body: { assigneeId: first.id } });
    await settled();
    await setAway(first, false);
    await setAway(first, true);
    const kept = await ask('One more');
    await desk.people.lead.call(assignTicket, { params: { id: kept }, body: { assigneeId: first.id } });
    await desk.people.lead.call(setTicketState, { params: { id: kept }, body: { state: 'solved' } });
    await desk.people.customer.call(setTicketState, { params: { id: kept }, body: { state: 'open' } });
    await settled();
    expect((await snapshot(desk.people.lead, kept))!.ticket.assignee?.id).toBe(first.id);
    expect((await snapshot(desk.people.lead, id))!.ticket.assignee?.id).not.toBe(first.id);
  });

  test('a reopened ticket finds another one', async () => {
    const first = await engineer('First');
    const id = await ask('It broke');
    await assigneeOf(desk.people.lead, id);
    await first.call(setTicketState, { params: { id }, body: { state: 'solved' } });
    await setAway(first, true);
    const second = await engineer('Second');
    await desk.people.customer.call(setTicketState, { params: { id }, body: { state: 'open' } });
    await hasChange(desk.people.lead, id, (change) => change.what === 'assignee' && change.to === 'Second');
    expect((await snapshot(desk.people.lead, id))!.ticket.assignee?.id).toBe(second.id);
  });

  test('leaves the team: all that is open goes to others; with nobody left it is back in the queue', async () => {
    const first = await engineer('First');
    const id = await ask('It broke');
    await assigneeOf(desk.people.lead, id);
    await desk.people.administrator.call(updateStaff, { params: { id: first.id }, body: { disabled: true } });
    expect(await hasChange(desk.people.lead, id, (change) => change.what === 'assignee' && change.to === null)).toEqual(
      {
        what: 'assignee',
        from: 'First',
        to: null,
        routing: [{ what: 'taken_off', why: 'left', name: 'First', note: '' }],
      },
    );
  });

  test('comes back: what waits for them is theirs', async () => {
    const first = await engineer('First');
    await setAway(first, true);
    const id = await ask('It broke');
    await hasChange(desk.people.lead, id, isWaiting);
    await setAway(first, false);
    expect((await snapshot(desk.people.lead, id))!.ticket.assignee?.id).toBe(first.id);
  });
});

describe('handing back', () => {
  test('routes it again without them, and says why', async () => {
    const first = await engineer('First', { skills: [{ skillId: 'echo', level: 3 }] });
    const id = await ask('An echo');
    await assigneeOf(desk.people.lead, id);
    const second = await engineer('Second', { skills: [{ skillId: 'echo', level: 1 }] });
    const reply = await first.call(handTicketBack, { params: { id }, body: { reason: 'This is the video team’s' } });
    expect(reply.body.events.map((event) => event.body.type)).toEqual(['ticket.assigned']);
    expect((await snapshot(desk.people.lead, id))!.ticket.assignee?.id).toBe(second.id);
    await second.call(handTicketBack, { params: { id }, body: { reason: 'Nor mine' } });
    const changes = await changesOf(desk.people.lead, id);
    expect(changes.slice(-3)).toMatchObject([
      {
        to: 'Second',
        routing: [
          { what: 'taken_off', why: 'handed_back', name: 'First', note: 'This is the video team’s' },
          { what: 'skill' },
          { what: 'language' },
          { what: 'working_now' },
          { what: 'load' },
        ],
      },
      { to: null, routing: [{ what: 'taken_off', name: 'Second', note: 'Nor mine' }] },
      { body: { type: 'routing.waiting', why: 'handed_back' } },
    ]);
    // What the team says among itself stays there.
    expect(JSON.stringify(await changesOf(desk.people.customer, id))).not.toContain('video team');
  });

  test('is for whose ticket it is, with a reason', async () => {
    const first = await engineer('First');
    const id = await ask('It broke');
    await assigneeOf(desk.people.lead, id);
    const body = { reason: 'Not mine' };
    expect((await desk.people.engineer.call(handTicketBack, { params: { id }, body })).error.code).toBe(
      'not_assigned_to_you',
    );
    expect((await desk.people.customer.call(handTicketBack, { params: { id }, body })).status).toBe(403);
    const empty = await first.call(handTicketBack, { params: { id }, body: { reason: '  ' } });
    expect(empty.error).toMatchObject({ code: 'invalid_input', field: 'reason' });
    expect((await first.call(handTicketBack, { params: { id: randomUUID() }, body })).status).toBe(404);
  });
});

describe('suggesting', () => {
  test('names who fits and waits for one click', async () => {
    await setMode('suggest');
    const first = await engineer('First');
    const second = await engineer('Second');
    const id = await ask('It broke');
    const suggested = await hasChange(desk.people.lead, id, isSuggested);
    expect(suggested).toMatchObject({ body: { reasons: expect.arrayContaining([{ what: 'load', openTickets: 0 }]) } });
    expect((await snapshot(desk.people.lead, id))!.ticket.assignee).toBeNull();
    const { engineer: chosen } = (suggested as { body: { engineer: { id: string } } }).body;
    expect([first.id, second.id]).toContain(chosen.id);
    // In turns, though nobody has taken the first one yet.
    const other = await hasChange(desk.people.lead, await ask('Another'), isSuggested);
    expect((other as { body: { engineer: { id: string } } }).body.engineer.id).not.toBe(chosen.id);

    const wrong = chosen.id === first.id ? second.id : first.id;
    const accept = (engineerId: string) =>
      desk.people.lead.call(acceptSuggestion, { params: { id }, body: { engineerId } });
    expect((await accept(wrong)).error.code).toBe('suggestion_gone');
    expect((await accept(chosen.id)).body.events).toHaveLength(1);
    expect((await snapshot(desk.people.lead, id))!.ticket.assignee?.id).toBe(chosen.id);
    expect((await accept(chosen.id)).error.code).toBe('suggestion_gone');
    expect(
      (await desk.people.customer.call(acceptSuggestion, { params: { id }, body: { engineerId: chosen.id } })).status,
    ).toBe(403);
  });

  test('names somebody else when who was named goes away; taking it by hand ends it', async () => {
    await setMode('suggest');
    const first = await engineer('First', { skills: [{ skillId: 'echo', level: 3 }] });
    const id = await ask('An echo');
    await hasChange(desk.people.lead, id, isSuggested);
    const second = await engineer('Second', { skills: [{ skillId: 'echo', level: 1 }] });
    await setAway(first, true);
    expect((await changesOf(desk.people.lead, id)).at(-1)).toMatchObject({ body: { engineer: { id: second.id } } });
    await desk.people.lead.call(assignTicket, { params: { id }, body: { assigneeId: desk.people.lead.id } });
    await settled();
    const late = { params: { id }, body: { engineerId: second.id } };
    expect((await desk.people.lead.call(acceptSuggestion, late)).error.code).toBe('suggestion_gone');
  });

  test('turned into assigning gives what was suggested', async () => {
    await setMode('suggest');
    const first = await engineer('First');
    const id = await ask('It broke');
    await hasChange(desk.people.lead, id, isSuggested);
    await setMode('assign');
    expect((await snapshot(desk.people.lead, id))!.ticket.assignee?.id).toBe(first.id);
  });
});

test('a ticket in use is left for a moment later', async () => {
  const only = await engineer('Only');
  await setMode('off');
  const id = await ask('Busy');
  await settled();
  await setMode('assign');
  const { db, jobs, app } = desk.platform;
  const deps = { db, jobs, now: () => new Date(), onCallNow: app.onCallNow };
  await db.transaction().execute(async (other) => {
    await other.selectFrom('ticket').select('id').where('id', '=', id).forUpdate().execute();
    await db.transaction().execute((trx) => routeTicket(deps, trx, id));
  });
  expect(await assigneeOf(desk.people.lead, id)).toBe(only.id);
});

test('what was opened while no server routed is routed by the next one, once', async () => {
  const quiet = await startTestDesk();
  const withRouting = () => oneMoreServer(quiet, [createRoutingFeature()]);
  let server = await withRouting();
  try {
    const { lead, customer } = quiet.people;
    await saved(Object.assign(new Client(server.platform), { cookies: lead.cookies, me: lead.me }));
    await server.stop();
    const id = await opened(customer, 'Is anybody there?');
    server = await withRouting();
    expect(await assigneeOf(lead, id)).toBe(lead.id);
    await server.stop();
    server = await withRouting();
    await settled(quiet);
    expect(assignments(await changesOf(lead, id))).toHaveLength(1);
  } finally {
    await server.stop();
    await quiet.close();
  }
});

test('the law holds for what routing does', async () => {
  const first = await engineer('First');
  const routed = randomUUID();
  const { received } = await checkLaw(desk, routed, async () => {
    await ask('It broke', { id: routed });
    await assigneeOf(desk.people.lead, routed);
  });
  expect(received.lead.map((event) => event.body.type)).toContain('ticket.assigned');
  const back = await checkLaw(desk, routed, () =>
    first.call(handTicketBack, { params: { id: routed }, body: { reason: 'Not mine' } }),
  );
  expect(back.received.lead.map((event) => event.body.type)).toEqual(['ticket.assigned', 'routing.waiting']);
  for (const name of ROLES_OF_READERS)
    if (desk.people[name].me!.role === 'customer')
      expect(JSON.stringify(back.received[name])).not.toContain('Not mine');
});

test('saving one’s profile gives one what waits', async () => {
  const first = await engineer('First', { capacity: 1 });
  await assigneeOf(desk.people.lead, await ask('One'));
  const id = await ask('Two');
  await hasChange(desk.people.lead, id, isWaiting);
  await saved(first, { capacity: 2 });
  expect((await snapshot(desk.people.lead, id))!.ticket.assignee?.id).toBe(first.id);
});
