import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { findLiveKitServer, until } from '@alongside/testkit';
import type { Page } from 'playwright-core';
import { percentile, printTable } from '../figures.ts';
import { inNetworks, type Network, type Side } from '../networks.ts';
import { BARE_ORIGIN, type BarePages, connectBarePages, endBareCall, openBarePages } from './bare-pages.ts';
import { type Desk, openPages, startAfresh, startDesk } from './desk.ts';
import { type Seen, STEPS } from './probe.ts';

/** How long it rings before it is answered: nobody finds the button sooner. */
const RING_MS = 2_000;

/**
 * How long from pressing "With video" on the ringing card to seeing and hearing the other side: in the product as
 * shipped, twice, once with our own media engine and once with a real livekit-server (`LIVEKIT_URL`).
 *
 * An engineer calls from the console, camera and microphone on; a customer answers in the portal, whose camera and
 * microphone are opened only then. Measured in the pages, by their own clock: from the press to the first picture
 * shown and the first sound, on both sides. The servers take turns, one call each per round, and beside them two pages
 * with a connection of their own (`openBarePages`): the machine's share.
 */
export async function benchFirstCall(options: { rounds: number; roundTripsMs: number[] }): Promise<void> {
  const program = findLiveKitServer();
  if (!program) console.log('No livekit-server on this machine: ours is measured alone.');
  await inNetworks(options.roundTripsMs, async (network) => {
    const dataFolder = mkdtempSync(join(tmpdir(), 'bench-first-call-'));
    try {
      const started = [
        await startDesk(network, 17_700, join(dataFolder, 'ours'), null),
        ...(program ? [await startDesk(network, 17_710, join(dataFolder, 'theirs'), program)] : []),
      ];
      const origins = [...started.map(({ origin }) => origin), BARE_ORIGIN];
      const browsers = {
        caller: await network.browser('caller', origins),
        callee: await network.browser('callee', origins),
      };
      const desks: Desk[] = [];
      for (const one of started) desks.push(await openPages(one, browsers));
      const bare = await openBarePages(browsers);
      const figures = new Map<string, Figures[]>(desks.map(({ name }) => [name, []]));
      figures.set(BARE, []);
      // One unmeasured round warms everybody's code; then the servers take turns.
      for (let round = -1; round < options.rounds; round += 1) {
        for (const desk of round % 2 === 0 ? desks : desks.toReversed()) {
          const measured = await oneCall(desk).catch(async (error) => {
            // A call without media is no figure, but neither is it nothing: it is printed.
            console.log(`FAILED: round trip ${network.roundTripMs} ms, round ${round}:`, error);
            await startAfresh(desk);
            return null;
          });
          if (round >= 0 && measured) figures.get(desk.name)!.push(measured);
        }
        const measured = await oneBareCall(bare).catch((error) => {
          console.log(`FAILED: two pages, round ${round}:`, error);
          return null;
        });
        if (round >= 0 && measured) figures.get(BARE)!.push(measured);
      }
      report(network, figures);
    } finally {
      rmSync(dataFolder, { recursive: true, force: true });
    }
  });
}

/** The column of two pages with a connection of their own. */
const BARE = 'two pages';

/** All from the press, ms. */
type Figures = {
  calleeSees: number;
  calleeHears: number;
  callerSees: number;
  callerHears: number;
  callee: number[];
  caller: number[];
};

async function oneCall({ name, pages: { caller, callee } }: Desk): Promise<Figures> {
  await caller.getByRole('button', { name: 'Call', exact: true }).click();
  const preview = caller.getByRole('dialog');
  const cameraOn = preview.getByRole('button', { name: 'Turn off camera' });
  await until('the camera in the preview', async () => {
    const turnOn = preview.getByRole('button', { name: 'Turn on camera' });
    if (await turnOn.isVisible()) await turnOn.click();
    return cameraOn.isVisible();
  });
  await preview.getByRole('button', { name: 'Start call' }).click();
  await callee.getByRole('button', { name: 'With video' }).waitFor();
  const figures = await pressAndSee(name, { caller, callee });
  await caller.getByRole('button', { name: 'Leave or end' }).click();
  await caller.getByRole('menuitem', { name: 'End for everyone' }).click();
  await callee.getByRole('button', { name: 'Mute microphone' }).waitFor({ state: 'detached' });
  await Promise.all([caller, callee].map((page) => page.evaluate(() => window.probe.rest())));
  return figures;
}

