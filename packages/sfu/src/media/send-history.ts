import { sequenceDifference } from '@alongside/rtp';
import { CAUGHT_UP_PACKETS, isOutage } from './outage.ts';
import { HISTORY_MS } from './packet-ring.ts';
import type { RewriteSpan } from './rewrite-span.ts';

/** A browser asks ten times at most; where much is lost each answer goes out two or three times. */
const MAX_RESENDS = 30;
const MAX_CAPACITY_PACKETS = 8_192;
const REMEMBERED = 0x4000;

/**
 * Which source packet each recent outgoing sequence number was, and how often it was sent again. Grows as the ring of
 * packets does, so that what left within the last 1.5 s can be sent again.
 */
export class SendHistory {
  #spans: (RewriteSpan | undefined)[];
  #sequenceNumbers: Uint16Array;
  #sources: Int32Array;
  #resends: Uint8Array;
  #sentMs: Float64Array;
  #lastSentMs: Float64Array;
  #mask: number;
  #newest = -1;
  /** Where the last key frame begins; −1 where there was none in a quarter of all numbers, which come round. */
  #keyFrame = -1;
  /** Up to where a hole was given up, likewise. */
  #givenUp = -1;

  /** @param capacityPackets to begin with, a power of two. */
  constructor(capacityPackets: number) {
    this.#spans = new Array<RewriteSpan | undefined>(capacityPackets).fill(undefined);
    this.#sequenceNumbers = new Uint16Array(capacityPackets);
    this.#sources = new Int32Array(capacityPackets);
    this.#resends = new Uint8Array(capacityPackets);
    this.#sentMs = new Float64Array(capacityPackets);
    this.#lastSentMs = new Float64Array(capacityPackets);
    this.#mask = capacityPackets - 1;
  }

  /**
   * @param source sequence number of the source's packet, −1 when the number was filled with nothing
   * @param isKeyFrame whether a key frame begins with it, or goes on
   */
  put(sequenceNumber: number, source: number, span: RewriteSpan, nowMs: number, isKeyFrame = false): void {
    let index = sequenceNumber & this.#mask;
    if (
      this.#spans[index] !== undefined &&
      this.#mask + 1 < MAX_CAPACITY_PACKETS &&
      this.#sequenceNumbers[index] !== sequenceNumber &&
      nowMs - this.#lastSentMs[index]! < HISTORY_MS
    ) {
      this.#grow();
      index = sequenceNumber & this.#mask;
    }
    this.#spans[index] = span;
    this.#sequenceNumbers[index] = sequenceNumber;
    this.#sources[index] = source;
    this.#resends[index] = 0;
    this.#sentMs[index] = nowMs;
    this.#lastSentMs[index] = nowMs;
    if (this.#newest < 0 || sequenceDifference(sequenceNumber, this.#newest) > 0) this.#newest = sequenceNumber;
    if (isKeyFrame) this.#keyFrame = sequenceNumber;
    else if (sequenceDifference(sequenceNumber, this.#keyFrame) > REMEMBERED) this.#keyFrame = -1;
    if (sequenceDifference(sequenceNumber, this.#givenUp) > REMEMBERED) this.#givenUp = -1;
  }

  #grow(): void {
    const { length } = this.#spans;
    const before = [
      this.#spans,
      this.#sequenceNumbers,
      this.#resends,
      this.#lastSentMs,
      this.#sources,
      this.#sentMs,
    ] as const;
    this.#spans = new Array<RewriteSpan | undefined>(length * 2).fill(undefined);
    this.#sequenceNumbers = new Uint16Array(length * 2);
    this.#sources = new Int32Array(length * 2);
    this.#resends = new Uint8Array(length * 2);
    this.#sentMs = new Float64Array(length * 2);
    this.#lastSentMs = new Float64Array(length * 2);
    this.#mask = length * 2 - 1;
    const [spans, sequenceNumbers, resends, lastSentMs, sources, sentMs] = before;
    for (let i = 0; i < length; i++) {
      if (spans[i] === undefined) continue;
      const index = sequenceNumbers[i]! & this.#mask;
      this.#spans[index] = spans[i];
      this.#sequenceNumbers[index] = sequenceNumbers[i]!;
      this.#sources[index] = sources[i]!;
      this.#resends[index] = resends[i]!;
      this.#sentMs[index] = sentMs[i]!;
      this.#lastSentMs[index] = lastSentMs[i]!;
    }
  }

  /**
   * Whether whoever misses these packets is helped by a key frame sooner than by repairs: after an outage of the path a
   * subscriber would wait for all that was sent in it, and watch it late. Of what lies before the last key frame nothing is.
   * A hole is given up by it: nothing of it is sent again.
   * @param sequenceNumbers of one request, in order
   */
  isPastRepair(sequenceNumbers: readonly number[], nowMs: number): boolean {
    let holeFrom = -1;
    let before = -1;
    for (const sequence of sequenceNumbers) {
      if (this.#keyFrame >= 0 && sequenceDifference(sequence, this.#keyFrame) < 0) continue;
      if (this.#isTooLate(sequence, nowMs)) return true;
      if (before < 0 || sequenceDifference(sequence, before) !== 1) holeFrom = sequence;
      before = sequence;
      const holeMs = this.#sentAtMs(sequence) - this.#sentAtMs(holeFrom);
      if (!isOutage(sequenceDifference(sequence, holeFrom) + 1, holeMs)) continue;
      this.#givenUp = sequenceNumbers.at(-1)!;
      return true;
    }
    return false;
  }

  /** When a packet left first, NaN of what is not kept. */
  #sentAtMs(sequenceNumber: number): number {
    const index = sequenceNumber & this.#mask;
    const isKept = this.#sequenceNumbers[index] === sequenceNumber && this.#spans[index] !== undefined;
    return isKept ? this.#sentMs[index]! : Number.NaN;
  }

  #isTooLate(sequenceNumber: number, nowMs: number): boolean {
    const behind = sequenceDifference(this.#newest, sequenceNumber);
    if (behind <= CAUGHT_UP_PACKETS) return false;
    const index = sequenceNumber & this.#mask;
    // Another's place may be that of a number kept for a packet that is itself still missing.
    if (this.#sequenceNumbers[index] !== sequenceNumber) return behind > this.#mask;
    return this.#spans[index] !== undefined && nowMs - this.#sentMs[index]! > HISTORY_MS;
  }

  /**
   * The span of a packet that may be sent again now; undefined when it was never sent, is forgotten, too old or given up,
   * was sent too often or less than `minIntervalMs` ago (that copy is still on its way). Counts the resend.
   */
  takeForResend(sequenceNumber: number, minIntervalMs: number, nowMs: number): RewriteSpan | undefined {
    const index = sequenceNumber & this.#mask;
    if (this.#sequenceNumbers[index] !== sequenceNumber || this.#isTooLate(sequenceNumber, nowMs)) return undefined;
    if (this.#givenUp >= 0 && sequenceDifference(sequenceNumber, this.#givenUp) <= 0) return undefined;
    const span = this.#spans[index];
    if (!span || this.#resends[index]! >= MAX_RESENDS || nowMs - this.#lastSentMs[index]! < minIntervalMs)
      return undefined;
    this.#resends[index] = this.#resends[index]! + 1;
    this.#lastSentMs[index] = nowMs;
    return span;
  }

  /** The source's number of a packet `takeForResend` gave the span of; −1 when it was filled with nothing. */
  sourceOf(sequenceNumber: number): number {
    return this.#sources[sequenceNumber & this.#mask]!;
  }
}
