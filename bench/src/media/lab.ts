import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { findLiveKitServer, until } from '@alongside/testkit';
import type { Page } from 'playwright-core';
import { type Network, type Side, startLiveKit } from '../networks.ts';

const REPOSITORY = resolve(import.meta.dirname, '../../..');
const PORT = 17_880;

/** What our media server's and livekit-server's tokens are signed with in a lab. */
export const LAB_KEYS = { key: 'devkey', secret: 'secret' };

/** A media server on the server's host of a network lab. */
export type LabServer = { name: 'alongside' | 'livekit'; url: string; keys: { key: string; secret: string } };

/** Starts our media server on the server's host, with {@link LAB_KEYS}. @returns where it is */
export async function startOurs(network: Network, port: number): Promise<string> {
  const { host } = network;
  const started = network.start(process.execPath, [
    join(REPOSITORY, 'packages/sfu/src/dev.ts'),
    ...['--host', host, '--port', String(port), '--udp-port', String(port + 2), '--address', host],
  ]);
  await until('our media server to answer', () => network.answers(port, '/')).catch((error) => {
    throw new Error(`our media server does not start: ${started.printed()}`, { cause: error });
  });
  return `ws://${host}:${port}`;
}

/** Starts ours, and livekit-server where this machine has one. @throws Error when one does not come up */
export async function startLabServers(network: Network): Promise<LabServer[]> {
  const { host } = network;
  const servers: LabServer[] = [{ name: 'alongside', url: await startOurs(network, PORT), keys: LAB_KEYS }];
  const program = findLiveKitServer();
  if (program) {
    await startLiveKit(network, program, PORT + 10, LAB_KEYS);
    servers.push({ name: 'livekit', url: `ws://${host}:${PORT + 10}`, keys: LAB_KEYS });
  } else {
    console.log('No livekit-server on this machine: ours is measured alone.');
  }
  return servers;
}

/** A page on a person's host with livekit-client loaded, and `program` run in it. */
export async function openLabPage(network: Network, side: Side, program: () => void): Promise<Page> {
  const browser = await network.browser(side, ['http://bench.test']);
  const page = await (await browser.newContext()).newPage();
  const client = createRequire(import.meta.url)
    .resolve('livekit-client')
    .replace(/[^/]+$/, 'livekit-client.umd.js');
  await page.route('http://bench.test/**', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>bench</title><body></body>' }),
  );
  await page.goto('http://bench.test/');
  await page.addScriptTag({ content: readFileSync(client, 'utf8') });
  await page.evaluate(program);
  return page;
}
