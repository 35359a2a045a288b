import { MESSAGE_FILES_MAX } from '@alongside/contracts';
import { launchChromium, type RunningServer, startServer, until } from '@alongside/testkit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

type Ticket = { number: number; subject: string; state: string };

describe('the desk', () => {
  let server: RunningServer;
  let browser: Browser;
  let page: Page;
  let tickets: Ticket[];

  beforeAll(async () => {
    server = await startServer();
    browser = await launchChromium();
    page = await (await browser.newContext({ locale: 'en' })).newPage();
    await page.goto(server.links.console);
    await page.locator('a[href*="/views/"]').first().waitFor();
    const reply = await page.request.get(`${server.origin}/api/tickets?view=all`);
    tickets = ((await reply.json()) as { tickets: typeof tickets }).tickets;
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const field = () => page.getByRole('combobox', { name: 'Search and commands' });
  const first = () => page.getByRole('option').first();

  /** Keeps the answer to a search back. @returns what lets go of each that was asked for */
  async function hold(words: string): Promise<(() => void)[]> {
    const held: (() => void)[] = [];
    await page.route(
      (url) => url.searchParams.get('search') === words,
      async (route) => {
        await new Promise<void>((done) => held.push(done));
        await route.continue();
      },
    );
    return held;
  }

  it('the palette opens what one has typed, not what the words before it found', async () => {
    const [before, wanted] = tickets as [Ticket, Ticket];
    const held = await hold(wanted.subject);
    await page.keyboard.press('ControlOrMeta+k');
    await field().fill(before.subject);
    await first().getByText(`#${before.number}`).waitFor();

    await field().fill(wanted.subject);
    await field().press('Enter');
    await until('the search to be asked', () => held.length > 0);
    expect(await first().textContent()).toContain(`#${before.number}`);
    expect(new URL(page.url()).pathname).not.toContain(`/${before.number}`);
    for (const release of held) release();
    await page.waitForURL((url) => url.pathname.endsWith(`/views/all/${wanted.number}`));
    await field().waitFor({ state: 'detached' });
  });

  it('the palette opens nothing once other words are typed, and at once what the arrow keys point at', async () => {
    const [before, , awaited] = tickets as [Ticket, Ticket, Ticket];
    const held = await hold(awaited.subject);
    await page.keyboard.press('ControlOrMeta+k');
    await field().fill(awaited.subject);
    await field().press('Enter');
    await until('the search to be asked', () => held.length > 0);
    await field().fill(before.subject);
    await first().getByText(`#${before.number}`).waitFor();
    for (const release of held) release();
    await field().press('ArrowDown');
    await field().press('ArrowUp');
    await field().press('Enter');
    await page.waitForURL((url) => url.pathname.endsWith(`/views/all/${before.number}`));
  });

  it('a message that was refused and is discarded goes back with its files, and goes out with them', async () => {
    const ticket = tickets.find(({ state }) => state === 'open');
    await page.goto(`${server.origin}/console/views/all/${ticket!.number}`);
    const refusal = { code: 'forbidden', message: 'Not now.', retry: false };
    const messages = (url: URL) => /^\/api\/tickets\/[^/]+\/messages$/.test(url.pathname);
    await page.route(messages, (route) => route.fulfill({ status: 403, json: { error: refusal } }));
    const text = page.getByRole('textbox', { name: 'Message' });
    const files = page.getByRole('list', { name: 'Attached files' }).getByRole('listitem');
    const timeline = page.getByRole('log');
    await text.waitFor();
    await page
      .locator('input[type=file]')
      .first()
      .setInputFiles({ name: 'encoder.log', mimeType: 'text/plain', buffer: Buffer.from('frame dropped') });
    await files.first().waitFor();
    await text.fill('The log of the encoder.');
    await text.press('Enter');
    await timeline.getByText('Not now.').waitFor();
    expect(await files.count()).toBe(0);

    await text.fill('And something more.');
    const pages = Array.from({ length: MESSAGE_FILES_MAX }, (_, index) => `page-${index}.txt`);
    await page
      .locator('input[type=file]')
      .first()
      .setInputFiles(pages.map((name) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(name) })));
    await files.getByText(pages.at(-1)!).waitFor();
    await timeline.getByRole('button', { name: 'Discard' }).click();
    await files.getByText('encoder.log').waitFor();
    expect(await text.inputValue()).toBe('The log of the encoder.\nAnd something more.');
    const send = page.getByRole('button', { name: 'Send', exact: true });
    await page.getByText(`At most ${MESSAGE_FILES_MAX} files fit into one message.`).waitFor();
    expect(await send.isDisabled()).toBe(true);
    await page.getByRole('button', { name: /^(Remove|Cancel) page-0\.txt$/ }).click();
    await until('the message to fit', () => send.isEnabled());
    await page.unroute(messages);
    await text.press('Enter');
    await timeline.getByRole('link', { name: /encoder\.log/ }).waitFor();
    expect(await files.count()).toBe(0);
    expect(await timeline.getByText('And something more.').count()).toBe(1);
  });

  it('what was fetched for one person is not shown to the next at the same browser', async () => {
    const next = { name: 'Ines Engineer', email: 'ines@acme.test', role: 'engineer', password: 'a password of hers' };
    const made = await page.request.post(`${server.origin}/api/staff`, { headers: { 'x-alongside': '1' }, data: next });
    expect(made.ok()).toBe(true);
    await page.getByRole('link', { name: 'Customers' }).click();
    const people = page.locator('a[href*="/customers/people/"]');
    await people.first().waitFor();

    await page.getByRole('button', { name: 'Priya Nair' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    const contacts = (url: URL) => url.pathname === '/api/contacts';
    const asked = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    await page.route(contacts, async (route) => {
      asked.resolve();
      await answer.promise;
      await route.continue();
    });
    const enter = page.getByRole('button', { name: 'Sign in' });
    await enter.waitFor();
    await page.getByLabel('E-mail').fill(next.email);
    await page.getByLabel('Password').fill(next.password);
    await enter.click();
    await page.getByRole('link', { name: 'Customers' }).click();
    await asked.promise;
    expect(await people.count()).toBe(0);
    answer.resolve();
    await people.first().waitFor();
  });
});
