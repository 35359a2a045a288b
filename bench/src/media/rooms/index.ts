import { percentile } from '../../figures.ts';
import { withServer } from '../forwarding/index.ts';
import { GRID, oneToMany } from '../forwarding/scenes.ts';
import { Load } from '../load/load.ts';
import type { ParticipantSpec } from '../load/participant.ts';
import type { MediaPart, MediaRun, ServerName } from '../run.ts';
import { SERVER_NAMES } from '../run.ts';
import { type RunningServer, serverMissing } from '../servers.ts';

const WARM_UP_MS = { quick: 1_000, full: 8_000 };
const WINDOW_MS = { quick: 1_500, full: 4_000 };

type Figures = Partial<Record<ServerName, number | null>>;

/** What rooms of many take of a core, and how long it takes until all are in. */
export const rooms: MediaPart = {
  about: 'rooms of many: 12 on video, one to 300 listeners, a hundred microphones of which six speak',
  async run(run) {
    const listeners = run.quick ? 60 : 300;
    const microphones = run.quick ? 24 : 100;
    const cases: [string, ParticipantSpec[]][] = [
      ['12 people on video', GRID.people],
      [`one speaker to ${listeners} listeners`, oneToMany(listeners)],
      [`sound only, ${microphones} microphones, six speak`, conference(microphones)],
    ];
    for (const [name, people] of cases) await measureRoom(run, name, people);
  },
};

/** All have a microphone on; six say something, the others send comfort noise. */
function conference(size: number): ParticipantSpec[] {
  return Array.from({ length: size }, (_, i) => ({
    room: 'conference',
    identity: `member-${i}`,
    publish: [{ kind: 'audio', quiet: i >= 6 }],
    receive: { audio: size - 1, video: 0 },
  }));
}

async function measureRoom(run: MediaRun, name: string, people: ParticipantSpec[]): Promise<void> {
  const core: Figures = {};
  const entered: Figures = {};
  const packets: Figures = {};
  const notes: string[] = [];
  for (const server of SERVER_NAMES) {
    const missing = await serverMissing(server);
    if (missing) {
      notes.push(missing);
      continue;
    }
    try {
      const measured = await withServer(server, (running) => measure(running, people, run));
      core[server] = measured.coreRatio;
      entered[server] = measured.allInMs;
      packets[server] = measured.packetsPerPersonPerS;
    } catch (error) {
      console.log(`FAILED: ${server}:`, error);
      notes.push(`${server}: ${(error as Error).message}.`);
    }
  }
  const told = notes.length === 0 ? {} : { why: notes.join(' ') };
  run.report({ case: name, metric: 'coreRatio', ...core, ...told });
  run.report({ case: name, metric: 'packetsPerPersonPerS', ...packets, ...told });
  run.report({ case: name, metric: 'allInMs', ...entered, ...told });
}

async function measure(server: RunningServer, people: ParticipantSpec[], run: MediaRun) {
  const pace = run.quick ? 'quick' : 'full';
  const load = new Load();
  try {
    const began = performance.now();
    await load.enter(server.door, people);
    const allInMs = performance.now() - began;
    await pause(WARM_UP_MS[pace]);
    const ratios: number[] = [];
    const rates: number[] = [];
    for (let round = 0; round < run.rounds; round++) {
      const before = await load.count();
      const cpuBefore = server.cpuUs();
      const windowBegan = performance.now();
      await pause(WINDOW_MS[pace]);
      const seconds = (performance.now() - windowBegan) / 1_000;
      ratios.push((server.cpuUs() - cpuBefore) / 1_000_000 / seconds);
      rates.push(((await load.count()).received - before.received) / people.length / seconds);
    }
    return { coreRatio: percentile(ratios, 0.5), packetsPerPersonPerS: percentile(rates, 0.5), allInMs };
  } finally {
    await load.end();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
