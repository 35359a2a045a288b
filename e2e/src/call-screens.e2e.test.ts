import { randomUUID } from 'node:crypto';
import { launchChromium, type RunningServer, startServer, until } from '@alongside/testkit';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Findings, inspect, type Look, openLook } from './screens.ts';

const WORDS = {
  en: {
    call: 'Call',
    startCall: 'Start call',
    withVideo: 'With video',
    share: 'Share screen',
    zoomIn: 'Zoom in',
    fit: 'Fit to window',
    fullScreen: 'Full screen',
    exitFullScreen: 'Leave full screen',
    pip: 'Picture in picture',
    leaveMenu: 'Leave or end',
    end: 'End for everyone',
    shared: 'Shared screen',
    health: 'How the call goes',
    hideChat: 'Hide the chat',
    showChat: 'Show the chat',
  },
  'zh-CN': {
    call: '通话',
    startCall: '开始通话',
    withVideo: '视频接听',
    share: '共享屏幕',
    zoomIn: '放大',
    fit: '适应窗口',
    fullScreen: '全屏',
    exitFullScreen: '退出全屏',
    pip: '画中画',
    leaveMenu: '离开或结束',
    end: '结束所有人的通话',
    shared: '共享的屏幕',
    health: '通话状况',
    hideChat: '隐藏聊天',
    showChat: '显示聊天',
  },
};

// The customer's look; the engineer is always at a desk's width.
const LOOKS: Look[] = [
  { locale: 'zh-CN', theme: 'dark', width: 1280, height: 800 },
  { locale: 'en', theme: 'light', width: 360, height: 740 },
];

describe('the screens of a call can be used by everyone', () => {
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

  for (const look of LOOKS)
    it(`${look.locale}, ${look.theme}, ${look.width} px`, async () => {
      const findings: Findings = [];
      const desk: Look = { ...look, width: Math.max(look.width, 1_280), height: 800 };
      const theirs = await openCallLook(browser, look, findings, customer);
      const ours = await openCallLook(browser, desk, findings, staff);
      try {
        await callStory({ server, theirs, ours, look, desk, findings });
      } catch (error) {
        findings.push(String(error));
      }
      await theirs.context().close();
      await ours.context().close();
      expect(findings).toEqual([]);
    });

  it('the first-run page', async () => {
    const empty = await startServer({ args: ['--empty'] });
    const findings: Findings = [];
    for (const look of [...LOOKS, { locale: 'en', theme: 'light', width: 3_840, height: 2_160 } satisfies Look]) {
      const page = await openLook(browser, look, findings);
      await page.goto(`${empty.origin}/console/`);
      await page.locator('input[type=password]').waitFor();
      await inspect(page, look, 'console first run', findings);
      await page.context().close();
    }
    await empty.close();
    expect(findings).toEqual([]);
  });
});

type Session = Awaited<ReturnType<BrowserContext['storageState']>>;
type Story = {
  server: RunningServer;
  theirs: Page;
  ours: Page;
  look: Look;
  desk: Look;
  findings: Findings;
};

