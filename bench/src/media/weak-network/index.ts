import { join, resolve } from 'node:path';
import { networkLabMissing } from '@alongside/testkit';
import type { Page } from 'playwright-core';
import { percentile } from '../../figures.ts';
import { inNetworks, type Network, type Side } from '../../networks.ts';
import { openLabPage } from '../lab.ts';
import { type MediaPart, type MediaRun, SERVER_NAMES } from '../run.ts';
import { type CallFigures, type DirectionFigures, measureCall, type Pages, type Timing } from './call.ts';
import { QUICK_CASES, WEAK_CASES, type WeakCase } from './cases.ts';
import { type CurvePoint, writeCurves } from './curves.ts';
import { chosenServers, type EngineName, type Engines, startEngines } from './engines.ts';
import { janusEntry } from './janus-entry.ts';
import { openKeptCalls } from './kept-calls.ts';
import { livekitEntry } from './livekit-entry.ts';
import { pageProgram } from './page.ts';

const REPOSITORY = resolve(import.meta.dirname, '../../../..');
const ROUND_TRIP_MS = 40;
const QUICK: Timing = { settleMs: 4_000, measureMs: 6_000 };
const FULL: Timing = { settleMs: 8_000, measureMs: 20_000 };

/**
 * A call of two over a link that is bad in both directions for one of them: what that one hears and sees (`down`), and
 * what the other one hears and sees of them (`up`). The same page in Chromium and the servers in turns in the same
 * network; it enters with unmodified livekit-client, Janus's rooms by the VideoRoom's own API. `WEAK_NETWORK_CASES` names
 * cases by parts of their names, with semicolons between, `WEAK_NETWORK_SERVERS` the servers, with commas between. Where
 * `WEAK_NETWORK_KEEP` names a file a run goes on where one before it ended.
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
  const chosen = chosenServers();
  const engines = await startEngines(network, chosen);
  const pages: Pages = { weak: await openPage(network, 'callee'), sound: await openPage(network, 'caller') };
  const points: CurvePoint[] = [];
  const cases = chosenCases(run.quick);
  const kept = openKeptCalls(process.env.WEAK_NETWORK_KEEP ?? null);
  for (const weak of cases) {
    const measured = new Map<EngineName, CallFigures[]>(engines.started.map(({ name }) => [name, []]));
    const timing = { ...(run.quick ? QUICK : FULL), ...(weak.measureMs ? { measureMs: weak.measureMs } : {}) };
    for (let round = 0; round < (weak.measureMs ? 1 : run.rounds); round++) {
      for (const engine of round % 2 === 0 ? engines.started : engines.started.toReversed()) {
        const key = { case: weak.name, round, server: engine.name };
        const before = kept.find(key);
        const figures =
          before ??
          (await measureCall(network, pages, engine, weak, timing).catch((error) => {
            // A call that fails is no figure, but neither is it nothing: it is printed.
            console.log(`FAILED: ${weak.name}, ${engine.name}:`, error);
            return null;
          }));
        if (figures && !before) kept.keep(key, figures);
        if (figures) measured.get(engine.name)!.push(figures);
      }
    }
    points.push(...report(run, weak, measured, engines.absent));
  }
  // Curves of all their cases and of all servers there are, or none.
  const isWhole =
    chosen.length === SERVER_NAMES.length && WEAK_CASES.every((weak) => !weak.curve || cases.includes(weak));
  if (!run.quick && isWhole) writeCurves(points, join(REPOSITORY, 'docs/media/loss-curves.svg'));
}

function chosenCases(quick: boolean): readonly WeakCase[] {
  const names = (process.env.WEAK_NETWORK_CASES ?? '').split(';').filter((name) => name !== '');
  if (names.length > 0) return WEAK_CASES.filter((weak) => names.some((name) => weak.name.includes(name)));
  return quick ? QUICK_CASES : WEAK_CASES;
}

/** Reports the medians of a case. @returns its points of the curves */
function report(
  run: MediaRun,
  weak: WeakCase,
  measured: Map<EngineName, CallFigures[]>,
  absent: Engines['absent'],
): CurvePoint[] {
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
      const medianOf = (name: EngineName) => {
        const figures = (measured.get(name) ?? []).map((one) => one[direction][metric]).filter(Number.isFinite);
        return figures.length === 0 ? null : percentile(figures, 0.5);
      };
      const figures = { alongside: medianOf('alongside'), livekit: medianOf('livekit'), janus: medianOf('janus') };
      const whys = SERVER_NAMES.filter((name) => figures[name] === null).map((name) => {
        const calls = measured.get(name)?.length ?? 0;
        return absent.get(name) ?? `${name}: ${calls === 0 ? 'no call succeeded' : 'nothing came to measure it by'}.`;
      });
      const why = whys.length === 0 ? {} : { why: whys.join(' ') };
      run.report({ case: `${weak.name}, ${direction}`, metric, ...figures, ...why });
      if (weak.curve && (metric === 'concealedPercent' || metric === 'freezePercent')) {
        points.push({ ...weak.curve, direction, metric, ...figures });
      }
    }
  }
  return points;
}

async function openPage(network: Network, side: Side): Promise<Page> {
  const page = await openLabPage(network, side, pageProgram);
  for (const entry of [livekitEntry, janusEntry]) await page.evaluate(entry);
  return page;
}
