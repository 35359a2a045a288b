import { parseRed, timestampDifference } from '@alongside/rtp';
import { ReorderBuffer } from './reorder-buffer.ts';

const RATE = 48;
/** Up to here a decoder's own concealment sounds better than silence. */
const CONCEAL_SAMPLES = 120 * RATE;
/** A step in time that the clock on the wall does not confirm is a new time line. */
const JUMP_MS = 5_000;
const JUMP_TOLERANCE_MS = 2_000;

/** Silence, CELT fullband: 120 ms (six frames of 20), 20 ms and 2.5 ms. Every decoder gives digital zero for it. */
const SILENCE: readonly { samples: number; packet: Buffer }[] = [
  {
    samples: 5_760,
    packet: Buffer.from([0xfb, 0x06, 0xff, 0xfe, 0xff, 0xfe, 0xff, 0xfe, 0xff, 0xfe, 0xff, 0xfe, 0xff, 0xfe]),
  },
  { samples: 960, packet: Buffer.from([0xf8, 0xff, 0xfe]) },
  { samples: 120, packet: Buffer.from([0xe0, 0xff, 0xfe]) },
];

/** Duration of one frame of the packet by its first byte, in samples at 48 kHz (RFC 6716 §3.1). */
function frameSamples(toc: number): number {
  const config = toc >> 3;
  if (config < 12) return [480, 960, 1_920, 2_880][config & 3]!;
  if (config < 16) return [480, 960][config & 1]!;
  return [120, 240, 480, 960][config & 3]!;
}

/** Duration of an Opus packet in samples at 48 kHz; 0 when it is none. */
export function opusSamples(packet: Uint8Array): number {
  if (packet.length === 0) return 0;
  const toc = packet[0]!;
  const code = toc & 3;
  const frames = code === 0 ? 1 : code < 3 ? 2 : packet.length < 2 ? 0 : packet[1]! & 0x3f;
  const samples = frames * frameSamples(toc);
  return samples > CONCEAL_SAMPLES ? 0 : samples;
}

interface SoundPacket {
  timestamp: number;
  payload: Buffer;
  red: boolean;
  arrivalMs: number;
}

export interface OpusStreamOptions {
  /** How long a lost packet is waited for. */
  patienceMs: number;
  /** Takes one packet; every packet begins where the one before ended. */
  emit(packet: Buffer, samples: number): void;
}

/**
 * A microphone's packets as one unbroken line of Opus: put in order, lost ones taken from the redundancy of later ones,
 * and what is still missing filled by concealment (short) or silence (long, and where the sender was muted or silent).
 */
export class OpusStream {
  readonly #options: OpusStreamOptions;
  readonly #buffer: ReorderBuffer<SoundPacket>;
  /** RTP time at which the file's first sample was spoken; undefined before. */
  firstTimestamp: number | undefined;
  firstArrivalMs = 0;
  #expected = 0;
  #lastArrivalMs = 0;
  #lastToc = 0;
  #newLine = false;
  #restored = 0;
  /** All that was given out. */
  #samples = 0;
  /** Samples filled because packets were lost. */
  concealedSamples = 0;

  constructor(options: OpusStreamOptions) {
    this.#options = options;
    this.#buffer = new ReorderBuffer(options.patienceMs);
  }

  /** Packets that never came, nor what was in them by way of another. */
  get lostPackets(): number {
    return this.#buffer.lost - this.#restored;
  }

  /** Takes one RTP payload; it must be the stream's own. @param red whether it is RED with Opus inside */
  push(sequenceNumber: number, timestamp: number, payload: Buffer, red: boolean, arrivalMs: number): void {
    if (payload.length === 0) return;
    const packet = { timestamp, payload, red, arrivalMs };
    if (this.#buffer.push(sequenceNumber, packet, arrivalMs) === 'restart') {
      this.newLine();
      this.#buffer.push(sequenceNumber, packet, arrivalMs);
    }
    this.poll(arrivalMs);
  }

  /** The sender goes on with other numbers: an SSRC of its own, or all new. */
  newLine(): void {
    this.#drain();
    this.#buffer.reset();
    this.#newLine = true;
  }

  /** To be called every few ten milliseconds: gives up what was waited for long enough. */
  poll(nowMs: number): void {
    for (;;) {
      const after = this.#buffer.peekAfterGap();
      const restores = after !== undefined && this.#restores(after);
      const next = restores ? this.#buffer.drain() : this.#buffer.take(nowMs);
      if (!next) return;
      if (restores) this.#restored += next.lost;
      this.#onNext(next.item, next.lost);
    }
  }

