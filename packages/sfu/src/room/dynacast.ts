import { SubscribedCodec, SubscribedQuality, SubscribedQualityUpdate, VideoQuality } from '@livekit/protocol';
import type { CodecName } from '../media/codecs.ts';

/** Going down waits: a subscriber that scrolls past comes back within this. */
const DOWN_DELAY_MS = 5_000;
/** Nobody has subscribed yet to what has just been published. */
const FIRST_DELAY_MS = 10_000;
const QUALITIES = [VideoQuality.LOW, VideoQuality.MEDIUM, VideoQuality.HIGH] as const;
const EVERYTHING = QUALITIES.length - 1;

/** What one codec of a track is wanted for. */
interface CodecDemand {
  codec: CodecName;
  /** Highest quality the publisher was told to send, −1 for none. */
  told: number;
  wanted: number;
  lowerSinceMs: number;
}

/**
 * What of one video track is wanted by anybody, by codec, and what its publisher was told of that: more at once, less
 * when nobody has wanted it for a while.
 */
export class Dynacast {
  readonly #demands: CodecDemand[];
  readonly #publishedAtMs: number;
  /** Whether the publisher was ever told anything. */
  hasTold = false;

  /** @param backup the codec the publisher sends only when asked to, if there is one */
  constructor(codec: CodecName, backup: CodecName | undefined, nowMs: number) {
    this.#publishedAtMs = nowMs;
    const demand = (name: CodecName, told: number): CodecDemand => ({
      codec: name,
      told,
      wanted: -1,
      lowerSinceMs: nowMs,
    });
    this.#demands = [demand(codec, EVERYTHING), ...(backup && backup !== codec ? [demand(backup, -1)] : [])];
  }

  /**
   * @param wantedOf highest quality anybody wants of a codec, −1 when nobody wants it
   * @param atOnce nobody will want more in a moment: going down does not wait
   * @returns whether the publisher has to be told something new
   */
  update(wantedOf: (codec: CodecName) => number, nowMs: number, atOnce = false): boolean {
    let changed = false;
    for (const demand of this.#demands) {
      const wanted = Math.min(EVERYTHING, wantedOf(demand.codec));
      if (wanted !== demand.wanted) {
        if (wanted >= demand.told || demand.wanted >= demand.told) demand.lowerSinceMs = nowMs;
        demand.wanted = wanted;
      }
      const dueMs = Math.max(demand.lowerSinceMs + DOWN_DELAY_MS, this.#publishedAtMs + FIRST_DELAY_MS);
      if (wanted === demand.told || (wanted < demand.told && nowMs < dueMs && !atOnce)) continue;
      demand.told = wanted;
      demand.lowerSinceMs = nowMs;
      changed = true;
      this.hasTold = true;
    }
    return changed;
  }

  message(trackSid: string): SubscribedQualityUpdate {
    const qualities = (told: number): SubscribedQuality[] =>
      QUALITIES.map((quality, index) => new SubscribedQuality({ quality, enabled: index <= told }));
    return new SubscribedQualityUpdate({
      trackSid,
      subscribedQualities: qualities(this.#demands[0]!.told),
      subscribedCodecs: this.#demands.map(
        ({ codec, told }) => new SubscribedCodec({ codec, qualities: qualities(told) }),
      ),
    });
  }
}
