import { percentile } from '../../figures.ts';
import { Load } from '../load/load.ts';
import type { MediaPart, MediaRun, ServerName } from '../run.ts';
import { type RunningServer, serverMissing, startServer } from '../servers.ts';
import { type AddedDelay, measureDelay } from './delay.ts';
import { GRID, SCENES, type Scene } from './scenes.ts';

/** What a server is given to warm up: half as long again as engines take to settle on their code. */
const WARM_UP_MS = { quick: 1_000, full: 8_000 };
const WINDOW_MS = { quick: 1_500, full: 4_000 };
/** Fewer packets than this of those that must come, and the figure is one of a starved machine. */
const COMPLETE_RATIO = 0.98;

/** In the order of the columns: our engine over its own pipe and over another, then the others. */
const MEASURED: readonly ServerName[] = ['alongside', 'native-pipe', 'livekit', 'janus'];

const DELAY_METRICS = {
  p50Ms: 'addedDelayP50Ms',
  p99Ms: 'addedDelayP99Ms',
  bareP50Ms: 'bareRelayDelayP50Ms',
  bareP99Ms: 'bareRelayDelayP99Ms',
  coreRatio: 'coreRatio',
} satisfies Record<keyof AddedDelay, string>;

const DELAY_CASE = `${GRID.name}, at 60 % of a core`;

type Figures = Partial<Record<ServerName, number | null>>;

/**
 * What forwarding costs: processor time per packet, memory per participant, delay added under load. `FORWARDING_CASES`
 * chooses cases by parts of their names, with semicolons between.
 */
export const forwarding: MediaPart = {
  about: 'processor time per forwarded packet, added delay and memory per participant',
  async run(run) {
    const absent = await absentServers();
    const missing = [...absent.values()].join(' ');
    const why = missing === '' ? {} : { why: missing };
    for (const scene of SCENES.filter(({ name }) => isWanted(name))) {
      const cpu: Figures = {};
      const memory: Figures = {};
      const notes: string[] = [];
      for (const name of MEASURED) {
        cpu[name] = null;
        memory[name] = null;
        if (absent.has(name)) continue;
        const measured = await withServer(name, (server) => measureScene(server, scene, run)).catch(
          failedOn(notes, name),
        );
        cpu[name] = measured?.cpuPerPacketUs ?? null;
        memory[name] = measured?.memoryPerParticipantKiB ?? null;
        if (measured && measured.completeRatio < COMPLETE_RATIO) {
          notes.push(`${name}: only ${(measured.completeRatio * 100).toFixed(0)} % of the packets arrived.`);
        }
      }
      const words = [missing, ...notes].filter((note) => note !== '').join(' ');
      const told = words === '' ? {} : { why: words };
      run.report({ case: scene.name, metric: 'cpuPerPacketUs', ...cpu, ...told });
      run.report({ case: scene.name, metric: 'memoryPerParticipantKiB', ...memory, ...why });
    }
    if (isWanted(DELAY_CASE)) await reportDelay(run, absent);
  },
};

function isWanted(name: string): boolean {
  const wanted = (process.env.FORWARDING_CASES ?? '').split(';').filter((part) => part !== '');
  return wanted.length === 0 || wanted.some((part) => name.includes(part));
}

/** Why each of those that cannot be had cannot. */
async function absentServers(): Promise<Map<ServerName, string>> {
  const absent = new Map<ServerName, string>();
  for (const name of MEASURED) {
    const why = await serverMissing(name);
    if (why !== null) absent.set(name, why);
  }
  return absent;
}

/** The servers take turns, and each figure is the median of its rounds: a second of a busy machine says little. */
async function reportDelay(run: MediaRun, absent: ReadonlyMap<ServerName, string>): Promise<void> {
  const measured = new Map<ServerName, AddedDelay[]>();
  const notes: string[] = [];
  for (let round = 0; round < run.rounds; round++) {
    for (const name of MEASURED) {
      if (absent.has(name)) continue;
      const delay = await withServer(name, (server) => measureDelay(server, run)).catch(failedOn(notes, name));
      if (delay) measured.set(name, [...(measured.get(name) ?? []), delay]);
    }
  }
  const words = [...absent.values(), ...new Set(notes)].join(' ');
  for (const [figure, metric] of Object.entries(DELAY_METRICS) as [keyof AddedDelay, string][]) {
    const figures: Figures = {};
    for (const name of MEASURED) {
      const rounds = measured.get(name)?.map((delay) => delay[figure]);
      figures[name] = rounds ? percentile(rounds, 0.5) : null;
    }
    run.report({
      case: DELAY_CASE,
      metric,
      ...figures,
      ...(words === '' ? {} : { why: words }),
    });
  }
}

function failedOn(notes: string[], name: ServerName): (error: Error) => null {
  return (error) => {
    console.log(`FAILED: ${name}:`, error);
    notes.push(`${name}: ${error.message}.`);
    return null;
  };
}

/** Starts a server for some work and stops it afterwards. */
export async function withServer<T>(name: ServerName, work: (server: RunningServer) => Promise<T>): Promise<T> {
  const server = await startServer(name);
  try {
    return await work(server);
  } finally {
    await server.stop();
  }
}

/** How much of what must be forwarded reaches the people, and what it costs. */
async function measureScene(
  server: RunningServer,
  { people }: Scene,
  run: MediaRun,
): Promise<{ cpuPerPacketUs: number; memoryPerParticipantKiB: number; completeRatio: number }> {
  const pace = run.quick ? 'quick' : 'full';
  const load = new Load();
  try {
    const emptyBytes = server.memoryBytes();
    await load.enter(server.door, people);
    await pause(WARM_UP_MS[pace]);
    const perPacket: number[] = [];
    const complete: number[] = [];
    for (let round = 0; round < run.rounds; round++) {
      const before = await load.count();
      const cpuBefore = server.cpuUs();
      await pause(WINDOW_MS[pace]);
      const after = await load.count();
      const forwarded = after.received - before.received;
      perPacket.push((server.cpuUs() - cpuBefore) / forwarded);
      complete.push(forwarded / ((after.sent - before.sent) * fanOut(people)));
    }
    return {
      cpuPerPacketUs: percentile(perPacket, 0.5),
      memoryPerParticipantKiB: (server.memoryBytes() - emptyBytes) / people.length / 1_024,
      completeRatio: percentile(complete, 0.5),
    };
  } finally {
    await load.end();
  }
}

/** How many get each packet: in these scenes the same for all who send. */
function fanOut(people: Scene['people']): number {
  const { room } = people.find(({ publish }) => publish.length > 0)!;
  return people.filter((other) => other.room === room).length - 1;
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
