import {
  type CallPage,
  type Firefox,
  findFirefox,
  hears,
  launchChromium,
  launchFirefox,
  publish,
  received,
  seesMoving,
  until,
} from '@alongside/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { devToken, serveCallPage } from './call-testing.ts';
import { type DevServer, startDevServer } from './dev.ts';

const program = findFirefox();
if (program === null)
  console.warn('Firefox is not here (Debian: apt-get install firefox-esr): its calls are not tested.');

describe.skipIf(program === null)('Firefox and Chromium', () => {
  let firefox: Firefox;
  let chromium: Awaited<ReturnType<typeof launchChromium>>;
  let web: Awaited<ReturnType<typeof serveCallPage>>;
  let sfu: DevServer;

  beforeAll(async () => {
    sfu = await startDevServer({ port: 0, host: '127.0.0.1' });
    web = await serveCallPage();
    [firefox, chromium] = await Promise.all([launchFirefox(program!), launchChromium()]);
  });

  afterAll(async () => {
    await Promise.all([firefox?.close(), chromium?.close()]);
    web?.close();
    await sfu?.close();
  });

  async function join(
    page: CallPage & { goto(url: string): Promise<unknown> },
    room: string,
    identity: string,
    options: object,
  ): Promise<void> {
    await page.goto(web.origin);
    const token = await devToken(room, identity);
    await page.evaluate(`join(${JSON.stringify(sfu.url)}, ${JSON.stringify(token)}, ${JSON.stringify(options)})`);
    await publish(page);
  }

  const bothWays = (fox: CallPage, chrome: CallPage): Promise<unknown> =>
    Promise.all([
      ...[seesMoving(fox, 'chrome'), hears(fox, 'chrome')],
      ...[seesMoving(chrome, 'fox'), hears(chrome, 'fox')],
    ]);

  test.each([
    ['one connection', true],
    ['two connections', false],
  ])('SFU-40, SFU-41: see and hear each other over %s, also after a cut', async (how, singlePeerConnection) => {
    const [fox, chrome] = [await firefox.newPage(), await chromium.newPage()];
    await join(fox, how, 'fox', { singlePeerConnection });
    await join(chrome, how, 'chrome', { singlePeerConnection });
    await bothWays(fox, chrome);
    const mode = await Promise.all([fox, chrome].map((page) => page.evaluate('call.room.engine.pcManager.mode')));
    expect(mode).toEqual(
      singlePeerConnection ? ['publisher-only', 'publisher-only'] : ['subscriber-primary', 'subscriber-primary'],
    );
    await fox.evaluate('call.room.localParticipant.sendText("你好", { topic: "lk.chat" }).then(() => true)');
    await chrome.evaluate('call.room.localParticipant.sendText("hello", { topic: "lk.chat" }).then(() => true)');
    const read = (page: CallPage) => page.evaluate('call.messages.map((message) => message.text)');
    await expect.poll(() => read(chrome), { timeout: 60_000 }).toEqual(['你好']);
    await expect.poll(() => read(fox), { timeout: 60_000 }).toEqual(['hello']);
    expect(await received(fox)).toHaveLength(2);
    for (const scenario of ['signal-reconnect', 'full-reconnect']) {
      await fox.evaluate(`(call.events.length = 0, call.room.simulateScenario('${scenario}').then(() => true))`);
      await until('Firefox is back', () => fox.evaluate(`call.events.includes('Reconnected')`));
      await bothWays(fox, chrome);
    }
    await Promise.all([fox.close(), chrome.close()]);
  });
});
