import type { MediaSource } from './media-source.ts';
import type { UplinkStream } from './uplink-stream.ts';

/** A choice among what a source sends; −1 stands for nothing at all. */
export interface LayerChoice {
  /** Resolution, 0 (lowest) to 2. */
  spatial: number;
  /** Frame rate, 0 (fewest frames) to 3. */
  temporal: number;
}

/** What limits the layers of one subscription. */
export interface LayerLimits {
  /** What the subscriber shows, by its track settings. */
  readonly wanted: LayerChoice;
  /** What its path can carry, as far as an estimator knows; everything when nobody estimates. */
  readonly affordable: LayerChoice;
}

/**
 * Decides which layer a subscription should get. Called on events and ticks, never per packet; the forwarder then moves
 * there at the next key frame. An estimator-driven allocator plugs in here.
 */
export interface LayerSelector {
  select(
    source: MediaSource,
    limits: LayerLimits,
    current: UplinkStream | undefined,
    nowMs: number,
  ): UplinkStream | undefined;
}

/** The highest layer within the limits that is being sent; the lowest being sent when none is within. */
export class HighestAllowedLayer implements LayerSelector {
  select(
    source: MediaSource,
    limits: LayerLimits,
    current: UplinkStream | undefined,
    nowMs: number,
  ): UplinkStream | undefined {
    const limit = Math.min(limits.wanted.spatial, limits.affordable.spatial);
    let best: UplinkStream | undefined;
    for (const stream of source.streams) {
      if (!stream?.isAlive(nowMs)) continue;
      if (best === undefined || stream.layerIndex <= limit) best = stream;
    }
    // A source that is muted or cut off for a moment keeps its layer: nothing better is known.
    return best ?? current;
  }
}

/**
 * The layer whose picture is at least as tall and wide as asked, from the sizes the publisher announced (lowest first);
 * the highest when all are smaller.
 */
export function layerForSize(
  layers: readonly { width: number; height: number }[],
  width: number,
  height: number,
): number {
  for (let i = 0; i < layers.length; i++) {
    // A picture turned by 90° fits as well as its announcement.
    const fits =
      (layers[i]!.width >= width && layers[i]!.height >= height) ||
      (layers[i]!.width >= height && layers[i]!.height >= width);
    if (fits) return i;
  }
  return Math.max(0, layers.length - 1);
}
