import { randomUUID } from 'node:crypto';
import {
  getReport,
  getReportGroups,
  listReportTickets,
  REPORT_FIGURES,
  type ReportDimension,
  type ReportFigure,
  type ReportFigures,
} from '@alongside/contracts';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { followed } from '../platform/testing.ts';
import { type Author, postMessage, rateTicket, setState } from '../tickets/actions.ts';
import { authorOf, givenContract, givenPlan, MINUTE_MS, planContent } from '../tickets/clock-testing.ts';
import { excludeTicket } from '../tickets/judge.actions.ts';
import { openTicket } from '../tickets/open.actions.ts';
import { ROLES_OF_READERS, startTestDesk, type TestDesk } from '../tickets/testing.ts';
import { assignTicket } from '../tickets/triage.actions.ts';
import { createStatementsFeature } from './feature.ts';
import { measureMissing } from './measure.actions.ts';

/** A day far ahead of the wall's clock; midnight in Shanghai. */
const DAY = Date.parse('2031-05-11T16:00:00.000Z');
const NOW = new Date(DAY + 3 * 1_440 * MINUTE_MS);
const SCOPE = { from: '2031-05-12', to: '2031-05-13', timeZone: 'Asia/Shanghai' };

let desk: TestDesk;
let [customer, other, engineer, lead] = [] as unknown as [Author, Author, Author, Author];
/** Minutes from the beginning of the first day. */
const clock = (minutes: number) => () => new Date(DAY + minutes * MINUTE_MS);

beforeAll(async () => {
  desk = await startTestDesk([createStatementsFeature(() => NOW)]);
  const { db } = desk.platform;
  [customer, other, engineer, lead] = [
    desk.people.customer,
    desk.people.otherCustomer,
    desk.people.engineer,
    desk.people.lead,
  ].map(authorOf) as [Author, Author, Author, Author];
  await givenContract(db, desk.organisationId, await givenPlan(db, planContent({ first_response: 60 })));

  // Answered after 30, solved with it, rated: first contact.
  const swift = await asks(customer, 0, 'Swift');
  await answers(engineer, swift, 30);
  await setState(db, engineer, swift, 'solved', clock(40));
  await rateTicket(db, customer, swift, { score: 5, comment: '' }, clock(50));
  // Answered after 90: breached. Asked again, answered after 10 more. Solved, and open again the day after.
  const slow = await asks(customer, 60, 'Slow');
  await answers(lead, slow, 150);
  await says(customer, slow, 200);
  await answers(engineer, slow, 210);
  await assignTicket(db, lead, slow, engineer.id, 'en', clock(220));
  await setState(db, engineer, slow, 'solved', clock(240));
  await rateTicket(db, customer, slow, { score: 2, comment: '' }, clock(250));
  await says(customer, slow, 1_500);
  // Another customer's, on the second day, without a contract; never answered.
  await asks(other, 1_600, 'Silent');
  // In no figure.
  const spam = await asks(other, 1_700, 'Buy this');
  await excludeTicket(db, lead, spam, { excluded: true, because: 'spam', note: '' }, 'en', clock(1_701));
  await measureMissing(db, { now: () => NOW });
  // What already has a measure is measured again by the one who follows the tickets.
  await followed(desk.platform, 'statements.measure');
});
afterAll(() => desk?.close());

async function asks(by: Author, minutes: number, subject: string): Promise<string> {
  const id = randomUUID();
  await openTicket(
    desk.platform.db,
    by,
    {
      id,
      subject,
      topic: null,
      priority: 'P2',
      channel: 'portal',
      context: {},
      conversation: 'new',
      message: { id: randomUUID(), body: subject, fileIds: [] },
    },
    'en',
    clock(minutes),
  );
  return id;
}

async function says(by: Author, ticketId: string, minutes: number): Promise<void> {
  const message = { id: randomUUID(), body: 'Word', fileIds: [] };
  await postMessage(desk.platform.db, by, ticketId, message, 'public', clock(minutes));
}
const answers = says;

const report = async (scope: object = {}) =>
  desk.people.lead.call(getReport, { query: { ...SCOPE, ...scope } as never });
const groups = async (by: ReportDimension) =>
  new Map(
    (await desk.people.lead.call(getReportGroups, { query: { ...SCOPE, by } })).body.groups.map((group) => [
      group.key,
      group,
    ]),
  );
const behind = async (figure: ReportFigure, more: object = {}) =>
  (await desk.people.lead.call(listReportTickets, { query: { ...SCOPE, figure, ...more } as never })).body;

/** What a figure says it was made of. */
function countOf(figures: ReportFigures, figure: ReportFigure): number {
  const value = figures[figure];
  return typeof value === 'number' ? value : 'count' in value ? value.count : value.total;
}

