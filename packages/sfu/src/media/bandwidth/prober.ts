import { ProbeMeasure, type ProbeOutcome } from './probe-measure.ts';

/** Long enough for a train of packets, short enough to fill no queue. */
const PROBE_MS = 80;
/** Jitter stretches and squeezes trains: measured over a longer one it matters less. */
const JITTERY_PROBE_MS = 120;
const JITTERY_MS = 20;
/** A train that tells loss by chance from loss by a full path: twice the rate loses no more by chance. */
const LOSS_TEST_MS = 250;
const LOSS_TEST_REACH = 2;
const LOSS_TEST_INTERVAL_MS = 2_000;
const MAX_LOSS_TEST_INTERVAL_MS = 60_000;
const FIRST_INTERVAL_MS = 2_000;
const MAX_INTERVAL_MS = 3_000;
/** How far above the estimate one probe reaches; after a success the next follows at once. */
const REACH = 1.6;
const START_REACH = 3;
/** A queue that grew this much during the probe says all there is to know. */
const ABORT_QUEUE_MS = 60;
/** Less than this share of its rate coming out, or more loss than usual: the probe met the path's capacity. */
const SATURATED = 0.9;
const LOSSY = 0.1;
const CALM_AFTER_DECREASE_MS = 1_200;
/** Without feedback of a probe by then it is sent again. */
const UNKNOWN_AFTER_MS = 500;
const RETRY_MS = 200;
/** How long the queue a probe made may take to drain. */
const DRAIN_MS = 300;

/** What the prober looks at each tick. */
export interface ProbeSituation {
  estimateBps: number;
  /** What all that is wanted would take; nothing is probed for beyond it. */
  wantedBps: number;
  /** What the next step up would take. */
  nextStepBps: number;
  /** What is being sent, bit/s. */
  sentBps: number;
  queueMs: number;
  queueNoiseMs: number;
  jitterMs: number;
  roundTripMs: number;
  decreasedAtMs: number;
  /** Whether loss is chance or a full path can not be told from the rates sent so far. */
  lossIsUnclear: boolean;
}

/** What a probe taught: the rate the path is proved to carry. */
export interface Proof {
  provedBps: number;
  /** The probe met the path's capacity: more was sent than came through. */
  saturated: boolean;
}

/**
 * Decides when to send more than the media needs, to learn whether a higher layer would fit: at the start, after a
 * drop, and every few seconds while something wanted is not affordable. One train at a time, filled up with padding
 * from tick to tick, ended early when the queue grows.
 */
export class Prober {
  /** Number of the probe being sent, 0 for none: packets sent now belong to it. */
  current = 0;
  /** Probes sent, and those ended early. */
  sent = 0;
  aborted = 0;
  readonly #measure = new ProbeMeasure();
  #number = 0;
  #waitingFor = 0;
  #targetBps = 0;
  #durationMs = PROBE_MS;
  #startedMs = 0;
  #endedMs = Number.NEGATIVE_INFINITY;
  #sentBytes = 0;
  #startQueueMs = 0;
  #nextAtMs = Number.NEGATIVE_INFINITY;
  #intervalMs = FIRST_INTERVAL_MS;
  #startPhase = true;
  #jittery = false;
  #lossTestAtMs = Number.NEGATIVE_INFINITY;
  #lossTestIntervalMs = LOSS_TEST_INTERVAL_MS;

  /** Whether no probe is being sent or waited for. */
  get idle(): boolean {
    return this.current === 0 && this.#waitingFor === 0;
  }

  /** Every 10 ms or so: bytes of padding to be sent now. */
  tick(situation: ProbeSituation, nowMs: number): number {
    if (this.current !== 0) return this.#continue(situation, nowMs);
    if (this.#waitingFor !== 0) {
      if (nowMs - this.#endedMs > UNKNOWN_AFTER_MS + 2 * situation.roundTripMs) this.#retry(nowMs);
      return 0;
    }
    this.#jittery = situation.queueNoiseMs > JITTERY_MS || situation.jitterMs > JITTERY_MS;
    if (situation.lossIsUnclear && nowMs >= this.#lossTestAtMs) {
      this.#lossTestAtMs = nowMs + this.#lossTestIntervalMs;
      this.#lossTestIntervalMs = Math.min(MAX_LOSS_TEST_INTERVAL_MS, this.#lossTestIntervalMs * 2);
      this.#begin(situation.sentBps * LOSS_TEST_REACH, LOSS_TEST_MS, situation, nowMs);
    } else if (this.#due(situation, nowMs)) {
      this.#begin(this.#target(situation), this.#jittery ? JITTERY_PROBE_MS : PROBE_MS, situation, nowMs);
    } else {
      return 0;
    }
    return this.#continue(situation, nowMs);
  }

  #due(situation: ProbeSituation, nowMs: number): boolean {
    if (situation.wantedBps <= situation.estimateBps || nowMs < this.#nextAtMs) return false;
    if (nowMs - situation.decreasedAtMs < CALM_AFTER_DECREASE_MS) return false;
    return situation.queueMs < 20 + situation.queueNoiseMs;
  }

  #target(situation: ProbeSituation): number {
    const reach = situation.estimateBps * (this.#startPhase ? START_REACH : REACH);
    // A tenth more than the step takes, so that it stands once taken.
    const step = Math.max(situation.nextStepBps, situation.estimateBps) * 1.1;
    return Math.max(Math.min(step, reach), Math.min(reach, situation.wantedBps * 1.1));
  }

  #begin(targetBps: number, durationMs: number, situation: ProbeSituation, nowMs: number): void {
    this.#targetBps = targetBps;
    this.#durationMs = durationMs;
    this.#number = (this.#number % 255) + 1;
    this.current = this.#number;
    this.#measure.reset();
    this.#startedMs = nowMs;
    this.#sentBytes = 0;
    this.#startQueueMs = situation.queueMs;
    this.sent++;
  }

