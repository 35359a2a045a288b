import {
  getContract,
  getEngineerCard,
  getOwnPlan,
  getRouting,
  listDrills,
  listEngineers,
  listMyPages,
  listOrganisations,
  listRotations,
  listTicketEscalations,
  listTickets,
  redeemSignInLink,
  TICKET_STATES,
  type TicketView,
} from '@alongside/contracts';
import { foldTicketEvents, previousMonth, type Reader } from '@alongside/desk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callsFeature } from '../calls/feature.ts';
import { customersFeature } from '../customers/feature.ts';
import { createDrillsFeature } from '../drills/feature.ts';
import { filesFeature } from '../files/feature.ts';
import { createOncallFeature } from '../oncall/feature.ts';
import { updateWorkspace } from '../people/actions.ts';
import { peopleFeature } from '../people/feature.ts';
import { loadWorkspace } from '../people/queries.ts';
import { Client } from '../people/testing.ts';
import { plansFeature } from '../plans/feature.ts';
import { startTestServer, type TestServer } from '../platform/testing.ts';
import { routingFeature } from '../routing/feature.ts';
import { statementOf } from '../statements/make-statement.ts';
import { seesTickets } from '../tickets/access.ts';
import { ticketsFeature } from '../tickets/feature.ts';
import { presentEvents } from '../tickets/present.ts';
import { findEvents } from '../tickets/queries.ts';
import { newVisitor, snapshot } from '../tickets/testing.ts';
import { demoId } from './demo-id.ts';
import { DRILLS } from './drills.ts';
import { demoFeature } from './feature.ts';
import { startLinks } from './links.ts';
import { isToBeSeeded, seedDemo, storiesAt } from './seed.ts';

const files = filesFeature(seesTickets);
const features = () => [
  peopleFeature,
  customersFeature,
  plansFeature,
  files,
  ticketsFeature,
  callsFeature,
  routingFeature,
  createOncallFeature(),
  createDrillsFeature(),
  demoFeature(files),
];
const ANY_PORT = { MEDIA_UDP_PORT: '0', MEDIA_TCP_PORT: '0' };

async function follow(server: TestServer, place: 'portal' | 'console'): Promise<Client> {
  const link = (await startLinks(server.platform.db, server.origin)).find(({ url }) => url.includes(`/${place}/`))!;
  const client = new Client(server.platform);
  const token = new URLSearchParams(new URL(link.url).hash.slice(1)).get('t')!;
  client.me = (await client.call(redeemSignInLink, { body: { token } })).body.me;
  return client;
}

