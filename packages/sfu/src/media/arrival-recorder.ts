import { sequenceDifference, type TransportFeedback } from '@alongside/rtp';

const CAPACITY = 2_048;
const MASK = CAPACITY - 1;
/** A jump by more than this is a new numbering (the sender restarted). */
const MAX_JUMP = 1_024;

/**
 * Arrival times by transport-wide sequence number, from which feedback is made
 * (draft-holmer-rmcat-transport-wide-cc-extensions-01). Each feedback starts after the last one's end; a packet that
 * comes later than that is not reported any more.
 */
export class ArrivalRecorder {
  /** 0: not arrived. */
  readonly #arrivalsUs = new Float64Array(CAPACITY);
  #next = -1;
  #highest = -1;
  #feedbackCount = 0;

  onPacket(transportSequence: number, arrivalMs: number): void {
    if (this.#highest < 0 || Math.abs(sequenceDifference(transportSequence, this.#highest)) > MAX_JUMP) {
      this.#arrivalsUs.fill(0);
      this.#next = transportSequence;
      this.#highest = transportSequence;
    } else if (sequenceDifference(transportSequence, this.#highest) > 0) {
      // Slots between are from a turn of the ring ago.
      for (let s = (this.#highest + 1) & 0xffff; s !== transportSequence; s = (s + 1) & 0xffff) {
        this.#arrivalsUs[s & MASK] = 0;
      }
      this.#highest = transportSequence;
    } else if (sequenceDifference(transportSequence, this.#next) < 0) {
      return;
    }
    this.#arrivalsUs[transportSequence & MASK] = Math.max(1, Math.round(arrivalMs * 1000));
  }

  /** The feedback for all that arrived since the last one; undefined when nothing did. */
  take(senderSsrc: number, mediaSsrc: number): TransportFeedback | undefined {
    if (this.#highest < 0) return undefined;
    const count = sequenceDifference(this.#highest, this.#next) + 1;
    if (count <= 0) return undefined;
    const arrivalsUs: (number | undefined)[] = [];
    for (let i = 0; i < count; i++) {
      const arrivalUs = this.#arrivalsUs[(this.#next + i) & MASK]!;
      arrivalsUs.push(arrivalUs === 0 ? undefined : arrivalUs);
    }
    const feedback: TransportFeedback = {
      type: 'transport-cc',
      senderSsrc,
      mediaSsrc,
      baseSequenceNumber: this.#next,
      feedbackCount: this.#feedbackCount,
      arrivalsUs,
    };
    this.#feedbackCount = (this.#feedbackCount + 1) & 0xff;
    this.#next = (this.#highest + 1) & 0xffff;
    return feedback;
  }
}
