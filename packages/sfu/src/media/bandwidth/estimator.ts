import type { TransportFeedback } from '@alongside/rtp';
import { DelayTrend } from './delay-trend.ts';
import { DeliveryRate } from './delivery-rate.ts';
import { LossModel } from './loss-model.ts';
import { Prober } from './prober.ts';
import { MAX_ESTIMATE_BPS, MIN_ESTIMATE_BPS, RateControl } from './rate-control.ts';
import { type FeedbackReader, SentPackets } from './sent-packets.ts';
import { StandingQueue } from './standing-queue.ts';

/** Carries sound, two small pictures and a guess: most paths bear it, and the first probe comes at once. */
const INITIAL_BPS = 500_000;
const DEFAULT_ROUND_TRIP_MS = 100;
/** A queue of this length beside loss is where the loss happens. */
const QUEUEING_MS = 10;
const CALM_MS = 2_000;
/** A queue of this length must drain before anything but fresh media is added to it. */
const CONGESTED_MS = 60;

/**
 * What one downlink carries, from transport-wide feedback: the lower of a delay-based rate (draft-ietf-rmcat-gcc-02)
 * and a loss-based bound, raised by probes. Requirements: RFC 8836. Knows nothing of layers.
 */
export class BandwidthEstimator implements FeedbackReader {
  readonly prober: Prober = new Prober();
  readonly #sent = new SentPackets();
  readonly #trend = new DelayTrend();
  readonly #queue = new StandingQueue({ seesAll: true });
  readonly #delivery = new DeliveryRate();
  readonly #loss = new LossModel();
  readonly #rate = new RateControl(INITIAL_BPS);
  #newestSentMs = Number.NEGATIVE_INFINITY;
  #feedbackAtMs = Number.NEGATIVE_INFINITY;
  /** An upper limit from outside, bit/s. */
  capBps: number = Number.POSITIVE_INFINITY;
  /**
   * Whether the path was ever seen to be full. Before that the estimate is only what has been proved so far, and no
   * reason to withhold what is cheapest.
   */
  limited = false;
  /** Whether there is a stream to send padding on. */
  canProbe = true;
  /** From report blocks; undefined before the first. */
  roundTripMs: number | undefined;

