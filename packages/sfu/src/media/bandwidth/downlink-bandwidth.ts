import type { TransportFeedback } from '@alongside/rtp';
import type { Downlink } from '../downlink.ts';
import type { Forwarder } from '../forwarder.ts';
import { BandwidthEstimator } from './estimator.ts';
import { ForwardedPicture } from './forwarded-picture.ts';
import { Sharing, type SharingSituation } from './sharing.ts';
import { SoundRate } from './sound-rate.ts';

/** A peer that was sent this long without a word of feedback gives none: then it gets all it wants. */
const SILENCE_MS = 3_000;
/** Share of the estimate all sound may take, redundancy included: beside pictures, and alone. */
const SOUND_SHARE = 0.5;
const SOUND_SHARE_ALONE = 0.9;
const MIN_SOUND_BUDGET_BPS = 64_000;
/** Share of the estimate repairs reckon with while packets stand in a long queue. */
const REPAIRS_WHEN_CONGESTED = 0.2;
/** Padding of a packet, and packets of one tick: more would be a burst of its own. */
const PADDING_BYTES = 255;
const MAX_PADDING_PACKETS = 64;

/** Where no padding could be sent it is tried again after this. */
const PADDING_RETRY_MS = 1_000;

/**
 * Bandwidth of one peer's downlink: estimates it from the peer's feedback and shares it out. Sound comes first and is
 * never paused; its redundancy gets a budget, pictures get what is left, retransmissions the reserve.
 */
export class DownlinkBandwidth {
  readonly estimator: BandwidthEstimator = new BandwidthEstimator();
  readonly sharing: Sharing = new Sharing(this.estimator);
  /** Set from outside, bit/s: a test of narrow paths, or an operator's limit. */
  capBps: number = Number.POSITIVE_INFINITY;
  readonly #downlink: Downlink;
  readonly #sound = new SoundRate();
  readonly #pictures = new Map<Forwarder, ForwardedPicture>();
  #receiverEstimateBps = Number.POSITIVE_INFINITY;
  #firstSentMs = Number.NaN;
  #informed = false;
  #released = false;
  #probeAgainAtMs = Number.NEGATIVE_INFINITY;

  constructor(downlink: Downlink) {
    this.#downlink = downlink;
  }

  /** Bit/s the peer can be given; undefined for a peer that tells nothing of what it receives. */
  get estimateBps(): number | undefined {
    if (this.#informed) return this.estimator.estimateBps;
    const told = Math.min(this.#receiverEstimateBps, this.capBps);
    return told === Number.POSITIVE_INFINITY ? undefined : told;
  }

  /** Whether this picture is stopped for want of bandwidth. */
  isPaused(forwarder: Forwarder): boolean {
    return this.#pictures.get(forwarder)?.paused ?? false;
  }

  /** A packet left, number and all. @param lengthBytes from the RTP header on */
  onSent(transportSequence: number, lengthBytes: number, nowMs: number): void {
    if (Number.isNaN(this.#firstSentMs)) this.#firstSentMs = nowMs;
    this.estimator.onSent(transportSequence, lengthBytes, nowMs);
  }

  onFeedback(feedback: TransportFeedback, nowMs: number): void {
    this.#informed = true;
    this.estimator.roundTripMs = this.#downlink.roundTripMs;
    this.estimator.onFeedback(feedback, nowMs);
  }

  /** REMB: the only word from peers without transport-wide feedback, ignored from others. */
  onReceiverEstimate(bitrateBps: number): void {
    this.#receiverEstimateBps = bitrateBps;
    if (!this.#informed) this.estimator.adopt(bitrateBps);
  }

  remove(forwarder: Forwarder): void {
    this.#pictures.delete(forwarder);
  }

  /** Every 10 ms or so. */
  tick(nowMs: number): void {
    if (this.#isMute(nowMs)) {
      this.#release(nowMs);
      return;
    }
    this.#released = false;
    this.#sound.measure(this.#downlink.forwarders, nowMs);
    this.estimator.capBps = this.capBps;
    if (this.sharing.tick(this.#situation, nowMs)) this.#tellBudgets();
    this.#probe(nowMs);
  }

  /** Neither feedback nor an estimate comes, though there was something to report. */
  #isMute(nowMs: number): boolean {
    if (this.estimateBps !== undefined) return false;
    if (this.#downlink.extensions.transportSequence === 0) return true;
    return nowMs - this.#firstSentMs > SILENCE_MS;
  }

  #release(nowMs: number): void {
    if (this.#released) return;
    this.#released = true;
    for (const picture of this.#pictures.values()) picture.release(nowMs);
    this.#pictures.clear();
    this.#downlink.audioBudgetBps = Number.POSITIVE_INFINITY;
    this.#downlink.repairs.estimateBps = undefined;
  }

  readonly #situation = (): SharingSituation => ({
    pictures: this.#wanted(),
    soundBps: this.#sound.bps,
    sendsAhead: this.#downlink.repairs.sendsAhead,
  });

  #wanted(): ForwardedPicture[] {
    const pictures: ForwardedPicture[] = [];
    for (const forwarder of this.#downlink.forwarders) {
      if (forwarder.source.kind !== 'video') continue;
      let picture = this.#pictures.get(forwarder);
      if (!picture) {
        picture = new ForwardedPicture(forwarder);
        this.#pictures.set(forwarder, picture);
      }
      pictures.push(picture);
    }
    return pictures;
  }

  #tellBudgets(): void {
    const { estimateBps } = this.estimator;
    const share = this.sharing.usedBps > 0 ? SOUND_SHARE : SOUND_SHARE_ALONE;
    this.#downlink.audioBudgetBps = Math.max(MIN_SOUND_BUDGET_BPS, estimateBps * share);
    // Repairs of what a full queue dropped would keep it full.
    this.#downlink.repairs.estimateBps = estimateBps * (this.estimator.congested ? REPAIRS_WHEN_CONGESTED : 1);
  }

  #probe(nowMs: number): void {
    const { wantedBps, nextStepBps } = this.sharing;
    if (nowMs >= this.#probeAgainAtMs) this.estimator.canProbe = true;
    let missingBytes = this.estimator.tick(wantedBps, nextStepBps, nowMs);
    for (let i = 0; missingBytes > 0 && i < MAX_PADDING_PACKETS; i++) {
      const sentBytes = this.#sendPadding(Math.min(PADDING_BYTES, Math.max(50, Math.ceil(missingBytes))));
      if (sentBytes === 0) {
        // No picture flows yet, or none with a repair stream.
        this.estimator.canProbe = false;
        this.#probeAgainAtMs = nowMs + PADDING_RETRY_MS;
        return;
      }
      missingBytes -= sentBytes;
    }
  }

  #sendPadding(lengthBytes: number): number {
    for (const forwarder of this.#downlink.forwarders) {
      const sentBytes = forwarder.sendPadding(lengthBytes);
      if (sentBytes > 0) return sentBytes;
    }
    return 0;
  }
}
