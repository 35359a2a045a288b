import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  getStatement,
  type Locale,
  listStatementOrganisations,
  listStatementSummaries,
  listStatements,
  SYSTEM_ACTOR,
} from '@alongside/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createOrganisation, updateOrganisation } from '../customers/organisation.actions.ts';
import { updateWorkspace } from '../people/actions.ts';
import type { Client } from '../people/testing.ts';
import { setContract } from '../plans/contract.actions.ts';
import type { Author } from '../tickets/actions.ts';
import { postMessage, setState } from '../tickets/actions.ts';
import { authorOf, givenPlan, MINUTE_MS, planContent } from '../tickets/clock-testing.ts';
import { excludeTicket } from '../tickets/judge.actions.ts';
import { openTicket } from '../tickets/open.actions.ts';
import { splitTicket } from '../tickets/split.actions.ts';
import { ROLES_OF_READERS, startTestDesk, type TestDesk } from '../tickets/testing.ts';
import { createStatementsFeature } from './feature.ts';
import { statementPdf } from './statement-pdf.ts';

const run = promisify(execFile);
const HOUR_MS = 60 * MINUTE_MS;
/** Far ahead of the wall's clock, as in clock-testing.ts. */
const MONTH = '2031-05';
/** Where May ends in Shanghai. */
const END = Date.parse('2031-05-31T16:00:00.000Z');

let desk: TestDesk;
let now = new Date(0);
let [customer, engineer, lead] = [] as unknown as [Author, Author, Author];

beforeAll(async () => {
  desk = await startTestDesk([createStatementsFeature(() => now)]);
  [customer, engineer, lead] = [desk.people.customer, desk.people.engineer, desk.people.lead].map(authorOf) as [
    Author,
    Author,
    Author,
  ];
  const planId = await givenPlan(
    desk.platform.db,
    planContent(
      { first_response: 60, resolve: 600 },
      { creditTiers: [{ below: 0.95, percent: 10 }], name: { en: 'Gold', 'zh-CN': '金牌' } },
    ),
  );
  await setContract(
    desk.platform.db,
    SYSTEM_ACTOR,
    desk.organisationId,
    {
      basedOn: 0,
      planId,
      timeZone: 'Asia/Shanghai',
      startsOn: '2031-03-01',
      monthlyFee: { amountMinor: 12_345, currency: 'CNY' },
      namedContactIds: [],
      managerId: null,
      reason: 'Signed.',
    },
    'en',
    new Date('2031-03-10T00:00:00Z'),
  );
  await answered(Date.parse('2031-05-06T01:00:00Z'), 30, '=cmd|" /C calc"!A0');
  // Breached in the last millisecond of the month, and in the first of the next.
  await answered(END - 1 - HOUR_MS, 90, 'Last of May');
  await answered(END - HOUR_MS, 90, 'First of June');
  const drawn = await answered(Date.parse('2031-05-07T01:00:00Z'), 30, 'A test of our own');
  await excludeTicket(
    desk.platform.db,
    lead,
    drawn,
    { excluded: true, because: 'lead', note: 'They tested.' },
    'en',
    () => new Date('2031-05-08T01:00:00Z'),
  );
});
afterAll(() => desk?.close());
beforeEach(() => {
  now = new Date(END + 3 * HOUR_MS);
});

/** A ticket that is answered and solved after so many minutes. @returns its id */
async function answered(at: number, minutes: number, subject: string): Promise<string> {
  const { db } = desk.platform;
  const id = randomUUID();
  const clock = (after: number) => () => new Date(at + after * MINUTE_MS);
  await openTicket(
    db,
    customer,
    {
      id,
      subject,
      topic: null,
      priority: 'P2',
      channel: 'portal',
      context: {},
      conversation: 'new',
      message: { id: randomUUID(), body: 'The pump has stopped', fileIds: [] },
    },
    'en',
    clock(0),
  );
  await postMessage(db, engineer, id, { id: randomUUID(), body: 'We look', fileIds: [] }, 'public', clock(minutes));
  await setState(db, engineer, id, 'solved', clock(minutes));
  return id;
}

