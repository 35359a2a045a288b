import { launchChromium, type RunningServer, startServer } from '@alongside/testkit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { signIn } from './api.ts';

const FIRST = 'the password of the first day';
const SECOND = 'the password of the second day';

describe('changing one’s password', () => {
  let server: RunningServer;
  let browser: Browser;
  const staff = { name: 'Ines Engineer', email: 'ines@acme.test', role: 'engineer', password: FIRST };

  beforeAll(async () => {
    server = await startServer();
    browser = await launchChromium();
    const administrator = await signIn(() => server.origin, server.links.console);
    await administrator.request('POST', '/api/staff', staff);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  async function enter(password: string): Promise<Page> {
    const page = await (await browser.newContext({ locale: 'en' })).newPage();
    await page.goto(`${server.origin}/console/`);
    await page.getByLabel('E-mail').fill(staff.email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    return page;
  }

  const desk = (page: Page) => page.getByRole('button', { name: staff.name });

  it('keeps this browser signed in and puts the others out', async () => {
    const here = await enter(FIRST);
    const there = await enter(FIRST);
    await desk(there).waitFor();
    await desk(here).click();
    await here.getByRole('menuitem', { name: 'Change password' }).click();
    const dialog = here.getByRole('dialog', { name: 'Change your password' });
    await dialog.getByLabel('Current password').fill('not this one');
    await dialog.getByLabel('New password').fill(SECOND);
    await dialog.getByRole('button', { name: 'Change password' }).click();
    await dialog.getByText('This is not your current password.').waitFor();
    await dialog.getByLabel('Current password').fill(FIRST);
    await dialog.getByRole('button', { name: 'Change password' }).click();
    await here.getByText('Password changed.').waitFor();
    await dialog.waitFor({ state: 'detached' });

    // Told over the live connection, without a reload.
    await there.getByRole('button', { name: 'Sign in' }).waitFor();
    await here.reload();
    await desk(here).waitFor();
  });

  it('the old one opens nothing any more, the new one does', async () => {
    const page = await enter(FIRST);
    await page.getByText('E-mail or password is wrong.').waitFor();
    await page.getByLabel('Password').fill(SECOND);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await desk(page).waitFor();
  });
});
