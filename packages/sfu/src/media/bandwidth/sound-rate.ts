import type { Forwarder } from '../forwarder.ts';

const INTERVAL_MS = 500;
/** RTP, transport sequence and SRTP tag beside each payload. */
const OVERHEAD_BYTES = 32;
/** Sound that begins is reckoned with before it is measured. */
const MIN_BPS = 40_000;
const SMOOTHING = 0.1;

/** What all sound of one downlink takes, redundancy included. */
export class SoundRate {
  /** Bit/s to be kept for it; 0 while there is none. */
  bps = 0;
  #atMs = Number.NEGATIVE_INFINITY;
  #octets = 0;
  #packets = 0;

  measure(forwarders: readonly Forwarder[], nowMs: number): void {
    const elapsedMs = nowMs - this.#atMs;
    if (elapsedMs < INTERVAL_MS) return;
    let octets = 0;
    let packets = 0;
    for (const forwarder of forwarders) {
      if (forwarder.source.kind !== 'audio') continue;
      octets += forwarder.octets;
      packets += forwarder.packets;
    }
    const bytes = octets - this.#octets + (packets - this.#packets) * OVERHEAD_BYTES;
    this.#atMs = nowMs;
    this.#octets = octets;
    this.#packets = packets;
    // A forwarder that left took its counters along, and the first time there is nothing to compare with.
    if (bytes < 0 || elapsedMs > 10 * INTERVAL_MS) return;
    const measuredBps = packets === 0 ? 0 : Math.max(MIN_BPS, (bytes * 8_000) / elapsedMs);
    // More is reckoned with at once, less only slowly: whoever paused for breath goes on speaking.
    this.bps = Math.max(measuredBps, this.bps + (measuredBps - this.bps) * SMOOTHING);
  }
}
