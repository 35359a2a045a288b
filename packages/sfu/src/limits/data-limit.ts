import type { Participant } from '../room/participant.ts';
import { tellLimit } from './tell.ts';
import { TokenBucket } from './token-bucket.ts';

/** A file sent as a stream comes in bursts. */
const BURST_S = 4;
const TELL_INTERVAL_MS = 1_000;

/** Data packets one participant may send; what is beyond is dropped, and it is told, once a second. */
export class DataLimit {
  readonly #participant: Participant;
  readonly #bucket: TokenBucket;
  #lastToldMs = Number.NEGATIVE_INFINITY;

  constructor(participant: Participant) {
    const { limits, nowMs } = hostOf(participant);
    this.#participant = participant;
    this.#bucket = new TokenBucket(limits.maxDataPacketsPerS, limits.maxDataPacketsPerS * BURST_S, nowMs);
  }

  /** Whether one more packet may pass. */
  take(): boolean {
    const { limits, nowMs } = hostOf(this.#participant);
    if (this.#bucket.take(nowMs)) return true;
    this.tell(`no more than ${limits.maxDataPacketsPerS} data packets per second: what is beyond is dropped`);
    return false;
  }

  /** Says why a packet was dropped; once a second is often enough. */
  tell(message: string): void {
    const { nowMs } = hostOf(this.#participant);
    if (nowMs - this.#lastToldMs < TELL_INTERVAL_MS) return;
    this.#lastToldMs = nowMs;
    tellLimit(this.#participant, 'data-packets', message);
  }
}

function hostOf({ room: { host } }: Participant): { limits: { maxDataPacketsPerS: number }; nowMs: number } {
  return { limits: host.limits, nowMs: host.nowMs() };
}
