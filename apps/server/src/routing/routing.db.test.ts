import { randomUUID } from 'node:crypto';
import {
  handTicketBack,
  type PlanPreset,
  postMessage,
  SYSTEM_ACTOR,
  setTicketPriority,
  updateRouting,
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
  assignments,
  changesOf,
  hasChange,
  isWaiting,
  oneMoreServer,
  type RoutingDesk,
  saved,
  settled,
  startRoutingDesk,
} from './testing.ts';

let desk: RoutingDesk;

beforeAll(async () => {
  desk = await startRoutingDesk();
  await underContract(desk.organisationId, 'enterprise', desk.people.engineer.id);
});
afterAll(() => desk?.close());
afterEach(() => desk.reset());

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

describe('a new ticket', () => {
  test('goes to whoever knows what it is about and speaks the language, with the reasons on record', async () => {
    await desk.engineer('Only English', { skills: [{ skillId: 'echo', level: 3 }] });
    await desk.engineer('Other skill', { skills: [{ skillId: 'stutter', level: 3 }], languages: ['zh-CN'] });
    const lin = await desk.engineer('Lin Wei', { skills: [{ skillId: 'echo', level: 2 }], languages: ['zh', 'en'] });
    const id = await desk.ask('开课后学生一直听到回声', { context: { language: 'zh-CN', browser: 'Chrome 142' } });
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
    const skills = (await desk.setMode('assign')).skills.map((skill) =>
      skill.id === 'integration' ? { ...skill, topics: ['how-to'] } : skill,
    );
    await desk.people.administrator.call(updateRouting, { body: { skills } });
    await desk.engineer('Nobody special');
    const expert = await desk.engineer('Expert', { skills: [{ skillId: 'integration', level: 1 }] });
    const id = await desk.ask('Where do I begin?', { topic: 'how-to' });
    expect(await assigneeOf(desk.people.lead, id)).toBe(expert.id);
    const next = await desk.ask('And another thing');
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
    await desk.engineer('Expert', { skills: [{ skillId: 'echo', level: 3 }] });
    const planned = await desk.engineer('Planned', { skills: [{ skillId: 'echo', level: 1 }], planIds: [planId] });
    const first = await desk.ask('An echo');
    expect(await assigneeOf(desk.people.lead, first)).toBe(planned.id);
    expect(assignments(await changesOf(desk.people.lead, first))[0]).toMatchObject({
      routing: expect.arrayContaining([{ what: 'plan' }]),
    });
    await saved(desk.people.engineer);
    const second = await desk.ask('An echo');
    expect(await assigneeOf(desk.people.lead, second)).toBe(desk.people.engineer.id);
    expect(assignments(await changesOf(desk.people.lead, second))[0]).toMatchObject({
      routing: expect.arrayContaining([{ what: 'manager' }]),
    });
  });

  test('is left to who took it already', async () => {
    const { people } = desk;
    await desk.engineer('Free');
    const id = randomUUID();
    const message = { id: randomUUID(), body: 'As you told me on the phone' };
    await opened(people.lead, '', { id, message, contactId: people.customer.id, channel: 'console' });
    await desk.settled();
    const changes = assignments(await changesOf(people.lead, id));
    expect(changes).toMatchObject([{ to: people.lead.me!.name, routing: null }]);
  });

  test('stays where it is with nobody who takes part, and when routing is off', async () => {
    const nobody = await desk.ask('Is anybody there?');
    await desk.settled();
    expect(await changesOf(desk.people.lead, nobody)).toHaveLength(1);
    await desk.engineer('Free');
    await desk.setMode('off');
    const off = await desk.ask('Is anybody there?');
    await desk.settled();
    expect(await changesOf(desk.people.lead, off)).toHaveLength(1);
  });

  test('told of the past is nobody’s to answer now', async () => {
    await desk.engineer('Free');
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
    await desk.settled();
    expect((await snapshot(desk.people.lead, input.id))!.ticket.assignee).toBeNull();
  });
});