const statement = async (client: Client, month = MONTH) =>
  client.call(getStatement, { params: { organisationId: desk.organisationId, month } });

async function file(client: Client, kind: 'csv' | 'pdf', { month = MONTH, locale = 'en' } = {}) {
  return desk.platform.app.inject({
    method: 'GET',
    url: `/api/statements/${desk.organisationId}/${month}.${kind}?locale=${locale}`,
    cookies: client.cookies,
    headers: client.bearer === null ? {} : { authorization: `Bearer ${client.bearer}` },
  });
}

const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');

describe('who may read it', () => {
  const MAY: Record<(typeof ROLES_OF_READERS)[number], number> = {
    customer: 200,
    colleague: 200,
    otherCustomer: 404,
    visitor: 404,
    engineer: 403,
    lead: 200,
    administrator: 200,
  };
  test.each(ROLES_OF_READERS)('%s', async (reader) => {
    const client = desk.people[reader];
    const params = { organisationId: desk.organisationId };
    const statuses = [
      (await statement(client)).status,
      (await client.call(listStatements, { params })).status,
      (await client.call(listStatementSummaries, { params, query: {} })).status,
      (await file(client, 'csv')).statusCode,
      (await file(client, 'pdf')).statusCode,
    ];
    expect(statuses).toEqual(Array(5).fill(MAY[reader]));
    const all = await client.call(listStatementOrganisations, { query: {} });
    expect(all.status).toBe(reader === 'lead' || reader === 'administrator' ? 200 : 403);
  });

  test('nobody without a session', async () => {
    const reply = await desk.platform.app.inject({ url: `/api/statements/${desk.organisationId}/${MONTH}.pdf` });
    expect(reply.statusCode).toBe(401);
  });

  test('the team’s words about an exclusion stay with the team; files can be handed on, whoever made them', async () => {
    const [theirs, ours] = await Promise.all([statement(desk.people.customer), statement(desk.people.lead)]);
    expect(ours.body.statement.exclusions).toMatchObject([{ because: 'lead', note: 'They tested.', targets: 2 }]);
    expect(theirs.body.statement.exclusions).toMatchObject([{ because: 'lead', note: '', targets: 2 }]);
    const [theirPdf, ourPdf] = await Promise.all([file(desk.people.customer, 'pdf'), file(desk.people.lead, 'pdf')]);
    expect(theirPdf.rawPayload.equals(ourPdf.rawPayload)).toBe(true);
    const said = await statementPdf(ours.body.statement, 'en');
    expect(said.equals(ourPdf.rawPayload)).toBe(false);
  });
});

