import { randomUUID } from 'node:crypto';
import {
  acknowledgeEscalation,
  createDrillSeries,
  type Drill,
  type DrillReport,
  endDrillSeries,
  getDrill,
  getTicket,
  joinCall,
  listContacts,
  listDrills,
  listMyPages,
  listPlans,
  listReportTickets,
  listTickets,
  postMessage,
  reportPageShown,
  setTicketState,
  startCall,
  stopDrill,
  updatePlan,
} from '@alongside/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { announceOnCall } from '../oncall/live.actions.ts';
import type { Client } from '../people/testing.ts';
import { saved } from '../routing/testing.ts';
import { LiveClient, opened, snapshot, until } from '../tickets/testing.ts';
import { fileDueDrill, judgeDrill } from './actions.ts';
import { wakeForgottenDrills } from './jobs.ts';
import { type DrillDesk, startDrillDesk, windowAround } from './testing.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let desk: DrillDesk;
let lead: Client;
let engineer: Client;
beforeAll(async () => {
  desk = await startDrillDesk();
  ({ lead, engineer } = desk.people);
  await saved(engineer);
});
beforeEach(() => {
  desk.clock.stands = null;
  desk.luck.share = null;
});
afterAll(() => desk?.close());

const stop = (id: string, note = '', by: Client = lead) => by.call(stopDrill, { params: { id }, body: { note } });
const list = async (by: Client = lead) => (await by.call(listDrills, {})).body;
const outcomes = ({ drill }: DrillReport) =>
  Object.fromEntries(drill.steps.map(({ step, outcome }) => [step, outcome]));
const say = (client: Client, id: string) =>
  client.call(postMessage, {
    params: { id },
    body: { message: { id: randomUUID(), body: 'On it' }, visibility: 'public' },
  });
const drillTickets = () =>
  desk.platform.db.selectFrom('ticket').select('id').where('drill', '=', true).orderBy('number').execute();
const from = (drill: Drill) => Date.parse(drill.window!.from);
/** An instant nobody else's test is at. */
const later = (ms: number) => new Date(Date.now() + 3 * HOUR + ms);

/** Whoever is paged has their console open. */
async function showPages(client: Client): Promise<void> {
  const pages = await vi.waitUntil(
    async () => {
      const mine = (await client.call(listMyPages, {})).body.pages;
      return mine.length > 0 && mine;
    },
    { interval: 20 },
  );
  for (const { id } of pages) await client.call(reportPageShown, { params: { id }, body: {} });
}

