import { hears, launchChromium, publish, received, seesMoving, until } from '@alongside/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { devToken, serveCallPage } from './call-testing.ts';
import { type DevServer, startDevServer } from './dev.ts';

type Browser = Awaited<ReturnType<typeof launchChromium>>;
type Page = Awaited<ReturnType<Browser['newPage']>>;

let browser: Browser;
let web: Awaited<ReturnType<typeof serveCallPage>>;
let sfu: DevServer;

beforeAll(async () => {
  web = await serveCallPage();
  browser = await launchChromium();
  sfu = await startDevServer({ port: 0, host: '127.0.0.1', workers: 2 });
});

afterAll(async () => {
  await browser?.close();
  await sfu?.close();
  web?.close();
});

async function join(room: string, identity: string, options: object = {}): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(web.origin);
  const token = await devToken(room, identity);
  await page.evaluate(`join(${JSON.stringify(sfu.url)}, ${JSON.stringify(token)}, ${JSON.stringify(options)})`);
  await publish(page);
  return page;
}

/** Scenarios of `Room.simulateScenario`, what the client goes through, and what it does itself: resume or start over. */
const SCENARIOS: [scenario: string, sees: 'Reconnected' | 'Disconnected' | 'nothing'][] = [
  ['signal-reconnect', 'Reconnected'],
  ['resume-reconnect', 'Reconnected'],
  ['disconnect-signal-on-resume', 'Reconnected'],
  ['disconnect-signal-on-resume-no-messages', 'Reconnected'],
  ['migration', 'Reconnected'],
  ['full-reconnect', 'Reconnected'],
  ['leave-full-reconnect', 'Reconnected'],
  ['node-failure', 'Reconnected'],
  ['force-tcp', 'Reconnected'],
  ['force-tls', 'Reconnected'],
  ['speaker', 'nothing'],
];

describe.each([
  ['one connection', true],
  ['two connections', false],
])('SFU-41: over %s', (how, singlePeerConnection) => {
  let a: Page;
  let b: Page;

  beforeAll(async () => {
    a = await join(how, 'a', { singlePeerConnection });
    b = await join(how, 'b', { singlePeerConnection });
    await Promise.all([seesMoving(a, 'b'), seesMoving(b, 'a')]);
  });

  afterAll(() => Promise.all([a?.close(), b?.close()]));

  test.each(SCENARIOS)('%s comes back by itself, both ways, and is seen once', async (scenario, sees) => {
    await a.evaluate('call.events.length = 0');
    await a.evaluate(`call.room.simulateScenario('${scenario}').then(() => true)`);
    if (sees !== 'nothing') await until('a reconnected', () => a.evaluate(`call.events.includes('${sees}')`));
    await Promise.all([seesMoving(a, 'b'), hears(a, 'b'), seesMoving(b, 'a'), hears(b, 'a')]);
    const rows = await received(b);
    expect(rows.map((row) => `${row.identity} ${row.source}`).sort()).toEqual(['a camera', 'a microphone']);
    expect(await b.evaluate('call.room.remoteParticipants.size')).toBe(1);
  });
});
