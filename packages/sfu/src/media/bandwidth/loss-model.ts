import { isOutage } from '../outage.ts';

/** One observation: long enough for a rate, short enough that the sender's own variation shows. */
const SLOT_MS = 200;
const SLOT_PACKETS = 12;
const SLOTS = 40;
/** Below this loss nobody's rate is at fault. */
const NOTICED_LOSS = 0.02;
/** From here on it is worth a probe to know whose fault it is. */
const WORRYING_LOSS = 0.08;
/** Loss comes in bursts: so many lost packets tell as much as one independent loss. */
const BURST = 2.5;
/** Natural logarithm of how much likelier a full path must be than chance. */
const DECISION = 4;
/** What was learned of a path's capacity wears off: the bound rises by this much a second while loss stays low. */
const BOUND_GROWTH = 0.06;
const BOUND_AGE_MS = 20_000;

interface Slot {
  fromMs: number;
  toMs: number;
  /** Time between its packets, without what lost feedback hides. */
  observedMs: number;
  bytes: number;
  packets: number;
  lost: number;
}

/**
 * Tells loss by congestion from loss by chance. A path that loses at random delivers the same share at any rate; a full
 * one delivers the same rate whatever is sent: `delivered = min(C, (1 − p) × sent)`. Over the last slots the likelihood
 * of the best `C` is compared with that of no `C` at all; p is the loss at rates below `C`. It needs rates that differ,
 * which frames, layers and probes bring. What is missing of an outage says nothing of either.
 */
export class LossModel {
  /** Share of packets lost whatever the rate, 0 to 1. */
  randomLoss = 0;
  /** Most that may be sent as far as loss tells, bit/s. */
  boundBps: number = Number.POSITIVE_INFINITY;
  /** There is loss that may be either: a train at a much higher rate would tell. */
  unclear = false;
  /** Loss of the newest slots, 0 to 1. */
  recentLoss = 0;
  readonly #slots: Slot[] = [];
  #open: Slot | undefined;
  #lastSentMs = Number.NaN;
  /** Packets missing since the last one that arrived: when they were sent, and their sizes. */
  readonly #runSentMs: number[] = [];
  readonly #runBytes: number[] = [];
  #isOutage = false;
  readonly #delays = new LossDelays();
  #boundAtMs = 0;
  #grownAtMs = 0;

  onArrived(sentMs: number, bytes: number, delayMs: number): void {
    this.#endRun();
    this.#delays.onArrived(delayMs);
    this.#onPacket(sentMs, bytes, false);
  }

