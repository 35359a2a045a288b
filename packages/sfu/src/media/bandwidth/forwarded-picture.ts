import type { Forwarder } from '../forwarder.ts';
import { MAX_SPATIAL_LAYERS, MAX_TEMPORAL_LAYERS } from '../layer-meter.ts';
import type { AllocationStep } from './allocator.ts';
import type { SharedPicture } from './sharing.ts';
import { SourceCosts } from './source-costs.ts';

const NOTHING_SHOWN: readonly AllocationStep[] = [];

/** One subscription's picture as the sharing sees it. */
export class ForwardedPicture implements SharedPicture {
  /** Whether it is stopped for want of bandwidth. */
  paused = false;
  readonly #forwarder: Forwarder;
  readonly #costs: SourceCosts;

  constructor(forwarder: Forwarder) {
    this.#forwarder = forwarder;
    this.#costs = SourceCosts.of(forwarder.source);
  }

  get isScreenShare(): boolean {
    return this.#forwarder.source.isScreenShare;
  }

  get priority(): number {
    return this.#forwarder.priority;
  }

  /** Nobody tells the area; what is shown larger asks for a higher layer. */
  get areaRank(): number {
    return this.#forwarder.limits.wanted.spatial;
  }

  steps(nowMs: number): readonly AllocationStep[] {
    const forwarder = this.#forwarder;
    const { wanted } = forwarder.limits;
    if (!forwarder.active || !forwarder.shown || wanted.spatial < 0) return NOTHING_SHOWN;
    // What was paused everywhere may have been switched off at its publisher: it is still to be had.
    return this.#costs.steps(forwarder.source, wanted.spatial, wanted.temporal, this.paused, nowMs);
  }

  give(step: AllocationStep | undefined, nowMs: number): void {
    const spatial = step?.layer ?? -1;
    const temporal = step?.temporal ?? -1;
    this.paused = step === undefined;
    const { affordable } = this.#forwarder.limits;
    if (affordable.spatial === spatial && affordable.temporal === temporal) return;
    this.#forwarder.setAffordable(spatial, temporal, nowMs);
  }

  /** Nobody limits it any more. */
  release(nowMs: number): void {
    this.give({ layer: MAX_SPATIAL_LAYERS - 1, temporal: MAX_TEMPORAL_LAYERS - 1, bitrateBps: 0 }, nowMs);
  }
}