describe('capacity', () => {
  test('two at once for the one engineer with room: one gets through, the other waits, and follows when there is room', async () => {
    const only = await desk.engineer('Only', { capacity: 1 });
    const ids = await Promise.all([desk.ask('First'), desk.ask('Second')]);
    await desk.settled();
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
    const only = await desk.engineer('Only', { capacity: 1 });
    await assigneeOf(desk.people.lead, await desk.ask('First'));
    const id = await desk.ask('Everything is down', { priority: 'P0', production: true });
    expect(await assigneeOf(desk.people.lead, id)).toBe(only.id);
  });

  test('a rise to P0 finds somebody for what waits', async () => {
    const only = await desk.engineer('Only', { capacity: 1 });
    await assigneeOf(desk.people.lead, await desk.ask('First'));
    const id = await desk.ask('Second');
    await hasChange(desk.people.lead, id, isWaiting);
    await desk.people.lead.call(setTicketPriority, { params: { id }, body: { priority: 'P0' } });
    expect(await assigneeOf(desk.people.lead, id)).toBe(only.id);
  });

  test('equals get equal shares, whoever of four servers is quicker', async () => {
    const equals = [await desk.engineer('A', { capacity: 99 }), await desk.engineer('B', { capacity: 99 })];
    const servers = await Promise.all([1, 2, 3].map(() => oneMoreServer(desk, [createRoutingFeature()])));
    try {
      const visitors = await Promise.all(Array.from({ length: 12 }, () => newVisitor(desk.platform)));
      const ids = await Promise.all(visitors.map((visitor, n) => opened(visitor, `Number ${n}`)));
      const shares = new Map<string, number>();
      for (const id of ids) {
        const who = await assigneeOf(desk.people.lead, id);
        shares.set(who, (shares.get(who) ?? 0) + 1);
      }
      await desk.settled();
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
    const echo = await desk.engineer('Echo', { skills: [{ skillId: 'echo', level: 1 }], calendarId });
    await desk.engineer('Always there, knows other things', { skills: [{ skillId: 'stutter', level: 3 }] });
    expect(await findEngineersWithSkill(db, 'echo', { now: sunday })).toEqual([
      { id: echo.id, name: 'Echo', level: 1, workingNow: false, away: false },
    ]);
    desk.clock.at = sunday;
    const id = await desk.ask('There is an echo');
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
    const night = await desk.engineer('Night', { calendarId });
    desk.onCall.push({ staffId: night.id, rotation: 'Nights' });
    desk.clock.at = new Date('2026-05-17T20:00:00.000Z');
    const later = await desk.ask('A question');
    await hasChange(desk.people.lead, later, isWaiting);
    const id = await desk.ask('We are going down', { priority: 'P1', production: true });
    expect(await assigneeOf(desk.people.lead, id)).toBe(night.id);
    expect(assignments(await changesOf(desk.people.lead, id))[0]).toMatchObject({
      routing: expect.arrayContaining([{ what: 'on_call', rotation: 'Nights' }]),
    });
  });
});

test('a keyword that is gone is demanded no longer of what waits', async () => {
  const { skills } = await desk.setMode('assign');
  const save = (list: typeof skills) =>
    desk.people.administrator.call(updateRouting, { body: { skills: list } }).then(({ status }) => status);
  const expert = await desk.engineer('Expert', { capacity: 1, skills: [{ skillId: 'echo', level: 3 }] });
  expect(await assigneeOf(desk.people.lead, await desk.ask('An echo'))).toBe(expert.id);
  const id = await desk.ask('One more echo');
  await hasChange(desk.people.lead, id, isWaiting);
  const free = await desk.engineer('Free');
  await desk.settled();
  expect((await snapshot(desk.people.lead, id))!.ticket.assignee).toBeNull();
  const deaf = skills.map((skill) => (skill.id === 'echo' ? { ...skill, keywords: [] } : skill));
  expect(await save(deaf)).toBe(200);
  expect((await snapshot(desk.people.lead, id))!.ticket.assignee?.id).toBe(free.id);
  expect(await save(skills)).toBe(200);
});

test('a ticket in use is left for a moment later', async () => {
  const only = await desk.engineer('Only');
  await desk.setMode('off');
  const id = await desk.ask('Busy');
  await desk.settled();
  await desk.setMode('assign');
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
  const first = await desk.engineer('First');
  const routed = randomUUID();
  const { received } = await checkLaw(desk, routed, async () => {
    await desk.ask('It broke', { id: routed });
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
  const first = await desk.engineer('First', { capacity: 1 });
  await assigneeOf(desk.people.lead, await desk.ask('One'));
  const id = await desk.ask('Two');
  await hasChange(desk.people.lead, id, isWaiting);
  await saved(first, { capacity: 2 });
  expect((await snapshot(desk.people.lead, id))!.ticket.assignee?.id).toBe(first.id);
});