describe('a drill that is started now', () => {
  test('goes the way of every P0, ends with its last step, and is in no figure', async () => {
    const drill = await desk.started({ text: 'Rooms in Paris are black', locale: 'en' });
    expect(drill).toMatchObject({ state: 'running', window: null, by: { id: lead.id }, withCall: true });
    const { id: ticketId, number } = drill.ticket!;
    await showPages(lead);
    await desk.took(drill.id, 'paged');
    await engineer.call(acknowledgeEscalation, { params: { id: ticketId }, body: {} });
    await say(engineer, ticketId);
    const callId = randomUUID();
    await engineer.call(startCall, { params: { id: ticketId }, body: { callId, video: true } });
    await engineer.call(joinCall, { params: { id: callId }, body: {} });
    expect((await desk.report(drill.id)).drill.state).toBe('running');
    await desk.media.join(callId, { kind: 'staff', id: engineer.id });

    const report = await desk.reached(drill.id, 'finished');
    expect(outcomes(report)).toEqual({
      filed: 'taken',
      routed: 'taken',
      paged: 'taken',
      acknowledged: 'taken',
      first_response: 'taken',
      call_joined: 'taken',
    });
    const { steps, endedAt, filedAt } = report.drill;
    expect(steps.map(({ by }) => by)).toEqual([null, 'Eve Engineer', 'Liam Lead', ...Array(3).fill('Eve Engineer')]);
    expect(endedAt).toBe(steps.at(-1)!.at);
    const response = steps.find(({ step }) => step === 'first_response')!;
    expect(Date.parse(response.dueAt!) - Date.parse(filedAt!)).toBe(30 * MINUTE);
    expect(report.promises).toContainEqual({ target: 'first_response', dueAt: response.dueAt });
    expect(report.moments.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining([
        'filed',
        'routed',
        'escalation_started',
        'paged',
        'acknowledged',
        'answered',
        'call_joined',
      ]),
    );

    const { ticket, entries } = (await snapshot(engineer, ticketId))!;
    expect(ticket).toMatchObject({ number, drill: true, priority: 'P0', state: 'solved', organisation: null });
    expect(ticket.subject).toBe('Drill: Rooms in Paris are black');
    const [first] = entries.filter((entry) => entry.kind === 'message');
    expect(first!.body).toMatch(/^This is a drill\. .*\n\nRooms in Paris are black\n\nPlease call us/);
    expect(JSON.stringify(entries)).toContain('"type":"drill.ended"');

    // Beside an ordinary one that counts.
    const counted = await opened(desk.people.customer, 'A question', { priority: 'P2' });
    await say(engineer, counted);
    const today = new Date().toISOString().slice(0, 10);
    const query = { from: today, to: today, timeZone: 'UTC', figure: 'first_response' as const };
    const behind = await vi.waitUntil(
      async () => {
        const { tickets } = (await lead.call(listReportTickets, { query })).body;
        return tickets.length > 0 && tickets;
      },
      { interval: 20 },
    );
    expect(behind.map(({ id }) => id)).toEqual([counted]);
  });

  test('is marked for the team and does not exist for customers', async () => {
    const { ticket } = await desk.started();
    for (const name of ['customer', 'colleague', 'otherCustomer', 'visitor'] as const) {
      const reader = desk.people[name];
      expect((await reader.call(getTicket, { params: { id: ticket!.id } })).status).toBe(404);
      const { tickets } = (await reader.call(listTickets, { query: {} as never })).body;
      expect(tickets.filter(({ drill }) => drill)).toEqual([]);
    }
    const { tickets } = (await engineer.call(listTickets, { query: { view: 'queue' } })).body;
    expect(tickets.find(({ id }) => id === ticket!.id)).toMatchObject({
      drill: true,
      contact: { name: 'Mock customer' },
    });
    const { contacts } = (await lead.call(listContacts, { query: { search: 'Mock' } as never })).body;
    expect(contacts).toEqual([]);
  });

  test('speaks the language chosen, and asks for no call where none is wanted', async () => {
    const drill = await desk.started({ locale: 'zh-CN', withCall: false });
    expect(drill.steps.map(({ step }) => step)).not.toContain('call_joined');
    const { ticket, entries } = (await snapshot(engineer, drill.ticket!.id))!;
    expect(ticket).toMatchObject({ subject: '演练：生产环境故障', contact: { name: '模拟客户' } });
    expect(JSON.stringify(entries)).not.toContain('通话');
  });

  test('tells the consoles of those who lead at every step, and nobody else’s', async () => {
    const { platform } = desk;
    const [leads, engineers] = [await LiveClient.open(platform, lead), await LiveClient.open(platform, engineer)];
    const told = (live: LiveClient) => live.of('stale').filter(({ what }) => what === 'drills').length;
    const drill = await desk.started({ withCall: false });
    await until('the news of the drill', () => told(leads) > 0);
    await say(engineer, drill.ticket!.id);
    const before = told(leads);
    await until('the news of the answer', () => told(leads) > before);
    // Told after all that: had they been told of the drill, it would be there.
    await desk.platform.db.transaction().execute(announceOnCall);
    await until('news for everybody', () => engineers.of('stale').some(({ what }) => what === 'on_call'));
    expect(told(engineers)).toBe(0);
    leads.close();
    engineers.close();
  });

  test('the same again changes nothing; another’s id is refused', async () => {
    const id = randomUUID();
    const first = (await desk.start({ id })).body.drill;
    const [again, theirs] = await Promise.all([desk.start({ id }), desk.start({ id }, desk.people.administrator)]);
    expect(again.body.drill.ticket).toEqual(first.ticket);
    expect(theirs.error.code).toBe('id_conflict');
  });

  test('two askings at once file it once', async () => {
    const id = randomUUID();
    const before = (await drillTickets()).length;
    const replies = await Promise.all([desk.start({ id }), desk.start({ id }), desk.start({ id })]);
    expect(new Set(replies.map(({ body }) => body.drill.ticket!.id)).size).toBe(1);
    expect((await drillTickets()).length).toBe(before + 1);
  });

  test('is judged by the promise as it stood when it was filed', async () => {
    const drill = await desk.started();
    const { plans } = (await lead.call(listPlans, {})).body;
    const { id, current } = plans.find((plan) => plan.id === desk.matter.planId)!;
    const P0 = { ...current.content.priorities.P0, targetsMs: { first_response: 1_000 } };
    const content = { ...current.content, priorities: { ...current.content.priorities, P0 } };
    const save = async (basedOn: number, to: typeof current.content) =>
      (await desk.people.administrator.call(updatePlan, { params: { id }, body: { basedOn, content: to } })).body;
    await save(current.version, content);
    const before = drill.steps.find(({ step }) => step === 'first_response')!.dueAt;
    const after = (await desk.report(drill.id)).drill.steps.find(({ step }) => step === 'first_response')!.dueAt;
    expect(after).toBe(before);
    await save(current.version + 1, current.content);
  });
});

