import { DependencyStructure, sequenceDifference } from '@alongside/rtp';

/** A frame number this far back is a new counting, not a late frame. */
const LATE_FRAMES = 1_000;

/** The dependency structures of one stream: the last two, which its frames refer to, and room for the next. */
export class DependencyStructures {
  #last: DependencyStructure | undefined;
  #previous: DependencyStructure | undefined;
  #spare = new DependencyStructure();
  #frameNumber = -1;

  /** Undefined before one came. */
  get last(): DependencyStructure | undefined {
    return this.#last;
  }

  /** The one before, for frames that come late. Their template ids differ. */
  get previous(): DependencyStructure | undefined {
    return this.#previous;
  }

  /** Where the next one is to be read into. */
  get spare(): DependencyStructure {
    return this.#spare;
  }

  /**
   * What was read into `spare`, from the frame with this number, is the last one now; if the frame is a late one, the
   * one before. Returns it either way.
   */
  accept(frameNumber: number): DependencyStructure {
    const read = this.#spare;
    const ahead = this.#frameNumber < 0 ? 1 : sequenceDifference(frameNumber, this.#frameNumber);
    const isLate = ahead < 0 && ahead > -LATE_FRAMES;
    const released = ahead === 0 ? this.#last : this.#previous;
    if (isLate) this.#previous = read;
    else {
      if (ahead !== 0) this.#previous = this.#last;
      this.#last = read;
      this.#frameNumber = frameNumber;
    }
    this.#spare = released ?? new DependencyStructure();
    return read;
  }
}
