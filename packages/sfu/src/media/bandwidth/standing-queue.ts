/** Each slot holds the lowest delay of this long; enough slots for the base. */
const SLOT_MS = 1_000;
/** A base older than this is forgotten: drifting clocks, changed routes and queues others keep filled all raise it. */
const BASE_SLOTS = 20;
/** The queue is what even the luckiest packet of this long had to wait for. */
const STANDING_MS = 250;
const NOISE_FLOOR_MS = 8;
const NOISE_PER_STEP = 3;

/**
 * How long packets stand in the queue of the path: the lowest one-way delay of the last quarter second above the
 * lowest of the last 20 s. Jitter moves single packets and hardly the lowest of many; a queue holds up all. The
 * receiver's clock may drift against ours by 100 ms in 20 s before that is taken for a queue.
 */
export class StandingQueue {
  /** Lowest delay of the base window; its zero is arbitrary. */
  baseMs: number = Number.POSITIVE_INFINITY;
  /** Mean change of delay from one packet to the next (as RFC 3550 §6.4.1): how far a short train can be trusted. */
  jitterMs = 0;
  /** Set false while the path is congested: a queue that comes and goes is no jitter, and counts little as such. */
  calm = true;
  /** What of `delayMs` jitter alone may make: how much the lowest delays of successive quarter seconds differ. */
  noiseMs: number = NOISE_FLOOR_MS;
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

  /** @param sentMs on our clock, @param arrivedMs on the receiver's. */
  onPacket(sentMs: number, arrivedMs: number): void {
    const delayMs = arrivedMs - sentMs;
    if (!Number.isNaN(this.#previousMs)) {
      const step = Math.abs(delayMs - this.#previousMs);
      // A step of a second is another clock.
      if (step < 1_000) this.jitterMs += (step - this.jitterMs) / 64;
    }
    this.#previousMs = delayMs;
    this.#keepBase(sentMs, delayMs);
    this.#keepRecent(sentMs, delayMs);
    this.#keepNoise(sentMs, delayMs);
  }

  #keepNoise(sentMs: number, delayMs: number): void {
    if (Number.isNaN(this.#lowEndsMs)) this.#lowEndsMs = sentMs + STANDING_MS;
    if (sentMs >= this.#lowEndsMs) {
      const step = Math.abs(this.#lowMs - this.#previousLowMs);
      if (step < 1_000) this.#lowStepMs += (Math.min(step, 60) - this.#lowStepMs) / (this.calm ? 16 : 64);
      this.noiseMs = NOISE_FLOOR_MS + NOISE_PER_STEP * this.#lowStepMs;
      this.#previousLowMs = this.#lowMs;
      this.#lowMs = Number.POSITIVE_INFINITY;
      this.#lowEndsMs = sentMs + STANDING_MS;
    }
    if (delayMs < this.#lowMs) this.#lowMs = delayMs;
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
    while (times[0]! < sentMs - STANDING_MS) {
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
}
