import { fitsRedBlock, type RtpWriter } from '@alongside/rtp';
import type { AudioFrames } from './audio-frames.ts';

export const MAX_RED_DEPTH = 7;
/** RTP payload that fits every path with SRTP, extensions and a TURN or IPv6 header around it. */
const MAX_PAYLOAD_BYTES = 1_100;

/**
 * Writes one subscriber's RED payloads (RFC 2198) out of the microphone's own frames: the frame to be sent preceded by
 * up to `depth` earlier ones, whatever redundancy its publisher sent. A packet that is lost is then inside the next
 * `depth` packets, at no delay and without a question asked.
 */
export class RedWriter {
  /** How many earlier frames go along, 0 to 7; see `RedDepth`. */
  depth = 1;
  /** Redundant bytes written, to tell what redundancy costs. */
  redundantBytes = 0;
  readonly #places = new Int8Array(MAX_RED_DEPTH);

  /**
   * Appends the RED payload of the frame numbered `sequenceNumber`. Earlier frames are left out where they never came,
   * are older than a block header can say (a pause of DTX, a new time line), are too long for it, or would make the
   * packet too large: the nearest are the most useful and come first in that choice.
   * @returns false when the frame itself is unknown
   */
  write(out: RtpWriter, frames: AudioFrames, sequenceNumber: number, opusPayloadType: number): boolean {
    const primary = frames.find(sequenceNumber);
    if (primary < 0) return false;
    const timestamp = frames.timestamp(primary);
    let bytes = 1 + frames.length(primary);
    let count = 0;
    for (let back = 1; back <= this.depth && back <= MAX_RED_DEPTH; back++) {
      const place = frames.find((sequenceNumber - back) & 0xffff);
      if (place < 0) continue;
      const length = frames.length(place);
      const age = (timestamp - frames.timestamp(place)) >>> 0;
      if (length === 0 || !fitsRedBlock(age, length)) continue;
      if (bytes + 4 + length > MAX_PAYLOAD_BYTES) break;
      bytes += 4 + length;
      this.#places[count++] = place;
    }
    for (let i = count - 1; i >= 0; i--) {
      const place = this.#places[i]!;
      const age = (timestamp - frames.timestamp(place)) >>> 0;
      const length = frames.length(place);
      out.appendU8(0x80 | opusPayloadType);
      out.appendU8(age >> 6);
      out.appendU16(((age & 0x3f) << 10) | length);
    }
    out.appendU8(opusPayloadType & 0x7f);
    for (let i = count - 1; i >= 0; i--) {
      const place = this.#places[i]!;
      out.append(frames.buffer(place), frames.offset(place), frames.length(place));
      this.redundantBytes += 4 + frames.length(place);
    }
    out.append(frames.buffer(primary), frames.offset(primary), frames.length(primary));
    return true;
  }
}
