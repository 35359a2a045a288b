import { randomUUID } from 'node:crypto';
import { until } from '@alongside/testkit';
import type { Browser, BrowserContext, Frame, Page } from 'playwright-core';
import { choose } from './choose.ts';
import { watchMedia } from './media.ts';

/** Errors a page printed that are nobody's expected outcome; a story ends by finding none. */
export type Complaints = string[];

// A request that fails while the server is down or refuses is logged by the browser itself; the stories provoke those.
const EXPECTED = /Failed to load resource|WebSocket connection to|net::ERR_|the server responded with a status/;

async function newPage(
  browser: Browser,
  who: string,
  complaints: Complaints,
  options: Parameters<Browser['newContext']>[0],
): Promise<Page> {
  const context: BrowserContext = await browser.newContext({
    locale: 'en-GB',
    permissions: ['camera', 'microphone'],
    ...options,
  });
  await watchMedia(context);
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(`${who}: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !EXPECTED.test(message.text())) complaints.push(`${who}: ${message.text()}`);
  });
  return page;
}

/** The customer on the host page, with our widget in it. */
export class CustomerScene {
  readonly page: Page;
  private constructor(page: Page) {
    this.page = page;
  }

  static async open(browser: Browser, demoLink: string, complaints: Complaints, options = {}): Promise<CustomerScene> {
    const page = await newPage(browser, 'customer', complaints, { viewport: { width: 1280, height: 860 }, ...options });
    await page.goto(demoLink);
    return new CustomerScene(page);
  }

  /** The widget's own document; a reload makes a new one. */
  async frame(): Promise<Frame> {
    return until('the widget’s frame', () =>
      this.page.frames().find((frame) => /\/widget\//.test(frame.url()) && !frame.isDetached()),
    );
  }

  async openWidget(): Promise<Frame> {
    await this.page.getByRole('button', { name: 'Get help', exact: true }).click();
    return this.frame();
  }

  /** Describes the trouble, says how bad it is, looks at what is sent along, sends. */
  async ask(body: string, urgency: RegExp): Promise<{ sentAlong: string }> {
    const frame = await this.openWidget();
    await frame.getByRole('textbox', { name: 'Describe what is wrong' }).fill(body);
    await frame.getByRole('button', { name: 'Ask for help' }).click();
    await choose(frame.getByRole('radio', { name: urgency }));
    await frame.getByRole('button', { name: /What we send along/ }).click();
    const sentAlong = await until('the facts that are sent along', async () => {
      const text = await frame.locator('form').textContent();
      return text?.includes('Time zone') ? text : null;
    });
    await frame.getByRole('button', { name: 'Send', exact: true }).click();
    return { sentAlong };
  }

  async write(body: string): Promise<void> {
    const frame = await this.frame();
    await frame.getByRole('textbox', { name: 'Message' }).fill(body);
    await frame.getByRole('button', { name: 'Send', exact: true }).click();
  }
}

/** An engineer at the desk. */
export class EngineerScene {
  readonly page: Page;
  private constructor(page: Page) {
    this.page = page;
  }

  static async open(
    browser: Browser,
    consoleLink: string,
    complaints: Complaints,
    who = 'engineer',
  ): Promise<EngineerScene> {
    const page = await newPage(browser, who, complaints, { viewport: { width: 1440, height: 900 } });
    await page.goto(consoleLink);
    await page.getByRole('navigation').first().waitFor();
    return new EngineerScene(page);
  }

  static async signIn(
    browser: Browser,
    consoleLink: string,
    account: { email: string; password: string },
    complaints: Complaints,
  ): Promise<EngineerScene> {
    const page = await newPage(browser, 'second engineer', complaints, { viewport: { width: 1440, height: 900 } });
    await page.goto(consoleLink);
    await page.getByLabel('E-mail').fill(account.email);
    await page.getByLabel('Password').fill(account.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('navigation').first().waitFor();
    return new EngineerScene(page);
  }

  /** A new colleague, made by the first engineer, who has to be allowed to. */
  static async another(
    browser: Browser,
    origin: string,
    first: EngineerScene,
    complaints: Complaints,
  ): Promise<EngineerScene> {
    const account = {
      name: 'Maya Patel',
      email: `maya-${randomUUID()}@lumen.test`,
      role: 'engineer',
      password: randomUUID(),
    };
    await first.page.evaluate(async (body) => {
      const reply = await fetch('/api/staff', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-alongside': 'staff' },
        body: JSON.stringify(body),
      });
      if (!reply.ok) throw new Error(`the colleague was refused: ${reply.status}`);
    }, account);
    return EngineerScene.signIn(browser, `${origin}/console/`, account, complaints);
  }

  async openTicket(text: string): Promise<void> {
    await this.page.getByText(text).first().click();
    await this.page.getByRole('textbox', { name: 'Message' }).waitFor();
  }

  async write(body: string): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Message' }).fill(body);
    await this.page.getByRole('button', { name: 'Send', exact: true }).click();
  }
}