describe('the team’s report', () => {
  test('counts what happened, by hand', async () => {
    const { figures, unit, buckets, before } = (await report()).body.report;
    expect(figures).toEqual({
      first_response: { count: 2, medianMs: 60 * MINUTE_MS, p90Ms: 84 * MINUTE_MS },
      next_response: { count: 1, medianMs: 10 * MINUTE_MS, p90Ms: 10 * MINUTE_MS },
      // Solved after 40, of which 10 waited for the customer.
      resolve: { count: 1, medianMs: 30 * MINUTE_MS, p90Ms: 30 * MINUTE_MS },
      first_contact: { part: 1, total: 2 },
      reopened: { part: 1, total: 2 },
      backlog: 2,
      attainment: { met: 1, total: 2 },
      satisfaction: { count: 2, mean: 3.5 },
    });
    expect(unit).toBe('day');
    expect(buckets.map(({ from, figures: of }) => [from, of.first_response.count, of.backlog])).toEqual([
      ['2031-05-12', 2, 0],
      ['2031-05-13', 0, 2],
    ]);
    expect(before).toMatchObject({ from: '2031-05-10', to: '2031-05-11', figures: { backlog: 0 } });
  });

  test('by customer, engineer, priority and topic', async () => {
    const byCustomer = await groups('organisation');
    expect(byCustomer.get(desk.organisationId)).toMatchObject({
      name: 'North Works',
      figures: { first_response: { count: 2 }, backlog: 1 },
    });
    expect(byCustomer.size).toBe(2);
    const byEngineer = await groups('engineer');
    expect(byEngineer.get(engineer.id)).toMatchObject({
      name: 'Eve Engineer',
      figures: { first_response: { count: 1, medianMs: 30 * MINUTE_MS }, next_response: { count: 1 }, backlog: 1 },
    });
    expect(byEngineer.get(lead.id)!.figures.first_response).toMatchObject({ count: 1, medianMs: 90 * MINUTE_MS });
    expect([...(await groups('priority')).keys()]).toEqual(['P2']);
    expect([...(await groups('topic')).keys()]).toEqual(['none']);
  });

  test.each(REPORT_FIGURES)('behind %s are as many tickets as it counts, in all and in every group', async (figure) => {
    const { figures } = (await report()).body.report;
    expect(countOf(figures, figure)).toBeGreaterThan(0);
    expect((await behind(figure)).total).toBe(countOf(figures, figure));
    for (const by of ['organisation', 'engineer', 'priority', 'topic'] as const)
      for (const [key, group] of await groups(by)) {
        const { total, tickets } = await behind(figure, { [by]: key });
        expect([by, key, total]).toEqual([by, key, countOf(group.figures, figure)]);
        expect(tickets).toHaveLength(total);
      }
  });

  test('tells of each ticket what counted', async () => {
    const { tickets } = await behind('attainment');
    expect(tickets.map(({ subject, isPart, target }) => [subject, isPart, target])).toEqual([
      ['Slow', false, 'first_response'],
      ['Swift', true, 'first_response'],
    ]);
    expect((await behind('first_response')).tickets.map(({ value, engineer: by }) => [value, by?.name])).toEqual([
      [90 * MINUTE_MS, 'Liam Lead'],
      [30 * MINUTE_MS, 'Eve Engineer'],
    ]);
    expect((await behind('satisfaction', { offset: 1 })).tickets.map(({ value }) => value)).toEqual([5]);
  });

  test('keeps up with what happens, and measures again what it measured in another way', async () => {
    const { db } = desk.platform;
    const measured = () => db.selectFrom('ticketMeasure').selectAll().orderBy('ticketId').execute();
    const before = await measured();
    await db.updateTable('ticketMeasure').set({ version: 0, resolveMs: 1, counted: true }).execute();
    expect(await measureMissing(db, { now: () => NOW })).toBe(before.length);
    expect(await measured()).toEqual(before);
    const id = await asks(customer, 2_000, 'New');
    await expect.poll(async () => (await measured()).some((row) => row.ticketId === id), { interval: 20 }).toBe(true);
  });

  test('is for leads', async () => {
    for (const reader of ROLES_OF_READERS) {
      const client = desk.people[reader];
      const expected = reader === 'lead' || reader === 'administrator' ? 200 : 403;
      expect((await client.call(getReport, { query: SCOPE })).status).toBe(expected);
      expect((await client.call(getReportGroups, { query: { ...SCOPE, by: 'topic' } })).status).toBe(expected);
      expect((await client.call(listReportTickets, { query: { ...SCOPE, figure: 'backlog' } as never })).status).toBe(
        expected,
      );
      for (const file of ['groups.csv?by=topic&', 'tickets.csv?figure=backlog&']) {
        const url = `/api/reports/${file}${new URLSearchParams(SCOPE)}`;
        const headers = client.bearer === null ? {} : { authorization: `Bearer ${client.bearer}` };
        const reply = await desk.platform.app.inject({ url, cookies: client.cookies, headers });
        expect(reply.statusCode).toBe(expected);
      }
    }
  });

  test.each([
    [{ timeZone: 'Mars/Olympus' }, 'timeZone'],
    [{ from: '2031-05-14', to: '2031-05-13' }, 'to'],
    [{ from: '2020-01-01' }, 'to'],
    [{ from: '2031-07-01', to: '2031-07-02' }, 'from'],
    [{ from: '2031-02-30' }, 'from'],
    [{ engineer: 'somebody' }, 'engineer'],
  ])('refuses %j, naming %s', async (scope, field) => {
    const reply = await report(scope);
    expect([reply.status, reply.error.issues?.map((issue) => issue.field)]).toEqual([422, [field]]);
  });

  test('a period that goes on is cut at today', async () => {
    const { scope } = (await report({ to: '2031-12-31' })).body.report;
    expect(scope.to).toBe('2031-05-15');
  });
});
