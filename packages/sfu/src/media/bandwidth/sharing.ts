import { type AllocationStep, type AllocationTrack, allocate } from './allocator.ts';
import type { BandwidthEstimator } from './estimator.ts';

const SHARE_INTERVAL_MS = 100;
/** Share of the estimate kept for retransmissions and what grows between two measurements. */
const RESERVE = 0.05;
/** A step up followed by a growing queue within this time was one too many. */
const BLAME_MS = 4_000;
/** A step that failed is not tried again without good reason for this long; doubled each time, until one holds. */
const FIRST_BACK_OFF_MS = 3_000;
const MAX_BACK_OFF_MS = 60_000;
const HELD_MS = 10_000;
/**
 * An estimate is taken back by a receiver's machine that was busy for a moment, too, and the next probe gives it back (from
 * 1.2 s after a decrease on: `prober.ts`). Until then the lowest resolution goes on: a picture that stops is seen by
 * everybody, and asks for a key frame to go on. Not where a queue shows that the path does not carry it, of as much as
 * ITU-T G.114 has a conversation bear one way.
 */
const BEAR_MS = 2_000;
const BEAR_QUEUE_MS = 150;

/** A picture whose layer is shared out. */
export interface SharedPicture {
  readonly isScreenShare: boolean;
  readonly priority: number;
  readonly areaRank: number;
  /** Ways to send it from cheapest to dearest, none while nothing is to be sent. */
  steps(nowMs: number): readonly AllocationStep[];
  /** Gives it a step; undefined pauses it. */
  give(step: AllocationStep | undefined, nowMs: number): void;
}

/** What a share is made from beside the estimate. */
export interface SharingSituation {
  pictures: readonly SharedPicture[];
  /** Bit/s sound takes, its redundancy included: it comes before every picture. */
  soundBps: number;
  /** How often every packet of a picture is sent, 1 for once: where much is lost at random, copies go ahead. */
  sendsAhead: number;
}

/**
 * Turns the estimate of one downlink into layers: shares it out again ten times a second, remembers which step up
 * failed, and says what is still wanted so that probes go for it.
 */
export class Sharing {
  /** What everything wanted would take, and what the next step up would, bit/s with sound and reserve. */
  wantedBps = 0;
  nextStepBps = 0;
  /** What is given to pictures takes, bit/s. */
  usedBps = 0;
  /** Share of what pictures would take that they are given, 0 to 1. */
  givenRatio = 1;
  readonly #estimator: BandwidthEstimator;
  readonly #given = new Map<SharedPicture, AllocationStep | undefined>();
  #sharedAtMs = Number.NEGATIVE_INFINITY;
  #raisedAtMs = Number.NEGATIVE_INFINITY;
  #blamedAtMs = Number.NEGATIVE_INFINITY;
  #raisedToBps = 0;
  #failedBps = Number.POSITIVE_INFINITY;
  #failedUntilMs = Number.NEGATIVE_INFINITY;
  #backOffMs = FIRST_BACK_OFF_MS;
  /** Since when something that is shown does not fit. */
  #lacksSinceMs = Number.NaN;

  constructor(estimator: BandwidthEstimator) {
    this.#estimator = estimator;
  }

  /** Often: shares out again when it is time. Returns whether it did. */
  tick(situation: () => SharingSituation, nowMs: number): boolean {
    const due = nowMs - this.#sharedAtMs >= SHARE_INTERVAL_MS || this.#estimator.decreasedAtMs > this.#sharedAtMs;
    if (!due) return false;
    this.#sharedAtMs = nowMs;
    this.#judgeRaise(nowMs);
    this.#share(situation(), nowMs);
    return true;
  }

  #judgeRaise(nowMs: number): void {
    const { decreasedAtMs } = this.#estimator;
    const failed = decreasedAtMs > this.#raisedAtMs && decreasedAtMs - this.#raisedAtMs < BLAME_MS;
    if (failed && this.#blamedAtMs !== this.#raisedAtMs) {
      this.#blamedAtMs = this.#raisedAtMs;
      this.#failedBps = this.#raisedToBps;
      this.#failedUntilMs = nowMs + this.#backOffMs;
      this.#backOffMs = Math.min(MAX_BACK_OFF_MS, this.#backOffMs * 2);
    } else if (decreasedAtMs < this.#raisedAtMs && nowMs - this.#raisedAtMs > HELD_MS) {
      this.#backOffMs = FIRST_BACK_OFF_MS;
    }
  }

  #share({ pictures, soundBps, sendsAhead }: SharingSituation, nowMs: number): void {
    const tracks: AllocationTrack[] = pictures.map((picture) => {
      const steps = picture.steps(nowMs);
      return {
        isScreenShare: picture.isScreenShare,
        priority: picture.priority,
        areaRank: picture.areaRank,
        steps,
        step: indexOf(steps, this.#given.get(picture)),
      };
    });
    const result = allocate(tracks, {
      pictureBps: (this.#estimator.estimateBps * (1 - RESERVE) - soundBps) / sendsAhead,
      lowestIsFree: !this.#estimator.limited && this.#estimator.capBps === Number.POSITIVE_INFINITY,
      failedBps: nowMs < this.#failedUntilMs ? this.#failedBps : Number.POSITIVE_INFINITY,
    });
    const isStopped = (step: number, index: number) => step < 0 && tracks[index]!.step >= 0;
    const bears = this.#bears(result.steps.some(isStopped), nowMs);
    for (let i = 0; i < pictures.length; i++) {
      const track = tracks[i]!;
      if (bears && isStopped(result.steps[i]!, i)) {
        result.steps[i] = 0;
        result.usedBps += track.steps[0]!.bitrateBps;
      }
      const step = result.steps[i]!;
      // Coming from nothing to the lowest is no gamble.
      if (step > track.step && track.step >= 0) {
        this.#raisedAtMs = nowMs;
        this.#raisedToBps = result.usedBps;
      }
      this.#given.set(pictures[i]!, track.steps[step]);
      if (track.steps.length > 0) pictures[i]!.give(track.steps[step], nowMs);
    }
    if (this.#given.size > pictures.length) this.#forget(pictures);
    this.usedBps = result.usedBps;
    this.givenRatio = result.demandBps === 0 ? 1 : result.usedBps / result.demandBps;
    this.wantedBps = (result.wantedBps * sendsAhead + soundBps) / (1 - RESERVE);
    this.nextStepBps = (result.nextStepBps * sendsAhead + soundBps) / (1 - RESERVE);
  }

  /** Whether what does not fit goes on for now. */
  #bears(isLacking: boolean, nowMs: number): boolean {
    if (!isLacking) this.#lacksSinceMs = Number.NaN;
    else if (Number.isNaN(this.#lacksSinceMs)) this.#lacksSinceMs = nowMs;
    const { capBps, decreasedAtMs, queueMs } = this.#estimator;
    if (!isLacking || capBps < Number.POSITIVE_INFINITY || queueMs > BEAR_QUEUE_MS) return false;
    return nowMs - this.#lacksSinceMs < BEAR_MS && nowMs - decreasedAtMs < BEAR_MS;
  }

  #forget(pictures: readonly SharedPicture[]): void {
    for (const picture of this.#given.keys()) if (!pictures.includes(picture)) this.#given.delete(picture);
  }
}

/** Where a step stands among the steps of now: costs change, layers come and go. */
function indexOf(steps: readonly AllocationStep[], given: AllocationStep | undefined): number {
  if (!given) return -1;
  let found = -1;
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i]!;
    if (step.layer < given.layer || (step.layer === given.layer && step.temporal <= given.temporal)) found = i;
  }
  return found;
}
