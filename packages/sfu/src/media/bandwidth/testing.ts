import { buildRtcp, parseRtcp } from '@alongside/rtp';
import { ArrivalRecorder } from '../arrival-recorder.ts';
import type { AllocationStep } from './allocator.ts';
import { BandwidthEstimator } from './estimator.ts';
import { Pacer } from './pacer.ts';
import { type SharedPicture, Sharing } from './sharing.ts';

/** A random number from 0 to 1, the same row for the same seed (mulberry32). */
export function randomRow(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The way from server to subscriber. */
export interface LinkModel {
  /** Bit/s of the bottleneck at a time; `Infinity` for none. */
  rateBps(nowMs: number): number;
  /** Longest wait in the bottleneck's queue, tail drop beyond it; 0 is a policer that holds nothing back. */
  queueMs: number;
  oneWayMs: number;
  /** How much longer the way is at a time, in both directions. */
  extraMs?(nowMs: number): number;
  /** Random loss before the bottleneck's queue counts it, 0 to 1. */
  lossRatio?: number;
  /** Mean length of a burst of random loss, packets. */
  burstPackets?: number;
  /** Uniform between 0 and this, added to every packet. */
  jitterMs?: number;
  /** Packets may overtake one another within the jitter. */
  reorder?: boolean;
  /** Share of feedback that is lost. */
  feedbackLossRatio?: number;
  feedbackIntervalMs?: number;
  /** How much faster the receiver's clock runs, parts per million. */
  driftPpm?: number;
  /** Another flow in the same bottleneck, bit/s at a time. */
  crossBps?(nowMs: number): number;
}

/** Costs of a camera's layers as livekit-client announces them, with sound beside. */
export interface SourceModel {
  layersBps: number[];
  pictures: number;
  soundBps: number;
  /** A key frame is this many times a frame. */
  keyFrameFactor: number;
}

export const CAMERA: SourceModel = {
  layersBps: [160_000, 450_000, 1_700_000],
  pictures: 1,
  soundBps: 40_000,
  keyFrameFactor: 6,
};

/** One tenth of a second of a run. */
export interface Sample {
  atMs: number;
  estimateBps: number;
  deliveredBps: number;
  /** Longest wait in the queue of any packet. */
  queueMs: number;
  layers: number[];
  capacityBps: number;
  lossRatio: number;
}

/** What a run showed. */
export interface Run {
  link: LinkModel;
  samples: Sample[];
  /** Changes of layer of all pictures, each with its time. */
  switches: { atMs: number; picture: number; from: number; to: number }[];
  probes: number;
  paddingBytes: number;
  estimator: BandwidthEstimator;
}

class ModelPicture implements SharedPicture {
  readonly isScreenShare = false;
  readonly priority = 0;
  readonly areaRank = 0;
  readonly #layers: number[];
  layer = -1;
  /** The frames of a new layer begin with a key frame, which takes the publisher a moment. */
  switchAtMs = Number.POSITIVE_INFINITY;
  target = -1;
  onSwitch: (from: number, to: number) => void = () => {};

  constructor(layers: number[]) {
    this.#layers = layers;
  }

  steps(): AllocationStep[] {
    return this.#layers.map((bitrateBps, layer) => ({ layer, temporal: 0, bitrateBps }));
  }

  give(step: AllocationStep | undefined, nowMs: number): void {
    const target = step?.layer ?? -1;
    if (target === this.target) return;
    this.onSwitch(this.target, target);
    this.target = target;
    this.switchAtMs = target < 0 ? nowMs : nowMs + 60;
  }
}

const STEP_MS = 1;
const packet = Buffer.alloc(1_500);
const PACKET_BYTES = 1_200;

/**
 * Runs estimator, probes and sharing against a modelled path in virtual time, with real feedback packets.
 * @param seconds how long
 */
export function simulate(
  link: LinkModel,
  source: SourceModel,
  seconds: number,
  options: { seed?: number; paced?: boolean } = {},
): Run {
  const random = randomRow(options.seed ?? 1);
  const estimator = new BandwidthEstimator();
  const sharing = new Sharing(estimator);
  const recorder = new ArrivalRecorder();
  const arrivals: { atMs: number; sequence: number; bytes: number; queuedMs: number }[] = [];
  const feedbacks: { atMs: number; bytes: Buffer }[] = [];
  const run: Run = { link, samples: [], switches: [], probes: 0, paddingBytes: 0, estimator };
  let now = 0;
  const pictures = Array.from({ length: source.pictures }, (_, index) => {
    const picture = new ModelPicture(source.layersBps);
    picture.onSwitch = (from, to) => run.switches.push({ atMs: now, picture: index, from, to });
    return picture;
  });
  let sequence = 65_000;
  let freeAtMs = 0;
  let lastOutMs = 0;
  let bad = false;
  let crossDebtBytes = 0;
  let delivered = 0;
  let worstQueueMs = 0;
  let lost = 0;
  let offered = 0;
  let lastFeedbackMs = 0;

  const loses = (): boolean => {
    const p = link.lossRatio ?? 0;
    if (p === 0) return false;
    const burst = link.burstPackets ?? 1;
    if (burst <= 1) return random() < p;
    bad = bad ? random() >= 1 / burst : random() < p / (1 - p) / burst;
    return bad;
  };
  /** Time the packet leaves the bottleneck, undefined when its queue is full. */
  const queue = (bytes: number): number | undefined => {
    const rate = link.rateBps(now);
    if (rate === Number.POSITIVE_INFINITY) return now;
    const serviceMs = (bytes * 8_000) / rate;
    const start = Math.max(now, freeAtMs);
    if (start - now > link.queueMs + (link.queueMs === 0 ? 100 : 0)) return undefined;
    freeAtMs = start + serviceMs;
    // A policer lets a small bucket through at once.
    return link.queueMs === 0 ? now : freeAtMs;
  };
  const send = (bytes: number): void => {
    sequence = (sequence + 1) & 0xffff;
    estimator.onSent(sequence, bytes, now);
    offered++;
    const out = loses() ? undefined : queue(bytes);
    if (out === undefined) {
      lost++;
      return;
    }
    worstQueueMs = Math.max(worstQueueMs, out - now);
    let atMs = out + link.oneWayMs + (link.extraMs?.(now) ?? 0) + (link.jitterMs ?? 0) * random();
    if (!link.reorder) atMs = Math.max(atMs, lastOutMs);
    lastOutMs = atMs;
    arrivals.push({ atMs, sequence, bytes, queuedMs: out - now });
  };
  const pacer = new Pacer((_, lengthBytes) => send(lengthBytes));
  const sendFrame = (bytes: number): void => {
    for (let left = bytes; left > 0; left -= PACKET_BYTES) {
      const lengthBytes = Math.round(Math.min(PACKET_BYTES, Math.max(60, left)));
      if (options.paced === false || pacer.admits(lengthBytes, now)) send(lengthBytes);
      else pacer.hold(packet, lengthBytes, now);
    }
  };
  const receiverClock = (atMs: number): number => 5_000_000 + atMs * (1 + (link.driftPpm ?? 0) / 1e6);

  for (now = 0; now < seconds * 1_000; now += STEP_MS) {
    if (link.crossBps) {
      crossDebtBytes += (link.crossBps(now) * STEP_MS) / 8_000;
      while (crossDebtBytes >= PACKET_BYTES) {
        crossDebtBytes -= PACKET_BYTES;
        queue(PACKET_BYTES);
      }
    }
    if (now % 20 === 0) send(Math.round((source.soundBps * 0.02) / 8));
    for (let i = 0; i < pictures.length; i++) {
      const picture = pictures[i]!;
      // Frames of different people do not come at once.
      if ((now + i * 7) % 33 !== 0) continue;
      let key = false;
      if (now >= picture.switchAtMs) {
        picture.layer = picture.target;
        picture.switchAtMs = Number.POSITIVE_INFINITY;
        key = true;
      }
      if (picture.layer < 0) continue;
      const mean = (source.layersBps[picture.layer]! * 0.033) / 8;
      sendFrame(mean * (key ? source.keyFrameFactor : 0.6 + 0.8 * random()));
    }
    arrivals.sort((a, b) => a.atMs - b.atMs);
    while (arrivals.length > 0 && arrivals[0]!.atMs <= now) {
      const arrival = arrivals.shift()!;
      delivered += arrival.bytes;
      recorder.onPacket(arrival.sequence, receiverClock(arrival.atMs));
    }
    if (now - lastFeedbackMs >= (link.feedbackIntervalMs ?? 100)) {
      lastFeedbackMs = now;
      for (let feedback = recorder.take(1, 2); feedback; feedback = recorder.take(1, 2)) {
        if (random() < (link.feedbackLossRatio ?? 0)) continue;
        feedbacks.push({ atMs: now + link.oneWayMs + (link.extraMs?.(now) ?? 0), bytes: buildRtcp([feedback]) });
      }
    }
    while (feedbacks.length > 0 && feedbacks[0]!.atMs <= now) {
      for (const packet of parseRtcp(feedbacks.shift()!.bytes) ?? []) {
        if (packet.type === 'transport-cc') estimator.onFeedback(packet, now);
      }
    }
    // As report blocks tell it.
    if (now % 1_000 === 0) estimator.roundTripMs = 2 * (link.oneWayMs + (link.extraMs?.(now) ?? 0));
    if (now % 10 === 0) {
      pacer.estimateBps = estimator.estimateBps;
      pacer.tick(now);
      sharing.tick(() => ({ pictures, soundBps: source.soundBps, sendsAhead: 1 }), now);
      let padding = estimator.tick(sharing.wantedBps, sharing.nextStepBps, now);
      while (padding > 0) {
        const bytes = Math.max(100, Math.min(1_000, padding));
        send(bytes);
        run.paddingBytes += bytes;
        padding -= bytes;
      }
    }
    if (now % 100 === 99) {
      run.samples.push({
        atMs: now,
        estimateBps: estimator.estimateBps,
        deliveredBps: delivered * 80,
        queueMs: worstQueueMs,
        layers: pictures.map((picture) => picture.layer),
        capacityBps: link.rateBps(now),
        lossRatio: offered === 0 ? 0 : lost / offered,
      });
      delivered = 0;
      worstQueueMs = 0;
      lost = 0;
      offered = 0;
    }
  }
  run.probes = estimator.prober.sent;
  return run;
}
