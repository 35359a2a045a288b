/** What may leave at once: a frame, but not a key frame. */
const BURST_BYTES = 12_000;
/** Above the estimate, or what waits would never catch up with what comes. */
const RATE_FACTOR = 2;
const MIN_RATE_BPS = 1_000_000;
/** Nobody waits longer than this: a picture that is late is worth less than a queue elsewhere. */
const MAX_WAIT_MS = 200;
/** Buffers kept for the next burst. */
const MAX_FREE = 256;

interface Waiting {
  buffer: Buffer;
  lengthBytes: number;
  sinceMs: number;
}

/**
 * Spreads bursts of pictures: a key frame of fifty packets sent at once fills the queue of a narrow path and loses its
 * tail there; over 50 to 100 ms it gets through. What fits the allowance leaves at once and costs one subtraction; only
 * what has to wait is copied. Sound, repairs and probes do not wait.
 */
export class Pacer {
  /** What the path is thought to carry, bit/s; infinite for no pacing. */
  estimateBps: number = Number.POSITIVE_INFINITY;
  /** Packets that waited. */
  delayed = 0;
  readonly #release: (packet: Buffer, lengthBytes: number) => void;
  readonly #queue: Waiting[] = [];
  /** Buffers used before. */
  readonly #free: Buffer[] = [];
  #allowanceBytes = BURST_BYTES;
  #filledAtMs = 0;

  /** @param release sends a packet that waited; the buffer is lent */
  constructor(release: (packet: Buffer, lengthBytes: number) => void) {
    this.#release = release;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  /** Whether a packet of this length may leave now; it must then be sent. */
  admits(lengthBytes: number, nowMs: number): boolean {
    if (this.estimateBps === Number.POSITIVE_INFINITY) return true;
    this.#fill(nowMs);
    if (this.#queue.length > 0 || this.#allowanceBytes < 0) return false;
    this.#allowanceBytes -= lengthBytes;
    return true;
  }

  /** Keeps a copy of a packet that was not admitted. */
  hold(packet: Buffer, lengthBytes: number, nowMs: number): void {
    const buffer = this.#free.pop() ?? Buffer.allocUnsafe(2_048);
    packet.copy(buffer, 0, 0, lengthBytes);
    this.#queue.push({ buffer, lengthBytes, sinceMs: nowMs });
    this.delayed++;
  }

  /** Every 10 ms or so: sends what may leave by now. */
  tick(nowMs: number): void {
    if (this.#queue.length === 0) return;
    this.#fill(nowMs);
    let sent = 0;
    for (const { buffer, lengthBytes, sinceMs } of this.#queue) {
      if (this.#allowanceBytes < 0 && nowMs - sinceMs < MAX_WAIT_MS) break;
      this.#allowanceBytes -= lengthBytes;
      this.#release(buffer, lengthBytes);
      this.#keep(buffer);
      sent++;
    }
    this.#queue.splice(0, sent);
  }

  /** Gives up all that waits. */
  clear(): void {
    for (const { buffer } of this.#queue) this.#keep(buffer);
    this.#queue.length = 0;
  }

  #keep(buffer: Buffer): void {
    if (this.#free.length < MAX_FREE) this.#free.push(buffer);
  }

  #fill(nowMs: number): void {
    const rateBps = Math.max(MIN_RATE_BPS, this.estimateBps * RATE_FACTOR);
    const elapsedMs = Math.max(0, nowMs - this.#filledAtMs);
    this.#filledAtMs = nowMs;
    this.#allowanceBytes = Math.min(BURST_BYTES, this.#allowanceBytes + (rateBps * elapsedMs) / 8_000);
  }
}
