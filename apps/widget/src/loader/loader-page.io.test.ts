import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { accessibilityViolations, launchChromium } from '@alongside/testkit';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { build, type InlineConfig } from 'vite';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loaderBuild, watchBuild } from '../../loader-build.ts';

/** A page that means no harm but whose style sheet was written without thinking of guests. */
const HOSTILE_CSS = `
  * { display: none !important; opacity: 0 !important; visibility: hidden !important; }
  html, body, main, h1, p, a { display: block !important; opacity: 1 !important; visibility: visible !important; }
  body * { position: static !important; z-index: -1 !important; transform: scale(3) !important; }
  iframe { width: 1px !important; height: 1px !important; } button { font-size: 90px !important; }
`;

/** The other end of the conversation: tells what it hears, says what the test asks it to. */
const FRAME = `
  const host = new URLSearchParams(location.hash.slice(1)).get('host');
  const say = (message) => parent.postMessage({ alongside: 1, ...message }, host);
  window.heard = [];
  window.say = say;
  addEventListener('message', (event) => window.heard.push({ origin: event.origin, ...event.data }));
  say({ type: 'ready' });
`;

describe('the loader in a page', () => {
  const asked: string[] = [];
  let browser: Browser;
  let desk: Server;
  let host: Server;
  let deskOrigin: string;
  let hostOrigin: string;
  let isBlocked = false;

  beforeAll(async () => {
    const [code, watch] = await Promise.all([loaderBuild, watchBuild].map((make) => built(make('dist', false))));
    desk = await listen((path) => {
      asked.push(path);
      if (path === '/widget/loader.js') return { type: 'text/javascript', body: code! };
      if (path === '/widget/watch.js') return { type: 'text/javascript', body: watch!, isForOthers: true };
      if (path === '/widget/frame.js') return { type: 'text/javascript', body: FRAME };
      return {
        type: 'text/html',
        ...(isBlocked ? { policy: "frame-ancestors 'self'" } : {}),
        body: '<!doctype html><html lang="en"><title>Help</title><main><h1>Help</h1><button id="first">In the frame</button></main><script src="/widget/frame.js"></script></html>',
      };
    });
    deskOrigin = originOf(desk);
    // As strict as a host can be and still embed us.
    const policy = `default-src 'none'; script-src 'self' ${deskOrigin}; style-src 'self'; frame-src ${deskOrigin}; require-trusted-types-for 'script'`;
    host = await listen((path) =>
      path === '/style.css'
        ? { type: 'text/css', body: HOSTILE_CSS }
        : {
            type: 'text/html',
            policy,
            body: `<!doctype html><html lang="en" dir="${path === '/rtl' ? 'rtl' : 'ltr'}"><title>Shop</title><meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/style.css"><body><main><h1>Shop</h1><p>Text</p></main><script src="${deskOrigin}/widget/loader.js" data-app-version="7.1" async></script></body></html>`,
          },
    );
    hostOrigin = originOf(host);
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser?.close();
    for (const server of [desk, host]) server?.close();
  });

  beforeEach(() => {
    asked.length = 0;
  });

  async function visit(path = '/?token=s3cret&room=7', options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, ...options });
    const page = await context.newPage();
    await page.goto(hostOrigin + path);
    await launcher(page).waitFor();
    return page;
  }

  const launcher = (page: Page) => page.locator('alongside-widget .launcher');
  const panel = (page: Page) => page.locator('alongside-widget .panel');
  const isOpen = (page: Page) => page.locator('alongside-widget [data-open]').count();

  async function frameOf(page: Page) {
    await page.waitForFunction(() => document.querySelector('alongside-widget')?.shadowRoot?.querySelector('iframe'));
    const element = await page.locator('alongside-widget iframe').elementHandle();
    const frame = await element?.contentFrame();
    if (!frame) throw new Error('no frame');
    await frame.waitForFunction(() => (window as never as { heard: unknown[] }).heard?.length > 0);
    return frame;
  }

  it('asks the desk for nothing but itself until it is opened', async () => {
    const page = await visit();
    await page.waitForLoadState('networkidle');
    expect(asked).toEqual(['/widget/loader.js']);
    await launcher(page).click();
    await frameOf(page);
    expect(asked).toContain('/widget/');
    await page.context().close();
  });

  it('says why nothing is shown where the desk does not let this site show it', async () => {
    const page = await visit('/?blocked');
    const warning = page.waitForEvent('console', (message) => message.type() === 'warning');
    isBlocked = true;
    await launcher(page).click();
    expect((await warning).text()).toContain(`If ${hostOrigin} is one of your sites, allow it`);
    isBlocked = false;
    await page.context().close();
  });

  it('survives a hostile style sheet and a strict policy', async () => {
    const page = await visit();
    const button = await launcher(page).boundingBox();
    expect(button).toMatchObject({ width: 60, height: 60 });
    expect(button!.x + 60).toBeLessThanOrEqual(1200);
    await launcher(page).click();
    await frameOf(page);
    await expect.poll(async () => (await panel(page).boundingBox())?.width).toBe(416);
    const inside = await page.locator('alongside-widget iframe').boundingBox();
    expect(inside!.height).toBeGreaterThan(500);
    await page.context().close();
  });

  it('tells the frame what the page tells about itself, without its secrets', async () => {
    const page = await visit();
    await launcher(page).click();
    const frame = await frameOf(page);
    const heard = await frame.evaluate(() => (window as never as { heard: Record<string, never>[] }).heard.at(-1));
    expect(heard).toMatchObject({
      origin: hostOrigin,
      alongside: 1,
      type: 'host',
      state: { visible: true, entered: true, mode: 'panel' },
    });
    expect(heard!.state).toMatchObject({ facts: { pageTitle: 'Shop', appVersion: '7.1' } });
    expect(JSON.stringify(heard)).toContain('room=7');
    expect(JSON.stringify(heard)).not.toContain('s3cret');
    await page.context().close();
  });

  it('measures a call of the page when asked to, and hands the samples to the frame', async () => {
    const page = await visit();
    expect(asked).not.toContain('/widget/watch.js');
    await page.evaluate(() => {
      const alongside = (window as never as { Alongside: (...words: unknown[]) => unknown }).Alongside;
      alongside('watch', new RTCPeerConnection(), { label: 'Lesson 42' });
    });
    const frame = await frameOf(page);
    expect(asked).toContain('/widget/watch.js');
    const wanted = (what: string) =>
      frame.waitForFunction((sought) => {
        type Heard = { type: string; id: number; request: { what: string; about: { label: string }; batch: object } };
        const { heard, say } = window as never as { heard: Heard[]; say: (m: object) => void };
        const found = heard.find(({ type, request }) => type === 'watch' && request.what === sought);
        if (!found) return null;
        const reply = { goOn: true, sendEveryMs: 10_000 };
        say({ type: 'watch-answer', id: found.id, answer: { ok: true, reply } });
        return found.request;
      }, what);
    expect(await (await wanted('start')).jsonValue()).toMatchObject({
      about: { label: 'Lesson 42', appVersion: '7.1' },
    });
    expect(await (await wanted('send')).jsonValue()).toMatchObject({ batch: { number: 0 } });
    expect(await isOpen(page)).toBe(0);
    await page.context().close();
  });

  it('obeys the frame and nobody else', async () => {
    const page = await visit();
    await launcher(page).click();
    const frame = await frameOf(page);
    await page.evaluate(() => window.postMessage({ alongside: 1, type: 'close' }, '*'));
    // A message to oneself arrives in order: once this one is here, the forged one has been read.
    await page.evaluate(
      () =>
        new Promise((resolve) => {
          addEventListener('message', (event) => event.data === 'after' && resolve(null));
          window.postMessage('after', '*');
        }),
    );
    expect(await isOpen(page)).toBe(1);
    await frame.evaluate(() => (window as never as { say: (m: object) => void }).say({ type: 'close' }));
    await expect.poll(() => isOpen(page)).toBe(0);
    await page.context().close();
  });

  it('is open again after the page was left and entered anew, and closed for a new tab', async () => {
    const page = await visit();
    await launcher(page).click();
    await frameOf(page);
    await page.goto(`${hostOrigin}/next`);
    const frame = await frameOf(page);
    expect(await isOpen(page)).toBe(1);
    // Nobody opened it here: it leaves the keys to the page until somebody does.
    const heard = () => frame.evaluate(() => (window as never as { heard: Record<string, never>[] }).heard.at(-1));
    expect((await heard())!.state).toMatchObject({ visible: true, entered: false });
    await launcher(page).click();
    await launcher(page).click();
    await expect.poll(async () => (await heard())!.state).toMatchObject({ visible: true, entered: true });
    const other = await page.context().newPage();
    await other.goto(hostOrigin);
    await launcher(other).waitFor();
    expect(await isOpen(other)).toBe(0);
    await page.context().close();
  });

  it('stands on the other side of a page that is read from right to left', async () => {
    const page = await visit('/rtl');
    expect((await launcher(page).boundingBox())!.x).toBeLessThan(100);
    await launcher(page).click();
    await frameOf(page);
    expect((await panel(page).boundingBox())!.x).toBeLessThan(100);
    await page.context().close();
  });

  it('covers a phone, keeps the focus inside, and gives it back', async () => {
    const page = await visit('/', { viewport: { width: 360, height: 700 } });
    await launcher(page).click();
    const frame = await frameOf(page);
    await expect.poll(() => panel(page).boundingBox()).toMatchObject({ x: 0, y: 0, width: 360, height: 700 });
    expect(await panel(page).getAttribute('aria-modal')).toBe('true');
    for (let press = 0; press < 6; press++) await page.keyboard.press('Tab');
    const focused = await page.evaluate(
      () => document.querySelector('alongside-widget')?.shadowRoot?.activeElement?.tagName,
    );
    expect(focused).toBe('IFRAME');
    await frame.evaluate(() => (window as never as { say: (m: object) => void }).say({ type: 'close' }));
    await expect.poll(() => launcher(page).evaluate((element) => element.matches(':focus'))).toBe(true);
    await page.context().close();
  });

  it('leaves the focus in the page when the frame closes what nobody was in', async () => {
    const page = await visit();
    await launcher(page).click();
    const frame = await frameOf(page);
    await page.evaluate(() => {
      const link = document.createElement('a');
      link.href = '#';
      document.querySelector('main')!.append(link);
      link.focus();
    });
    await frame.evaluate(() => (window as never as { say: (m: object) => void }).say({ type: 'close' }));
    await expect.poll(() => isOpen(page)).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('A');
    await page.context().close();
  });

  it('shows how much is new, and says it to those who do not see it', async () => {
    const page = await visit();
    await launcher(page).click();
    const frame = await frameOf(page);
    await frame.evaluate(() => (window as never as { say: (m: object) => void }).say({ type: 'unread', count: 3 }));
    await launcher(page).click();
    await expect.poll(() => launcher(page).getAttribute('aria-label')).toBe('Get help (3 new)');
    expect(await page.locator('alongside-widget .badge').textContent()).toBe('3');
    await page.context().close();
  });

  it('has no accessibility violation, closed or open', async () => {
    const page = await visit();
    expect(await accessibilityViolations(page)).toEqual([]);
    await launcher(page).click();
    await frameOf(page);
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.context().close();
  });

  it('forgets on shutdown and leaves nothing behind', async () => {
    const page = await visit();
    await launcher(page).click();
    const frame = await frameOf(page);
    await frame.evaluate(() => {
      const { say, heard } = window as never as { say: (m: object) => void; heard: { type: string }[] };
      say({ type: 'returning' });
      addEventListener('message', () => heard.at(-1)?.type === 'forget' && say({ type: 'forgotten' }));
    });
    await expect.poll(() => page.evaluate(() => localStorage.getItem('alongside'))).not.toBeNull();
    await page.evaluate(() => (window as never as { Alongside: (name: string) => void }).Alongside('shutdown'));
    await expect.poll(() => page.locator('alongside-widget').count()).toBe(0);
    expect(await page.evaluate(() => localStorage.getItem('alongside'))).toBeNull();
    await page.context().close();
  });
});

type Reply = { type: string; body: string; policy?: string; isForOthers?: boolean };

async function built(config: InlineConfig): Promise<string> {
  const made = await build(config);
  const [first] = Array.isArray(made) ? made : [made];
  if (!first || !('output' in first)) throw new Error('nothing was built');
  return first.output[0].code;
}

async function listen(answer: (path: string) => Reply): Promise<Server> {
  const server = createServer((request, response) => {
    const { type, body, policy, isForOthers } = answer(new URL(request.url ?? '/', 'http://x').pathname);
    response.setHeader('content-type', `${type}; charset=utf-8`);
    if (policy) response.setHeader('content-security-policy', policy);
    if (isForOthers) response.setHeader('access-control-allow-origin', '*');
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
