/** Each slot holds the lowest delay of this long; enough slots for the base. */
const SLOT_MS = 1_000;
/** A base older than this is forgotten: drifting clocks, changed routes and queues others keep filled all raise it. */
const BASE_SLOTS = 20;
/** The queue is what even the luckiest packet of this long had to wait for. */
const STANDING_MS = 250;
const NOISE_FLOOR_MS = 8;
const NOISE_PER_STEP = 3;
/**
 * A queue grows packet by packet: one that is so much later than the one sent just before it was held up (a radio that
 * slept, a burst of interference) or went another way.
 */
const JUMP_MS = 60;
const JUMP_WITHIN_MS = 80;
/** What was held up is over within about the length of the jump: so much longer is waited for a lucky packet. */
const WAIT_PER_JUMP = 1.5;
const MAX_JUMP_MS = 600;
const NOISE_PER_JUMP = 0.3;
/** Of a jump's length so much is remembered a second later. */
const JUMP_MEMORY = 0.93;
/**
 * A jump of this length may be another way: the delays since differ by no more than this share of it, and no other was
 * half as long within this time before.
 */
const STEP_MS = 25;
const FLAT_RATIO = 0.15;
const FLAT_MS = 15;
const ALONE_RATIO = 0.5;
const ALONE_MS = 1_000;
/** So long it has to stay level to be believed. */
const LEVEL_MS = 375;
/** Where delays since a jump stay above this share of it and do not stay level, a queue grows on. */
const GROWS_RATIO = 0.9;

/**
 * How long packets stand in the queue of the path: the lowest one-way delay of the last quarter second above the
 * lowest of the last 20 s. Jitter moves single packets and hardly the lowest of many; a queue holds up all. Where
 * packets are held up together, as radios do, it is the lowest of a longer time; and a way that became longer at one
 * blow, and stays so, is a new base. The receiver's clock may drift against ours by 100 ms in 20 s before that is taken
 * for a queue.
 */
export class StandingQueue {
  /** Lowest delay of the base window; its zero is arbitrary. */
  baseMs: number = Number.POSITIVE_INFINITY;
  /** Mean change of delay from one packet to the next (as RFC 3550 §6.4.1): how far a short train can be trusted. */
  jitterMs = 0;
  /** Set false while the path is congested: a queue that comes and goes is no jitter, and counts little as such. */
  calm = true;
  #lowNoiseMs = NOISE_FLOOR_MS;
  #lowMs = Number.POSITIVE_INFINITY;
  #previousLowMs = Number.NaN;
  #lowEndsMs = Number.NaN;
  #lowStepMs = 0;
  readonly #slots = new Float64Array(BASE_SLOTS).fill(Number.POSITIVE_INFINITY);
  #slot = 0;
  #slotEndsMs = Number.NaN;
  // Candidates for the lowest delay of late: rising delays, each later than the one before. Parallel lists of numbers,
  // for this is asked of every packet.
  readonly #recentAtMs: number[] = [];
  readonly #recentDelayMs: number[] = [];
  #previousMs = Number.NaN;
  #previousSentMs = Number.NaN;
  /** Longest jump of late, and what is known of the delays since the newest one. */
  #jumpMs = 0;
  #jumpAtMs = Number.NaN;
  #jumpFromMs = 0;
  #stepMs = 0;
  #stepAtMs = Number.NEGATIVE_INFINITY;
  #sinceJumpLowMs = 0;
  #sinceJumpHighMs = 0;
  readonly #seesAll: boolean;

  /**
   * @param options.seesAll whether every packet of the path is told, in the order of sending: only then one that is much
   *   later than the one before it was not behind others in a queue
   */
  constructor({ seesAll }: { seesAll: boolean }) {
    this.#seesAll = seesAll;
  }

