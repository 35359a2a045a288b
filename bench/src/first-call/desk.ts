import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { until } from '@alongside/testkit';
import type { Browser, Page } from 'playwright-core';
import { type Network, type Side, startLiveKit } from '../networks.ts';
import { installProbe } from './probe.ts';

const REPOSITORY = resolve(import.meta.dirname, '../../..');
const KEYS = { key: 'benchkey', secret: 'a secret that is long enough to be one' };
const WEBHOOK_PATH = '/api/media/webhook';

/** A whole Alongside server and the two pages of a call on it. */
export type Desk = { name: string; origin: string; pages: Record<Side, Page> };

/**
 * Starts the server as an operator would, its media in our own engine or in a livekit-server next to it.
 * @param port of the server; a few above it are taken as well
 * @param liveKitProgram null for our own engine
 */
export async function startDesk(
  network: Network,
  port: number,
  dataFolder: string,
  liveKitProgram: string | null,
): Promise<Omit<Desk, 'pages'> & { links: Record<Side, string> }> {
  const { host } = network;
  const origin = `http://${host}:${port}`;
  const env: Record<string, string> = {
    PORT: String(port),
    HOST: '0.0.0.0',
    ALONGSIDE_DATA: dataFolder,
    MEDIA_UDP_PORT: String(port + 1),
    MEDIA_TCP_PORT: String(port + 1),
    MEDIA_ADDRESSES: host,
    RATE_LIMIT_SCALE: '0',
    NO_COLOR: '1',
  };
  if (liveKitProgram) {
    await startLiveKit(network, liveKitProgram, port + 3, KEYS, `${origin}${WEBHOOK_PATH}`);
    Object.assign(env, {
      LIVEKIT_URL: `ws://${host}:${port + 3}`,
      LIVEKIT_API_KEY: KEYS.key,
      LIVEKIT_API_SECRET: KEYS.secret,
    });
  }
  const server = network.start(process.execPath, [join(REPOSITORY, 'scripts/start.mjs')], env);
  const link = (path: string) => server.printed().match(new RegExp(`https?://[^\\s/]+(/${path}/\\S*)`))?.[1];
  await until('the links', () => link('console') && link('portal'), 180_000).catch((error) => {
    throw new Error(`the server does not start: ${server.printed()}`, { cause: error });
  });
  return {
    name: liveKitProgram ? 'livekit-server' : 'alongside',
    origin,
    links: { caller: origin + link('console'), callee: origin + link('portal') },
  };
}

/** Signs both people in and puts them before the same ticket: the engineer will call, the customer answers. */
export async function openPages(
  desk: Awaited<ReturnType<typeof startDesk>>,
  browsers: Record<Side, Browser>,
): Promise<Desk> {
  const open = async (side: Side) => {
    const context = await browsers[side].newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 } });
    await context.grantPermissions(['camera', 'microphone'], { origin: desk.origin });
    await context.addInitScript(installProbe);
    const page = await context.newPage();
    await page.goto(desk.links[side]);
    await page.getByRole('navigation').first().waitFor();
    return page;
  };
  const [caller, callee] = [await open('caller'), await open('callee')];
  const number = await callee.evaluate(
    async ([id, messageId]) => {
      const reply = await fetch('/api/tickets', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-alongside': '1' },
        body: JSON.stringify({ id, channel: 'portal', message: { id: messageId, body: 'The preview stutters.' } }),
      });
      return (await reply.json()).number as number;
    },
    [randomUUID(), randomUUID()],
  );
  await callee.goto(`${desk.origin}/portal/tickets/${number}`);
  await callee.getByRole('log').waitFor();
  await caller.goto(`${desk.origin}/console/views/all/${number}`);
  await caller.getByRole('log').waitFor();
  return { name: desk.name, origin: desk.origin, pages: { caller, callee } };
}

/** Ends the call that goes on, if any, and loads both pages anew. */
export async function startAfresh({ pages: { caller, callee } }: Desk): Promise<void> {
  await caller.evaluate(async () => {
    const headers = { 'content-type': 'application/json', 'x-alongside': '1' };
    const number = location.pathname.split('/').at(-1);
    const { view } = await (await fetch(`/api/tickets/${number}`, { headers })).json();
    const call = view.ticket.activeCall;
    if (call)
      await fetch(`/api/calls/${call.id}/end`, { method: 'POST', headers, body: JSON.stringify({ quality: null }) });
  });
  for (const page of [caller, callee]) {
    await page.reload();
    await page.getByRole('log').waitFor();
  }
}