describe('what it says', () => {
  test('a month ends where it ends in the contract’s zone, to the millisecond', async () => {
    const breached = async (month: string) => {
      const { rows } = (await statement(desk.people.lead, month)).body.statement;
      return rows.filter(({ outcome }) => outcome === 'breached').map(({ ticket, dueAt }) => [ticket.subject, dueAt]);
    };
    expect(await breached('2031-05')).toEqual([['Last of May', '2031-05-31T15:59:59.999Z']]);
    expect(await breached('2031-06')).toEqual([['First of June', '2031-05-31T16:00:00.000Z']]);
  });

  test('what is owed follows from what was met; what is excluded is in neither number', async () => {
    const { body } = await statement(desk.people.customer);
    expect(body.statement).toMatchObject({
      timeZone: 'Asia/Shanghai',
      from: '2031-04-30T16:00:00.000Z',
      to: '2031-05-31T16:00:00.000Z',
      provisional: false,
      contract: { planName: { en: 'Gold' }, monthlyFee: { amountMinor: 12_345 } },
      // First of the first ticket, its solution, and the one that was late; the solution of that fell into June.
      attainment: { overall: { met: 2, total: 3 } },
      credits: { percent: 10, amount: { amountMinor: 1_235, currency: 'CNY' } },
    });
    expect(body.statement.rows.filter(({ outcome }) => outcome === 'excluded')).toHaveLength(2);
  });

  test('the running month is told up to the present, and changes', async () => {
    now = new Date('2031-05-06T01:15:00Z');
    const early = (await statement(desk.people.customer)).body.statement;
    expect(early).toMatchObject({ provisional: true, madeUpTo: now.toISOString(), rows: [] });
    now = new Date('2031-05-06T01:45:00Z');
    expect((await statement(desk.people.customer)).body.statement.rows).toHaveLength(2);
  });

  test('months begin with the first contract and end with the present', async () => {
    const params = { organisationId: desk.organisationId };
    const { months } = (await desk.people.customer.call(listStatements, { params })).body;
    expect(months).toEqual([
      { month: '2031-06', provisional: true },
      { month: '2031-05', provisional: false },
      { month: '2031-04', provisional: false },
      { month: '2031-03', provisional: false },
    ]);
    for (const month of ['2031-02', '2031-07']) expect((await statement(desk.people.lead, month)).status).toBe(404);
    const bad = await statement(desk.people.lead, '2031-13');
    expect([bad.status, bad.error.issues?.[0]?.field]).toEqual([422, 'month']);
  });

  test('summaries say the same in short', async () => {
    const params = { organisationId: desk.organisationId };
    const all = (await desk.people.customer.call(listStatementSummaries, { params, query: {} })).body;
    expect(all.more).toBe(false);
    expect(all.summaries.map(({ month }) => month)).toEqual(['2031-06', '2031-05', '2031-04', '2031-03']);
    const may = {
      month: MONTH,
      provisional: false,
      planName: { en: 'Gold', 'zh-CN': '金牌' },
      attainment: { met: 2, total: 3 },
      credits: { percent: 10, amount: { amountMinor: 1_235, currency: 'CNY' } },
      excluded: 2,
    };
    expect(all.summaries[1]).toEqual(may);
    const { summaries } = (
      await desk.people.customer.call(listStatementSummaries, { params, query: { before: MONTH } })
    ).body;
    expect(summaries.map(({ month }) => month)).toEqual(['2031-04', '2031-03']);
    const listed = (await desk.people.lead.call(listStatementOrganisations, { query: { month: MONTH } })).body;
    expect(listed.organisations).toEqual([{ id: desk.organisationId, name: 'North Works', ...may }]);
    expect(listed.months).toEqual(['2031-06', '2031-05', '2031-04', '2031-03']);
  });

  test('an organisation nothing was agreed with has none', async () => {
    const id = randomUUID();
    await createOrganisation(desk.platform.db, { id, name: 'Free Works', domains: [] }, 'en');
    const params = { organisationId: id };
    expect((await desk.people.lead.call(listStatements, { params })).body.months).toEqual([]);
    const reply = await desk.people.lead.call(getStatement, { params: { ...params, month: MONTH } });
    expect(reply.status).toBe(404);
    expect((await desk.people.lead.call(listStatements, { params: { organisationId: randomUUID() } })).status).toBe(
      404,
    );
  });
});

