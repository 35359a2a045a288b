import { sequenceDifference, type TransportFeedback } from '@alongside/rtp';

/** 4,096 packets are 1.5 s at 25 Mbit/s: feedback that comes later than that tells nothing of use. */
const CAPACITY = 4_096;
const MASK = CAPACITY - 1;
/** The reference time is signed with 24 bits, in ticks of 64 ms. */
const REFERENCE_WRAP_MS = 2 ** 24 * 64;

const UNUSED = 0;
const IN_FLIGHT = 1;
const MISSING = 2;
const ARRIVED = 3;

/** Takes what a feedback says, packet by packet in the order of their numbers. */
export interface FeedbackReader {
  /**
   * A packet is known to have arrived.
   * @param arrivedMs on the receiver's clock: only differences mean anything
   * @param wasMissing an earlier feedback had reported it missing
   */
  onArrived(sentMs: number, arrivedMs: number, bytes: number, probe: number, wasMissing: boolean): void;
  /** A packet had not arrived when the feedback was made. */
  onMissing(sentMs: number, bytes: number, probe: number): void;
  /** Feedback was lost: nothing is known of packets in between, and the time they took says nothing. */
  onGap(): void;
}

/**
 * What left on one downlink, by transport-wide sequence number, so that feedback
 * (draft-holmer-rmcat-transport-wide-cc-extensions-01; RFC 8888 reports the same) becomes pairs of sent and arrived.
 * Fixed memory and no object per packet.
 */
export class SentPackets {
  readonly #sentMs = new Float64Array(CAPACITY);
  readonly #bytes = new Uint16Array(CAPACITY);
  readonly #sequences = new Uint16Array(CAPACITY);
  readonly #states = new Uint8Array(CAPACITY);
  readonly #probes = new Uint8Array(CAPACITY);
  /** The number after the last one any feedback covered, −1 before the first. */
  #expected = -1;
  #lastReferenceMs = Number.NaN;
  #wrapsMs = 0;

  /** @param probe number of the probe (1 to 255) the packet was sent in, 0 outside of one. */
  put(sequence: number, bytes: number, sentMs: number, probe: number): void {
    const index = sequence & MASK;
    this.#sentMs[index] = sentMs;
    this.#bytes[index] = bytes;
    this.#sequences[index] = sequence;
    this.#states[index] = IN_FLIGHT;
    this.#probes[index] = probe;
  }

  /** Reads one feedback. Packets already known to have arrived are not told again. */
  read(feedback: TransportFeedback, reader: FeedbackReader): void {
    const { baseSequenceNumber: base, arrivalsUs } = feedback;
    if (this.#expected >= 0 && sequenceDifference(base, this.#expected) > 0) reader.onGap();
    for (let i = 0; i < arrivalsUs.length; i++) {
      const sequence = (base + i) & 0xffff;
      const index = sequence & MASK;
      const state = this.#states[index]!;
      if (state === UNUSED || state === ARRIVED || this.#sequences[index] !== sequence) continue;
      const arrivalUs = arrivalsUs[i];
      if (arrivalUs !== undefined) {
        this.#states[index] = ARRIVED;
        const arrivedMs = this.#unwrap(arrivalUs / 1000);
        reader.onArrived(this.#sentMs[index]!, arrivedMs, this.#bytes[index]!, this.#probes[index]!, state === MISSING);
      } else if (state === IN_FLIGHT) {
        this.#states[index] = MISSING;
        reader.onMissing(this.#sentMs[index]!, this.#bytes[index]!, this.#probes[index]!);
      }
    }
    const end = (base + arrivalsUs.length) & 0xffff;
    if (this.#expected < 0 || sequenceDifference(end, this.#expected) > 0) this.#expected = end;
  }

  /** Lays a receiver's time on one line over the wrap of its reference time. */
  #unwrap(arrivedMs: number): number {
    if (!Number.isNaN(this.#lastReferenceMs)) {
      const step = arrivedMs - this.#lastReferenceMs;
      if (step < -REFERENCE_WRAP_MS / 2) this.#wrapsMs += REFERENCE_WRAP_MS;
      else if (step > REFERENCE_WRAP_MS / 2) this.#wrapsMs -= REFERENCE_WRAP_MS;
    }
    this.#lastReferenceMs = arrivedMs;
    return arrivedMs + this.#wrapsMs;
  }
}
