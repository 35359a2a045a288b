import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { findLiveKitServer, until } from '@alongside/testkit';
import type { Browser, Page } from 'playwright-core';
import { percentile, printTable } from '../figures.ts';
import { inNetworks, type Network, startLiveKit } from '../networks.ts';
import { developmentToken } from '../token.ts';
import { pageProgram, STEPS } from './page.ts';

/** How long the other one has been waiting. Shorter, and their first key frame would still be at hand. */
const WAIT_MS = 3_000;

/**
 * How long it takes to enter a room from nothing, and to see and hear who is in it: the media servers alone, ours
 * beside the real livekit-server, as whoever joins a call that goes on meets it.
 *
 * The one who waits sends camera and microphone. The one who joins, camera already open and with the token at hand,
 * connects and publishes as our pages do. Measured in the pages, from the press to the first decoded frame and the
 * first sound, on both sides. The same unmodified livekit-client, the same browsers, the servers one after another in
 * each round.
 */
export async function benchJoin(options: { rounds: number; roundTripsMs: number[] }): Promise<void> {
  const program = findLiveKitServer();
  if (!program) console.log('No livekit-server on this machine: ours is measured alone.');
  await inNetworks(options.roundTripsMs, async (network) => {
    const engines = [
      { name: 'alongside', url: await startOurs(network, 17_880) },
      ...(program ? [{ name: 'livekit-server', url: await startTheirs(network, program, 17_890) }] : []),
    ];
    const pages = await Promise.all(
      (['caller', 'callee'] as const).map(async (side) =>
        benchPage(await network.browser(side, ['http://bench.test'])),
      ),
    );
    const figures = new Map<string, Figures[]>(engines.map(({ name }) => [name, []]));
    // One unmeasured round warms the browsers' and servers' code; then the engines take turns.
    for (let round = -1; round < options.rounds; round += 1) {
      for (const { name, url } of round % 2 === 0 ? engines : engines.toReversed()) {
        const room = `${name}-${network.roundTripMs}-${round}`;
        const measured = await oneCall(pages as [Page, Page], url, room).catch(async (error) => {
          // A room without media is no figure, but neither is it nothing: it is printed.
          console.log(`FAILED: ${room}:`, error);
          for (const page of pages) await page.evaluate(() => window.bench.leave());
          return null;
        });
        if (round >= 0 && measured) figures.get(name)!.push(measured);
      }
    }
    report(network.roundTripMs, figures);
  });
}

const REPOSITORY = resolve(import.meta.dirname, '../../..');
const KEYS = { key: 'devkey', secret: 'secret' };

async function startOurs(network: Network, port: number): Promise<string> {
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

async function startTheirs(network: Network, program: string, port: number): Promise<string> {
  await startLiveKit(network, program, port, KEYS);
  return `ws://${network.host}:${port}`;
}

async function benchPage(browser: Browser): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  const client = readFileSync(
    createRequire(import.meta.url)
      .resolve('livekit-client')
      .replace(/[^/]+$/, 'livekit-client.umd.js'),
    'utf8',
  );
  await page.route('http://bench.test/**', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>bench</title><body></body>' }),
  );
  await page.goto('http://bench.test/');
  await page.addScriptTag({ content: client });
  await page.evaluate(pageProgram);
  return page;
}

/** All from the press, ms. */
type Figures = {
  calleeSees: number;
  calleeHears: number;
  callerSees: number;
  callerHears: number;
  /** The callee's way to its first picture. */
  steps: number[];
};

async function oneCall([caller, callee]: [Page, Page], url: string, room: string): Promise<Figures> {
  await caller.evaluate(([u, t]) => window.bench.join(u!, t!), [url, await developmentToken(KEYS, room, 'caller')]);
  await callee.evaluate(() => window.bench.prepare());
  await setTimeout(WAIT_MS);
  const token = await developmentToken(KEYS, room, 'callee');
  const pressed = await callee.evaluate(([u, t]) => window.bench.join(u!, t!), [url, token]);
  const [seenByCallee, seenByCaller] = await Promise.all(
    [callee, caller].map((page) => page.evaluate(() => window.bench.firstMedia())),
  );
  await Promise.all([caller, callee].map((page) => page.evaluate(() => window.bench.leave())));
  return {
    calleeSees: seenByCallee!.frameAt - pressed,
    calleeHears: seenByCallee!.soundAt - pressed,
    callerSees: seenByCaller!.frameAt - pressed,
    callerHears: seenByCaller!.soundAt - pressed,
    steps: STEPS.map((step) => seenByCallee!.steps[step] - pressed),
  };
}

function report(roundTripMs: number, figures: Map<string, Figures[]>): void {
  const rows: string[][] = [];
  for (const metric of ['calleeSees', 'calleeHears', 'callerSees', 'callerHears'] as const) {
    const cells = [...figures].map(([name, all]) => {
      const sorted = all.map((one) => one[metric]);
      return { name, p50: percentile(sorted, 0.5), p95: percentile(sorted, 0.95) };
    });
    const byName = Object.fromEntries(cells.map(({ name, p50, p95 }) => [name, { p50Ms: p50, p95Ms: p95 }]));
    console.log(
      JSON.stringify({
        case: `join rtt ${roundTripMs} ms`,
        metric,
        rounds: Object.fromEntries([...figures].map(([name, all]) => [name, all.length])),
        ...byName,
      }),
    );
    const [ours, peer] = cells;
    rows.push([
      metric,
      ...cells.flatMap(({ p50, p95 }) => [p50.toFixed(0), p95.toFixed(0)]),
      peer ? (ours!.p95 / peer.p95).toFixed(2) : '–',
    ]);
  }
  const heads = [...figures.keys()].flatMap((name) => [`${name} p50`, `${name} p95`]);
  printTable(`Joining, round trip ${roundTripMs} ms (ms from the press)`, ['metric', ...heads, 'p95 ratio'], rows);
  const ways = STEPS.map((step, index) => [
    step,
    ...[...figures.values()].map((all) =>
      percentile(
        all.map(({ steps }) => steps[index]!),
        0.5,
      ).toFixed(0),
    ),
  ]);
  printTable("The callee's way there (ms from the press, p50)", ['step', ...figures.keys()], ways);
}
