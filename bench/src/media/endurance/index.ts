import { percentile } from '../../figures.ts';
import { developmentToken } from '../../token.ts';
import { withServer } from '../forwarding/index.ts';
import type { DoorSpec } from '../load/load.ts';
import { Load } from '../load/load.ts';
import type { MediaPart } from '../run.ts';
import type { RunningServer } from '../servers.ts';

/** Calls going on side by side. */
const CALLS = 4;
const TALK_MS = 1_200;
const DURATION_MS = { quick: 30_000, full: 15 * 60_000 };
const SAMPLE_MS = 1_000;
/** A room goes when nobody has been in it for 20 s. */
const EMPTY_PATIENCE_MS = 40_000;

/** People come into rooms, talk, and go, for a quarter of an hour, as many as in six: what stays behind. */
export const endurance: MediaPart = {
  about: "six hours' worth of joins and leaves in 15 minutes: memory, descriptors and rooms left",
  async run(run) {
    const durationMs = DURATION_MS[run.quick ? 'quick' : 'full'];
    const left = await withServer('alongside', (server) => churn(server, durationMs));
    const name = `calls of two, ${left.calls} one after another, ${CALLS} at a time`;
    const why = 'A promise of ours, so the others are not put through it.';
    run.report({ case: name, metric: 'roomsLeft', alongside: left.rooms, why });
    run.report({ case: name, metric: 'descriptorsLeft', alongside: left.descriptors, why });
    run.report({ case: name, metric: 'threadsLeft', alongside: left.threads, why });
    run.report({ case: name, metric: 'memoryGrowthMiB', alongside: left.growthMiB, why });
    run.report({ case: name, metric: 'failedCalls', alongside: left.failed, why });
  },
};

async function churn(server: RunningServer, durationMs: number) {
  const loads = Array.from({ length: CALLS }, () => new Load());
  const untilMs = performance.now() + durationMs;
  let calls = 0;
  let failed = 0;
  async function callAfterCall(load: Load): Promise<void> {
    while (performance.now() < untilMs) {
      await oneCall(load, server.door, `call-${++calls}`).catch((error) => {
        failed++;
        console.log('FAILED: a call:', error);
      });
    }
  }
  try {
    // What the first calls leave behind is code and pools, not calls.
    await Promise.all(loads.map((load) => oneCall(load, server.door, `first-${loads.indexOf(load)}`)));
    const before = { descriptors: server.descriptors(), threads: server.threads() };
    const memory: number[] = [];
    const sampling = setInterval(() => memory.push(server.memoryBytes()), SAMPLE_MS);
    await Promise.all(loads.map(callAfterCall));
    clearInterval(sampling);
    const rooms = await roomsLeft(server.door);
    const fifth = Math.max(1, Math.floor(memory.length / 5));
    const early = percentile(memory.slice(fifth, 2 * fifth), 0.5);
    const late = percentile(memory.slice(-fifth), 0.5);
    return {
      calls,
      failed,
      rooms,
      descriptors: server.descriptors() - before.descriptors,
      threads: server.threads() - before.threads,
      growthMiB: (late - early) / 1_024 / 1_024,
    };
  } finally {
    await Promise.all(loads.map((load) => load.end()));
  }
}

async function oneCall(load: Load, door: DoorSpec, room: string): Promise<void> {
  await load.enter(
    door,
    ['a', 'b'].map((identity) => ({
      room,
      identity,
      publish: [{ kind: 'audio' }, { kind: 'video', framesPerSecond: 15, packetsPerFrame: 2 }],
      receive: { audio: 1, video: 1 },
    })),
  );
  await pause(TALK_MS);
  await load.leave();
}

/** Rooms that are still there when the last one's time is over. */
async function roomsLeft(door: DoorSpec): Promise<number> {
  if (door.kind !== 'livekit') return Number.NaN;
  const token = await developmentToken(door.keys, '', 'bench', { roomList: true });
  const giveUpMs = performance.now() + EMPTY_PATIENCE_MS;
  for (;;) {
    const response = await fetch(`${door.url.replace('ws', 'http')}/twirp/livekit.RoomService/ListRooms`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{}',
    });
    const { rooms = [] } = (await response.json()) as { rooms?: unknown[] };
    if (rooms.length === 0 || performance.now() > giveUpMs) return rooms.length;
    await pause(1_000);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
