import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import {
  createNetworkLab,
  findChromium,
  findLiveKitServer,
  launchChromium,
  type NetworkLab,
  networkLabMissing,
  until,
} from '@alongside/testkit';
import type { Browser, Page } from 'playwright-core';
import { percentile, printTable } from './figures.ts';
import { pageProgram, STEPS } from './first-call-page.ts';
import { developmentToken } from './token.ts';

/** How long it rings before it is answered. Shorter, and the caller's first key frame would still be at hand. */
const RING_MS = 3_000;

/**
 * How long from pressing "accept" to seeing and hearing the other side, ours beside the real livekit-server.
 *
 * The caller is in the room and sends camera and microphone, as while it rings. The callee, camera already open and
 * with the token at hand, connects and publishes as our pages do. Measured in the pages: from the callee's press to
 * its first decoded frame and first sound from the caller, and to the caller's first decoded frame and first sound
 * from the callee. The same unmodified livekit-client, the same browsers, the servers one after another on each round.
 */
export async function benchFirstCall(options: { rounds: number; roundTripsMs: number[] }): Promise<void> {
  const missing = await networkLabMissing();
  const program = findLiveKitServer();
  const servers = [OURS, ...(program ? [liveKit(program)] : [])];
  if (!program) console.log('No livekit-server on this machine: ours is measured alone.');
  for (const roundTripMs of options.roundTripsMs) {
    if (roundTripMs > 0 && missing) {
      console.log(`Round trip ${roundTripMs} ms is left out: no network lab, ${missing}.`);
      continue;
    }
    const lab = roundTripMs > 0 ? await createNetworkLab(['server', 'caller', 'callee']) : null;
    try {
      await measureOn(lab, roundTripMs, servers, options.rounds);
    } finally {
      await lab?.close();
    }
  }
}

type Engine = { name: string; start: (lab: NetworkLab | null, host: string, port: number) => ChildProcess };

const REPOSITORY = resolve(import.meta.dirname, '../..');
const KEYS = { key: 'devkey', secret: 'secret' };

const OURS: Engine = {
  name: 'alongside',
  start: (lab, host, port) =>
    run(lab, process.execPath, [
      join(REPOSITORY, 'packages/sfu/src/dev.ts'),
      ...['--host', host, '--port', String(port), '--udp-port', String(port + 2), '--address', host],
    ]),
};

const liveKit = (program: string): Engine => ({
  name: 'livekit',
  start: (lab, host, port) =>
    run(lab, program, [
      '--config-body',
      [
        `port: ${port}`,
        `bind_addresses: ['${host}']`,
        `keys: { ${KEYS.key}: '${KEYS.secret.padEnd(6)}' }`,
        `rtc: { udp_port: ${port + 2}, tcp_port: ${port + 1}, node_ip: ${host}, use_external_ip: false, enable_loopback_candidate: ${!lab} }`,
        'logging: { level: error }',
      ].join('\n'),
    ]),
});

function run(lab: NetworkLab | null, command: string, args: string[]): ChildProcess {
  return lab ? lab.spawn('server', command, args) : spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function measureOn(
  lab: NetworkLab | null,
  roundTripMs: number,
  engines: Engine[],
  rounds: number,
): Promise<void> {
  const host = lab?.address('server') ?? '127.0.0.1';
  for (const side of ['caller', 'callee']) await lab?.impair(side, 'both', { delayMs: roundTripMs / 4 });
  await lab?.impair('server', 'both', { delayMs: roundTripMs / 4 });
  const processes: ChildProcess[] = [];
  const browsers: Browser[] = [];
  try {
    const urls: string[] = [];
    for (const [index, engine] of engines.entries()) {
      const port = 17_880 + index * 10;
      const child = engine.start(lab, host, port);
      let printed = '';
      child.stdout?.on('data', (chunk) => (printed += chunk));
      child.stderr?.on('data', (chunk) => (printed += chunk));
      processes.push(child);
      urls.push(`ws://${host}:${port}`);
      await until(`${engine.name} to answer`, () => answers(lab, host, port)).catch((error) => {
        throw new Error(`${engine.name} does not start: ${printed}`, { cause: error });
      });
    }
    const pages: Page[] = [];
    for (const side of ['caller', 'callee']) {
      const browser = await launchChromium({
        executablePath: lab?.launcher(side, findChromium()),
        // The page is served from no address at all; without the second switch Chromium asks before it may reach a local one.
        args: [
          '--unsafely-treat-insecure-origin-as-secure=http://bench.test',
          '--disable-features=LocalNetworkAccessChecks,LocalNetworkAccessChecksWebSockets',
        ],
      });
      browsers.push(browser);
      pages.push(await benchPage(browser));
    }
    const figures = new Map<string, Figures[]>(engines.map(({ name }) => [name, []]));
    // One unmeasured round warms the browsers' and servers' code; then the engines take turns.
    for (let round = -1; round < rounds; round += 1) {
      for (const [index, engine] of engines.entries()) {
        const measured = await oneCall(pages as [Page, Page], urls[index]!, `${engine.name}-${roundTripMs}-${round}`);
        if (round >= 0) figures.get(engine.name)!.push(measured);
      }
    }
    report(roundTripMs, figures);
  } finally {
    for (const browser of browsers) await browser.close();
    for (const child of processes) child.kill('SIGKILL');
  }
}

async function answers(lab: NetworkLab | null, host: string, port: number): Promise<boolean> {
  if (!lab) return (await fetch(`http://${host}:${port}/`)).ok;
  const probe = lab.spawn('server', process.execPath, [
    '-e',
    `fetch('http://${host}:${port}/').then((r)=>process.exit(r.ok?0:1),()=>process.exit(1))`,
  ]);
  return (await new Promise((done) => probe.once('exit', done))) === 0;
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

/** All from the callee's press, ms. */
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
  await setTimeout(RING_MS);
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
        case: `first-call rtt ${roundTripMs} ms`,
        metric,
        rounds: cells.length && figures.values().next().value!.length,
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
  printTable(`First call, round trip ${roundTripMs} ms (ms from accept)`, ['metric', ...heads, 'p95 ratio'], rows);
  const ways = STEPS.map((step, index) => [
    step,
    ...[...figures.values()].map((all) =>
      percentile(
        all.map(({ steps }) => steps[index]!),
        0.5,
      ).toFixed(0),
    ),
  ]);
  printTable("The callee's way there (ms from accept, p50)", ['step', ...figures.keys()], ways);
}