  #continue(situation: ProbeSituation, nowMs: number): number {
    const elapsedMs = nowMs - this.#startedMs;
    if (situation.queueMs > this.#startQueueMs + ABORT_QUEUE_MS + situation.queueNoiseMs) {
      this.aborted++;
      this.#end(nowMs);
      this.#fail(nowMs);
      return 0;
    }
    if (elapsedMs > this.#durationMs) {
      this.#end(nowMs);
      return 0;
    }
    // The first tick's packets stand for the time until the next one.
    return Math.max(0, (this.#targetBps * (elapsedMs + 10)) / 8_000 - this.#sentBytes);
  }

  #end(nowMs: number): void {
    this.#waitingFor = this.current;
    this.current = 0;
    this.#endedMs = nowMs;
  }

  /** Feedback was lost, nothing was learned. */
  #retry(nowMs: number): void {
    this.#waitingFor = 0;
    this.#nextAtMs = nowMs + RETRY_MS;
  }

  #fail(nowMs: number): void {
    this.#waitingFor = 0;
    this.#startPhase = false;
    this.#nextAtMs = nowMs + this.#intervalMs;
    this.#intervalMs = Math.min(MAX_INTERVAL_MS, this.#intervalMs * 1.5);
  }

  /** Whether a queue now is the probe's own doing rather than the media's. */
  isToBlame(roundTripMs: number, nowMs: number): boolean {
    return this.current !== 0 || this.#waitingFor !== 0 || nowMs - this.#endedMs < roundTripMs + DRAIN_MS;
  }

  /** Something was sent while a probe is under way. */
  onSent(bytes: number): void {
    this.#sentBytes += bytes;
  }

  onArrived(probe: number, sentMs: number, arrivedMs: number, bytes: number, wasMissing: boolean): void {
    if (probe === this.#number) this.#measure.onArrived(sentMs, arrivedMs, bytes, wasMissing);
  }

  onMissing(probe: number, sentMs: number, bytes: number): void {
    if (probe === this.#number) this.#measure.onMissing(sentMs, bytes);
  }

  /**
   * After a feedback was read: what the probe under way has proved, once enough of it is known.
   * @param newestSentMs when the newest packet that feedback covers was sent
   * @param randomLoss share of packets the path loses at any rate
   */
  conclude(newestSentMs: number, randomLoss: number, nowMs: number): Proof | undefined {
    if (this.#waitingFor === 0 || newestSentMs < this.#endedMs - 12) return undefined;
    const outcome = this.#measure.outcome();
    if (!outcome) {
      this.#retry(nowMs);
      return undefined;
    }
    const proof = proofOf(outcome, randomLoss, this.#jittery);
    if (proof.saturated) {
      this.#fail(nowMs);
    } else {
      this.#waitingFor = 0;
      this.#intervalMs = FIRST_INTERVAL_MS;
      this.#nextAtMs = nowMs + 100;
    }
    return proof;
  }
}

function proofOf(outcome: ProbeOutcome, randomLoss: number, jittery: boolean): Proof {
  const { sentBps, delayGrowth, spreadBps, lossRatio, lossError } = outcome;
  const excess = Math.max(0, lossRatio - randomLoss - 2 * lossError);
  const byDelay = sentBps / (1 + delayGrowth);
  const carriedBps = jittery ? byDelay : Math.min(byDelay, spreadBps);
  const saturated = excess > LOSSY || carriedBps < sentBps * SATURATED;
  return { provedBps: saturated ? carriedBps * (1 - excess) * 0.95 : carriedBps, saturated };
}
