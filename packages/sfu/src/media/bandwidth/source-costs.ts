import { MAX_SPATIAL_LAYERS, MAX_TEMPORAL_LAYERS } from '../layer-meter.ts';
import type { MediaSource } from '../media-source.ts';
import type { AllocationStep } from './allocator.ts';

const MEASURE_INTERVAL_MS = 100;
/**
 * Costs are means of about five seconds: the second after a key frame costs twice as much as the next ones, and who was
 * just given a layer for what it usually costs must not lose it for the key frame it began with.
 */
const MEMORY_MEASUREMENTS = 50;
/** A frame rate that saves less than this share is no step of its own. */
const WORTHWHILE_SAVING = 0.1;
/** A source without packets for this long is muted: its share is for others. */
const SILENT_MS = 5_000;
const FULL_RATE = MAX_TEMPORAL_LAYERS - 1;

/**
 * What each layer of a source costs, by what it measured over a while. Shared by all who subscribe to the source, so
 * that it is measured once however many they are.
 */
export class SourceCosts {
  static readonly #bySource = new WeakMap<MediaSource, SourceCosts>();
  /** `[spatial][temporal]` in bit/s, each with all it needs below it; 0 for what was never seen. */
  readonly #costs: number[][] = Array.from({ length: MAX_SPATIAL_LAYERS }, () =>
    new Array<number>(MAX_TEMPORAL_LAYERS).fill(0),
  );
  #measuredAtMs = Number.NEGATIVE_INFINITY;
  /** How many measurements of each layer the mean is made of. */
  readonly #measurements: number[] = new Array<number>(MAX_SPATIAL_LAYERS).fill(0);
  /** When each layer was heard last, and when any was. */
  readonly #layerHeardAtMs: number[] = new Array<number>(MAX_SPATIAL_LAYERS).fill(Number.NEGATIVE_INFINITY);
  #heardAtMs = Number.NEGATIVE_INFINITY;

  static of(source: MediaSource): SourceCosts {
    let costs = SourceCosts.#bySource.get(source);
    if (!costs) {
      costs = new SourceCosts();
      SourceCosts.#bySource.set(source, costs);
    }
    return costs;
  }

  /**
   * The ways to send the source, cheapest first and in the order they are climbed: of a camera resolution at its full
   * frame rate, of a screen share resolution before frame rate, for letters are read and not watched.
   * @param spatial highest layer the subscriber shows, `temporal` its highest frame rate
   * @param evenSilent what the source cost before it fell silent; otherwise it costs nothing after a while
   */
  steps(source: MediaSource, spatial: number, temporal: number, evenSilent: boolean, nowMs: number): AllocationStep[] {
    this.#measure(source, nowMs);
    const steps: AllocationStep[] = [];
    if (!evenSilent && nowMs - this.#heardAtMs > SILENT_MS) return steps;
    const add = (layer: number, rate: number): void => {
      const bitrateBps = this.#costs[layer]![rate]!;
      if (bitrateBps === 0 || this.#isGone(layer)) return;
      // Better for no more takes the place of what is worse: a still screen costs hardly anything at any size.
      while (steps.length > 0 && steps.at(-1)!.bitrateBps >= bitrateBps) steps.pop();
      steps.push({ layer, temporal: rate, bitrateBps });
    };
    const highest = this.#highest(spatial);
    const top = Math.min(temporal, FULL_RATE);
    if (source.isScreenShare) {
      for (let layer = 0; layer <= highest; layer++) add(layer, this.#slowest(layer, top));
      for (let rate = 1; rate <= top; rate++) add(highest, rate);
    } else {
      add(0, this.#slowest(0, top));
      for (let layer = 0; layer <= highest; layer++) add(layer, top);
    }
    return steps;
  }

  /** The lowest frame rate but one, where the layer has frame rates to choose from: the very lowest is no motion. */
  #slowest(layer: number, top: number): number {
    const row = this.#costs[layer]!;
    for (let rate = Math.min(1, top); rate < top; rate++) {
      if (row[rate]! > 0 && row[rate]! < row[top]! * (1 - WORTHWHILE_SAVING)) return rate;
    }
    return top;
  }

  /** The publisher sends others and this one no more: its own path or encoder does not bear it. */
  #isGone(layer: number): boolean {
    return this.#heardAtMs - this.#layerHeardAtMs[layer]! > SILENT_MS;
  }

  #highest(limit: number): number {
    let highest = 0;
    for (let layer = 0; layer <= Math.min(limit, MAX_SPATIAL_LAYERS - 1); layer++) {
      if (this.#costs[layer]![FULL_RATE]! > 0 && !this.#isGone(layer)) highest = layer;
    }
    return highest;
  }

  #measure(source: MediaSource, nowMs: number): void {
    if (nowMs - this.#measuredAtMs < MEASURE_INTERVAL_MS) return;
    this.#measuredAtMs = nowMs;
    const rates = source.layerRates(nowMs);
    for (let layer = 0; layer < MAX_SPATIAL_LAYERS; layer++) {
      const seen = rates[layer]!;
      // What is not sent just now keeps its cost: somebody may want it again.
      if (seen[FULL_RATE]! === 0) continue;
      if (nowMs - this.#layerHeardAtMs[layer]! > SILENT_MS) this.#measurements[layer] = 0;
      this.#heardAtMs = nowMs;
      this.#layerHeardAtMs[layer] = nowMs;
      this.#measurements[layer] = Math.min(MEMORY_MEASUREMENTS, this.#measurements[layer]! + 1);
      const row = this.#costs[layer]!;
      for (let rate = 0; rate < MAX_TEMPORAL_LAYERS; rate++) {
        row[rate] = row[rate]! + (seen[rate]! - row[rate]!) / this.#measurements[layer]!;
      }
    }
  }
}
