/** One way of a path: packets get lost and are late as said, the same ones each time for the same seed. */
export interface LinkOptions {
  seed: number;
  /** 0 to 1. */
  lossRatio?: number;
  /** Mean length of a burst of losses, packets; 1 is independent. */
  burstPackets?: number;
  delayMs?: number;
  /** Added to the delay, from none to so much; packets keep their order. */
  jitterMs?: number;
  /** Carries no more than so much; what would wait longer than `queueMs` is dropped. */
  rateBps?: number;
  queueMs?: number;
}

/** A generator of numbers from 0 to 1 (mulberry32): simulations must not differ from run to run. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Virtual time: what is due happens in order, nothing waits. */
export class Clock {
  nowMs = 0;
  readonly #due: { atMs: number; run: () => void }[] = [];

  at(atMs: number, run: () => void): void {
    let index = this.#due.length;
    while (index > 0 && this.#due[index - 1]!.atMs > atMs) index--;
    this.#due.splice(index, 0, { atMs, run });
  }

  every(intervalMs: number, run: () => void): void {
    const again = (): void => {
      run();
      this.at(this.nowMs + intervalMs, again);
    };
    this.at(this.nowMs + intervalMs, again);
  }

  runUntil(endMs: number): void {
    for (let next = this.#due[0]; next !== undefined && next.atMs <= endMs; next = this.#due[0]) {
      this.#due.shift();
      this.nowMs = next.atMs;
      next.run();
    }
    this.nowMs = endMs;
  }
}

/** Carries copies of packets to `deliver`. */
export class Link {
  options: LinkOptions;
  carried = 0;
  bytes = 0;
  readonly #clock: Clock;
  readonly #deliver: (packet: Buffer) => void;
  readonly #random: () => number;
  #inBurst = false;
  #lastAtMs = 0;
  /** When all that waits will have gone. */
  #freeAtMs = 0;

  constructor(clock: Clock, options: LinkOptions, deliver: (packet: Buffer) => void) {
    this.#clock = clock;
    this.options = options;
    this.#deliver = deliver;
    this.#random = seededRandom(options.seed);
  }

  send(packet: Buffer): void {
    this.carried++;
    this.bytes += packet.length;
    const { delayMs = 0, jitterMs = 0 } = this.options;
    const lateMs = jitterMs * this.#random();
    if (this.#lost()) return;
    const queuedMs = this.#queue(packet.length);
    if (queuedMs === undefined) return;
    const copy = Buffer.from(packet);
    this.#lastAtMs = Math.max(this.#lastAtMs, this.#clock.nowMs + queuedMs + delayMs + lateMs);
    this.#clock.at(this.#lastAtMs, () => this.#deliver(copy));
  }

  /** @returns how long a packet waits until it has gone, ms; undefined where there is no room for it */
  #queue(lengthBytes: number): number | undefined {
    const { rateBps = Number.POSITIVE_INFINITY, queueMs = 300 } = this.options;
    const fromMs = Math.max(this.#freeAtMs, this.#clock.nowMs);
    if (fromMs - this.#clock.nowMs > queueMs) return undefined;
    this.#freeAtMs = fromMs + (lengthBytes * 8_000) / rateBps;
    return this.#freeAtMs - this.#clock.nowMs;
  }

  /** Gilbert–Elliott: in a burst everything is lost, between bursts nothing. */
  #lost(): boolean {
    const { lossRatio = 0, burstPackets = 1 } = this.options;
    const roll = this.#random();
    if (lossRatio === 0) return false;
    if (burstPackets <= 1) return roll < lossRatio;
    const leave = 1 / burstPackets;
    this.#inBurst = this.#inBurst ? roll >= leave : roll < (leave * lossRatio) / (1 - lossRatio);
    return this.#inBurst;
  }
}
