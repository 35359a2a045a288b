import {
  msToNtpShort,
  type NtpTime,
  ntpMiddle,
  type ReportBlock,
  sequenceDifference,
  timestampDifference,
} from '@alongside/rtp';
import { StandingQueue } from './bandwidth/standing-queue.ts';

/**
 * Counts what RFC 3550 wants in a report block for one received stream (appendix A.1 and A.3 for loss, A.8 for
 * jitter). Retransmissions restored to the stream count as received: what a sender is told so is what was missing in
 * the end, and less than was lost on the way.
 */
export class ReceptionStatistics {
  /** How long this stream's packets stand in the queue of the path, by their timestamps. */
  readonly queue: StandingQueue = new StandingQueue({ seesAll: false });
  #senderMs = 0;
  #lastTimestamp = 0;
  readonly #ssrc: number;
  readonly #clockRate: number;
  #baseSequence = -1;
  #highest = 0;
  #cycles = 0;
  #received = 0;
  #expectedBefore = 0;
  #receivedBefore = 0;
  #transit = 0;
  #jitter = 0;
  #srMiddle = 0;
  #srArrivalMs = 0;
  packets = 0;
  bytes = 0;
  lastArrivalMs = Number.NEGATIVE_INFINITY;
  /** Loss between the last two reports, 0 to 1. */
  lossRatio = 0;

  constructor(ssrc: number, clockRate: number) {
    this.#ssrc = ssrc;
    this.#clockRate = clockRate;
  }

  onPacket(sequenceNumber: number, timestamp: number, lengthBytes: number, arrivalMs: number): void {
    this.packets++;
    this.bytes += lengthBytes;
    this.lastArrivalMs = arrivalMs;
    this.#received++;
    if (this.#baseSequence < 0) {
      this.#baseSequence = sequenceNumber;
      this.#highest = sequenceNumber;
      this.#lastTimestamp = timestamp;
      this.#senderMs = arrivalMs;
    } else if (sequenceDifference(sequenceNumber, this.#highest) > 0) {
      if (sequenceNumber < this.#highest) this.#cycles += 0x10000;
      this.#highest = sequenceNumber;
      this.#measureQueue(timestamp, arrivalMs);
      const transit = (((arrivalMs * this.#clockRate) / 1000) | 0) - (timestamp | 0);
      if (this.#transit !== 0) {
        const delta = Math.abs((transit - this.#transit) | 0);
        // A step of more than ten seconds is a new time line, not jitter.
        if (delta < this.#clockRate * 10) this.#jitter += (delta - this.#jitter) / 16;
      }
      this.#transit = transit;
    }
  }

  /** Only a picture's first packet: the others waited for it. */
  #measureQueue(timestamp: number, arrivalMs: number): void {
    const ticks = timestampDifference(timestamp, this.#lastTimestamp);
    if (ticks <= 0) return;
    this.#lastTimestamp = timestamp;
    this.#senderMs += (ticks * 1_000) / this.#clockRate;
    this.queue.onPacket(this.#senderMs, arrivalMs);
  }

  onSenderReport(ntp: NtpTime, arrivalMs: number): void {
    this.#srMiddle = ntpMiddle(ntp);
    this.#srArrivalMs = arrivalMs;
  }

  get jitterMs(): number {
    return (this.#jitter * 1000) / this.#clockRate;
  }

  /** The next report block; undefined before the first packet. Starts a new interval for the fraction lost. */
  report(nowMs: number): ReportBlock | undefined {
    if (this.#baseSequence < 0) return undefined;
    const extended = this.#cycles + this.#highest;
    const expected = extended - this.#baseSequence + 1;
    const expectedInterval = expected - this.#expectedBefore;
    const lostInterval = expectedInterval - (this.#received - this.#receivedBefore);
    this.#expectedBefore = expected;
    this.#receivedBefore = this.#received;
    this.lossRatio = expectedInterval <= 0 || lostInterval <= 0 ? 0 : lostInterval / expectedInterval;
    return {
      ssrc: this.#ssrc,
      fractionLost: Math.min(255, Math.floor(this.lossRatio * 256)),
      cumulativeLost: expected - this.#received,
      extendedHighestSequence: extended,
      jitter: Math.round(this.#jitter),
      lsr: this.#srMiddle,
      dlsr: this.#srMiddle === 0 ? 0 : msToNtpShort(nowMs - this.#srArrivalMs),
    };
  }
}
