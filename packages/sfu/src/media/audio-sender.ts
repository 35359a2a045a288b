import type { RtpView } from '@alongside/rtp';
import type { AudioFrames } from './audio-frames.ts';
import type { PeerCodec } from './codecs.ts';
import type { Downlink } from './downlink.ts';
import type { MediaSource } from './media-source.ts';
import { affordableRedDepth, type PathLoss, RedDepth } from './red-depth.ts';
import { chooseRedundancy, MAX_RED_DEPTH, writeRedundancy } from './red-writer.ts';
import type { UplinkStream } from './uplink-stream.ts';

/** 2.5 s of 20 ms frames; a lost one is asked for within that or never. */
const MEMORY = 128;
const MASK = MEMORY - 1;
const CLOCK_RATE = 48_000;
/** What Opus sends for comfort noise. */
const SILENT_FRAME_BYTES = 12;

/**
 * One subscriber's side of a microphone: builds its packets out of the microphone's frames, with as much redundancy as
 * this subscriber's path needs and bears.
 *
 * There is no repair stream for sound, so a retransmission has the number of the original, and therefore must be the
 * original to the last byte: SRTP would otherwise encrypt two texts with one keystream. What went into each packet is
 * remembered, not the packet.
 */
export class AudioSender {
  readonly #source: MediaSource;
  readonly #downlink: Downlink;
  readonly #ssrc: number;
  readonly #depthOverTime = new RedDepth();
  readonly #sequenceNumbers = new Int32Array(MEMORY).fill(-1);
  readonly #sourceSequenceNumbers = new Uint16Array(MEMORY);
  readonly #chosen = new Int16Array(MEMORY);
  readonly #transportSequences = new Uint16Array(MEMORY);
  #codecs: readonly PeerCodec[] = [];
  #opus: PeerCodec | undefined;
  #red: PeerCodec | undefined;
  #frameTicks = 960;
  #frameBytes = 80;
  #speechFrames = 0;
  /** Earlier frames that go along with each, 0 to 7. */
  depth = 1;

  constructor(source: MediaSource, downlink: Downlink, ssrc: number) {
    this.#source = source;
    this.#downlink = downlink;
    this.#ssrc = ssrc;
  }

  /** Whether the subscriber takes Opus in any wrapping. */
  get possible(): boolean {
    this.#learnCodecs();
    return this.#opus !== undefined;
  }

  /**
   * Sends the frame that came in `view`'s packet.
   * @param again `sequence` left before and is sent once more
   * @returns false when nothing left
   */
  send(stream: UplinkStream, view: RtpView, sequence: number, timestamp: number, again: boolean): boolean {
    const { frames } = stream;
    this.#learnCodecs();
    const opus = this.#opus;
    if (!opus || !frames) return false;
    const downlink = this.#downlink;
    const at = sequence & MASK;
    if (!again) {
      const useRed = this.#red !== undefined && this.depth > 0;
      const chosen = useRed ? chooseRedundancy(frames, view.sequenceNumber, this.depth) : -1;
      this.#measure(frames, view.sequenceNumber);
      this.#sequenceNumbers[at] = sequence;
      this.#sourceSequenceNumbers[at] = view.sequenceNumber;
      this.#chosen[at] = chosen;
      this.#transportSequences[at] = downlink.extensions.transportSequence === 0 ? 0 : downlink.nextTransportSequence();
    } else if (this.#sequenceNumbers[at] !== sequence || this.#sourceSequenceNumbers[at] !== view.sequenceNumber) {
      return false;
    }
    const chosen = this.#chosen[at]!;
    const writer = downlink.scratch.writer;
    const payloadType = chosen >= 0 && this.#red ? this.#red.payloadType : opus.payloadType;
    writer.start(payloadType, view.marker, sequence, timestamp, this.#ssrc);
    const ids = downlink.extensions;
    if (ids.transportSequence !== 0) writer.addExtensionU16(ids.transportSequence, this.#transportSequences[at]!);
    if (ids.audioLevel !== 0 && this.#source.audioLevelId !== 0) {
      const level = view.extensionU8(this.#source.audioLevelId);
      if (level >= 0) writer.addExtensionU8(ids.audioLevel, level);
    }
    writer.endHeader();
    if (chosen >= 0) {
      if (!writeRedundancy(writer, frames, view.sequenceNumber, chosen, opus.payloadType)) return false;
    } else {
      const place = frames.find(view.sequenceNumber);
      if (place < 0) return false;
      writer.append(frames.buffer(place), 0, frames.length(place));
    }
    return !writer.overflowed && downlink.send(writer.buffer, writer.length);
  }

  /**
   * Of packets the subscriber says it lost, those whose frames are in no later packet that left and is not lost as well:
   * only these need to be sent again. The others are in its hands already, or will be asked for once more.
   */
  uncovered(lost: readonly number[]): number[] {
    const missing = new Set(lost);
    return lost.filter((sequence) => {
      for (let after = 1; after <= MAX_RED_DEPTH; after++) {
        const later = (sequence + after) & 0xffff;
        const at = later & MASK;
        const chosen = this.#sequenceNumbers[at] === later ? this.#chosen[at]! : 0;
        if (chosen > 0 && (chosen & (1 << (after - 1))) !== 0 && !missing.has(later)) return false;
      }
      return true;
    });
  }

  /**
   * Fits the redundancy to the path; about twice a second.
   * @param budgetBps what this stream may cost on the wire, infinite when nobody limits it
   * @param congested what is lost is lost to a full path, which more redundancy would fill
   */
  adapt(loss: PathLoss, budgetBps: number, congested: boolean, nowMs: number): void {
    const affordable = affordableRedDepth(this.#frameBytes, CLOCK_RATE / this.#frameTicks, budgetBps);
    this.depth = this.#depthOverTime.update(loss, congested ? Math.min(1, affordable) : affordable, nowMs);
  }

  /** Whether there was sound to send since the last time it was asked. */
  takeActive(): boolean {
    const active = this.#speechFrames > 5;
    this.#speechFrames = 0;
    return active;
  }

  #learnCodecs(): void {
    const { codecs } = this.#downlink;
    if (codecs === this.#codecs) return;
    this.#codecs = codecs;
    this.#opus = codecs.find((codec) => codec.name === 'opus');
    this.#red = codecs.find((codec) => codec.name === 'red');
  }

  /** Frames of silence are short and far apart; what counts is speech. */
  #measure(frames: AudioFrames, sequenceNumber: number): void {
    const place = frames.find(sequenceNumber);
    const length = place < 0 ? 0 : frames.length(place);
    if (length <= SILENT_FRAME_BYTES) return;
    this.#speechFrames++;
    this.#frameBytes += (length - this.#frameBytes) * 0.1;
    const before = frames.find((sequenceNumber - 1) & 0xffff);
    const ticks = before < 0 ? 0 : (frames.timestamp(place) - frames.timestamp(before)) >>> 0;
    if (ticks >= 120 && ticks <= 5_760) this.#frameTicks += (ticks - this.#frameTicks) * 0.1;
  }
}
