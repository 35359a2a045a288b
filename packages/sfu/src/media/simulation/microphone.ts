import { type RtcpPacket, RtpWriter } from '@alongside/rtp';
import { seededRandom } from './link.ts';

const FRAME_TICKS = 960;
const HISTORY = 256;

/**
 * A browser's microphone: an Opus frame every 20 ms whose first four bytes are its number, the frame before along with
 * it in RED, and a packet sent again on request, at most once in a round trip, under the same number.
 */
export class Microphone {
  readonly #send: (packet: Buffer) => void;
  readonly #random: () => number;
  readonly #useRed: boolean;
  readonly #writer = new RtpWriter();
  readonly #history = new Map<number, { packet: Buffer; sentAtMs: number }>();
  #before: Buffer | undefined;
  frames = 0;
  readonly roundTripMs: number;

  constructor(send: (packet: Buffer) => void, options: { seed: number; useRed: boolean; roundTripMs: number }) {
    this.#send = send;
    this.#random = seededRandom(options.seed);
    this.#useRed = options.useRed;
    this.roundTripMs = options.roundTripMs;
  }

  /** To be called every 20 ms. */
  speak(nowMs: number): void {
    const number = this.frames++;
    const frame = Buffer.alloc(60 + Math.floor(this.#random() * 50), 1);
    frame.writeUInt32BE(number, 0);
    const sequence = number & 0xffff;
    this.#writer.start(this.#useRed ? 63 : 111, false, sequence, (number * FRAME_TICKS) >>> 0, 50);
    this.#writer.addExtension(4, Buffer.from('m'), 0, 1);
    this.#writer.endHeader();
    if (this.#useRed) {
      if (this.#before) {
        this.#writer.appendU8(0x80 | 111);
        this.#writer.appendU8(FRAME_TICKS >> 6);
        this.#writer.appendU16(((FRAME_TICKS & 0x3f) << 10) | this.#before.length);
      }
      this.#writer.appendU8(111);
      if (this.#before) this.#writer.append(this.#before, 0, this.#before.length);
    }
    this.#writer.append(frame, 0, frame.length);
    this.#before = frame;
    const packet = this.#writer.toBuffer();
    this.#history.set(sequence, { packet, sentAtMs: nowMs });
    this.#history.delete((sequence - HISTORY) & 0xffff);
    this.#send(packet);
  }

  onRtcp(packet: RtcpPacket, nowMs: number): void {
    if (packet.type !== 'nack') return;
    for (const sequence of packet.sequenceNumbers) {
      const kept = this.#history.get(sequence);
      if (!kept || nowMs - kept.sentAtMs < this.roundTripMs * 0.9) continue;
      kept.sentAtMs = nowMs;
      this.#send(kept.packet);
    }
  }
}