describe('a drill in a window', () => {
  const planned = (before = HOUR, after = 2 * HOUR) => desk.started({ window: windowAround(later(0), before, after) });
  const row = (id: string) =>
    desk.platform.db.selectFrom('drill').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

  test('has its moment inside the window, and tells nobody which', async () => {
    for (const share of [0, 0.5, 0.999_999]) {
      desk.luck.share = share;
      const drill = await planned();
      const { fileAt } = await row(drill.id);
      expect(fileAt.getTime() - from(drill)).toBe(Math.floor(share * HOUR));
      const told = JSON.stringify([await list(), await desk.report(drill.id), drill]);
      // The first of them begins with the window, which everybody may know.
      if (share > 0) expect(told).not.toContain(fileAt.toISOString());
      expect(drill).toMatchObject({ state: 'scheduled', steps: [], ticket: null, filedAt: null });
      // Or it would be filed when a later test's clock is past its window.
      await stop(drill.id);
    }
  });

  test('is filed at its moment, not before, once however many workers are woken', async () => {
    const drill = await planned();
    const { fileAt } = await row(drill.id);
    const before = (await drillTickets()).length;
    desk.clock.stands = new Date(fileAt.getTime() - 1);
    await fileDueDrill(desk.deps, drill.id);
    expect((await drillTickets()).length).toBe(before);
    desk.clock.stands = fileAt;
    await Promise.all(Array.from({ length: 6 }, () => fileDueDrill(desk.deps, drill.id)));
    expect((await drillTickets()).length).toBe(before + 1);
    const { drill: filed } = await desk.report(drill.id);
    expect(filed).toMatchObject({ state: 'running', filedAt: fileAt.toISOString() });
  });

  test('whose job was lost is found', async () => {
    const drill = await planned();
    desk.clock.stands = new Date((await row(drill.id)).fileAt.getTime() + MINUTE);
    await wakeForgottenDrills(desk.deps);
    await desk.reached(drill.id, 'running');
  });

  test('is skipped when its window went by without the server, and not filed at another time', async () => {
    const drill = await planned();
    const before = (await drillTickets()).length;
    desk.clock.stands = new Date(Date.parse(drill.window!.to) + 5 * MINUTE + 1);
    await fileDueDrill(desk.deps, drill.id);
    expect((await desk.report(drill.id)).drill).toMatchObject({ state: 'skipped', ticket: null });
    expect((await drillTickets()).length).toBe(before);
  });

  test('that has begun already is filed in what is left of it', async () => {
    desk.luck.share = 0;
    const drill = await desk.started({ window: windowAround(new Date(), -HOUR, HOUR) });
    const filed = await desk.reached(drill.id, 'running');
    expect(Date.parse(filed.drill.filedAt!)).toBeGreaterThan(from(drill) + 59 * MINUTE);
  });

  test('that is stopped is never filed', async () => {
    const drill = await planned();
    const { fileAt } = await row(drill.id);
    const stopped = (await stop(drill.id, 'Not during the launch')).body.drill;
    expect(stopped).toMatchObject({ state: 'stopped', note: 'Not during the launch', stoppedBy: { id: lead.id } });
    desk.clock.stands = fileAt;
    await fileDueDrill(desk.deps, drill.id);
    expect((await desk.report(drill.id)).drill).toMatchObject({ state: 'stopped', ticket: null });
  });
});

