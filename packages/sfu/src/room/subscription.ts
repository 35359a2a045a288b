import { type UpdateTrackSettings, VideoQuality } from '@livekit/protocol';
import type { Forwarder } from '../media/forwarder.ts';
import { MAX_TEMPORAL_LAYERS } from '../media/layer-meter.ts';
import { layerForSize } from '../media/layer-selector.ts';
import type { Publication } from './publication.ts';

/** One participant's wish for one track of another, from the wish to the packets. */
export class Subscription {
  readonly publication: Publication;
  /** The section it is sent on, empty while it waits for one. */
  mid = '';
  forwarder: Forwarder | undefined;
  /** The subscriber was told that the picture stands still for want of bandwidth; undefined: it may not have heard. */
  toldPaused: boolean | undefined = false;
  /** Agreed upon while one of the two stands by; nothing is sent before they have their rights. */
  #held: boolean;
  #paused = false;
  #layer: number;
  /** 0 for all there are. */
  #framesPerSecond = 0;
  #priority = 0;

  /**
   * @param adaptive the client will tell the size it shows: until then the lowest layer is enough
   * @param held the subscriber or the publisher stands by
   */
  constructor(publication: Publication, adaptive: boolean, held: boolean) {
    this.publication = publication;
    this.#layer = adaptive ? 0 : 2;
    this.#held = held;
  }

  get held(): boolean {
    return this.#held;
  }

  /** Rights came, or are there no more. */
  setHeld(held: boolean, nowMs: number): void {
    this.#held = held;
    this.applyTo(nowMs);
  }

  /** The resolution it shows, −1 for none. */
  get wantedSpatial(): number {
    // Somebody who stands by is to find the lowest layer running.
    if (this.#held) return 0;
    return this.#paused ? -1 : this.#layer;
  }

  /** Takes over what the subscriber shows: nothing, a quality, or a size in pixels. */
  applySettings(settings: UpdateTrackSettings, nowMs: number): void {
    // Of what it stands by for it shows nothing yet, and shows it the moment it may.
    this.#paused = settings.disabled && !this.#held;
    this.#framesPerSecond = settings.fps;
    this.#priority = settings.priority;
    if (settings.width > 0 && settings.height > 0) {
      this.#layer = layerForSize(this.publication.layerSizes(), settings.width, settings.height);
    } else if (settings.quality !== VideoQuality.OFF) {
      this.#layer = settings.quality;
    }
    this.applyTo(nowMs);
  }

  /** Hands the settings to the forwarder, when there is one already. */
  applyTo(nowMs: number): void {
    if (!this.forwarder) return;
    this.forwarder.priority = this.#priority;
    this.forwarder.setWanted(this.#layer, MAX_TEMPORAL_LAYERS - 1, nowMs, this.#framesPerSecond);
    this.forwarder.setPaused(this.#paused || this.#held, nowMs);
  }
}