  /** @param sentMs on our clock, @param arrivedMs on the receiver's. */
  onPacket(sentMs: number, arrivedMs: number): void {
    const delayMs = arrivedMs - sentMs;
    if (!Number.isNaN(this.#previousMs)) {
      const step = Math.abs(delayMs - this.#previousMs);
      // A step of a second is another clock.
      if (step < 1_000) this.jitterMs += (step - this.jitterMs) / 64;
    }
    if (this.#seesAll) this.#keepJump(sentMs, delayMs);
    this.#previousMs = delayMs;
    this.#previousSentMs = sentMs;
    this.#keepBase(sentMs, delayMs);
    this.#keepRecent(sentMs, delayMs);
    this.#keepNoise(sentMs, delayMs);
  }

  /** Over what the lowest delay is looked for, ms. */
  get #standingMs(): number {
    return STANDING_MS + this.#jumpMs * WAIT_PER_JUMP;
  }

  #keepJump(sentMs: number, delayMs: number): void {
    const sinceMs = sentMs - this.#previousSentMs;
    if (sinceMs > 0 && this.#jumpMs > 0) this.#jumpMs *= JUMP_MEMORY ** (sinceMs / 1_000);
    const jumpMs = delayMs - this.#previousMs;
    if (jumpMs >= STEP_MS && sinceMs >= 0 && sinceMs <= JUMP_WITHIN_MS) {
      // One of a row is a narrow path that takes so long for each packet.
      const isAlone = sentMs - this.#stepAtMs > ALONE_MS || this.#stepMs < jumpMs * ALONE_RATIO;
      this.#stepMs = jumpMs;
      this.#stepAtMs = sentMs;
      this.#jumpAtMs = isAlone ? sentMs : Number.NaN;
      if (jumpMs >= JUMP_MS) this.#jumpMs = Math.max(this.#jumpMs, Math.min(MAX_JUMP_MS, jumpMs));
      this.#jumpFromMs = this.#previousMs;
      this.#sinceJumpLowMs = delayMs;
      this.#sinceJumpHighMs = delayMs;
      return;
    }
    if (Number.isNaN(this.#jumpAtMs)) return;
    this.#sinceJumpLowMs = Math.min(this.#sinceJumpLowMs, delayMs);
    this.#sinceJumpHighMs = Math.max(this.#sinceJumpHighMs, delayMs);
    const lengthMs = this.#sinceJumpLowMs - this.#jumpFromMs;
    const isFlat =
      lengthMs >= STEP_MS &&
      this.#sinceJumpHighMs - this.#sinceJumpLowMs <= Math.max(FLAT_MS, lengthMs * FLAT_RATIO, this.noiseMs);
    if (isFlat && sentMs - this.#jumpAtMs < LEVEL_MS) return;
    this.#jumpAtMs = Number.NaN;
    if (isFlat) this.#rebaseTo(this.#sinceJumpLowMs, sentMs);
    // It goes on growing: that is a queue, and nothing to wait for.
    else if (lengthMs >= this.#jumpMs * GROWS_RATIO) this.#jumpMs = 0;
  }

  #keepNoise(sentMs: number, delayMs: number): void {
    if (Number.isNaN(this.#lowEndsMs)) this.#lowEndsMs = sentMs + STANDING_MS;
    if (sentMs >= this.#lowEndsMs) {
      const step = Math.abs(this.#lowMs - this.#previousLowMs);
      if (step < 1_000) this.#lowStepMs += (Math.min(step, 60) - this.#lowStepMs) / (this.calm ? 16 : 64);
      this.#lowNoiseMs = NOISE_FLOOR_MS + NOISE_PER_STEP * this.#lowStepMs;
      this.#previousLowMs = this.#lowMs;
      this.#lowMs = Number.POSITIVE_INFINITY;
      this.#lowEndsMs = sentMs + this.#standingMs;
    }
    if (delayMs < this.#lowMs) this.#lowMs = delayMs;
  }

  /** Nothing is known of the packets until the next one: it may be later than the one before without a jump. */
  onGap(): void {
    this.#previousMs = Number.NaN;
    this.#jumpAtMs = Number.NaN;
  }

  /**
   * What of `delayMs` jitter alone may make: how much the lowest delays of successive stretches differ, which takes some
   * seconds to learn, and a share of the longest jump, which is known at once.
   */
  get noiseMs(): number {
    return this.#lowNoiseMs + this.#jumpMs * NOISE_PER_JUMP;
  }

  /** Whether packets were held up of late in a way no queue does. */
  get isJumpy(): boolean {
    return this.#jumpMs >= JUMP_MS;
  }

  /** Wait in the queue, ms, as of the newest packets. */
  get delayMs(): number {
    return this.#recentDelayMs.length === 0 ? 0 : Math.max(0, this.#recentDelayMs[0]! - this.baseMs);
  }

  #findBase(): void {
    this.baseMs = Number.POSITIVE_INFINITY;
    for (const delayMs of this.#slots) if (delayMs < this.baseMs) this.baseMs = delayMs;
  }

  #keepBase(sentMs: number, delayMs: number): void {
    if (Number.isNaN(this.#slotEndsMs)) this.#slotEndsMs = sentMs + SLOT_MS;
    while (sentMs >= this.#slotEndsMs) {
      // After a long pause every slot is old: going round once clears them all.
      if (sentMs - this.#slotEndsMs > BASE_SLOTS * SLOT_MS) {
        this.#slots.fill(Number.POSITIVE_INFINITY);
        this.#slotEndsMs = sentMs;
      }
      this.#slotEndsMs += SLOT_MS;
      this.#slot = (this.#slot + 1) % BASE_SLOTS;
      this.#slots[this.#slot] = Number.POSITIVE_INFINITY;
      this.#findBase();
    }
    if (delayMs < this.#slots[this.#slot]!) this.#slots[this.#slot] = delayMs;
    if (delayMs < this.baseMs) this.baseMs = delayMs;
  }

  #keepRecent(sentMs: number, delayMs: number): void {
    const times = this.#recentAtMs;
    const delays = this.#recentDelayMs;
    while (delays.length > 0 && delays[delays.length - 1]! >= delayMs) {
      delays.pop();
      times.pop();
    }
    delays.push(delayMs);
    times.push(sentMs);
    while (times[0]! < sentMs - this.#standingMs) {
      delays.shift();
      times.shift();
    }
  }

  /** What stands now is not ours to drain: it is the base from now on. */
  rebase(): void {
    const standing = this.#recentDelayMs[0];
    this.#slots.fill(Number.POSITIVE_INFINITY);
    if (standing !== undefined) this.#slots[this.#slot] = standing;
    this.#findBase();
  }

  #rebaseTo(delayMs: number, sentMs: number): void {
    this.#recentAtMs.length = this.#recentDelayMs.length = 0;
    this.#recentAtMs.push(sentMs);
    this.#recentDelayMs.push(delayMs);
    this.#jumpMs = 0;
    this.rebase();
  }
}