describe('the first start', () => {
  let server: TestServer;
  let engineer: Client;
  let customer: Client;
  const views: TicketView[] = [];

  beforeAll(async () => {
    server = await startTestServer(features(), { env: ANY_PORT });
    engineer = await follow(server, 'console');
    customer = await follow(server, 'portal');
    const { tickets } = (await engineer.call(listTickets, { query: {} })).body;
    for (const { id } of tickets) views.push((await snapshot(engineer, id))!);
  });
  afterAll(() => server?.close());

  test('prints three links', () => {
    expect(server.links.map(({ url }) => url.replace(server.origin, '').replace(/t=.*/, 't='))).toEqual([
      '/demo/',
      '/portal/sign-in#t=',
      '/console/sign-in#t=',
    ]);
  });

  test('they sign in as one of the team and a customer, once', async () => {
    expect(engineer.me).toMatchObject({ role: 'administrator', name: 'Priya Nair' });
    expect(customer.me).toMatchObject({ role: 'customer', name: 'Olivia Hart', anonymous: false });
    const links = await startLinks(server.platform.db, server.origin);
    expect(links[2]!.url).not.toBe(server.links[2]!.url);
  });

  test('has a team customers can meet: each with a photo, skills and languages; some gaps are left to see', async () => {
    const { engineers } = (await engineer.call(listEngineers, {})).body;
    const { skills } = (await engineer.call(getRouting, {})).body;
    for (const { content, photoUrl } of engineers) {
      expect(content?.skills.length).toBeGreaterThan(4);
      expect(content?.languages.length).toBeGreaterThan(1);
      expect((await server.platform.app.inject({ url: photoUrl! })).headers['content-type']).toBe('image/webp');
    }
    const known = new Set(engineers.flatMap(({ content }) => content!.skills.map(({ skillId }) => skillId)));
    expect(skills.filter(({ id }) => !known.has(id)).length).toBeGreaterThan(0);
    const helper = views.find(({ ticket }) => ticket.contact.id === customer.me!.id)!.ticket.assignee!;
    const { card } = (await customer.call(getEngineerCard, { params: { id: helper.id } })).body;
    expect(card).toMatchObject({ name: helper.name, photoUrl: expect.stringContaining('/files/') });
  });

  test('shows every state, both languages, notes, files, ratings and finished calls', () => {
    expect(views).toHaveLength(storiesAt(new Date()).length + DRILLS.length);
    expect(new Set(views.map((view) => view.ticket.state))).toEqual(new Set(TICKET_STATES));
    expect(new Set(views.map((view) => view.ticket.priority)).size).toBe(4);
    const entries = views.filter(({ ticket }) => !ticket.drill).flatMap((view) => view.entries);
    const messages = entries.filter((entry) => entry.kind === 'message');
    expect(messages.some((message) => /\p{Script=Han}{6}/u.test(message.body))).toBe(true);
    expect(messages.some((message) => message.visibility === 'internal')).toBe(true);
    expect(
      messages
        .flatMap((message) => message.files)
        .map((file) => file.preview)
        .sort(),
    ).toEqual(['image', 'text', 'text']);
    expect(views.filter((view) => view.ticket.rating !== null).length).toBeGreaterThan(1);
    const calls = entries.filter((entry) => entry.kind === 'call');
    for (const { call } of calls) {
      expect(call).toMatchObject({
        state: 'ended',
        participants: [{ quality: { measuredMs: expect.any(Number) } }, {}],
      });
      expect(Date.parse(call.endedAt!) - Date.parse(call.startedAt)).toBeGreaterThan(5 * 60_000);
    }
    expect(calls).toHaveLength(3);
  });

  test('its past is in order and behind us, and numbers grow with time', () => {
    for (const { entries, ticket } of views) {
      const times = entries.map((entry) => Date.parse(entry.at));
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(times.at(-1)).toBeLessThan(Date.now());
      expect(ticket.unansweredSince === null || Date.parse(ticket.unansweredSince) < Date.now() - 5 * 60_000).toBe(
        true,
      );
    }
    const byNumber = [...views].sort((a, b) => a.ticket.number - b.ticket.number).map((view) => view.ticket.openedAt);
    expect(byNumber).toEqual([...byNumber].sort());
  });

  test('is what the log tells: the fold of each log is the ticket', async () => {
    const reader: Reader = { kind: 'staff', id: engineer.id, role: 'administrator' };
    for (const view of views) {
      const events = await findEvents(server.platform.db, view.ticket.id, {
        since: 0,
        // Jobs go on: what they did since is not in the view.
        upTo: view.ticket.seq,
        publicOnly: false,
      });
      expect(foldTicketEvents(null, presentEvents(events, reader))).toEqual(view);
    }
  });

  test('the customer sees their own organisation only, and no note', async () => {
    const { tickets } = (await customer.call(listTickets, { query: {} })).body;
    expect(tickets.length).toBeGreaterThan(2);
    expect(new Set(tickets.map((ticket) => ticket.organisation!.name))).toEqual(new Set(['Northwind Events']));
    const seen = await Promise.all(tickets.map(({ id }) => snapshot(customer, id)));
    expect(JSON.stringify(seen)).not.toContain('internal');
  });

  test('its customers are under contract, and whoever only looks can try everything', async () => {
    const { organisations } = (await engineer.call(listOrganisations, { query: {} })).body;
    const agreed = await Promise.all(
      organisations.map(async ({ id, name }) => {
        const { contract } = (await engineer.call(getContract, { params: { id } })).body;
        return [name, contract!.planName.en, contract!.namedContacts.length, contract!.manager?.name ?? null];
      }),
    );
    expect(new Map(agreed.map(([name, ...rest]) => [name, rest]))).toEqual(
      new Map([
        ['Northwind Events', ['Enterprise 7×24', 1, 'Marcus Weber']],
        ['Aurora Auctions', ['Business 7×12', 0, null]],
        ['晨星在线教育', ['Standard 5×8', 0, null]],
      ]),
    );
    const { plan } = (await customer.call(getOwnPlan, {})).body;
    expect(plan).toMatchObject({
      mayRaiseUrgent: true,
      callsLeft: null,
      contract: { manager: { name: 'Marcus Weber' } },
    });
    const { plan: trial } = (await (await newVisitor(server.platform)).call(getOwnPlan, {})).body;
    expect(trial.terms).toMatchObject({ name: { en: 'Trial' }, callsPerYear: null });
    expect(trial.terms.channels).toContain('call');
  });

  test('somebody is on call round the clock, and one night an escalation climbed', async () => {
    const { rotations } = (await engineer.call(listRotations, {})).body;
    expect(rotations.map(({ isDefault, now, next }) => [isDefault, now !== null, next !== null])).toEqual([
      [true, true, true],
      [false, true, true],
    ]);
    const outage = views.find(({ ticket }) => ticket.subject.startsWith('All five stages'))!;
    const { escalations } = (await engineer.call(listTicketEscalations, { params: { id: outage.ticket.id } })).body;
    expect(escalations).toMatchObject([
      { policy: 'Enterprise P0', cause: 'opened', state: 'acknowledged', step: 2, endedBy: { name: 'Marcus Weber' } },
    ]);
    expect(
      escalations[0]!.pages.map(({ step, person, channel, outcome }) => [step, person!.name, channel, outcome]).sort(),
    ).toEqual([
      [1, '陈曦', 'console', 'failed'],
      [1, '陈曦', 'email', 'sent'],
      [2, 'Marcus Weber', 'console', 'failed'],
      [2, 'Marcus Weber', 'email', 'sent'],
    ]);
    // What was answered long ago rings nobody.
    expect((await engineer.call(listMyPages, {})).body.pages).toEqual([]);
  });

  test('the statement of last month has promises kept, some that were not, and credits', async () => {
    const id = demoId('organisation northwind');
    const now = new Date();
    const statement = (await statementOf(
      server.platform.db,
      { id, name: 'Northwind Events' },
      previousMonth(now.toISOString().slice(0, 7)),
      now,
    ))!;
    const { met, total } = statement.attainment.overall;
    expect(total - met).toBe(2);
    expect(met / total).toBeGreaterThanOrEqual(0.9);
    expect(statement.credits).toMatchObject({ percent: 25, amount: { amountMinor: 120_000, currency: 'GBP' } });
    expect(statement.exclusions).toMatchObject([{ because: 'lead' }]);
  });

  test('held drills, from which it learnt, and the next one is planned', async () => {
    const { drills, series } = (await engineer.call(listDrills, {})).body;
    expect(series).toHaveLength(1);
    expect(drills.map(({ state }) => state)).toEqual(['scheduled', 'finished', 'finished', 'finished']);
    const outcomes = drills.map(({ steps }) => steps.map(({ outcome }) => outcome).join(' '));
    const all = 'taken taken taken taken taken taken';
    expect(outcomes).toEqual(['', all, all, 'taken taken taken taken late taken']);
    for (const drill of drills.slice(1)) {
      const { ticket } = views.find((view) => view.ticket.id === drill.ticket!.id)!;
      expect(ticket.drill).toBe(true);
      // What has long been solved is closed at every quarter of an hour, and one may come meanwhile.
      expect(['solved', 'closed']).toContain(ticket.state);
    }
  });

  test('a second start adds nothing', async () => {
    expect(await isToBeSeeded(server.platform.db)).toBe(false);
  });
});

