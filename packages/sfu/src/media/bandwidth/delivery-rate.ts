/** Rates are over about this much observed time. */
const WINDOW_MS = 500;
const SLOT_MS = 100;

/**
 * What the path delivered and what was put into it, over the same packets and only over time that feedback covers:
 * where feedback was lost nothing is known, and that time does not count.
 */
export class DeliveryRate {
  /** Bits per second that arrived, by arrival times; undefined until half the window is known. */
  deliveredBps: number | undefined;
  /** The same over the busiest newest tenth of a second: while a queue stands, this is what the path carries. */
  peakBps: number | undefined;
  /** Bits per second of the same packets by the times they were sent. */
  offeredBps: number | undefined;
  readonly #slots: { bytes: number; ms: number; sentMs: number }[] = [];
  #slotBytes = 0;
  #slotMs = 0;
  #slotSentMs = 0;
  #lastArrivedMs = Number.NaN;
  #lastSentMs = Number.NaN;

  onArrived(sentMs: number, arrivedMs: number, bytes: number): void {
    if (!Number.isNaN(this.#lastArrivedMs)) {
      this.#slotMs += Math.max(0, arrivedMs - this.#lastArrivedMs);
      this.#slotSentMs += Math.max(0, sentMs - this.#lastSentMs);
      this.#slotBytes += bytes;
      if (this.#slotMs >= SLOT_MS) this.#closeSlot();
      this.#lastArrivedMs = Math.max(this.#lastArrivedMs, arrivedMs);
      this.#lastSentMs = Math.max(this.#lastSentMs, sentMs);
    } else {
      this.#lastArrivedMs = arrivedMs;
      this.#lastSentMs = sentMs;
    }
  }

  /** Nothing is known of the time from the last packet to the next one. */
  onGap(): void {
    this.#lastArrivedMs = Number.NaN;
  }

  #closeSlot(): void {
    this.#slots.push({ bytes: this.#slotBytes, ms: this.#slotMs, sentMs: this.#slotSentMs });
    this.#slotBytes = 0;
    this.#slotMs = 0;
    this.#slotSentMs = 0;
    let ms = 0;
    let sentMs = 0;
    let bytes = 0;
    for (const slot of this.#slots) {
      ms += slot.ms;
      sentMs += slot.sentMs;
      bytes += slot.bytes;
    }
    while (this.#slots.length > 1 && ms - this.#slots[0]!.ms >= WINDOW_MS) {
      const oldest = this.#slots.shift()!;
      ms -= oldest.ms;
      sentMs -= oldest.sentMs;
      bytes -= oldest.bytes;
    }
    if (ms < WINDOW_MS / 2) return;
    this.deliveredBps = (bytes * 8_000) / ms;
    this.offeredBps = (bytes * 8_000) / Math.max(SLOT_MS, sentMs);
    let peak = 0;
    for (const slot of this.#slots.slice(-2)) peak = Math.max(peak, (slot.bytes * 8_000) / slot.ms);
    this.peakBps = Math.max(peak, this.deliveredBps);
  }
}
