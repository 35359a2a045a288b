export const MAX_SPATIAL_LAYERS = 3;
export const MAX_TEMPORAL_LAYERS = 4;

const CELLS = MAX_SPATIAL_LAYERS * MAX_TEMPORAL_LAYERS;
const BUCKETS = 10;
const BUCKET_MS = 100;
/** A rate of the first instant would be the key frame's: it is spread over at least this much time. */
const MIN_WINDOW_MS = 300;

/**
 * What one SSRC sends, by spatial and temporal layer inside it, over the last second: bits and frames per second.
 * Counting costs two additions per packet and allocates nothing.
 */
export class LayerMeter {
  readonly #bytes = new Float64Array(BUCKETS * CELLS);
  readonly #frames = new Float64Array(BUCKETS * CELLS);
  readonly #byteSums = new Float64Array(CELLS);
  readonly #frameSums = new Float64Array(CELLS);
  readonly #lastArrivalMs = new Float64Array(MAX_SPATIAL_LAYERS).fill(Number.NEGATIVE_INFINITY);
  #bucket = -1;
  #sinceMs = 0;

  /** Takes note of a packet; layers above what is served count as the highest. */
  onPacket(spatial: number, temporal: number, lengthBytes: number, startsFrame: boolean, nowMs: number): void {
    this.#roll(nowMs);
    const s = clamp(spatial, MAX_SPATIAL_LAYERS);
    const cell = s * MAX_TEMPORAL_LAYERS + clamp(temporal, MAX_TEMPORAL_LAYERS);
    const at = (this.#bucket % BUCKETS) * CELLS + cell;
    this.#bytes[at] = this.#bytes[at]! + lengthBytes;
    this.#byteSums[cell] = this.#byteSums[cell]! + lengthBytes;
    if (startsFrame) {
      this.#frames[at] = this.#frames[at]! + 1;
      this.#frameSums[cell] = this.#frameSums[cell]! + 1;
    }
    this.#lastArrivalMs[s] = nowMs;
  }

  /** Bits per second of exactly this layer, those below it not included. */
  bitrateBps(spatial: number, temporal: number, nowMs: number): number {
    return (this.#sum(this.#byteSums, spatial, temporal, nowMs) * 8_000) / this.#windowMs(nowMs);
  }

  /** Frames per second of exactly this layer. */
  framesPerSecond(spatial: number, temporal: number, nowMs: number): number {
    return (this.#sum(this.#frameSums, spatial, temporal, nowMs) * 1_000) / this.#windowMs(nowMs);
  }

  /** When a packet of this spatial layer came last, −∞ when none did. */
  lastArrivalMs(spatial: number): number {
    return this.#lastArrivalMs[spatial] ?? Number.NEGATIVE_INFINITY;
  }

  #sum(sums: Float64Array, spatial: number, temporal: number, nowMs: number): number {
    this.#roll(nowMs);
    return sums[spatial * MAX_TEMPORAL_LAYERS + temporal] ?? 0;
  }

  #windowMs(nowMs: number): number {
    const from = Math.max(this.#sinceMs, (this.#bucket - BUCKETS + 1) * BUCKET_MS);
    return Math.max(MIN_WINDOW_MS, nowMs - from);
  }

  #roll(nowMs: number): void {
    const bucket = Math.floor(nowMs / BUCKET_MS);
    if (this.#bucket < 0) {
      this.#bucket = bucket;
      this.#sinceMs = nowMs;
    }
    if (bucket <= this.#bucket) return;
    for (let i = Math.max(this.#bucket + 1, bucket - BUCKETS + 1); i <= bucket; i++) this.#empty(i % BUCKETS);
    this.#bucket = bucket;
  }

  #empty(index: number): void {
    for (let cell = 0; cell < CELLS; cell++) {
      const at = index * CELLS + cell;
      this.#byteSums[cell] = this.#byteSums[cell]! - this.#bytes[at]!;
      this.#frameSums[cell] = this.#frameSums[cell]! - this.#frames[at]!;
      this.#bytes[at] = 0;
      this.#frames[at] = 0;
    }
  }
}

function clamp(index: number, count: number): number {
  if (index < 0) return 0;
  return index < count ? index : count - 1;
}
