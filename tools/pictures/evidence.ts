import { randomUUID } from 'node:crypto';
import { type RunningServer, until } from '@alongside/testkit';
import { type Browser, type Page, save } from './save.ts';

const WIDE = { width: 1440, height: 1500 };
/** Clean, lossy, clean again: long enough for each to be seen. */
const CLEAN_MS = 40_000;
const LOSSY_MS = 45_000;
const AFTER_MS = 25_000;

/** The evidence card of a real call in which the customer's network loses packets for a while. */
export async function takeEvidence(server: RunningServer, browser: Browser, engineer: Page): Promise<void> {
  const context = await browser.newContext({ locale: 'en-GB', permissions: ['camera', 'microphone'] });
  const customer = await context.newPage();
  await customer.goto(server.links.portal);
  await until('the session', async () => (await context.cookies()).length > 0);
  const opened = await customer.request.post(`${server.origin}/api/tickets`, {
    headers: { 'x-alongside': '1' },
    data: {
      id: randomUUID(),
      channel: 'portal',
      message: { id: randomUUID(), body: 'You see me stutter since I moved to the meeting room. What is it?' },
    },
  });
  const { number } = (await opened.json()) as { number: number };
  await customer.goto(`${server.origin}/portal/tickets/${number}`);
  await customer.getByRole('log').click();
  await engineer.setViewportSize(WIDE);
  await engineer.goto(`${server.origin}/console/views/all/${number}`);
  await engineer.getByRole('button', { name: 'Call', exact: true }).click();
  await engineer.getByRole('button', { name: 'Start call' }).click();
  await customer.getByRole('button', { name: 'With video', exact: true }).click();
  await customer.getByRole('button', { name: 'Share screen' }).waitFor();

  await engineer.waitForTimeout(CLEAN_MS);
  const network = await context.newCDPSession(customer);
  // Chromium's own impairment of real-time media: `packetLoss` is in percent.
  const lose = (packetLoss: number) =>
    network.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: -1,
      packetLoss,
    } as Parameters<typeof network.send<'Network.emulateNetworkConditions'>>[1]);
  await network.send('Network.enable');
  await lose(12);
  await engineer.waitForTimeout(LOSSY_MS);
  await save(engineer, 'live-health');
  await lose(0);
  await engineer.waitForTimeout(AFTER_MS);

  await engineer.getByRole('button', { name: 'Leave or end' }).click();
  await engineer.getByRole('menuitem', { name: 'End for everyone' }).click();
  const card = engineer.getByRole('region').filter({ has: engineer.getByRole('slider') });
  await card.waitFor();
  await save(card, 'evidence');
  await engineer.setViewportSize({ width: 1280, height: 860 });
  await context.close();
}