  /** Bit/s this downlink may be given, all headers from RTP on included. */
  get estimateBps(): number {
    return Math.min(this.#rate.estimateBps, this.#loss.boundBps, this.capBps);
  }

  /** Share of packets lost whatever is sent, 0 to 1. */
  get randomLoss(): number {
    return this.#loss.randomLoss;
  }

  get recentLoss(): number {
    return this.#loss.recentLoss;
  }

  get queueMs(): number {
    return this.#queue.delayMs;
  }

  /** Whether packets stand in a long queue now. */
  get congested(): boolean {
    return this.#queue.delayMs > CONGESTED_MS + this.#queue.noiseMs;
  }

  get jitterMs(): number {
    return this.#queue.jitterMs;
  }

  get deliveredBps(): number | undefined {
    return this.#delivery.deliveredBps;
  }

  /** When the estimate was last taken back for a growing queue. */
  get decreasedAtMs(): number {
    return this.#rate.decreasedAtMs;
  }

  /** Takes somebody else's estimate for the own one: there is no feedback to make one from. */
  adopt(bps: number): void {
    this.#rate.estimateBps = Math.max(MIN_ESTIMATE_BPS, Math.min(MAX_ESTIMATE_BPS, bps));
    this.limited = true;
  }

  /** Whether feedback comes at all: a peer without it is not estimated. */
  isInformed(nowMs: number): boolean {
    return nowMs - this.#feedbackAtMs < 5_000;
  }

  onSent(sequence: number, bytes: number, nowMs: number): void {
    const probe = this.prober.current;
    if (probe !== 0) this.prober.onSent(bytes);
    this.#sent.put(sequence, bytes, nowMs, probe);
  }

  onFeedback(feedback: TransportFeedback, nowMs: number): void {
    this.#feedbackAtMs = nowMs;
    this.#sent.read(feedback, this);
    const { delayMs: queueMs, noiseMs: queueNoiseMs } = this.#queue;
    const { deliveredBps, peakBps, offeredBps } = this.#delivery;
    const queueing = queueMs > QUEUEING_MS + queueNoiseMs;
    this.#loss.update(deliveredBps, queueing, nowMs);
    const roundTripMs = this.roundTripMs ?? DEFAULT_ROUND_TRIP_MS;
    const owner = this.#rate.update(
      {
        usage: this.#trend.usage,
        queueMs,
        queueNoiseMs,
        deliveredBps: this.#passing(deliveredBps),
        peakBps: this.#passing(peakBps),
        offeredBps: this.#passing(offeredBps),
        isJumpy: this.#queue.isJumpy,
        roundTripMs,
        probing: this.prober.isToBlame(roundTripMs, nowMs),
        canProbe: this.canProbe,
      },
      nowMs,
    );
    if (owner === 'foreign') this.#queue.rebase();
    this.#queue.calm = nowMs - this.#rate.decreasedAtMs > CALM_MS;
    this.#rate.boundTo(this.#loss.boundBps, nowMs);
    const proof = this.prober.conclude(this.#newestSentMs, this.#loss.randomLoss, nowMs);
    if (proof?.saturated || this.#rate.decreasedAtMs === nowMs) this.limited = true;
    if (!proof) return;
    if (proof.provedBps > this.estimateBps) {
      this.#rate.raiseTo(proof.provedBps);
      this.#loss.raiseTo(proof.provedBps);
    } else if (proof.saturated && deliveredBps !== undefined) {
      // What nobody used for a while may be gone.
      this.#rate.lowerTo(Math.max(proof.provedBps, this.#passing(deliveredBps)! * 1.1));
    }
  }

  /** What the path loses at any rate is no sign of how much it carries: the rate put in for one that came out. */
  #passing(bps: number | undefined): number | undefined {
    return bps && bps / Math.max(0.3, 1 - this.#loss.randomLoss);
  }

  onArrived(sentMs: number, arrivedMs: number, bytes: number, probe: number, wasMissing: boolean): void {
    this.#newestSentMs = Math.max(this.#newestSentMs, sentMs);
    if (probe !== 0) this.prober.onArrived(probe, sentMs, arrivedMs, bytes, wasMissing);
    this.#queue.onPacket(sentMs, arrivedMs);
    if (wasMissing) this.#loss.onFound(sentMs);
    else this.#loss.onArrived(sentMs, bytes, arrivedMs - sentMs - this.#queue.baseMs);
    this.#delivery.onArrived(sentMs, arrivedMs, bytes);
    this.#trend.onPacket(sentMs, arrivedMs);
  }

  onMissing(sentMs: number, bytes: number, probe: number): void {
    this.#newestSentMs = Math.max(this.#newestSentMs, sentMs);
    this.#loss.onMissing(sentMs, bytes);
    if (probe !== 0) this.prober.onMissing(probe, sentMs, bytes);
  }

  onGap(): void {
    this.#loss.onGap();
    this.#queue.onGap();
    this.#delivery.onGap();
  }

  /**
   * Every 10 ms or so.
   * @param wantedBps what all that is wanted would take, `nextStepBps` what the next step would
   * @returns bytes of padding to be sent now for a probe
   */
  tick(wantedBps: number, nextStepBps: number, nowMs: number): number {
    if (!this.isInformed(nowMs)) return 0;
    // Nothing is proved that may not be used.
    const worthwhileBps = this.canProbe ? Math.min(wantedBps, this.capBps) : 0;
    const lossIsUnclear = this.canProbe && this.#loss.unclear;
    if (this.prober.idle && !lossIsUnclear && worthwhileBps <= this.estimateBps) return 0;
    return this.prober.tick(
      {
        estimateBps: this.estimateBps,
        sentBps: this.#passing(this.#delivery.deliveredBps) ?? this.estimateBps,
        wantedBps: worthwhileBps,
        nextStepBps: Math.min(nextStepBps, this.capBps),
        queueMs: this.#queue.delayMs,
        queueNoiseMs: this.#queue.noiseMs,
        jitterMs: this.#queue.jitterMs,
        roundTripMs: this.roundTripMs ?? DEFAULT_ROUND_TRIP_MS,
        decreasedAtMs: this.#rate.decreasedAtMs,
        lossIsUnclear,
      },
      nowMs,
    );
  }
}
