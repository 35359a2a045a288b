import { readFile } from 'node:fs/promises';
import { launchChromium, type RunningServer, startServer } from '@alongside/testkit';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { choose } from './choose.ts';
import { type Findings, inspect, type Look, openLook } from './screens.ts';

/** The month before this one, of which the demo company has met and missed promises. */
const lastMonth = (() => {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 15)).toISOString().slice(0, 7);
})();
const monthName = new Intl.DateTimeFormat('en', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
  Date.parse(`${lastMonth}-15T00:00:00Z`),
);
const CUSTOMER = 'Northwind Events';

type Session = Awaited<ReturnType<BrowserContext['storageState']>>;

describe('reports and statements', () => {
  let server: RunningServer;
  let browser: Browser;
  let staff: Session;
  let customer: Session;
  const complaints: string[] = [];

  beforeAll(async () => {
    server = await startServer();
    browser = await launchChromium();
    staff = await signedIn(server.links.console);
    customer = await signedIn(server.links.portal);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  async function signedIn(link: string): Promise<Session> {
    const context = await browser.newContext({ locale: 'en' });
    const page = await context.newPage();
    await page.goto(link);
    await page.locator('a[href*="/views/"], a[href*="/tickets/"]').first().waitFor();
    const session = await context.storageState();
    await context.close();
    return session;
  }

  async function open(session: Session, path: string, viewport = { width: 1280, height: 900 }): Promise<Page> {
    const context = await browser.newContext({
      locale: 'en',
      timezoneId: 'Europe/London',
      storageState: session,
      viewport,
    });
    const page = await context.newPage();
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(server.origin + path);
    return page;
  }

  /** A file as the browser keeps it, and what it is called. */
  async function download(page: Page, link: Locator): Promise<{ name: string; content: Buffer }> {
    const [file] = await Promise.all([page.waitForEvent('download'), link.click()]);
    return { name: file.suggestedFilename(), content: await readFile(await file.path()) };
  }

  it('each figure of the report opens the tickets it was made of', async () => {
    const page = await open(staff, '/console/views/queue');
    await page.getByRole('link', { name: 'Reports' }).click();
    await page.getByRole('button', { name: 'Last 30 days' }).click();
    await page.getByRole('button', { name: 'Last 90 days' }).click();
    await page.keyboard.press('Escape');
    await choose(page.getByRole('radio', { name: /^Attainment/ }));
    await page.getByRole('heading', { name: /^Attainment by/ }).waitFor();
    // Until then it shows the figures of the days chosen before.
    await page.locator('section[aria-labelledby=groups]:not([aria-busy])').waitFor();

    // The table below the chart: one customer's attainment, and the targets behind it.
    const cell = page.getByRole('link', { name: new RegExp(`^${CUSTOMER}, Attainment: `) });
    const [, part, total] = /(\d+) of (\d+)/.exec((await cell.locator('xpath=..').textContent())!)!;
    await cell.click();
    await page.getByText(`${total} targets behind the figure`).waitFor();
    await expect.poll(() => page.getByText('Met', { exact: true }).count()).toBe(Number(part));
    expect(await page.getByText('Breached', { exact: true }).count()).toBe(Number(total) - Number(part));

    // The filter is in sight, and one of the tickets is a click away.
    await page.getByRole('link', { name: `No longer only ${CUSTOMER}` }).waitFor();
    await page
      .getByRole('link', { name: /Nobody can join the overnight rehearsal/ })
      .first()
      .click();
    await page.getByRole('log').waitFor();
    await page.getByRole('heading', { name: 'Nobody can join the overnight rehearsal' }).waitFor();

    // Back where one was.
    await page.goBack();
    await page.getByText(`${total} targets behind the figure`).waitFor();
    await page.context().close();
  });

  it('the chart is walked by keyboard, and says what it shows', async () => {
    const page = await open(staff, '/console/reports?range=90d&figure=first_response');
    const weeks = page
      .getByRole('link', { name: /Median|90% within|–/ })
      .and(page.locator('[href*="/reports/tickets"]'));
    const last = weeks.last();
    await last.waitFor();
    await last.focus();
    const label = await last.getAttribute('aria-label');
    await page.keyboard.press('ArrowLeft');
    const before = page.locator('a:focus');
    expect(await before.getAttribute('aria-label')).not.toBe(label);
    await page.keyboard.press('Home');
    expect(await before.getAttribute('tabindex')).toBe('0');
    await page.keyboard.press('End');
    expect(await before.getAttribute('aria-label')).toBe(label);
    await page.keyboard.press('Enter');
    await page
      .getByText(/answers? behind the figure|No tickets behind this figure/)
      .first()
      .waitFor();

    await page.goBack();
    await choose(page.getByRole('radio', { name: 'Table' }));
    await page.getByRole('columnheader', { name: '90th percentile' }).waitFor();
    await page.context().close();
  });

  it('the figures by engineer are taken along as CSV', async () => {
    const page = await open(staff, '/console/reports?range=90d&by=engineer');
    const { name, content } = await download(page, page.getByRole('link', { name: 'Engineer as CSV' }));
    expect(name).toMatch(/^report-engineer-.*\.csv$/);
    const lines = content.toString('utf8').split('\r\n');
    expect(lines[0]).toContain('First response: median (min)');
    expect(lines.some((line) => line.startsWith('Priya Nair,'))).toBe(true);
    await page.context().close();
  });

  it('the statement tells what was missed and what is owed, and its files come out the same twice', async () => {
    const page = await open(staff, `/console/reports/statements?month=${lastMonth}`);
    await page.getByRole('link', { name: CUSTOMER, exact: true }).click();
    const paper = page.getByRole('article', { name: `Service statement, ${CUSTOMER}, ${monthName}` });
    await paper.waitFor();
    await paper.getByText('£1,200.00').first().waitFor();
    await choose(page.getByRole('radio', { name: /^Breached 2$/ }));
    const rows = paper.getByRole('row').filter({ hasText: 'Breached' });
    expect(await rows.count()).toBe(2);
    await paper.getByText('Their own trial of the form').waitFor();

    for (const kind of ['PDF', 'CSV']) {
      const link = page.getByRole('link', { name: `Statement ${monthName} as ${kind}` });
      const [first, second] = [await download(page, link), await download(page, link)];
      expect(first.name).toBe(`Service statement ${CUSTOMER} ${lastMonth}.${kind.toLowerCase()}`);
      expect(first.content.length).toBeGreaterThan(1_000);
      expect(first.content.equals(second.content)).toBe(true);
    }
    await page.context().close();
  });

  it('a restart of the server changes not a byte of it', async () => {
    const page = await open(staff, '/console/reports/statements');
    const { organisations } = (await (
      await page.request.get(`${server.origin}/api/statements?month=${lastMonth}`)
    ).json()) as { organisations: { id: string }[] };
    const files = async () =>
      Promise.all(
        organisations.flatMap(({ id }) =>
          ['pdf', 'csv'].map(async (kind) => {
            const reply = await page.request.get(
              `${server.origin}/api/statements/${id}/${lastMonth}.${kind}?locale=zh-CN`,
            );
            expect(reply.status()).toBe(200);
            return (await reply.body()).toString('base64');
          }),
        ),
      );
    const before = await files();
    expect(before).toHaveLength(6);
    await server.kill();
    await server.restart();
    expect(await files()).toEqual(before);
    await page.context().close();
  });

  it('a customer reads their own statement, without the team’s words, and nobody else’s', async () => {
    const page = await open(customer, '/portal/');
    await page.getByRole('link', { name: 'Statements' }).click();
    await page.getByRole('link', { name: new RegExp(`^${monthName}`) }).click();
    const paper = page.getByRole('article', { name: `Service statement, ${CUSTOMER}, ${monthName}` });
    await paper.getByText('£1,200.00').first().waitFor();
    expect(await paper.getByText('Their own trial of the form').count()).toBe(0);
    const { content } = await download(page, page.getByRole('link', { name: `Statement ${monthName} as PDF` }));
    expect(content.subarray(0, 5).toString()).toBe('%PDF-');

    // A ticket of theirs is a click away.
    await paper.getByRole('link').first().click();
    await page.getByRole('log').waitFor();

    const lead = await open(staff, '/console/reports/statements');
    const { organisations } = (await (await lead.request.get(`${server.origin}/api/statements`)).json()) as {
      organisations: { id: string; name: string }[];
    };
    for (const { id, name } of organisations)
      for (const path of ['', `/${lastMonth}`, `/${lastMonth}.pdf`, `/${lastMonth}.csv`, '/summaries']) {
        const reply = await page.request.get(`${server.origin}/api/statements/${id}${path}`);
        expect([name, path, reply.status()]).toEqual([name, path, name === CUSTOMER ? 200 : 404]);
      }
    await Promise.all([page.context().close(), lead.context().close()]);
  });

  it.each<Look>([
    { locale: 'zh-CN', theme: 'light', width: 1280, height: 800 },
    { locale: 'en', theme: 'dark', width: 360, height: 740 },
  ])('everyone can use the screens: $locale, $theme, $width px', async (look) => {
    const findings: Findings = [];
    const page = await openLook(browser, look, findings, staff);
    await page.goto(`${server.origin}/console/reports?range=90d`);
    await page.locator('table').first().waitFor();
    await inspect(page, look, 'report', findings);
    await page.goto(`${server.origin}/console/reports/tickets?range=90d&figure=attainment`);
    await page.locator('main a[href*="/views/all/"]').first().waitFor();
    await inspect(page, look, 'report tickets', findings);
    await page.goto(`${server.origin}/console/reports/statements?month=${lastMonth}`);
    const statements = page.locator('a[href*="/reports/statements/"]');
    await statements.first().waitFor();
    await inspect(page, look, 'statements', findings);
    await page.getByRole('link', { name: CUSTOMER, exact: true }).click();
    await page.getByRole('article').waitFor();
    await inspect(page, look, 'statement', findings);
    await page.context().close();

    const portal = await openLook(browser, look, findings, customer);
    await portal.request.patch(`${server.origin}/api/me`, {
      headers: { 'x-alongside': '1' },
      data: { locale: look.locale, theme: look.theme },
    });
    await portal.goto(`${server.origin}/portal/statements`);
    await portal.locator('a[href*="/portal/statements/"]').first().waitFor();
    await inspect(portal, look, 'portal statements', findings);
    await portal.goto(`${server.origin}/portal/statements/${lastMonth}`);
    await portal.getByRole('article').waitFor();
    await inspect(portal, look, 'portal statement', findings);
    await portal.context().close();
    expect(findings).toEqual([]);
  });

  it('no page complained', () => expect(complaints).toEqual([]));
});