test('a seeding that was cut short is completed by the next start, without doubles', async () => {
  const server = await startTestServer(features(), { env: ANY_PORT, args: ['--empty'] });
  try {
    const { db, log } = server.platform;
    expect(await isToBeSeeded(db)).toBe(true);
    await updateWorkspace(db, { demo: true });
    expect(await isToBeSeeded(db)).toBe(true);
    const seed = () => seedDemo({ db, log, files: files.deps() }, new Date());
    let steps = 0;
    // Dies in the middle of the files of some ticket.
    const put = files.deps().contents.put;
    files.deps().contents.put = async (...args) => {
      steps += 1;
      if (steps === 2) throw new Error('killed');
      return put(...args);
    };
    await expect(seed()).rejects.toThrow('killed');
    files.deps().contents.put = put;
    expect(await isToBeSeeded(db)).toBe(true);
    await seed();
    expect(await isToBeSeeded(db)).toBe(false);
    const rows = await db.selectFrom('ticket').select('id').execute();
    expect(rows).toHaveLength(storiesAt(new Date()).length + DRILLS.length);
  } finally {
    await server.close();
  }
});

test('an empty start stays empty and leads to the first-run page', async () => {
  const server = await startTestServer(features(), { env: { ...ANY_PORT, ALONGSIDE_EMPTY: 'true' } });
  try {
    expect((await loadWorkspace(server.platform.db)).needsSetup).toBe(true);
    expect(server.links.map(({ url }) => url.replace(server.origin, ''))).toEqual(['/demo/', '/portal/', '/console/']);
  } finally {
    await server.close();
  }
});
