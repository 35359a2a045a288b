import { randomInt } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import type { Network } from '../../networks.ts';
import { developmentToken } from '../../token.ts';
import type { WeakCase } from './cases.ts';
import type { Engine } from './engines.ts';
import type { Door } from './entry.ts';
import type { Sample } from './page.ts';

/** The two in a call: `weak` has the bad link, `sound` has a good one. */
export type Pages = { weak: Page; sound: Page };

/** One direction of one call over the time measured. */
export type DirectionFigures = {
  /** Of all samples played, without those concealed in silence. */
  concealedPercent: number;
  soundBufferMs: number;
  framesPerSecond: number;
  freezePercent: number;
  pictureHeight: number;
  pictureBufferMs: number;
  /** Times whoever receives lost the connection to the media server. */
  interruptions: number;
};
/** `down` is what comes to the one with the bad link, `up` what comes from there. */
export type CallFigures = { down: DirectionFigures; up: DirectionFigures };

export type Timing = { settleMs: number; measureMs: number };

/** Joins on a good network, makes it bad, lets both ends settle, measures, mends it, leaves. */
export async function measureCall(
  network: Network,
  pages: Pages,
  engine: Engine,
  weak: WeakCase,
  timing: Timing,
): Promise<CallFigures> {
  const room = randomInt(1, 2 ** 40);
  const both = [pages.weak, pages.sound];
  try {
    await Promise.all(
      both.map(async (page, index) => {
        const door = await doorOf(engine, room, index === 0 ? 'weak' : 'sound');
        await page.evaluate((given) => window.weak.join(given), door);
      }),
    );
    await Promise.all(both.map((page) => page.evaluate(() => window.weak.flowing())));
    await network.impair('callee', weak.impairment);
    await setTimeout(timing.settleMs);
    const before = await sampleBoth(pages);
    if (weak.outageMs) {
      await network.impair('callee', { lossPercent: 100 });
      await setTimeout(weak.outageMs);
      await network.impair('callee', weak.impairment);
    }
    await setTimeout(timing.measureMs);
    const after = await sampleBoth(pages);
    return { down: between(before.weak, after.weak), up: between(before.sound, after.sound) };
  } finally {
    await network.impair('callee', {});
    await Promise.all(both.map((page) => page.evaluate(() => window.weak.leave())));
  }
}

async function doorOf({ name, url, keys }: Engine, room: number, identity: string): Promise<Door> {
  if (name === 'janus') return { kind: 'janus', url, room };
  return { kind: 'livekit', url, token: await developmentToken(keys, `weak-${room}`, identity) };
}

async function sampleBoth({ weak, sound }: Pages): Promise<{ weak: Sample; sound: Sample }> {
  const [atWeak, atSound] = await Promise.all([weak, sound].map((page) => page.evaluate(() => window.weak.sample())));
  return { weak: atWeak!, sound: atSound! };
}

function between(before: Sample, after: Sample): DirectionFigures {
  const seconds = (after.atMs - before.atMs) / 1000;
  const rise = (name: keyof Sample) => after[name] - before[name];
  const mean = (total: keyof Sample, count: keyof Sample) => (rise(count) > 0 ? rise(total) / rise(count) : Number.NaN);
  return {
    concealedPercent: (100 * rise('concealedSamples')) / Math.max(1, rise('soundSamples')),
    soundBufferMs: 1000 * mean('soundBufferS', 'soundBufferCount'),
    framesPerSecond: rise('frames') / seconds,
    freezePercent: Math.min(100, (100 * rise('freezeS')) / seconds),
    pictureHeight: after.pictureHeight,
    pictureBufferMs: 1000 * mean('pictureBufferS', 'pictureBufferCount'),
    interruptions: rise('interruptions'),
  };
}
