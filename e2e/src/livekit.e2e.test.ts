import { MEDIA_WEBHOOK_PATH } from '@alongside/contracts';
import {
  findLiveKitServer,
  freePort,
  type LiveKitServer,
  launchChromium,
  type RunningServer,
  startLiveKitServer,
  startServer,
} from '@alongside/testkit';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tellCall, tellDeclinedCall } from './call-steps.ts';
import { type Complaints, CustomerScene, EngineerScene } from './scenes.ts';

const program = findLiveKitServer();
if (!program) console.warn('No livekit-server on this machine: the call is told on our own media engine only.');

describe.skipIf(!program)('the same call, carried by a real livekit-server', () => {
  let server: RunningServer;
  let liveKit: LiveKitServer;
  let browser: Browser;
  let customer: CustomerScene;
  let engineer: EngineerScene;
  const complaints: Complaints = [];

  beforeAll(async () => {
    const port = await freePort();
    liveKit = await startLiveKitServer(program!, `http://127.0.0.1:${port}${MEDIA_WEBHOOK_PATH}`);
    const { url, apiKey, apiSecret } = liveKit;
    server = await startServer({
      env: { PORT: String(port), LIVEKIT_URL: url, LIVEKIT_API_KEY: apiKey, LIVEKIT_API_SECRET: apiSecret },
    });
    browser = await launchChromium();
    engineer = await EngineerScene.open(browser, server.links.console, complaints);
    customer = await CustomerScene.open(browser, server.links.demo, complaints);
    await customer.ask('The other media server stutters too.', /Badly disturbed/);
    await engineer.openTicket('The other media server');
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await liveKit?.close();
  });

  tellCall({ customer: () => customer, engineer: () => engineer });

  it('5 the call ends and stands in the timeline', async () => {
    await engineer.page.getByRole('button', { name: 'Leave or end' }).click();
    await engineer.page.getByRole('menuitem', { name: 'End for everyone' }).click();
    await engineer.page.getByRole('log').getByRole('button', { name: 'Call again' }).waitFor();
  });

  tellDeclinedCall({ customer: () => customer, engineer: () => engineer });

  it('and no page complained about anything', () => {
    expect(complaints).toEqual([]);
  });
});
