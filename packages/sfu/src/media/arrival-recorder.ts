import { sequenceDifference, type TransportFeedback } from '@alongside/rtp';

const CAPACITY = 2_048;
const MASK = CAPACITY - 1;
/** A jump by more than this is a new numbering (the sender restarted). */
const MAX_JUMP = 1_024;
/** Packets that were overtaken are reported if they are at most so many behind what was reported already. */
const MAX_BACK = 512;
/** One feedback tells of at most so many packets: even with two bytes for each it fits a datagram. */
const MAX_REPORTED = 400;
/** And of arrivals no further apart than its deltas can say (2^15 × 250 µs). */
const MAX_STEP_US = 8_000_000;
/** Feedback takes at most this share of what it tells of (as libwebrtc has it); so many bits with all headers. */
const FEEDBACK_SHARE = 0.05;
const FEEDBACK_BITS = 800;
const MIN_INTERVAL_MS = 50;
const MAX_INTERVAL_MS = 100;

/**
 * Arrival times by transport-wide sequence number, from which feedback is made
 * (draft-holmer-rmcat-transport-wide-cc-extensions-01). Each feedback starts after the last one's end, or earlier where
 * an overtaken packet came meanwhile: what is reported twice counts once, and a packet first reported missing is not.
 */
export class ArrivalRecorder {
  /** 0: not arrived. */
  readonly #arrivalsUs = new Float64Array(CAPACITY);
  #next = -1;
  #highest = -1;
  #feedbackCount = 0;
  #bytes = 0;
  #takenAtMs = Number.NEGATIVE_INFINITY;
  #intervalMs = MIN_INTERVAL_MS;

  onPacket(transportSequence: number, arrivalMs: number, lengthBytes = 0): void {
    this.#bytes += lengthBytes;
    const ahead = this.#highest < 0 ? Number.POSITIVE_INFINITY : sequenceDifference(transportSequence, this.#highest);
    if (Math.abs(ahead) > MAX_JUMP) {
      this.#arrivalsUs.fill(0);
      this.#next = transportSequence;
      this.#highest = transportSequence;
    } else if (ahead > 0) {
      // Slots between are from a turn of the ring ago.
      for (let s = (this.#highest + 1) & 0xffff; s !== transportSequence; s = (s + 1) & 0xffff) {
        this.#arrivalsUs[s & MASK] = 0;
      }
      this.#highest = transportSequence;
    } else {
      const behind = sequenceDifference(this.#next, transportSequence);
      if (behind > MAX_BACK || this.#arrivalsUs[transportSequence & MASK] !== 0) return;
      if (behind > 0) this.#next = transportSequence;
    }
    this.#arrivalsUs[transportSequence & MASK] = Math.max(1, Math.round(arrivalMs * 1000));
  }

  /** Whether it is time for feedback: every 50 ms, at low rates less often so that it costs no more than 5 %. */
  isDue(nowMs: number): boolean {
    return nowMs - this.#takenAtMs >= this.#intervalMs;
  }

  /** Notes that feedback leaves now and sets when the next one is due. */
  onFeedback(nowMs: number): void {
    const elapsedMs = Math.max(1, Math.min(1_000, nowMs - this.#takenAtMs));
    const rateBps = (this.#bytes * 8_000) / elapsedMs;
    const wantedMs = rateBps > 0 ? (FEEDBACK_BITS * 1_000) / (FEEDBACK_SHARE * rateBps) : MAX_INTERVAL_MS;
    this.#intervalMs = Math.max(MIN_INTERVAL_MS, Math.min(MAX_INTERVAL_MS, wantedMs));
    this.#takenAtMs = nowMs;
    this.#bytes = 0;
  }

  /** One feedback of what arrived since the last; to be asked until undefined, when all has been told. */
  take(senderSsrc: number, mediaSsrc: number): TransportFeedback | undefined {
    if (this.#highest < 0) return undefined;
    const count = Math.min(MAX_REPORTED, sequenceDifference(this.#highest, this.#next) + 1);
    if (count <= 0) return undefined;
    const arrivalsUs: (number | undefined)[] = [];
    let lastUs = 0;
    for (let i = 0; i < count; i++) {
      const arrivalUs = this.#arrivalsUs[(this.#next + i) & MASK]!;
      if (arrivalUs !== 0) {
        if (lastUs !== 0 && Math.abs(arrivalUs - lastUs) > MAX_STEP_US) break;
        lastUs = arrivalUs;
      }
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
    this.#next = (this.#next + arrivalsUs.length) & 0xffff;
    return feedback;
  }
}
