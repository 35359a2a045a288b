import { randomUUID } from 'node:crypto';
import { launchChromium, type RunningServer, startServer, until } from '@alongside/testkit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTicket, type Person, person, setUpAdministrator, visitor } from './api.ts';
import { givenDefaultPlan } from './plans.ts';
import { type Findings, inspect, type Look, openLook } from './screens.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const PASSWORD = 'a long enough password';
const DESK: Look = { locale: 'en', theme: 'light', width: 1280, height: 860 };

/** What an enterprise is promised, round the clock; nothing for P0, which would ring through every console. */
const PROMISES = {
  P1: { first_response: 30 * MINUTE_MS, next_response: 30 * MINUTE_MS, update: HOUR_MS, resolve: 4 * HOUR_MS },
  P2: { first_response: 2 * HOUR_MS, resolve: 24 * HOUR_MS },
  P3: { first_response: 24 * HOUR_MS, resolve: 72 * HOUR_MS },
};

describe('the clock of a ticket', () => {
  let server: RunningServer;
  let browser: Browser;
  let administrator: Person;
  let customer: Person;
  let session: Awaited<ReturnType<ReturnType<Page['context']>['storageState']>>;
  const origin = () => server.origin;
  const findings: Findings = [];

  beforeAll(async () => {
    server = await startServer({ args: ['--empty'], env: { RATE_LIMIT_SCALE: '1000' } });
    browser = await launchChromium();
    administrator = await setUpAdministrator(origin);
    await givenDefaultPlan(administrator, PROMISES, { name: { en: 'Enterprise 7×24', 'zh-CN': '企业版 7×24' } });
    const lead = { name: 'Lea Lead', email: 'lea@acme.test', role: 'lead', password: PASSWORD };
    await administrator.request('POST', '/api/staff', lead);
    const page = await (await browser.newContext({ locale: 'en' })).newPage();
    await page.goto(`${server.origin}/console/`);
    await page.getByLabel('E-mail').fill(lead.email);
    await page.getByLabel('Password').fill(lead.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('navigation').first().waitFor();
    session = await page.context().storageState();
    await page.context().close();
    customer = await visitor(origin);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const row = (page: Page, text: string) => page.locator('a[data-number]').filter({ hasText: text });
  const clock = (page: Page) =>
    page
      .locator('header')
      .getByRole('button')
      .filter({ has: page.locator('[data-tone]') });

  async function deskWith(text: string, look: Look = DESK): Promise<Page> {
    const page = await openLook(browser, look, findings, session);
    await page.goto(`${server.origin}/console/views/all`);
    await row(page, text).first().click();
    await page.getByRole('textbox', { name: look.locale === 'en' ? 'Message' : '消息' }).waitFor();
    return page;
  }
  async function choose(page: Page, item: string): Promise<void> {
    await page.getByRole('button', { name: 'More for this ticket' }).click();
    await page.getByRole('menuitem', { name: item }).click();
  }
  const story = (page: Page) => page.getByRole('region', { name: 'Promises' });

  it('sorts the queue by what is due next, and says so', async () => {
    await openTicket(customer, 'An ordinary matter');
    const urgent = await openTicket(customer, 'Production is down');
    await administrator.request('POST', `/api/tickets/${urgent}/priority`, { priority: 'P1', reason: 'All of it' });
    const page = await openLook(browser, DESK, findings, session);
    await page.goto(`${server.origin}/console/views/queue`);
    await page.getByText('What is due next comes first').waitFor();
    await row(page, 'Production is down')
      .getByText('29m', { exact: true })
      .or(row(page, 'Production is down').getByText('30m', { exact: true }))
      .waitFor();
    const subjects = await page.locator('a[data-number]').allInnerTexts();
    expect(subjects.map((text) => /down|ordinary/.exec(text)?.[0])).toEqual(['down', 'ordinary']);
    await page.context().close();
  });

  it('is met by a reply, paused with its reason while the customer is asked, and told why', async () => {
    const page = await deskWith('Production is down');
    await clock(page)
      .getByText(/to first response/)
      .first()
      .waitFor();
    await page.getByRole('textbox', { name: 'Message' }).fill('Which region is it?');
    await page.getByRole('button', { name: 'Send', exact: true }).click();
    // The reply turns it to the customer: what is left to promise stands still.
    await clock(page).getByText('resolution paused').or(clock(page).getByText('update paused')).first().waitFor();
    await clock(page).click();
    await story(page)
      .getByText(/^Paused .*: waiting for the customer\.$/)
      .waitFor();
    await story(page).getByText(/^met/).waitFor();
    await story(page)
      .getByText(/^answered \d\d:\d\d$/)
      .waitFor();
    await story(page).getByText('Enterprise 7×24').waitFor();
    await story(page).getByText('Round the clock').waitFor();
    await inspect(page, DESK, 'console clock story', findings);
    await page.keyboard.press('Escape');
    expect(await row(page, 'Production is down').locator('[data-tone="paused"]').count()).toBe(1);
    await page.context().close();
  });

  it('lowered, shows what moves and wants a reason', async () => {
    await openTicket(customer, 'Only one viewer');
    const page = await deskWith('Only one viewer');
    await page.getByRole('combobox', { name: /^Priority/ }).click();
    await page.getByRole('option', { name: /^P3/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Change the priority: P2 → P3' });
    await dialog.getByRole('region', { name: 'What it changes' }).getByRole('listitem').nth(1).waitFor();
    const change = dialog.getByRole('button', { name: 'Change' });
    expect(await change.isDisabled()).toBe(true);
    await dialog.getByLabel('Reason').fill('A single viewer on an old phone');
    await change.click();
    await page.getByText('changed the priority: P2 → P3 (A single viewer on an old phone)').waitFor();
    await page.context().close();
  });

  it('is split, merged, left out of the figures and counted again by the menu', async () => {
    const id = await openTicket(customer, 'Echo in the room');
    const message = { id: randomUUID(), body: 'And the invoice is wrong, too' };
    await customer.request('POST', `/api/tickets/${id}/messages`, { message });
    const page = await deskWith('Echo in the room');

    await choose(page, 'Split off a message');
    await page.getByRole('dialog').getByText(message.body).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Split off' }).click();
    await page.getByRole('heading', { name: message.body }).waitFor();
    await page.getByText(/split this off from #\d+/).waitFor();

    await choose(page, 'Mark as spam');
    await page.getByRole('dialog').getByRole('button', { name: 'Mark as spam' }).click();
    await page.getByText('took this ticket out of the figures (spam)').waitFor();
    await choose(page, 'Count in the figures again');
    await page.getByRole('dialog').getByRole('button', { name: 'Count again' }).click();
    await page.getByText('put this ticket back into the figures').waitFor();
    await clock(page).waitFor();

    await choose(page, 'Merge into another ticket');
    const dialog = page.getByRole('dialog', { name: 'Merge into another ticket' });
    await dialog.getByPlaceholder('Number, subject or words').fill('Echo in');
    await dialog.getByText('Echo in the room').click();
    await dialog.getByRole('button', { name: 'Merge', exact: true }).click();
    await page.getByRole('heading', { name: 'Echo in the room' }).waitFor();
    await page.getByText(/merged #\d+ “And the invoice is wrong, too” into this/).waitFor();
    await page.context().close();
  });

  it('is put under another plan and recalculated by a lead, each with a reason on record', async () => {
    const page = await deskWith('An ordinary matter');
    await choose(page, 'Switch the plan');
    const dialog = page.getByRole('dialog', { name: 'Switch the plan' });
    await dialog.getByRole('combobox').click();
    await page.getByRole('option', { name: 'No plan' }).click();
    await dialog.getByText('no longer due').first().waitFor();
    await dialog.getByLabel('Reason').fill('A trial account');
    await dialog.getByRole('button', { name: 'Switch' }).click();
    await page.getByText('under the plan “no plan”: A trial account').waitFor();
    await choose(page, 'Recalculate the clock');
    await page.getByRole('dialog').getByText('No promise changes.').waitFor();
    await page.getByRole('dialog').getByLabel('Reason').fill('A holiday was missing');
    await page.getByRole('dialog').getByRole('button', { name: 'Recalculate' }).click();
    await page.getByText('had the clock recalculated: A holiday was missing').waitFor();
    await page.context().close();
  });

  it('speaks Chinese, on a phone, in the dark', async () => {
    const look: Look = { locale: 'zh-CN', theme: 'dark', width: 360, height: 740 };
    const page = await deskWith('Only one viewer', look);
    await clock(page)
      .getByText(/^首次响应剩余/)
      .first()
      .waitFor();
    await clock(page).click();
    const told = page.getByRole('region', { name: 'SLA 计时' });
    await told.getByText('正在计时，全天候不间断。').waitFor();
    await told.getByText('企业版 7×24').waitFor();
    await inspect(page, look, 'console clock story', findings);
    await page.context().close();
  });

  it('tells the customer by when they are answered and why it stands still, and none of the team’s reasons', async () => {
    const cara = { id: randomUUID(), name: 'Cara Customer', email: 'cara@customer.test' };
    await administrator.request('POST', '/api/contacts', cara);
    const nobody = person(origin, {});
    await nobody.request('POST', '/api/portal/magic-link', { email: cara.email, locale: 'en' });
    const mail = await until('the sign-in mail', async () => {
      const { mails } = await administrator.request<{ mails: { to: string; text: string }[] }>('GET', '/api/mail');
      return mails.find(({ to }) => to.includes(cara.email));
    });
    const look: Look = { locale: 'en', theme: 'light', width: 360, height: 740 };
    const page = await openLook(browser, look, findings);
    await page.goto(/https?:\S+/.exec(mail.text)![0]);
    await page.getByRole('heading', { name: 'My requests' }).waitFor();
    const cookies = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
    const id = await openTicket(person(origin, { cookie: cookies }), 'No picture on two screens');
    const row = page.getByRole('link').filter({ hasText: 'No picture on two screens' });
    await row.getByText(/^We answer by /).waitFor();
    await row.click();
    await page.getByText(/^We answer by .* \(your time\)$/).waitFor();
    await inspect(page, look, 'portal due line', findings);
    await administrator.request('POST', `/api/tickets/${id}/recalculation`, { reason: 'An inner matter' });
    await administrator.request('POST', `/api/tickets/${id}/messages`, {
      message: { id: randomUUID(), body: 'Which screens are they?' },
    });
    await page.getByText('We are waiting for your answer. The clock stands still until then.').waitFor();
    expect(await page.getByRole('log').textContent()).not.toMatch(/recalculated|inner matter/);
    await page.context().close();
  });

  it('and nothing on these screens is broken', () => {
    expect(findings).toEqual([]);
  });
});
