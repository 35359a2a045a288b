/** One way to send a track, and what it costs. */
export interface AllocationStep {
  /** Spatial layer, 0 lowest. */
  layer: number;
  /** Highest temporal layer sent, 0 lowest. */
  temporal: number;
  bitrateBps: number;
}

/** One picture a subscriber wants. */
export interface AllocationTrack {
  isScreenShare: boolean;
  /** As the subscriber said, higher first. */
  priority: number;
  /** Larger for what is shown larger; decides among the same priority. */
  areaRank: number;
  /**
   * From cheapest to dearest, in the order they shall be climbed: a screen share's resolution before its frame rate.
   * Nothing beyond what the subscriber shows.
   */
  steps: readonly AllocationStep[];
  /** Index of the step given now, −1 for none. */
  step: number;
}

/** A step up needs this much more than it costs, so that it is not taken back for a ripple. */
const RAISE_MARGIN = 1.05;
/** And this much more where it failed a moment ago. */
const RETRY_MARGIN = 1.3;
/** What is given may cost this much more than the budget before it is taken. */
const KEEP_MARGIN = 1.03;

/** What the allocator was asked with. */
export interface AllocationBudget {
  /** Bit/s for pictures: the estimate less sound, its redundancy and repairs. */
  pictureBps: number;
  /**
   * A step up to this much in all failed a moment ago, bit/s; `Infinity` when none did. Going there again takes a budget
   * that leaves no doubt.
   */
  failedBps: number;
  /** The lowest step of everything may be had whatever the budget: the path was never seen to be full. */
  lowestIsFree: boolean;
}

/** What came of it. */
export interface AllocationResult {
  /** Index of the step each track is to get, −1 for none, in the order of the tracks. */
  steps: number[];
  usedBps: number;
  /** What all steps wanted take. */
  demandBps: number;
  /** What has to be there for all steps wanted. */
  wantedBps: number;
  /** What has to be there for the cheapest step refused; `wantedBps` when none was. */
  nextStepBps: number;
}

/**
 * Shares a subscriber's budget among its pictures: the lowest step of everything first, then the screen share up to
 * legible and beyond, then faces step by step, so that nobody gets a better picture while another could be raised at
 * all. Shared-budget cousin of RFC 8836 §2's demand for sensible adaptation.
 */
export function allocate(tracks: readonly AllocationTrack[], budget: AllocationBudget): AllocationResult {
  const order = tracks.map((_, index) => index).sort((a, b) => compare(tracks[a]!, tracks[b]!));
  const steps = tracks.map(() => -1);
  let usedBps = 0;
  let nextStepBps = 0;
  let demandBps = 0;
  for (const track of tracks) demandBps += track.steps.at(-1)?.bitrateBps ?? 0;

  /** Tries to put a track on a step; true when it is there. */
  const raise = (index: number, step: number): boolean => {
    const track = tracks[index]!;
    const cost = track.steps[step]!.bitrateBps - (track.steps[steps[index]!]?.bitrateBps ?? 0);
    const kept = step <= track.step;
    const total = usedBps + cost;
    const needed = total * (total > budget.failedBps * 0.9 ? RETRY_MARGIN : RAISE_MARGIN);
    const fits = kept ? total <= budget.pictureBps * KEEP_MARGIN : needed <= budget.pictureBps;
    if (!fits && !(step === 0 && budget.lowestIsFree)) {
      if (nextStepBps === 0 || needed < nextStepBps) nextStepBps = needed;
      return false;
    }
    steps[index] = step;
    usedBps = total;
    return true;
  };

  for (const index of order) if (tracks[index]!.steps.length > 0) raise(index, 0);
  for (const index of order) {
    const track = tracks[index]!;
    if (!track.isScreenShare || steps[index] !== 0) continue;
    for (let step = 1; step < track.steps.length; step++) if (!raise(index, step)) break;
  }
  const faces = order.filter((index) => !tracks[index]!.isScreenShare && steps[index] === 0);
  let climbing = faces;
  for (let step = 1; climbing.length > 0; step++) {
    climbing = climbing.filter((index) => step < tracks[index]!.steps.length && raise(index, step));
  }
  // Once everything wanted is given there is nothing to go for.
  if (nextStepBps === 0) return { steps, usedBps, demandBps, wantedBps: usedBps, nextStepBps: usedBps };
  return { steps, usedBps, demandBps, wantedBps: demandBps * RETRY_MARGIN, nextStepBps };
}

function compare(a: AllocationTrack, b: AllocationTrack): number {
  if (a.isScreenShare !== b.isScreenShare) return a.isScreenShare ? -1 : 1;
  return b.priority - a.priority || b.areaRank - a.areaRank;
}
