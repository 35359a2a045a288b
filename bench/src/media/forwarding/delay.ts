import { getPriority, setPriority } from 'node:os';
import { RtpView } from '@alongside/rtp';
import { percentile } from '../../figures.ts';
import { JanusDoor } from '../load/janus-door.ts';
import { LiveKitDoor } from '../load/livekit-door.ts';
import { Load } from '../load/load.ts';
import type { LoadParticipant } from '../load/participant.ts';
import { STAMP_OFFSET } from '../load/track.ts';
import type { MediaRun } from '../run.ts';
import type { RunningServer } from '../servers.ts';
import { BareRelay } from './bare-relay.ts';
import { GRID } from './scenes.ts';

/** The load the delay is looked at under. */
const CORE_RATIO = 0.6;
/** Tries to find the size of frames that makes it. */
const ADJUSTMENTS = 5;
const PAIRS = 4;
const SEND_EVERY_MS = 5;
/** Ticks between two datagrams of one who sends sound, every 20 ms. */
const BARE_TURN = 20 / SEND_EVERY_MS;

/** What of a server's delay is of the machine: a relay that does nothing, measured in the same seconds. */
export interface AddedDelay {
  p50Ms: number;
  p99Ms: number;
  bareP50Ms: number;
  bareP99Ms: number;
  coreRatio: number;
}

/**
 * How long the server keeps a packet while it is busy: a grid whose frames are made larger until the server takes 60 %
 * of a core, and beside it pairs in rooms of their own, in this quiet process, whose packets say when they left.
 * Loopback and both ends' system calls are in it, alike for every server, and each process's waiting for a processor.
 * As often as the pairs send sound, something of its size goes through a process that only hands it on (`BareRelay`).
 */
export async function measureDelay(server: RunningServer, run: MediaRun): Promise<AddedDelay> {
  const load = new Load();
  let comeLast: (() => void) | undefined;
  const people: LoadParticipant[] = [];
  let bare: BareRelay | undefined;
  let sending: NodeJS.Timeout | undefined;
  try {
    await load.enter(server.door, GRID.people);
    await enterPairs(server, people);
    const relay = await BareRelay.start();
    bare = relay;
    // Not before: whoever is started inherits it.
    comeLast = comeFirst();
    const connections = people.flatMap((person) => person.connections);
    let ticks = 0;
    sending = setInterval(() => {
      const nowMs = performance.now();
      for (const connection of connections) connection.send(nowMs, 1);
      // As many in a second as there are packets of sound.
      for (let i = ticks % BARE_TURN; i < PAIRS * 2; i += BARE_TURN) relay.send();
      if (++ticks % 20 === 0) for (const connection of connections) connection.sendFeedback();
      if (ticks % 200 === 0) for (const connection of connections) connection.sendReports();
    }, SEND_EVERY_MS);
    await reachLoad(server, load, run.quick);
    const delays: number[] = [];
    const view = new RtpView();
    for (const connection of connections) {
      connection.onOpened = (packet) => {
        if (view.parse(packet)) delays.push(performance.now() - packet.readDoubleBE(view.headerLength + STAMP_OFFSET));
      };
    }
    relay.delaysMs = [];
    const began = performance.now();
    const cpuBefore = server.cpuUs();
    await pause(run.quick ? 4_000 : 12_000);
    const coreRatio = (server.cpuUs() - cpuBefore) / 1_000 / (performance.now() - began);
    if (delays.length === 0) throw new Error('nothing of the pairs arrived');
    return {
      p50Ms: percentile(delays, 0.5),
      p99Ms: percentile(delays, 0.99),
      bareP50Ms: percentile(relay.delaysMs, 0.5),
      bareP99Ms: percentile(relay.delaysMs, 0.99),
      coreRatio,
    };
  } finally {
    clearInterval(sending);
    comeLast?.();
    for (const person of people) person.leave();
    await bare?.end();
    await load.end();
  }
}

/**
 * Who reads the clock waits for no processor; where that is not allowed, this waiting is in the figures, alike for every
 * server. @returns goes back
 */
function comeFirst(): () => void {
  const before = getPriority();
  try {
    setPriority(-20);
  } catch {
    return () => {};
  }
  return () => setPriority(before);
}

async function enterPairs(server: RunningServer, people: LoadParticipant[]): Promise<void> {
  const { door: spec } = server;
  const door = spec.kind === 'janus' ? await JanusDoor.open(spec.url) : new LiveKitDoor(spec.url, spec.keys);
  for (let i = 0; i < PAIRS * 2; i++) {
    people.push(
      await door.enter({
        room: `pair-${i >> 1}`,
        identity: `one-of-a-pair-${i}`,
        publish: [{ kind: 'audio' }],
        receive: { audio: 1, video: 0 },
      }),
    );
  }
  await door.subscribe();
}

/** Makes frames larger or smaller until the server takes its share of a core. */
async function reachLoad(server: RunningServer, load: Load, quick: boolean): Promise<void> {
  let scale = 1;
  for (let i = 0; i < ADJUSTMENTS; i++) {
    await pause(quick ? 500 : 2_000);
    const began = performance.now();
    const cpuBefore = server.cpuUs();
    await pause(quick ? 800 : 2_000);
    const ratio = (server.cpuUs() - cpuBefore) / 1_000 / (performance.now() - began);
    // Beyond these bounds the people cannot keep up.
    scale = Math.min(30, Math.max(0.5, (scale * CORE_RATIO) / Math.max(0.02, ratio)));
    await load.setScale(scale);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
