import { randomUUID } from 'node:crypto';
import type { Drill, DrillReport, Plan, Statement } from '@alongside/contracts';
import { launchChromium, type RunningServer, startServer, until } from '@alongside/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, person, setUpAdministrator, signIn } from './api.ts';
import { type Complaints, EngineerScene } from './scenes.ts';
import { type Findings, inspect, type Look, openLook } from './screens.ts';

/** Both languages, both themes, both widths. */
const LOOKS: Look[] = [
  { locale: 'zh-CN', theme: 'light', width: 1280, height: 800 },
  { locale: 'en', theme: 'dark', width: 360, height: 740 },
];
const PASSWORD = 'correct horse battery';
const MATTER = 'All rooms in Paris show a black screen';
const DRILL = `Drill: ${MATTER}`;

/** A rehearsal told in order; each step stands on the ones before. */
describe('a drill', () => {
  let server: RunningServer;
  let browser: Browser;
  let administrator: Person;
  let lead: EngineerScene;
  let engineer: EngineerScene;
  let enterprise: Plan;
  const organisationId = randomUUID();
  const complaints: Complaints = [];
  const origin = () => server.origin;

  beforeAll(async () => {
    server = await startServer({ args: ['--empty'], env: { RATE_LIMIT_SCALE: '1000' } });
    browser = await launchChromium();
    administrator = await setUpAdministrator(origin);
    const { plans } = await administrator.request<{ plans: Plan[] }>('GET', '/api/plans');
    enterprise = plans.find(({ preset }) => preset === 'enterprise')!;
    lead = await colleague('lead', 'Liam Lead');
    engineer = await colleague('engineer', 'Eve Engineer');
    await underContract();
    await onCall(await idOf('Eve Engineer'));
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it('is planned by a lead, and by nobody else', async () => {
    expect(await engineer.page.getByRole('link', { name: 'Drills' }).count()).toBe(0);
    const { page } = lead;
    await page.getByRole('link', { name: 'On call' }).click();
    await page.getByRole('link', { name: 'Drills' }).click();
    await page.getByText('No drill yet').waitFor();
    await page.getByRole('button', { name: 'Plan a drill…' }).click();
    await page.getByRole('combobox', { name: 'Plan whose promise is tested' }).click();
    await page.getByRole('option', { name: /Enterprise/ }).click();
    await page.getByRole('textbox', { name: 'What the mock customer writes' }).fill(MATTER);
    await page.getByRole('button', { name: 'Start now' }).click();
    await page.getByRole('heading', { name: /^Drill, / }).waitFor();
    await page.getByText('Running', { exact: true }).waitFor();
  });

  it('pages who is on call, who sees that it is a drill and takes it', async () => {
    const { page } = engineer;
    const ringing = page.getByRole('alertdialog').or(page.getByRole('dialog')).filter({ hasText: DRILL });
    await ringing.waitFor();
    await ringing.getByText('Drill', { exact: true }).waitFor();
    await ringing.getByRole('button', { name: 'Acknowledge' }).click();
    // Whoever takes it is led to its ticket.
    await page.waitForURL(/\/console\/views\/all\/\d+$/);
    await stepOf('Acknowledged', /Eve Engineer/);
    await page.getByRole('link', { name: 'Queue' }).click();
    await engineer.openTicket(DRILL);
    await page.getByText('This is a drill. No customer is affected').first().waitFor();
    const marks = page.getByTitle(/A drill: no customer is affected/);
    await until('the mark in the list and in the head of the ticket', async () => (await marks.count()) === 2);
  });

  it('shows the lead each step as it is taken', async () => {
    await engineer.write('We see it, and are on it.');
    await stepOf('First response', /in time.*Eve Engineer/);
    await stepOf('Call joined', /not yet/);
    await engineer.page.getByRole('button', { name: 'Call', exact: true }).click();
    await engineer.page.getByRole('button', { name: 'Start call' }).click();
    await stepOf('Call joined', /Eve Engineer/);
  });

  it('ends in a report against the plan', async () => {
    const { page } = lead;
    await page.getByText('Promise kept').waitFor();
    await page.getByText(/An engineer answered after .* before it was due/).waitFor();
    for (const [step, by] of [
      ['Routed', /Eve Engineer/],
      ['Paged', /Eve Engineer/],
    ] as const)
      await stepOf(step, by);
    await page.getByText('Eve Engineer was paged by console').waitFor();
    await page.getByText('Eve Engineer joined the call').waitFor();
    await engineer.page.getByText('The drill is over: every step was taken. Nothing more to do here').waitFor();
    await page.getByRole('link', { name: 'Drills' }).first().click();
    await page.getByRole('link', { name: /Enterprise.*Promise kept/ }).waitFor();
  });

  it('is in no statement and no report', async () => {
    const [drill] = (await administrator.request<{ drills: Drill[] }>('GET', '/api/drills')).drills;
    const { report } = (await administrator.request<{ report: DrillReport }>('GET', `/api/drills/${drill!.id}`)) as {
      report: DrillReport;
    };
    expect(report.drill.steps.map(({ outcome }) => outcome)).toEqual(Array(6).fill('taken'));
    // An ordinary P0 of a customer under the same plan, beside which it must not stand.
    const asked = await customersP0();
    const month = new Date().toISOString().slice(0, 7);
    const path = `/api/statements/${organisationId}/${month}`;
    const { statement } = await administrator.request<{ statement: Statement }>('GET', path);
    expect(new Set(statement.rows.map(({ ticket }) => ticket.id))).toEqual(new Set([asked]));
    const today = new Date().toISOString().slice(0, 10);
    const behind = `/api/reports/tickets?figure=first_response&from=${today}&to=${today}&timeZone=UTC`;
    const tickets = await until('the report to count the ordinary one', async () => {
      const found = await administrator.request<{ tickets: { id: string }[] }>('GET', behind);
      return found.tickets.length > 0 ? found.tickets : null;
    });
    expect(tickets.map(({ id }) => id)).toEqual([asked]);
  });

  it('repeats, is skipped, and the schedule ends', async () => {
    const { page } = lead;
    await page.getByRole('button', { name: 'Plan a drill…' }).click();
    await page.getByText('Repeating', { exact: true }).click();
    await page.getByText('Tue', { exact: true }).click();
    await page.getByRole('button', { name: 'Plan schedule' }).click();
    const row = page.getByRole('listitem').filter({ hasText: 'Every Tue and Wed, 09:00 – 18:00' });
    await row.waitFor();
    const before = await row.textContent();
    await row.getByRole('button', { name: 'Skip next' }).click();
    await until('the one after it', async () => (await row.textContent()) !== before);
    await row.getByRole('button', { name: 'End schedule' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'End schedule' }).click();
    await row.waitFor({ state: 'detached' });
  });

  it.each(LOOKS)('can be used by everyone: $locale, $theme, $width px', async (look) => {
    const findings: Findings = [];
    const page = await openLook(browser, look, findings, await lead.page.context().storageState());
    await page.goto(`${server.origin}/console/on-call/drills`);
    const done = page.getByRole('link', { name: /Promise kept|达到承诺/ });
    await done.waitFor();
    await inspect(page, look, 'drills', findings);
    await page.getByRole('button', { name: /Plan a drill|安排演练/ }).click();
    await page.getByText(/^(Repeating|重复)$/).click();
    await inspect(page, look, 'plan a drill', findings);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await done.click();
    await page.getByRole('heading', { name: /Each step against the plan|各步骤与方案对照/ }).waitFor();
    await inspect(page, look, 'report of a drill', findings);
    await page.context().close();
    expect(findings).toEqual([]);
  });

  it('leaves no page with an error', () => expect(complaints).toEqual([]));

  async function colleague(role: 'lead' | 'engineer', name: string): Promise<EngineerScene> {
    const account = { email: `${role}@acme.test`, password: PASSWORD };
    await administrator.request('POST', '/api/staff', { name, role, ...account });
    return EngineerScene.signIn(browser, `${server.origin}/console/`, account, complaints);
  }

  async function idOf(name: string): Promise<string> {
    const { staff } = await administrator.request<{ staff: { id: string; name: string }[] }>('GET', '/api/staff');
    return staff.find((one) => one.name === name)!.id;
  }

  /** One person is on call all the time, in the rotation that P0s page, and takes part in routing. */
  async function onCall(id: string): Promise<void> {
    const rotation = randomUUID();
    await administrator.request('POST', '/api/on-call/rotations', {
      id: rotation,
      content: {
        name: 'Video',
        tz: 'UTC',
        layers: [
          {
            id: randomUUID(),
            name: 'Weeks',
            people: [id],
            handover: { every: 'week', at: '09:00' },
            startsOn: '2026-01-05',
          },
        ],
      },
    });
    await administrator.request('POST', `/api/on-call/rotations/${rotation}/default`, {});
    await administrator.request('PUT', `/api/engineers/${id}`, {
      title: { en: 'Video engineer', 'zh-CN': '视频工程师' },
      about: { en: '', 'zh-CN': '' },
      skills: [],
      languages: ['en'],
      photoFileId: null,
      calendarId: null,
      planIds: [],
      capacity: 5,
    });
  }

  async function underContract(): Promise<void> {
    await administrator.request('POST', '/api/organisations', { id: organisationId, name: 'North Works', domains: [] });
    await administrator.request('PUT', `/api/organisations/${organisationId}/contract`, {
      basedOn: 0,
      planId: enterprise.id,
      timeZone: 'UTC',
      startsOn: '2026-01-01',
      monthlyFee: null,
      namedContactIds: [],
      managerId: null,
      reason: 'Signed.',
    });
  }

  /** A customer under contract asks, and is answered. @returns the ticket's id */
  async function customersP0(): Promise<string> {
    const [id, email] = [randomUUID(), 'cleo@north.test'];
    await administrator.request('POST', '/api/contacts', { id: randomUUID(), name: 'Cleo', email, organisationId });
    await person(origin, {}).request('POST', '/api/portal/magic-link', { email, locale: 'en' });
    const link = await until('the mail with the link', async () => {
      const { mails } = await administrator.request<{ mails: { to: string; text: string }[] }>('GET', '/api/mail');
      return mails.find(({ to }) => to === email)?.text.match(/https?:\S+#t=\S+/)?.[0];
    });
    const customer = await signIn(origin, link);
    const message = { id: randomUUID(), body: 'Nothing works any more' };
    const asked = { id, channel: 'portal', priority: 'P0', production: true, message };
    await customer.request('POST', '/api/tickets', asked);
    await administrator.request('POST', `/api/tickets/${id}/messages`, {
      message: { id: randomUUID(), body: 'We look at it.' },
      visibility: 'public',
    });
    return id;
  }

  /** Waits until the lead's page tells a step so. */
  async function stepOf(step: string, told: RegExp): Promise<void> {
    await lead.page.locator('li[data-outcome]').filter({ hasText: step }).filter({ hasText: told }).waitFor();
  }
});