  onMissing(sentMs: number, bytes: number): void {
    if (this.#isOutage) return;
    this.#runSentMs.push(sentMs);
    this.#runBytes.push(bytes);
    this.#isOutage = isOutage(this.#runSentMs.length, sentMs - this.#runSentMs[0]!);
  }

  /** Whether what was missing was loss is known once something arrives. */
  #endRun(): void {
    for (let index = 0; index < this.#runSentMs.length && !this.#isOutage; index++) {
      this.#delays.onMissing();
      this.#onPacket(this.#runSentMs[index]!, this.#runBytes[index]!, true);
    }
    this.#runSentMs.length = 0;
    this.#runBytes.length = 0;
    if (this.#isOutage) this.onGap();
    this.#isOutage = false;
  }

  #onPacket(sentMs: number, bytes: number, lost: boolean): void {
    this.#open ??= { fromMs: sentMs, toMs: sentMs, observedMs: 0, bytes: 0, packets: 0, lost: 0 };
    const slot = this.#open;
    if (!Number.isNaN(this.#lastSentMs)) slot.observedMs += Math.max(0, sentMs - this.#lastSentMs);
    this.#lastSentMs = sentMs;
    slot.toMs = Math.max(slot.toMs, sentMs);
    slot.bytes += bytes;
    slot.packets++;
    if (lost) slot.lost++;
    if (slot.observedMs >= SLOT_MS && slot.packets >= SLOT_PACKETS) {
      this.#close(slot);
      this.#open = undefined;
    }
  }

  /** A packet reported missing came after all. */
  onFound(sentMs: number): void {
    this.#endRun();
    const at = (slot: Slot): boolean => slot.lost > 0 && sentMs >= slot.fromMs && sentMs <= slot.toMs;
    const slot = this.#open && at(this.#open) ? this.#open : this.#slots.findLast(at);
    if (slot) slot.lost--;
  }

  /** Nothing is known of the time until the next packet. */
  onGap(): void {
    this.#lastSentMs = Number.NaN;
  }

  #close(slot: Slot): void {
    this.#slots.push(slot);
    this.#delays.age();
    if (this.#slots.length > SLOTS) this.#slots.shift();
  }

  /**
   * Judges anew; call it on feedback.
   * @param deliveredBps what gets through
   * @param queueing the path's queue stands: loss is the queue's then
   */
  update(deliveredBps: number | undefined, queueing: boolean, nowMs: number): void {
    const slots = this.#slots;
    if (slots.length < 2) return;
    const newest = slots.slice(-5);
    this.recentLoss = ratioOf(newest);
    // The very newest may still be waiting for packets that are only late.
    const settled = slots.slice(0, -1);
    const overall = ratioOf(settled.slice(-10));
    this.unclear = false;
    if (overall < NOTICED_LOSS) {
      this.randomLoss = overall;
    } else {
      const full = this.#fullPath(settled);
      if (full) {
        this.randomLoss = full.randomLoss;
        this.#boundTo(full.capacityBps, nowMs);
      } else if (deliveredBps !== undefined && (queueing || this.#delays.highAtLoss)) {
        this.#boundTo(deliveredBps, nowMs);
      } else {
        this.randomLoss = overall;
        this.unclear = this.recentLoss > WORRYING_LOSS;
      }
    }
    this.#growBound(nowMs);
  }

  #boundTo(capacityBps: number, nowMs: number): void {
    this.boundBps = Math.min(this.boundBps, capacityBps);
    this.#boundAtMs = nowMs;
    this.#grownAtMs = nowMs;
  }

  #growBound(nowMs: number): void {
    if (this.boundBps === Number.POSITIVE_INFINITY) return;
    if (this.recentLoss > this.randomLoss + NOTICED_LOSS) {
      this.#grownAtMs = nowMs;
      return;
    }
    const elapsedS = Math.max(0, nowMs - this.#grownAtMs) / 1_000;
    this.boundBps *= (1 + BOUND_GROWTH) ** elapsedS;
    this.#grownAtMs = nowMs;
    if (nowMs - this.#boundAtMs > BOUND_AGE_MS) this.boundBps = Number.POSITIVE_INFINITY;
  }

  /** A probe got through: what was learned before is out of date. */
  raiseTo(bps: number): void {
    if (bps <= this.boundBps) return;
    this.boundBps = bps;
    this.#slots.splice(0, Math.max(0, this.#slots.length - 2));
  }

  #fullPath(slots: readonly Slot[]): { capacityBps: number; randomLoss: number } | undefined {
    const byChance = likelihood(slots, Number.POSITIVE_INFINITY, ratioOf(slots));
    let best: { capacityBps: number; randomLoss: number } | undefined;
    let bestLikelihood = byChance + DECISION * BURST;
    for (const candidate of slots) {
      if (candidate.lost === 0) continue;
      const capacityBps = rateOf(candidate) * (1 - candidate.lost / candidate.packets);
      const below = slots.filter((slot) => rateOf(slot) <= capacityBps);
      const randomLoss = ratioOf(below);
      const value = likelihood(slots, capacityBps, randomLoss);
      if (value > bestLikelihood) {
        bestLikelihood = value;
        best = { capacityBps, randomLoss };
      }
    }
    return best;
  }
}

/** Share of the delays' record kept from one slot to the next. */
const DELAY_MEMORY = 0.85;
const MIN_LOSSES = 8;
/** How far the delay before a loss is above the mean, in standard errors and in ms, to be no chance. */
const DELAY_ERRORS = 4;
const MIN_DELAY_EXCESS_MS = 3;

/**
 * Whether packets are lost when the delay is high: a queue that drops its tail is full at that moment, chance does not
 * look at the queue. It sees queues too short, or too quickly drained, to stand.
 */
class LossDelays {
  #sum = 0;
  #squares = 0;
  #count = 0;
  #lossSum = 0;
  #losses = 0;
  #lastMs = Number.NaN;

  onArrived(delayMs: number): void {
    this.#lastMs = delayMs;
    this.#sum += delayMs;
    this.#squares += delayMs * delayMs;
    this.#count++;
  }

  onMissing(): void {
    if (Number.isNaN(this.#lastMs)) return;
    this.#lossSum += this.#lastMs;
    this.#losses++;
    // Of a row of losses only the first counts: the others have the same neighbour.
    this.#lastMs = Number.NaN;
  }

  age(): void {
    this.#sum *= DELAY_MEMORY;
    this.#squares *= DELAY_MEMORY;
    this.#count *= DELAY_MEMORY;
    this.#lossSum *= DELAY_MEMORY;
    this.#losses *= DELAY_MEMORY;
  }

  get highAtLoss(): boolean {
    if (this.#losses < MIN_LOSSES) return false;
    const mean = this.#sum / this.#count;
    const deviation = Math.sqrt(Math.max(1, this.#squares / this.#count - mean * mean));
    const excess = this.#lossSum / this.#losses - mean;
    return excess > MIN_DELAY_EXCESS_MS && excess > (DELAY_ERRORS * deviation) / Math.sqrt(this.#losses);
  }
}

function rateOf(slot: Slot): number {
  return (slot.bytes * 8_000) / Math.max(1, slot.observedMs);
}

function ratioOf(slots: readonly Slot[]): number {
  let packets = 0;
  let lost = 0;
  for (const slot of slots) {
    packets += slot.packets;
    lost += slot.lost;
  }
  return packets === 0 ? 0 : lost / packets;
}

function likelihood(slots: readonly Slot[], capacityBps: number, randomLoss: number): number {
  let sum = 0;
  for (const slot of slots) {
    const rate = rateOf(slot);
    const passing = rate > capacityBps ? (1 - randomLoss) * (capacityBps / rate) : 1 - randomLoss;
    const loss = Math.max(0.005, Math.min(0.99, 1 - passing));
    sum += slot.lost * Math.log(loss) + (slot.packets - slot.lost) * Math.log(1 - loss);
  }
  return sum;
}