describe('a running drill', () => {
  test('ends when its time is up, and what nobody did is missed', async () => {
    const drill = await desk.started();
    desk.clock.stands = new Date(Date.parse(drill.limitAt!) - 1);
    await judgeDrill(desk.deps, drill.id);
    expect((await desk.report(drill.id)).drill.state).toBe('running');
    desk.clock.stands = new Date(Date.parse(drill.limitAt!) + 5 * MINUTE);
    await Promise.all([judgeDrill(desk.deps, drill.id), judgeDrill(desk.deps, drill.id)]);
    const report = await desk.report(drill.id);
    expect(report.drill).toMatchObject({ state: 'finished', endedAt: drill.limitAt });
    expect(outcomes(report)).toMatchObject({ first_response: 'missed', call_joined: 'missed' });
    const { ticket, entries } = (await snapshot(engineer, drill.ticket!.id))!;
    expect(ticket.state).toBe('solved');
    expect(JSON.stringify(entries).match(/"drill\.ended"/g)).toHaveLength(1);
  });

  test('ends when its ticket is solved', async () => {
    const drill = await desk.started();
    await say(engineer, drill.ticket!.id);
    await engineer.call(setTicketState, { params: { id: drill.ticket!.id }, body: { state: 'solved' } });
    const report = await desk.reached(drill.id, 'finished');
    expect(outcomes(report)).toMatchObject({ acknowledged: 'taken', first_response: 'taken', call_joined: 'missed' });
  });

  test('that is stopped says so in its ticket, once', async () => {
    const drill = await desk.started();
    const [one, two] = await Promise.all([stop(drill.id, 'A real incident came in'), stop(drill.id, 'Again')]);
    expect([one.body.drill.state, two.body.drill.state]).toEqual(['stopped', 'stopped']);
    const { ticket, entries } = (await snapshot(engineer, drill.ticket!.id))!;
    expect(ticket.state).toBe('solved');
    expect(JSON.stringify(entries).match(/"because":"stopped"/g)).toHaveLength(1);
    expect((await desk.report(drill.id)).drill.endedAt).not.toBeNull();
  });

  test('compares with those before it under the same plan', async () => {
    const first = await desk.started({ withCall: false });
    await say(engineer, first.ticket!.id);
    await engineer.call(setTicketState, { params: { id: first.ticket!.id }, body: { state: 'solved' } });
    await desk.reached(first.id, 'finished');
    const second = await desk.started();
    const { former } = await desk.report(second.id);
    expect(former[0]).toMatchObject({ id: first.id, filedAt: first.filedAt });
    expect(former[0]!.steps.find(({ step }) => step === 'first_response')!.afterMs).toBeGreaterThan(0);
    expect((await desk.report(first.id)).former.map(({ id }) => id)).not.toContain(second.id);
  });
});

describe('bad input', () => {
  test.each<[string, () => Partial<Parameters<DrillDesk['start']>[0]>]>([
    ['planId', () => ({ planId: randomUUID() })],
    ['topic', () => ({ topic: 'no-such-topic' })],
    ['window.timeZone', () => ({ window: windowAround(new Date(), 0, HOUR, 'Mars/Olympus') })],
    ['window.to', () => ({ window: windowAround(new Date(), HOUR, HOUR) })],
    ['window.to', () => ({ window: windowAround(new Date(), HOUR, 0) })],
    ['window.to', () => ({ window: windowAround(new Date(), -2 * HOUR, -HOUR) })],
    ['window.to', () => ({ window: windowAround(new Date(), 0, 32 * 24 * HOUR) })],
    ['window.from', () => ({ window: windowAround(new Date(), 400 * 24 * HOUR, 401 * 24 * HOUR) })],
    ['window.from', () => ({ window: { ...windowAround(new Date(), 0, HOUR), from: 'tomorrow' } })],
    ['locale', () => ({ locale: 'xx' as never })],
  ])('names %s in the reader’s language, and nothing is kept', async (field, more) => {
    const count = async () => (await desk.platform.db.selectFrom('drill').select('id').execute()).length;
    const before = await count();
    for (const [locale, words] of [
      ['en', /^[A-Z][^一-鿿]*\.$/],
      ['zh-CN', /[一-鿿].*。$/],
    ] as const) {
      lead.locale = locale;
      const reply = await desk.start(more());
      lead.locale = 'en';
      expect([reply.status, reply.error.field]).toEqual([422, field]);
      if (locale === 'en') expect(reply.error.issues![0]!.message).toMatch(words);
    }
    expect(await count()).toBe(before);
  });
});

describe('access', () => {
  test('is for leads and administrators alone', async () => {
    const drill = await desk.started();
    const params = { params: { id: drill.id } };
    for (const [name, client] of Object.entries(desk.people)) {
      const may = name === 'lead' || name === 'administrator';
      const series = { ...desk.matter, id: randomUUID(), repeat: { every: 'week' as const, on: ['mon' as const] } };
      const replies = [
        await client.call(listDrills, {}),
        await client.call(getDrill, params),
        await desk.start({ window: windowAround(later(0), HOUR, 2 * HOUR) }, client),
        await client.call(createDrillSeries, {
          body: { ...series, timeZone: 'UTC', windowFrom: '09:00', windowTo: '17:00', startsOn: '2026-01-01' },
        }),
        await client.call(endDrillSeries, { params: { id: series.id } }),
        await stop(drill.id, '', client),
      ];
      expect(
        replies.map(({ status }) => status),
        name,
      ).toEqual(replies.map(() => (may ? 200 : 403)));
    }
    const unknown = { params: { id: randomUUID() } };
    expect((await lead.call(getDrill, unknown)).error.code).toBe('not_found');
    expect((await stop(randomUUID())).error.code).toBe('not_found');
    expect((await lead.call(endDrillSeries, unknown)).error.code).toBe('not_found');
  });
});
