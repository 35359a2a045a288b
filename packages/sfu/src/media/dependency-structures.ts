import { DependencyStructure, sequenceDifference } from '@alongside/rtp';

/** A frame number this far back is a new counting, not a late frame. */
const LATE_FRAMES = 1_000;

/** The dependency structures of one stream: the one its frames refer to, and room for the next. */
export class DependencyStructures {
  #last: DependencyStructure | undefined;
  #spare = new DependencyStructure();
  #other = new DependencyStructure();
  #frameNumber = -1;

  /** Undefined before one came. */
  get last(): DependencyStructure | undefined {
    return this.#last;
  }

  /** Where the next one is to be read into. */
  get spare(): DependencyStructure {
    return this.#spare;
  }

  /**
   * What was read into `spare`, from the frame with this number, is the last one now, unless it is a late one that
   * frames of today do not refer to any more. Returns it either way.
   */
  accept(frameNumber: number): DependencyStructure {
    const read = this.#spare;
    const ahead = this.#frameNumber < 0 ? 1 : sequenceDifference(frameNumber, this.#frameNumber);
    if (ahead < 0 && ahead > -LATE_FRAMES) return read;
    this.#frameNumber = frameNumber;
    this.#last = read;
    this.#spare = this.#other;
    this.#other = read;
    return read;
  }
}
