import { HISTORY_MS } from './packet-ring.ts';
import type { RewriteSpan } from './rewrite-span.ts';

/** A browser asks ten times at most; where much is lost each answer goes out two or three times. */
const MAX_RESENDS = 30;
const MAX_CAPACITY_PACKETS = 8_192;

/**
 * Which source packet each recent outgoing sequence number was, and how often it was sent again. Grows as the ring of
 * packets does, so that what left within the last 1.5 s can be sent again.
 */
export class SendHistory {
  #spans: (RewriteSpan | undefined)[];
  #sequenceNumbers: Uint16Array;
  #sources: Int32Array;
  #resends: Uint8Array;
  #lastSentMs: Float64Array;
  #mask: number;

  /** @param capacityPackets to begin with, a power of two. */
  constructor(capacityPackets: number) {
    this.#spans = new Array<RewriteSpan | undefined>(capacityPackets).fill(undefined);
    this.#sequenceNumbers = new Uint16Array(capacityPackets);
    this.#sources = new Int32Array(capacityPackets);
    this.#resends = new Uint8Array(capacityPackets);
    this.#lastSentMs = new Float64Array(capacityPackets);
    this.#mask = capacityPackets - 1;
  }

  /** @param source sequence number of the source's packet, −1 when the number was filled with nothing */
  put(sequenceNumber: number, source: number, span: RewriteSpan, nowMs: number): void {
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
    this.#lastSentMs[index] = nowMs;
  }

  #grow(): void {
    const { length } = this.#spans;
    const before = [this.#spans, this.#sequenceNumbers, this.#resends, this.#lastSentMs, this.#sources] as const;
    this.#spans = new Array<RewriteSpan | undefined>(length * 2).fill(undefined);
    this.#sequenceNumbers = new Uint16Array(length * 2);
    this.#sources = new Int32Array(length * 2);
    this.#resends = new Uint8Array(length * 2);
    this.#lastSentMs = new Float64Array(length * 2);
    this.#mask = length * 2 - 1;
    const [spans, sequenceNumbers, resends, lastSentMs, sources] = before;
    for (let i = 0; i < length; i++) {
      if (spans[i] === undefined) continue;
      const index = sequenceNumbers[i]! & this.#mask;
      this.#spans[index] = spans[i];
      this.#sequenceNumbers[index] = sequenceNumbers[i]!;
      this.#sources[index] = sources[i]!;
      this.#resends[index] = resends[i]!;
      this.#lastSentMs[index] = lastSentMs[i]!;
    }
  }

  /**
   * The span of a packet that may be sent again now; undefined when it was never sent, is forgotten, was sent too often
   * or less than `minIntervalMs` ago (that copy is still on its way). Counts the resend.
   */
  takeForResend(sequenceNumber: number, minIntervalMs: number, nowMs: number): RewriteSpan | undefined {
    const index = sequenceNumber & this.#mask;
    if (this.#sequenceNumbers[index] !== sequenceNumber) return undefined;
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
