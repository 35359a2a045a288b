import { buildRtcp, parseRed, RtpView, sequenceDifference } from '@alongside/rtp';

const FRAME_MS = 20;
/** As NetEq weighs delay against loss: so much delay is worth one percent of frames not concealed. */
const MS_PER_LOST_PERCENT = 20;
const MIN_DELAY_MS = 40;
const MAX_DELAY_MS = 400;
/** How long NetEq remembers, packets. */
const MEMORY_PACKETS = 500;
const LONGEST_WAIT_MS = 1_000;

/**
 * A browser's ear: unpacks RED, asks for what is missing, and plays one frame every 20 ms from a buffer whose delay
 * follows how late packets were of late. A frame that is not there when its time comes is concealed.
 *
 * It moves its delay by skipping or waiting at once, which a real one smooths by stretching: it is the harsher model.
 */
export class Ear {
  readonly #sendRtcp: (packet: Buffer) => void;
  readonly #asks: boolean;
  readonly #roundTripMs: number;
  readonly #view = new RtpView();
  readonly #have = new Set<number>();
  readonly #lateMs: number[] = [];
  readonly #missing = new Map<number, { sinceMs: number; askedMs: number; tries: number }>();
  #highest = -1;
  #delayMs = MIN_DELAY_MS;
  played = 0;
  concealed = 0;
  ssrc = 0;

  constructor(sendRtcp: (packet: Buffer) => void, options: { asks: boolean; roundTripMs: number }) {
    this.#sendRtcp = sendRtcp;
    this.#asks = options.asks;
    this.#roundTripMs = options.roundTripMs;
  }

  get delayMs(): number {
    return this.#delayMs;
  }

  onRtp(packet: Buffer, nowMs: number): void {
    if (!this.#view.parse(packet)) return;
    const { payloadType, sequenceNumber, ssrc } = this.#view;
    this.ssrc = ssrc;
    this.#note(sequenceNumber, nowMs);
    const payload = this.#view.payload();
    if (payloadType !== 63) {
      this.#takeFrame(payload, nowMs);
      return;
    }
    for (const block of parseRed(payload) ?? []) {
      this.#takeFrame(payload.subarray(block.offset, block.offset + block.length), nowMs);
    }
  }

  #takeFrame(frame: Buffer, nowMs: number): void {
    if (frame.length < 4) return;
    const number = frame.readUInt32BE(0);
    if (this.#have.has(number)) return;
    this.#have.add(number);
    // Frame `number` was made at number × 20 ms.
    this.#lateMs.push(nowMs - number * FRAME_MS);
    if (this.#lateMs.length > MEMORY_PACKETS) this.#lateMs.shift();
  }

  #note(sequence: number, nowMs: number): void {
    this.#missing.delete(sequence);
    if (this.#highest < 0) this.#highest = sequence;
    const distance = sequenceDifference(sequence, this.#highest);
    if (distance <= 0) return;
    for (let i = 1; i < distance && distance < 100; i++) {
      this.#missing.set((this.#highest + i) & 0xffff, { sinceMs: nowMs, askedMs: -1_000, tries: 0 });
    }
    this.#highest = sequence;
  }

  /** Every 20 ms: plays, and asks for what is missing. */
  play(nowMs: number): void {
    if (this.#lateMs.length > 0 && Math.floor(nowMs / FRAME_MS) % 10 === 0) {
      this.#delayMs = this.#cheapestDelayMs();
    }
    const due = Math.floor((nowMs - this.#delayMs) / FRAME_MS);
    if (due >= 0) {
      this.played++;
      if (!this.#have.has(due)) this.concealed++;
      this.#have.delete(due - 200);
    }
    if (this.#asks) this.#ask(nowMs);
  }

  /** The delay at which waiting and missing together cost least. */
  #cheapestDelayMs(): number {
    let best = MIN_DELAY_MS;
    let bestCost = Number.POSITIVE_INFINITY;
    for (let delayMs = MIN_DELAY_MS; delayMs <= MAX_DELAY_MS; delayMs += FRAME_MS) {
      let late = 0;
      for (const lateMs of this.#lateMs) if (lateMs > delayMs) late++;
      const cost = delayMs + (MS_PER_LOST_PERCENT * 100 * late) / this.#lateMs.length;
      if (cost >= bestCost) continue;
      best = delayMs;
      bestCost = cost;
    }
    return best;
  }

  #ask(nowMs: number): void {
    const sequenceNumbers: number[] = [];
    for (const [sequence, entry] of this.#missing) {
      if (entry.tries >= 10 || nowMs - entry.sinceMs > LONGEST_WAIT_MS) this.#missing.delete(sequence);
      else if (nowMs - entry.askedMs >= Math.max(20, this.#roundTripMs)) {
        entry.askedMs = nowMs;
        entry.tries++;
        sequenceNumbers.push(sequence);
      }
    }
    if (sequenceNumbers.length === 0) return;
    this.#sendRtcp(buildRtcp([{ type: 'nack', senderSsrc: 1, mediaSsrc: this.ssrc, sequenceNumbers }]));
  }

  /** Forgets what was counted, after both ends have settled. */
  restart(): void {
    this.played = 0;
    this.concealed = 0;
  }

  get concealedShare(): number {
    return this.concealed / Math.max(1, this.played);
  }
}