async function callStory({ server, theirs, ours, look, desk, findings }: Story): Promise<void> {
  const words = WORDS[look.locale];
  const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
  for (const page of [theirs, ours])
    await page.request.patch(`${server.origin}/api/me`, {
      headers: { 'x-alongside': '1' },
      data: { locale: look.locale, theme: look.theme },
    });
  const id = randomUUID();
  const opened = await theirs.request.post(`${server.origin}/api/tickets`, {
    headers: { 'x-alongside': '1' },
    data: { id, channel: 'portal', message: { id: randomUUID(), body: 'The preview stutters.' } },
  });
  expect(opened.status()).toBe(200);
  const { number } = (await opened.json()) as { number: number };
  await theirs.goto(`${server.origin}/portal/tickets/${number}`);
  // Browsers hold sound back until the person has touched the page.
  await theirs.getByRole('log').click();
  await ours.goto(`${server.origin}/console/views/all/${number}`);
  await ours.getByRole('log').waitFor();

  for (const popup of await ours.locator('main button[aria-haspopup]:visible').all()) {
    await popup.click();
    const opens = ours.locator('[role=menu], [role=listbox], [role=dialog]').filter({ visible: true });
    await opens.first().waitFor();
    await inspect(ours, desk, `console menu ${await popup.textContent()}`, findings);
    await ours.keyboard.press('Escape');
    await opens.first().waitFor({ state: 'detached' });
  }

  await button(ours, words.call).click();
  await button(ours, words.startCall).waitFor();
  await inspect(ours, desk, 'call preview', findings);
  await button(ours, words.startCall).click();
  await button(theirs, words.withVideo).waitFor();
  await until('the ring to be heard', () => theirs.evaluate(() => document.documentElement.dataset.soundsPlayed));
  await inspect(theirs, look, 'call incoming', findings, theirs, { pulses: true });
  await button(theirs, words.withVideo).click();
  await button(theirs, words.share).waitFor();
  await inspect(theirs, look, 'call live customer', findings, theirs, { pulses: true });
  await button(theirs, words.share).click();
  const screen = ours.getByRole('application', { name: new RegExp(words.shared) });
  await screen.waitFor();
  await inspect(ours, desk, 'call shared screen', findings, ours, { pulses: true });

  await button(ours, words.zoomIn).click();
  await button(ours, words.zoomIn).click();
  await until('the screen to be nearer', async () => (await scaleOf(screen)) > 1.5);
  await inspect(ours, desk, 'call shared screen nearer', findings, ours, { pulses: true });
  await screen.focus();
  await ours.keyboard.press('0');
  await until('all of the screen again', async () => (await scaleOf(screen)) === 1);

  const isFull = () => ours.evaluate(() => document.fullscreenElement !== null);
  await button(ours, words.fullScreen).click();
  await until('full screen', isFull);
  await inspect(ours, desk, 'call full screen', findings, ours, { pulses: true });
  await button(ours, words.exitFullScreen).click();
  await until('the window again', async () => !(await isFull()));

  const isFloating = () => ours.evaluate(() => document.pictureInPictureElement !== null);
  await button(ours, words.pip).click();
  await until('the picture to float', isFloating);
  await button(ours, words.pip).click();
  await until('the picture to be back', async () => !(await isFloating()));

  // Both ends have been measured meanwhile: each has its row of numbers and its picture, and the media engine too where
  // it saw something.
  const health = ours.getByRole('region', { name: words.health });
  await health.locator('svg polyline').first().waitFor({ state: 'attached' });
  await until('both to be measured', async () => (await health.locator('[data-health]').count()) >= 2);
  await inspect(ours, desk, 'call health', findings, ours, { pulses: true });
  // It stays where the conversation is hidden, where the pictures fill the screen, and where there is little room.
  await button(ours, words.hideChat).click();
  await ours.getByRole('log').waitFor({ state: 'hidden' });
  expect(await health.isVisible()).toBe(true);
  await inspect(ours, desk, 'call health without chat', findings, ours, { pulses: true });
  await ours.keyboard.press('f');
  await until('full screen', isFull);
  expect(await health.isVisible()).toBe(true);
  await ours.keyboard.press('f');
  await until('the window again', async () => !(await isFull()));
  const fold = health.getByRole('button', { name: words.health });
  await ours.keyboard.press('g');
  await until('it to be folded', async () => (await fold.getAttribute('aria-expanded')) === 'false');
  expect(await health.locator('[data-health]:visible').count()).toBeGreaterThanOrEqual(2);
  await inspect(ours, desk, 'call health folded', findings, ours, { pulses: true });
  const narrow: Look = { ...desk, width: 360, height: 740 };
  await ours.setViewportSize(narrow);
  await inspect(ours, narrow, 'call health folded', findings, ours, { pulses: true });
  await ours.keyboard.press('g');
  await until('it to be open', async () => (await fold.getAttribute('aria-expanded')) === 'true');
  await inspect(ours, narrow, 'call health without chat', findings, ours, { pulses: true });
  await ours.setViewportSize(desk);
  await button(ours, words.showChat).click();

  for (const page of [theirs, ours])
    expect(
      await page.evaluate(() => document.documentElement.dataset.soundDevices),
      'for the ring, and the library’s own',
    ).toBe('2');

  await button(ours, words.leaveMenu).click();
  await ours.getByRole('menuitem', { name: words.end }).waitFor();
  await inspect(ours, desk, 'call leave menu', findings, ours, { pulses: true });
  await ours.getByRole('menuitem', { name: words.end }).click();
  await button(theirs, words.share).waitFor({ state: 'detached' });
  await inspect(theirs, look, 'call over customer', findings);
  await inspect(ours, desk, 'call over engineer', findings);

  // What was measured is judged, and left in the ticket for the team alone.
  const evidence = /^(?:Call|通话) · \d\d:\d\d · /;
  const judged = ours.getByRole('log').getByText(evidence);
  await judged.waitFor();
  await until('the evidence to be there', () => judged.evaluate((element) => element.closest('[aria-busy]') === null));
  await inspect(ours, desk, 'call evidence', findings);
  expect(await theirs.getByRole('log').getByText(evidence).count()).toBe(0);
}

/** How near a shared screen is drawn: 1 shows all of it. */
async function scaleOf(screen: ReturnType<Page['getByRole']>): Promise<number> {
  return screen.evaluate((element) => new DOMMatrix(getComputedStyle(element.firstElementChild!).transform).a);
}

/** A page that may use camera and microphone, and that counts the sounds it plays by itself and its sound devices. */
async function openCallLook(browser: Browser, look: Look, findings: Findings, session: Session): Promise<Page> {
  const page = await openLook(browser, look, findings, session);
  await page.context().grantPermissions(['camera', 'microphone']);
  await page.addInitScript(() => {
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function counted(when?: number) {
      if (this.context.state === 'running') document.documentElement.dataset.soundsPlayed = 'yes';
      start.call(this, when);
    };
    window.AudioContext = class extends AudioContext {
      constructor(options?: AudioContextOptions & { sinkId?: unknown }) {
        super(options);
        const { dataset } = document.documentElement;
        if (!options?.sinkId) dataset.soundDevices = String(Number(dataset.soundDevices ?? 0) + 1);
      }
    };
  });
  return page;
}

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