  finish(): void {
    this.#drain();
  }

  #drain(): void {
    for (let next = this.#buffer.drain(); next; next = this.#buffer.drain()) this.#onNext(next.item, next.lost);
  }

  /** Whether a packet's redundancy holds everything between what was given out and itself. */
  #restores(packet: SoundPacket): boolean {
    if (!packet.red || this.firstTimestamp === undefined) return false;
    let from = this.#expected;
    for (const { samples, at } of this.#redundant(packet)) if (at === from) from = (from + samples) >>> 0;
    return from === packet.timestamp;
  }

  #redundant(packet: SoundPacket): { data: Buffer; samples: number; at: number }[] {
    const blocks = parseRed(packet.payload) ?? [];
    return blocks.slice(0, -1).flatMap((block) => {
      const data = packet.payload.subarray(block.offset, block.offset + block.length);
      const samples = opusSamples(data);
      return samples === 0 ? [] : [{ data, samples, at: (packet.timestamp - block.timestampOffset) >>> 0 }];
    });
  }

  #onNext(packet: SoundPacket, lost: number): void {
    const primary = packet.red ? primaryOf(packet.payload) : packet.payload;
    if (!primary) return;
    if (this.firstTimestamp === undefined) {
      this.firstTimestamp = packet.timestamp;
      this.firstArrivalMs = packet.arrivalMs;
      this.#expected = packet.timestamp;
    }
    const elapsedMs = packet.arrivalMs - this.#lastArrivalMs;
    const gapMs = timestampDifference(packet.timestamp, this.#expected) / RATE;
    // Many small steps make a leap, too: silence for each of them would be more work than its sender has with all.
    const aheadMs = this.#samples / RATE + gapMs - (packet.arrivalMs - this.firstArrivalMs);
    const hurries = gapMs > 0 && gapMs > elapsedMs && aheadMs > JUMP_MS;
    const leaps = Math.abs(gapMs) > JUMP_MS && Math.abs(gapMs - elapsedMs) > JUMP_TOLERANCE_MS;
    const jumped = leaps || hurries;
    if (this.#newLine || jumped) {
      // What the two numberings say of each other is unknown; the time that passed here is the best guess.
      if (this.#lastToc !== 0) this.#fill(Math.max(0, Math.round((elapsedMs - 20) * RATE)), false);
      this.#expected = packet.timestamp;
      this.#newLine = false;
    } else if (packet.red) {
      for (const block of this.#redundant(packet)) {
        const before = timestampDifference(block.at, this.#expected);
        if (before < 0) continue;
        this.#fill(before, lost > 0);
        this.#emit(block.data, block.samples);
      }
    }
    this.#lastArrivalMs = packet.arrivalMs;
    const gap = timestampDifference(packet.timestamp, this.#expected);
    const samples = opusSamples(primary);
    // Half a packet's overlap is a clock being corrected; more was told already.
    if (samples === 0 || gap < -samples / 2) return;
    this.#fill(gap, lost > 0);
    this.#lastToc = primary[0]!;
    this.#emit(primary, samples);
  }

  #emit(packet: Buffer, samples: number): void {
    this.#options.emit(packet, samples);
    this.#expected = (this.#expected + samples) >>> 0;
    this.#samples += samples;
  }

  #fill(samples: number, lost: boolean): void {
    let rest = samples;
    if (lost && samples > 0) this.concealedSamples += samples;
    if (lost && samples <= CONCEAL_SAMPLES && this.#lastToc !== 0) {
      // A frame without data tells the decoder that it was lost (RFC 6716 §3.2.1, RFC 7845 §4.1).
      const concealed = Buffer.from([this.#lastToc & 0xfc]);
      for (const each = frameSamples(this.#lastToc); rest >= each; rest -= each) this.#emit(concealed, each);
    }
    for (const silence of SILENCE) {
      for (; rest >= silence.samples; rest -= silence.samples) this.#emit(silence.packet, silence.samples);
    }
  }
}

function primaryOf(red: Buffer): Buffer | undefined {
  const blocks = parseRed(red);
  const primary = blocks?.at(-1);
  return primary && primary.length > 0 ? red.subarray(primary.offset, primary.offset + primary.length) : undefined;
}