describe('files', () => {
  test('bear names and types, and are never kept by a cache', async () => {
    const { headers } = await file(desk.people.customer, 'pdf', { locale: 'zh-CN' });
    expect(headers).toMatchObject({ 'content-type': 'application/pdf', 'cache-control': 'no-store' });
    expect(decodeURIComponent(String(headers['content-disposition']))).toContain('服务月报 North Works 2031-05.pdf');
    expect((await file(desk.people.customer, 'csv')).headers['content-type']).toBe('text/csv; charset=utf-8');
  });

  test('a subject that is a formula is a text in the table', async () => {
    const { body } = await file(desk.people.lead, 'csv');
    expect(body).toContain(`,"'=cmd|"" /C calc""!A0",`);
    expect(body).toContain('2031-05-06T09:00:00.000+08:00');
  });

  test.each(['en', 'zh-CN'] as const)('another process in another zone makes the same bytes (%s)', async (locale) => {
    const made = {
      csv: await file(desk.people.lead, 'csv', { locale }),
      pdf: await file(desk.people.lead, 'pdf', { locale }),
    };
    expect(await madeElsewhere(locale)).toEqual({
      csv: sha256(made.csv.rawPayload),
      pdf: sha256(made.pdf.rawPayload),
    });
  });

  test('nothing that happens later changes them', async () => {
    const { db } = desk.platform;
    const before = [await file(desk.people.lead, 'csv'), await file(desk.people.lead, 'pdf')];
    const [row] = (await statement(desk.people.lead)).body.statement.rows;
    const later = () => new Date(END + 2 * HOUR_MS);
    await postMessage(
      db,
      customer,
      row!.ticket.id,
      { id: randomUUID(), body: 'It is back', fileIds: [] },
      'public',
      later,
    );
    await excludeTicket(db, lead, row!.ticket.id, { excluded: true, because: 'lead', note: 'Ours' }, 'en', later);
    await updateOrganisation(db, desk.organisationId, { name: 'Norther Works' }, 'en');
    await updateWorkspace(db, { name: 'Another name' });
    now = new Date(END + 90 * 24 * HOUR_MS);
    const after = [await file(desk.people.lead, 'csv'), await file(desk.people.lead, 'pdf')];
    expect(after.map(({ rawPayload }) => sha256(rawPayload))).toEqual(
      before.map(({ rawPayload }) => sha256(rawPayload)),
    );
    expect((await statement(desk.people.lead)).body.statement.organisation.name).toBe('North Works');
    expect((await statement(desk.people.lead, '2031-06')).body.statement.organisation.name).toBe('Norther Works');
  });

  test('a ticket that is split off later belongs to later statements, whenever it began', async () => {
    const { db } = desk.platform;
    const ticketId = await answered(Date.parse('2031-04-06T01:00:00Z'), 30, 'Two things');
    const message = { id: randomUUID(), body: 'And the valve leaks', fileIds: [] };
    await postMessage(db, customer, ticketId, message, 'public', () => new Date('2031-04-08T01:00:00Z'));
    now = new Date('2031-09-20T00:00:00Z');
    const rowsOf = async (month: string) => (await statement(desk.people.lead, month)).body.statement.rows;
    const before = await file(desk.people.lead, 'csv', { month: '2031-04' });
    const split = { id: randomUUID(), messageId: message.id };
    await splitTicket(db, engineer, ticketId, split, 'en', () => new Date('2031-08-10T01:00:00Z'));
    const after = await file(desk.people.lead, 'csv', { month: '2031-04' });
    expect(after.body).toBe(before.body);
    const told = (await rowsOf('2031-08')).filter(({ ticket }) => ticket.id === split.id);
    expect(told.map(({ target, outcome, startAt }) => [target, outcome, startAt])).toEqual([
      ['first_response', 'breached', '2031-04-08T01:00:00.000Z'],
      ['resolve', 'breached', '2031-04-08T01:00:00.000Z'],
    ]);
    expect((await rowsOf('2031-09')).filter(({ ticket }) => ticket.id === split.id)).toEqual([]);
  });
});

/** The digests of the files another process makes from the same log, with another clock, zone and language. */
async function madeElsewhere(locale: Locale): Promise<{ csv: string; pdf: string }> {
  const moduleUrl = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
  const { types: _, ...connection } = desk.platform.connection;
  const script = `
    import { createHash } from 'node:crypto';
    const { openDatabase } = await import(${moduleUrl('../platform/database/database.ts')});
    const { silentLog } = await import(${moduleUrl('../platform/log/logger.ts')});
    const { statementForCustomer } = await import('@alongside/desk');
    const { statementOf } = await import(${moduleUrl('./make-statement.ts')});
    const { statementPdf } = await import(${moduleUrl('./statement-pdf.ts')});
    const { statementCsv } = await import(${moduleUrl('./statement-csv.ts')});
    const database = await openDatabase(${JSON.stringify(connection)}, 2, silentLog());
    const organisation = { id: '${desk.organisationId}', name: 'Whatever it is called now' };
    const statement = statementForCustomer(await statementOf(database.db, organisation, '${MONTH}', new Date('2039-01-01T00:00:00Z')));
    const digest = (content) => createHash('sha256').update(content).digest('hex');
    console.log(JSON.stringify({
      csv: digest(statementCsv(statement, '${locale}')),
      pdf: digest(await statementPdf(statement, '${locale}')),
    }));
    await database.close();`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    env: { ...process.env, TZ: 'America/St_Johns', LANG: 'de_DE.UTF-8' },
  });
  return JSON.parse(stdout);
}
