import { monitorEventLoopDelay } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { threadNice } from '../engine/thread-priority.ts';
import type { Room } from '../room/room.ts';
import type { EngineCounters } from './engine-counters.ts';
import type { Traffic } from './traffic.ts';

/** Rooms told one by one, those with most participants; each is a dozen series. */
const MAX_ROOMS = 200;
const LAG_RESOLUTION_MS = 10;

/** Median, the worst twentieth, and the worst of many. */
export interface Spread {
  p50: number;
  p95: number;
  max: number;
}

export interface RoomFigures {
  name: string;
  participants: number;
  publications: number;
  traffic: Traffic;
  /** The worst participant's. */
  lossUpRatio: number;
  lossDownRatio: number;
  roundTripMs: number | undefined;
}

/** Everything one media thread tells of itself; plain values, to cross threads. */
export interface EngineFigures {
  rooms: number;
  participants: number;
  publications: number;
  subscriptions: number;
  traffic: Traffic;
  signalMessages: number;
  dataPackets: number;
  joins: number;
  refusals: [string, number][];
  lossUpRatio: Spread | undefined;
  lossDownRatio: Spread | undefined;
  roundTripMs: Spread | undefined;
  /** How late timers were since the last time this was asked. */
  eventLoopLagMs: Spread;
  cpuSeconds: number;
  heapBytes: number;
  /** Of the thread: below 0 it comes before the rest of the machine's work. */
  nice: number;
  busiest: RoomFigures[];
}

/** Reads an engine's figures. Costs a walk over its participants, so it is asked every few seconds and not more. */
export class EngineMeter {
  readonly #lag = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });

  constructor() {
    this.#lag.enable();
  }

  read(all: Iterable<Room>, counters: EngineCounters): EngineFigures {
    const rooms = [...all];
    const lossUp: number[] = [];
    const lossDown: number[] = [];
    const roundTrips: number[] = [];
    let participants = 0;
    let publications = 0;
    let subscriptions = 0;
    for (const participant of rooms.flatMap((room) => [...room.participants])) {
      participants++;
      publications += participant.publications.count;
      subscriptions += participant.subscriptions.count;
      const { peer } = participant;
      if (!peer?.connected) continue;
      lossUp.push(peer.uplink.lossRatio);
      lossDown.push(...peer.downlink.forwarders.map((forwarder) => forwarder.lossRatio));
      if (peer.downlink.roundTripMs !== undefined) roundTrips.push(peer.downlink.roundTripMs);
    }
    const busiest = rooms.sort((a, b) => b.participantCount - a.participantCount).slice(0, MAX_ROOMS);
    return {
      rooms: rooms.length,
      participants,
      publications,
      subscriptions,
      traffic: counters.total(rooms),
      signalMessages: counters.signalMessages,
      dataPackets: counters.dataPackets,
      joins: counters.joins,
      refusals: [...counters.refusals],
      lossUpRatio: spreadOf(lossUp),
      lossDownRatio: spreadOf(lossDown),
      roundTripMs: spreadOf(roundTrips),
      eventLoopLagMs: this.#takeLag(),
      cpuSeconds: cpuSeconds(),
      nice: threadNice(),
      heapBytes: getHeapStatistics().used_heap_size,
      busiest: busiest.map((room) => roomFigures(room, counters)),
    };
  }

  #takeLag(): Spread {
    const lag = this.#lag;
    // The histogram holds whole intervals, in ns; what is beyond the resolution is lag.
    const beyond = (ns: number): number => Math.max(0, ns / 1e6 - LAG_RESOLUTION_MS);
    const spread = { p50: beyond(lag.percentile(50)), p95: beyond(lag.percentile(95)), max: beyond(lag.max) };
    lag.reset();
    return spread;
  }

  close(): void {
    this.#lag.disable();
  }
}

function cpuSeconds(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1e6;
}

function roomFigures(room: Room, counters: EngineCounters): RoomFigures {
  const figures: RoomFigures = {
    name: room.name,
    participants: room.participantCount,
    publications: 0,
    traffic: counters.ofRoom(room),
    lossUpRatio: 0,
    lossDownRatio: 0,
    roundTripMs: undefined,
  };
  for (const { publications, peer } of room.participants) {
    figures.publications += publications.count;
    if (!peer?.connected) continue;
    figures.lossUpRatio = Math.max(figures.lossUpRatio, peer.uplink.lossRatio);
    for (const { lossRatio } of peer.downlink.forwarders) {
      figures.lossDownRatio = Math.max(figures.lossDownRatio, lossRatio);
    }
    const { roundTripMs } = peer.downlink;
    if (roundTripMs !== undefined) figures.roundTripMs = Math.max(figures.roundTripMs ?? 0, roundTripMs);
  }
  return figures;
}

/** Undefined of nothing. */
export function spreadOf(values: number[]): Spread | undefined {
  if (values.length === 0) return undefined;
  const sorted = values.sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
  return { p50: at(0.5), p95: at(0.95), max: sorted.at(-1)! };
}
