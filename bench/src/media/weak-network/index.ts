import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { findLiveKitServer, networkLabMissing, until } from '@alongside/testkit';
import type { Page } from 'playwright-core';
import { percentile } from '../../figures.ts';
import { inNetworks, type Network, type Side, startLiveKit } from '../../networks.ts';
import type { MediaPart, MediaRun } from '../run.ts';
import { type CallFigures, type DirectionFigures, type Engine, measureCall, type Pages, type Timing } from './call.ts';
import { QUICK_CASES, WEAK_CASES, type WeakCase } from './cases.ts';
import { type CurvePoint, writeCurves } from './curves.ts';
import { pageProgram } from './page.ts';

const REPOSITORY = resolve(import.meta.dirname, '../../../..');
const KEYS = { key: 'devkey', secret: 'secret' };
const ROUND_TRIP_MS = 40;
const QUICK: Timing = { settleMs: 4_000, measureMs: 6_000 };
const FULL: Timing = { settleMs: 8_000, measureMs: 20_000 };

/**
 * A call of two over a link that is bad in both directions for one of them: what that one hears and sees (`down`), and
 * what the other one hears and sees of them (`up`). Unmodified livekit-client in Chromium, the two servers in turns in
 * the same network. `WEAK_NETWORK_CASES` names cases by parts of their names, with semicolons between.
 */
export const weakNetwork: MediaPart = {
  about: 'sound concealed, freezes, frames, resolution and delay of a call over a bad link',
  async run(run) {
    const missing = await networkLabMissing();
    if (missing) {
      console.log(`The weak network is left out: no network lab, ${missing}.`);
      return;
    }
    await inNetworks([ROUND_TRIP_MS], (network) => measureCases(network, run));
  },
};

async function measureCases(network: Network, run: MediaRun): Promise<void> {
  const engines = await startEngines(network);
  const pages: Pages = { weak: await openPage(network, 'callee'), sound: await openPage(network, 'caller') };
  const points: CurvePoint[] = [];
  const cases = chosenCases(run.quick);
  for (const weak of cases) {
    const measured = new Map<Engine['name'], CallFigures[]>(engines.map(({ name }) => [name, []]));
    const timing = { ...(run.quick ? QUICK : FULL), ...(weak.measureMs ? { measureMs: weak.measureMs } : {}) };
    for (let round = 0; round < (weak.measureMs ? 1 : run.rounds); round++) {
      for (const engine of round % 2 === 0 ? engines : engines.toReversed()) {
        const figures = await measureCall(network, pages, engine, weak, timing).catch((error) => {
          // A call that fails is no figure, but neither is it nothing: it is printed.
          console.log(`FAILED: ${weak.name}, ${engine.name}:`, error);
          return null;
        });
        if (figures) measured.get(engine.name)!.push(figures);
      }
    }
    points.push(...report(run, weak, measured));
  }
  // Curves of all their cases or none.
  if (!run.quick && WEAK_CASES.every((weak) => !weak.curve || cases.includes(weak)))
    writeCurves(points, join(REPOSITORY, 'docs/media/loss-curves.svg'));
}

function chosenCases(quick: boolean): readonly WeakCase[] {
  const names = (process.env.WEAK_NETWORK_CASES ?? '').split(';').filter((name) => name !== '');
  if (names.length > 0) return WEAK_CASES.filter((weak) => names.some((name) => weak.name.includes(name)));
  return quick ? QUICK_CASES : WEAK_CASES;
}

/** Reports the medians of a case. @returns its points of the curves */
function report(run: MediaRun, weak: WeakCase, measured: Map<Engine['name'], CallFigures[]>): CurvePoint[] {
  const points: CurvePoint[] = [];
  for (const direction of ['down', 'up'] as const) {
    const metrics: (keyof DirectionFigures)[] = [
      'concealedPercent',
      'freezePercent',
      'framesPerSecond',
      'pictureHeight',
      'soundBufferMs',
      'pictureBufferMs',
      ...(weak.measureMs ? ['interruptions' as const] : []),
    ];
    for (const metric of metrics) {
      const medianOf = (name: Engine['name']) => {
        const figures = (measured.get(name) ?? []).map((one) => one[direction][metric]).filter(Number.isFinite);
        return figures.length === 0 ? null : percentile(figures, 0.5);
      };
      const figures = { alongside: medianOf('alongside'), livekit: medianOf('livekit') };
      run.report({ case: `${weak.name}, ${direction}`, metric, ...figures });
      if (weak.curve && (metric === 'concealedPercent' || metric === 'freezePercent')) {
        points.push({ ...weak.curve, direction, metric, ...figures });
      }
    }
  }
  return points;
}

async function startEngines(network: Network): Promise<Engine[]> {
  const { host } = network;
  const port = 17_780;
  const started = network.start(process.execPath, [
    join(REPOSITORY, 'packages/sfu/src/dev.ts'),
    ...['--host', host, '--port', String(port), '--udp-port', String(port + 2), '--address', host],
  ]);
  await until('our media server to answer', () => network.answers(port, '/')).catch((error) => {
    throw new Error(`our media server does not start: ${started.printed()}`, { cause: error });
  });
  const engines: Engine[] = [{ name: 'alongside', url: `ws://${host}:${port}`, keys: KEYS }];
  const program = findLiveKitServer();
  if (program) {
    await startLiveKit(network, program, port + 10, KEYS);
    engines.push({ name: 'livekit', url: `ws://${host}:${port + 10}`, keys: KEYS });
  } else {
    console.log('No livekit-server on this machine: ours is measured alone.');
  }
  return engines;
}

async function openPage(network: Network, side: Side): Promise<Page> {
  const browser = await network.browser(side, ['http://bench.test']);
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
