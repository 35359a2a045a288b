import { timestampDifference } from '@alongside/rtp';
import type { RewriteSpan } from './rewrite-span.ts';
import type { UplinkStream } from './uplink-stream.ts';

/** The one line of RTP time a subscriber sees, whichever streams its packets come from. */
export class TimeLine {
  readonly #clockRate: number;
  #last = 0;
  #lastMs = Number.NEGATIVE_INFINITY;
  #started = false;

  /** @param clockRate in Hz */
  constructor(clockRate: number) {
    this.#clockRate = clockRate;
  }

  /** Timestamp of the newest packet that left. */
  get newest(): number {
    return this.#last;
  }

  /** When the newest packet left, −∞ before the first. */
  get lastMs(): number {
    return this.#lastMs;
  }

  /** The newest packet left. */
  note(timestamp: number, nowMs: number): void {
    this.#last = timestamp;
    this.#lastMs = nowMs;
    this.#started = true;
  }

  /**
   * What to add to timestamps of `stream`, from its packet at `timestamp` on: by both sender clocks, or by elapsed time
   * while they are unknown.
   */
  offsetFor(stream: UplinkStream, before: RewriteSpan | undefined, timestamp: number, nowMs: number): number {
    if (!this.#started || !before) return 0;
    if (before.stream === stream) return before.timestampOffset;
    const rate = this.#clockRate;
    const elapsed = Math.max(1, Math.round(((nowMs - this.#lastMs) * rate) / 1000));
    let out = (this.#last + elapsed) >>> 0;
    const newMs = stream.senderTimeMs(timestamp);
    const oldClock = before.stream.clock;
    if (newMs !== undefined && oldClock) {
      const aligned =
        (oldClock.rtpTimestamp + Math.round(((newMs - oldClock.ntpMs) * rate) / 1000) + before.timestampOffset) >>> 0;
      const ahead = timestampDifference(aligned, this.#last);
      // A broken report must not throw the picture seconds ahead, nor back.
      if (ahead > 0 && ahead < elapsed + rate) out = aligned;
      else if (ahead <= 0 && ahead > -rate) out = (this.#last + 1) >>> 0;
    }
    return (out - timestamp) >>> 0;
  }
}
