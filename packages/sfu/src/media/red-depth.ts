import { MAX_RED_DEPTH } from './red-writer.ts';

/** This share of frames may stay lost: half a percent is where listeners begin to notice. */
const RESIDUAL_LOSS = 0.002_5;
/** Redundancy that helped is kept this long after the loss ended: bad stretches come back. */
const HOLD_MS = 8_000;
const STEP_DOWN_MS = 2_000;
/** A block's header, and SRTP, UDP and IP around the packet. */
const BLOCK_HEADER_BYTES = 4;
const PACKET_OVERHEAD_BYTES = 12 + 8 + 10 + 28;

/** What one subscriber's path does to packets. */
export interface PathLoss {
  /** Share of packets lost before any repair, 0 to 1. */
  lossRatio: number;
  /** Share of packets lost of those that follow a lost one: equal to the loss where it is random, higher in bursts. */
  burstRatio: number;
}

/**
 * How many earlier frames every packet must carry so that at most a quarter of a percent of frames is in none that
 * arrives: a frame is gone when its packet and the `depth` packets after it are.
 * @returns 1 to 7
 */
export function neededRedDepth({ lossRatio, burstRatio }: PathLoss): number {
  const continues = Math.min(0.95, Math.max(lossRatio, burstRatio));
  let gone = lossRatio * continues;
  let depth = 1;
  for (; gone > RESIDUAL_LOSS && depth < MAX_RED_DEPTH; depth++) gone *= continues;
  return depth;
}

/**
 * The depth a budget allows.
 * @param frameBytes mean size of a frame
 * @param framesPerSecond packets per second
 * @param budgetBps of this one stream, bits per second on the wire
 * @returns 0 to 7
 */
export function affordableRedDepth(frameBytes: number, framesPerSecond: number, budgetBps: number): number {
  if (budgetBps === Number.POSITIVE_INFINITY || framesPerSecond <= 0) return MAX_RED_DEPTH;
  const bytesPerPacket = budgetBps / 8 / framesPerSecond;
  const spare = bytesPerPacket - PACKET_OVERHEAD_BYTES - frameBytes;
  return Math.max(0, Math.min(MAX_RED_DEPTH, Math.floor(spare / (frameBytes + BLOCK_HEADER_BYTES))));
}

/**
 * One subscriber's depth over time: up at once, down one step after another only when less has been needed for a while,
 * so that a path that is bad in stretches is met prepared.
 */
export class RedDepth {
  #depth = 1;
  #neededAtMs = Number.NEGATIVE_INFINITY;
  #steppedAtMs = Number.NEGATIVE_INFINITY;

  /** The depth from now on. To be asked about once a second. */
  update(loss: PathLoss, affordable: number, nowMs: number): number {
    const needed = neededRedDepth(loss);
    if (needed >= this.#depth) {
      this.#depth = needed;
      this.#neededAtMs = nowMs;
    } else if (nowMs - this.#neededAtMs >= HOLD_MS && nowMs - this.#steppedAtMs >= STEP_DOWN_MS) {
      this.#depth--;
      this.#steppedAtMs = nowMs;
    }
    return Math.min(this.#depth, affordable);
  }
}
