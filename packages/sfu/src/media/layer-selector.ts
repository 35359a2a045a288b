import { MAX_SPATIAL_LAYERS, MAX_TEMPORAL_LAYERS } from './layer-meter.ts';
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
  /** Frames per second the subscriber asked for, 0 for all there are. */
  wantedFramesPerSecond: number;
  /** What its path can carry, as far as an estimator knows; everything when nobody estimates. */
  readonly affordable: LayerChoice;
}

/** The stream a subscription should get, and the layers inside it. */
export interface LayerTarget extends LayerChoice {
  stream: UplinkStream | undefined;
}

/**
 * Decides what a subscription should get. Called on events and ticks, never per packet; the forwarder then moves there
 * as soon as the stream allows it.
 */
export interface LayerSelector {
  /** Writes the choice into `target`, which holds the last one. */
  select(source: MediaSource, limits: LayerLimits, nowMs: number, target: LayerTarget): void;
}

/**
 * The highest layers within the limits that are being sent; the lowest being sent when the subscriber shows less than
 * there is. What its path can not carry is never chosen: of a layer that pauses for a moment (its encoder is starved)
 * one waits for the next picture, instead of flooding the path with the one above.
 */
export class HighestAllowedLayer implements LayerSelector {
  select(source: MediaSource, limits: LayerLimits, nowMs: number, target: LayerTarget): void {
    const spatial = Math.min(limits.wanted.spatial, limits.affordable.spatial);
    let best: UplinkStream | undefined;
    for (const stream of source.streams) {
      if (!stream?.isAlive(nowMs) || (source.isSimulcast && stream.layerIndex > limits.affordable.spatial)) continue;
      if (best === undefined || stream.layerIndex <= spatial) best = stream;
    }
    // A source that is muted or cut off for a moment keeps its layer: nothing better is known.
    target.stream = best ?? withinPath(source, limits, target.stream);
    const { stream } = target;
    if (!stream) return;
    const highest = stream.highestSpatial(nowMs);
    target.spatial = source.isSimulcast ? highest : Math.max(0, Math.min(spatial, highest));
    target.temporal = Math.min(limits.wanted.temporal, limits.affordable.temporal);
    if (limits.wantedFramesPerSecond > 0) {
      const enough = temporalForRate(stream, target.spatial, limits.wantedFramesPerSecond, nowMs);
      target.temporal = Math.min(target.temporal, enough);
    }
  }
}

/** The stream there was, or where the path does not carry that one, the highest that it does. */
function withinPath(
  source: MediaSource,
  limits: LayerLimits,
  current: UplinkStream | undefined,
): UplinkStream | undefined {
  const { spatial } = limits.affordable;
  if (!source.isSimulcast || (current && current.layerIndex <= spatial)) return current;
  return source.streams.findLast((stream) => stream !== undefined && stream.layerIndex <= spatial);
}

/** Frame rates are never exact: this much of what was asked for is enough. */
const RATE_TOLERANCE = 0.85;

/** The lowest temporal layer with which the stream brings as many frames as asked. */
function temporalForRate(stream: UplinkStream, spatial: number, framesPerSecond: number, nowMs: number): number {
  let sum = 0;
  for (let temporal = 0; temporal < MAX_TEMPORAL_LAYERS - 1; temporal++) {
    sum += stream.meter.framesPerSecond(spatial, temporal, nowMs);
    if (sum >= framesPerSecond * RATE_TOLERANCE) return temporal;
  }
  return MAX_TEMPORAL_LAYERS - 1;
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

/** All there can be: what is wanted and affordable until somebody says otherwise. */
export function highestLayers(): LayerChoice {
  return { spatial: MAX_SPATIAL_LAYERS - 1, temporal: MAX_TEMPORAL_LAYERS - 1 };
}
