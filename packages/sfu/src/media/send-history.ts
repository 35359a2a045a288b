import type { UplinkStream } from './uplink-stream.ts';

/**
 * How packets of one layer are renumbered from one switch to the next: what was sent can be made again from the
 * layer's ring, so the history keeps no bytes.
 */
export interface RewriteSpan {
  stream: UplinkStream;
  sequenceOffset: number;
  timestampOffset: number;
  pictureIdOffset: number;
  tl0Offset: number;
  keyIndexOffset: number;
}

const MAX_RESENDS = 8;

/** Which source packet each recent outgoing sequence number was, and how often it was sent again. */
export class SendHistory {
  readonly #spans: (RewriteSpan | undefined)[];
  readonly #sequenceNumbers: Uint16Array;
  readonly #resends: Uint8Array;
  readonly #lastSentMs: Float64Array;
  readonly #mask: number;

  /** @param capacityPackets a power of two. */
  constructor(capacityPackets: number) {
    this.#spans = new Array<RewriteSpan | undefined>(capacityPackets).fill(undefined);
    this.#sequenceNumbers = new Uint16Array(capacityPackets);
    this.#resends = new Uint8Array(capacityPackets);
    this.#lastSentMs = new Float64Array(capacityPackets);
    this.#mask = capacityPackets - 1;
  }

  put(sequenceNumber: number, span: RewriteSpan, nowMs: number): void {
    const index = sequenceNumber & this.#mask;
    this.#spans[index] = span;
    this.#sequenceNumbers[index] = sequenceNumber;
    this.#resends[index] = 0;
    this.#lastSentMs[index] = nowMs;
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
}