/** The same between two pages and nobody else. */
async function oneBareCall(pages: BarePages): Promise<Figures> {
  await connectBarePages(pages);
  const figures = await pressAndSee(BARE, pages);
  await endBareCall(pages);
  await Promise.all(Object.values(pages).map((page) => page.evaluate(() => window.probe.rest())));
  return figures;
}

/** Lets it ring, presses, and waits for both sides' first picture and sound. */
async function pressAndSee(name: string, { caller, callee }: Record<Side, Page>): Promise<Figures> {
  await setTimeout(RING_MS);
  await Promise.all([caller, callee].map((page) => page.evaluate(() => window.probe.arm())));
  const pressed = await callee.evaluate(() => window.probe.press('With video'));
  const [atCallee, atCaller] = (await Promise.all(
    [callee, caller].map((page, index) =>
      page
        .evaluate(() => window.probe.seen())
        .catch((error) => {
          throw new Error(`${name}, ${index === 0 ? 'callee' : 'caller'}, ms from the press ${pressed}`, {
            cause: error,
          });
        }),
    ),
  )) as [Seen, Seen];
  const stepsOf = ({ steps }: Seen) => STEPS.map((step) => (steps[step] ?? Number.NaN) - pressed);
  return {
    calleeSees: atCallee.pictureAt - pressed,
    calleeHears: atCallee.soundAt - pressed,
    callerSees: atCaller.pictureAt - pressed,
    callerHears: atCaller.soundAt - pressed,
    callee: stepsOf(atCallee),
    caller: stepsOf(atCaller),
  };
}

function report({ roundTripMs }: Network, figures: Map<string, Figures[]>): void {
  const rows: string[][] = [];
  for (const metric of ['calleeSees', 'calleeHears', 'callerSees', 'callerHears'] as const) {
    const cells = [...figures].map(([name, all]) => {
      const values = all.map((one) => one[metric]);
      return { name, p50: percentile(values, 0.5), p95: percentile(values, 0.95) };
    });
    const byName = Object.fromEntries(cells.map(({ name, p50, p95 }) => [name, { p50Ms: p50, p95Ms: p95 }]));
    const rounds = Object.fromEntries([...figures].map(([name, all]) => [name, all.length]));
    console.log(JSON.stringify({ case: `first-call rtt ${roundTripMs} ms`, metric, rounds, ...byName }));
    const [ours, peer] = cells.filter((cell) => cell.name !== BARE);
    rows.push([
      metric,
      ...cells.flatMap(({ p50, p95 }) => [p50.toFixed(0), p95.toFixed(0)]),
      peer ? (ours!.p95 / peer.p95).toFixed(2) : '–',
    ]);
  }
  const heads = [...figures.keys()].flatMap((name) => [`${name} p50`, `${name} p95`]);
  printTable(`First call, round trip ${roundTripMs} ms (ms from the press)`, ['', ...heads, 'p95 ratio'], rows);
  for (const side of ['callee', 'caller'] as const) {
    const ways = STEPS.map((step, index) => {
      const p50s = [...figures.values()].map((all) => {
        const values = all.map((one) => one[side][index]!).filter((value) => !Number.isNaN(value));
        return values.length === 0 ? '–' : percentile(values, 0.5).toFixed(0);
      });
      return [step, ...p50s];
    });
    printTable(`The ${side}'s way there (ms from the press, p50)`, ['step', ...figures.keys()], ways);
  }
}
