import { launchChromium, type RunningServer, startServer, until } from '@alongside/testkit';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { choose } from './choose.ts';
import { type Findings, inspect, type Look, openLook } from './screens.ts';

// The first two show each screen in both languages, both themes and both widths. The narrow one is English: its words are
// longer. E2E_LOOKS=all looks at the others too.
const ALL_LOOKS: Look[] = [
  { locale: 'zh-CN', theme: 'light', width: 1280, height: 800 },
  { locale: 'en', theme: 'dark', width: 360, height: 740 },
  { locale: 'en', theme: 'light', width: 360, height: 740 },
  { locale: 'zh-CN', theme: 'dark', width: 1280, height: 800 },
  { locale: 'en', theme: 'light', width: 3840, height: 2160 },
];
const LOOKS = process.env.E2E_LOOKS === 'all' ? ALL_LOOKS : ALL_LOOKS.slice(0, 2);
const SETTINGS = ['workspace', 'topics', 'widget', 'identity', 'team', 'mail', 'calendars', 'plans', 'routing'];

describe('every screen can be used by everyone', () => {
  let server: RunningServer;
  let browser: Browser;
  let staff: Session;
  let customer: Session;

  beforeAll(async () => {
    server = await startServer();
    browser = await launchChromium();
    staff = await signedIn(browser, server.links.console);
    customer = await signedIn(browser, server.links.portal);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  for (const look of LOOKS) {
    const title = `${look.locale}, ${look.theme}, ${look.width} px`;

    it(`console: ${title}`, async () => {
      const findings: Findings = [];
      const at = `${server.origin}/console/`;
      await visit(look, findings, undefined, async (page) => {
        await page.goto(at);
        await page.locator('input[type=password]').waitFor();
        await inspect(page, look, 'console sign-in', findings);
      });
      await visit(look, findings, staff, async (page) => {
        await page.goto(`${at}views/all`);
        const rows = page.locator('a[href*="/views/all/"]');
        await rows.first().waitFor();
        await inspect(page, look, 'console all tickets', findings);
        for (const [keys, name] of [
          ['t', 'console new ticket'],
          ['?', 'console keys'],
          ['ControlOrMeta+k', 'console palette'],
        ] as const) {
          await page.keyboard.press(keys);
          await page.getByRole('dialog').waitFor();
          await inspect(page, look, name, findings);
          await page.keyboard.press('Escape');
          await page.getByRole('dialog').waitFor({ state: 'detached' });
        }
        await page.getByRole('button', { name: /(Administrator|管理员)$/ }).click();
        await page.getByRole('menuitem', { name: /^(Change password|修改密码)$/ }).click();
        await page.getByRole('dialog').waitFor();
        await inspect(page, look, 'console password', findings);
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'detached' });
        await rows.first().click();
        await page.getByRole('log').waitFor();
        await inspect(page, look, 'console ticket', findings);
        for (const section of SETTINGS) {
          await page.goto(`${at}settings/${section}`);
          await page.locator('#settings-title').waitFor();
          await inspect(page, look, `console settings ${section}`, findings);
        }
        for (const [section, open] of [
          ['calendars', /office hours|工作时间/],
          ['plans', /Enterprise|企业版/],
        ] as const) {
          await page.goto(`${at}settings/${section}`);
          await page.getByRole('link', { name: open }).click();
          await page.getByRole('button', { name: /^(Save|保存)$/ }).waitFor();
          await inspect(page, look, `console settings ${section} one`, findings);
        }
        await page.getByRole('tab', { name: /customer|客户/ }).click();
        await inspect(page, look, 'console plan as customers read it', findings);
        await page.goto(`${at}settings/team`);
        await page.getByRole('tab', { name: /^(Skills|技能)$/ }).click();
        await page.getByRole('table').waitFor();
        await inspect(page, look, 'console team skills', findings);
        await page.goto(`${at}profile`);
        await page.getByRole('complementary').waitFor();
        await inspect(page, look, 'console profile', findings);
        for (const tab of ['now', 'rotations', 'my-pages']) {
          await page.goto(`${at}on-call/${tab}`);
          await page.locator('main h2').first().waitFor();
          await inspect(page, look, `console on call ${tab}`, findings);
        }
        await page.goto(`${at}customers`);
        const people = page.locator('a[href*="/customers/people/"]');
        const organisations = page.locator('a[href*="/customers/organisations/"]');
        await people.or(organisations).first().waitFor();
        await inspect(page, look, 'console customers', findings);
        for (const [path, name] of [
          [await firstOf(page, 'contacts', 'people'), 'console contact'],
          [await firstOf(page, 'organisations', 'organisations'), 'console organisation'],
        ] as const) {
          await page.goto(at + path);
          await rows.first().waitFor();
          await inspect(page, look, name, findings);
        }
        await page.goto(`${at}nowhere`);
        await inspect(page, look, 'console lost', findings);
      });
      expect(findings).toEqual([]);
    });

    it(`portal: ${title}`, async () => {
      const findings: Findings = [];
      const at = `${server.origin}/portal/`;
      await visit(look, findings, undefined, async (page) => {
        await page.goto(at);
        await page.locator('input[type=email]').waitFor();
        await inspect(page, look, 'portal sign-in', findings);
      });
      await visit(look, findings, customer, async (page) => {
        // One's own choice follows one to every device, so it is what counts here.
        await page.request.patch(`${server.origin}/api/me`, {
          headers: { 'x-alongside': '1' },
          data: { locale: look.locale, theme: look.theme },
        });
        await page.goto(at);
        const rows = page.locator('main a[href*="/portal/tickets/"]');
        await rows.first().waitFor();
        await inspect(page, look, 'portal requests', findings);
        await rows.first().click();
        await page.getByRole('log').waitFor();
        await inspect(page, look, 'portal request', findings);
        await page.goto(`${at}new`);
        await page.getByRole('textbox').first().waitFor();
        await inspect(page, look, 'portal new request', findings);
        await page.goto(`${at}profile`);
        await page.getByRole('textbox').first().waitFor();
        await inspect(page, look, 'portal profile', findings);
        await page.goto(`${at}plan`);
        await page.locator('main dl').first().waitFor();
        await inspect(page, look, 'portal plan', findings);
        await page.goto(`${at}plan/choose`);
        await choose(page.locator('main input[type=radio]').first());
        await page.locator('#recommended').waitFor();
        await inspect(page, look, 'portal plan choose', findings);
        await page.goto(`${at}new`);
        await choose(page.getByRole('radio', { name: /Everything stands still|完全无法使用/ }));
        await page.getByText(/We open it as|将按/).waitFor();
        await inspect(page, look, 'portal urgent request', findings);
        await page.goto(`${at}nowhere`);
        await inspect(page, look, 'portal lost', findings);
      });
      expect(findings).toEqual([]);
    });

    it(`widget and demo: ${title}`, async () => {
      const findings: Findings = [];
      await visit(look, findings, undefined, async (page) => {
        await page.addInitScript(({ locale, theme }) => {
          localStorage.setItem('lumen.language', locale);
          localStorage.setItem('lumen.theme', theme);
        }, look);
        await page.goto(server.links.demo);
        const launcher = page.getByRole('button', {
          name: look.locale === 'zh-CN' ? '获取帮助' : 'Get help',
          exact: true,
        });
        await launcher.waitFor();
        await inspect(page, look, 'demo', findings);
        await launcher.click();
        const frame = await until('the widget’s frame', () =>
          page.frames().find((one) => /\/widget\//.test(one.url())),
        );
        await frame.getByRole('textbox').first().waitFor();
        await inspect(page, look, 'widget home', findings, frame);
        await frame.getByRole('textbox').first().fill('The preview stutters.');
        await frame.locator('main form button[type=submit]').click();
        await frame.getByRole('radio').first().waitFor();
        await inspect(page, look, 'widget new request', findings, frame);
        await frame.locator('form button[type=submit]').click();
        await frame.getByRole('log').waitFor();
        await inspect(page, look, 'widget conversation', findings, frame);
      });
      expect(findings).toEqual([]);
    });
  }

  async function visit(
    look: Look,
    findings: Findings,
    session: Session | undefined,
    walk: (page: Page) => Promise<void>,
  ): Promise<void> {
    const page = await openLook(browser, look, findings, session);
    // What was found before a screen did not come is often why it did not.
    await walk(page).catch((error: Error) => findings.push(`${page.url()}: ${error.message}`));
    await page.context().close();
  }
});

type Session = Awaited<ReturnType<BrowserContext['storageState']>>;

async function signedIn(browser: Browser, link: string): Promise<Session> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(link);
  await until('the session', async () => (await context.cookies()).length > 0);
  await page.getByRole('navigation').first().waitFor();
  const session = await context.storageState();
  await context.close();
  return session;
}

/** The console's address, below its root, of one of the customers. */
async function firstOf(page: Page, list: 'contacts' | 'organisations', folder: string): Promise<string> {
  const reply = await page.request.get(new URL(`/api/${list}`, page.url()).href);
  expect(reply.status()).toBe(200);
  const rows = ((await reply.json()) as Record<string, { id: string }[]>)[list]!;
  return `customers/${folder}/${rows[0]!.id}`;
}
