import { setTimeout } from 'node:timers/promises';
import { networkLabMissing } from '@alongside/testkit';
import type { Page } from 'playwright-core';
import { percentile } from '../../figures.ts';
import { inNetworks, type Network } from '../../networks.ts';
import { developmentToken } from '../../token.ts';
import { type LabServer, openLabPage, startLabServers } from '../lab.ts';
import type { MediaPart, MediaRun } from '../run.ts';
import { courseOf, figuresOf, type PathFigures } from './figures.ts';
import { pageProgram } from './page.ts';
import { COURSES, type Course, QUICK_COURSES } from './profile.ts';

/** RFC 8867 §5.1 has 50 ms one way. */
const ROUND_TRIP_MS = 100;
const METRICS: readonly (keyof PathFigures)[] = [
  'deliveredKbps',
  'usedPercent',
  'queueP50Ms',
  'queueP95Ms',
  'recoveryS',
  'sizeChangesPerMinute',
  'freezePercent',
  'concealedPercent',
];

/**
 * One who watches behind the varying path of RFC 8867 §5.1 (1.0, 2.5, 0.6, 1.0 Mbit/s), one who publishes three layers
 * (150, 450, 1,500 kbit/s) and sound. Unmodified livekit-client in Chromium; each server in turn in the same network.
 * `BANDWIDTH_ROUNDS` sets how often a run is repeated (default 3), `BANDWIDTH_COURSE` chooses one by a part of its name.
 */
export const bandwidth: MediaPart = {
  about: 'the varying path of RFC 8867: delivered rate, queueing delay, recovery, changes of picture size',
  async run(run) {
    const missing = await networkLabMissing();
    if (missing) {
      console.log(`The varying path is left out: no network lab, ${missing}.`);
      return;
    }
    await inNetworks([ROUND_TRIP_MS], (network) => measure(network, run));
  },
};

async function measure(network: Network, run: MediaRun): Promise<void> {
  const servers = await startLabServers(network);
  const publisher = await openLabPage(network, 'caller', pageProgram);
  const watcher = await openLabPage(network, 'callee', pageProgram);
  for (const course of chosenCourses(run.quick)) {
    await measureCourse(network, run, servers, { publisher, watcher }, course);
  }
}

function chosenCourses(quick: boolean): readonly Course[] {
  const wanted = process.env.BANDWIDTH_COURSE;
  if (wanted) return COURSES.filter(({ name }) => name.includes(wanted));
  return quick ? QUICK_COURSES : COURSES;
}

async function measureCourse(
  network: Network,
  run: MediaRun,
  servers: readonly LabServer[],
  pages: { publisher: Page; watcher: Page },
  course: Course,
): Promise<void> {
  const rounds = run.quick ? 1 : Number(process.env.BANDWIDTH_ROUNDS ?? 3);
  const measured = new Map<LabServer['name'], PathFigures[]>(servers.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const server of round % 2 === 0 ? servers : servers.toReversed()) {
      const figures = await runOnce(network, server, pages, course).catch((error) => {
        console.log(`FAILED: ${server.name}:`, error);
        return null;
      });
      if (figures) measured.get(server.name)!.push(figures);
    }
  }
  for (const metric of METRICS) {
    const medianOf = (name: LabServer['name']) => {
      const figures = (measured.get(name) ?? []).map((one) => one[metric]).filter(Number.isFinite);
      return figures.length === 0 ? null : percentile(figures, 0.5);
    };
    run.report({
      case: course.name,
      metric,
      alongside: medianOf('alongside'),
      livekit: medianOf('livekit'),
      why: 'Janus chooses layers by a request of the application, not by the path.',
    });
  }
}

async function runOnce(
  network: Network,
  server: LabServer,
  { publisher, watcher }: { publisher: Page; watcher: Page },
  { name, stretches }: Course,
): Promise<PathFigures> {
  const room = `varying-${Math.random().toString(36).slice(2)}`;
  try {
    await network.impair('callee', { rateKbps: stretches[0]!.rateKbps });
    const [publisherToken, watcherToken] = await Promise.all(
      ['publisher', 'watcher'].map((identity) => developmentToken(server.keys, room, identity)),
    );
    await publisher.evaluate(([url, token]) => window.watching.publish(url!, token!), [server.url, publisherToken!]);
    await watcher.evaluate(([url, token]) => window.watching.watch(url!, token!), [server.url, watcherToken!]);
    await watcher.evaluate(() => window.watching.flowing());
    await watcher.evaluate(() => window.watching.record());
    const startedMs = Date.now();
    for (const { rateKbps, seconds } of stretches) {
      await network.impair('callee', { rateKbps });
      await setTimeout(seconds * 1000);
    }
    const readings = await watcher.evaluate(() => window.watching.readings());
    console.log(JSON.stringify({ path: name, server: server.name, course: courseOf(readings, startedMs, stretches) }));
    return figuresOf(readings, startedMs, stretches);
  } finally {
    await network.impair('callee', {});
    await Promise.all([publisher, watcher].map((page) => page.evaluate(() => window.watching.leave())));
  }
}
