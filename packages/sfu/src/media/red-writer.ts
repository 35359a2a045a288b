import { fitsRedBlock, type RtpWriter } from '@alongside/rtp';
import type { AudioFrames } from './audio-frames.ts';

export const MAX_RED_DEPTH = 7;
/** RTP payload that fits every path with SRTP, extensions and a TURN or IPv6 header around it. */
const MAX_PAYLOAD_BYTES = 1_100;

/**
 * Which of the `depth` frames before the one numbered `sequenceNumber` go along with it in a RED payload (RFC 2198):
 * bit 0 stands for the frame just before. Left out is what never came, is older than a block header can say (a pause of
 * DTX, a new time line), is too long for it, or would make the packet too large; the nearest are the most useful and
 * come first in that choice.
 * @returns −1 when the frame itself is unknown
 */
export function chooseRedundancy(frames: AudioFrames, sequenceNumber: number, depth: number): number {
  const primary = frames.find(sequenceNumber);
  if (primary < 0) return -1;
  const timestamp = frames.timestamp(primary);
  let bytes = 1 + frames.length(primary);
  let chosen = 0;
  for (let back = 1; back <= depth && back <= MAX_RED_DEPTH; back++) {
    const place = frames.find((sequenceNumber - back) & 0xffff);
    if (place < 0) continue;
    const length = frames.length(place);
    if (!fitsRedBlock((timestamp - frames.timestamp(place)) >>> 0, length)) continue;
    if (bytes + 4 + length > MAX_PAYLOAD_BYTES) break;
    bytes += 4 + length;
    chosen |= 1 << (back - 1);
  }
  return chosen;
}

/**
 * Appends the RED payload of a frame with the earlier frames `chosen` by `chooseRedundancy`: the same bytes each time
 * for the same choice.
 * @returns false when one of them is forgotten meanwhile
 */
export function writeRedundancy(
  out: RtpWriter,
  frames: AudioFrames,
  sequenceNumber: number,
  chosen: number,
  opusPayloadType: number,
): boolean {
  const primary = frames.find(sequenceNumber);
  if (primary < 0) return false;
  const timestamp = frames.timestamp(primary);
  for (let back = MAX_RED_DEPTH; back > 0; back--) {
    if ((chosen & (1 << (back - 1))) === 0) continue;
    const place = frames.find((sequenceNumber - back) & 0xffff);
    if (place < 0) return false;
    const age = (timestamp - frames.timestamp(place)) >>> 0;
    out.appendU8(0x80 | opusPayloadType);
    out.appendU8((age >> 6) & 0xff);
    out.appendU16(((age & 0x3f) << 10) | frames.length(place));
  }
  out.appendU8(opusPayloadType & 0x7f);
  for (let back = MAX_RED_DEPTH; back > 0; back--) {
    if ((chosen & (1 << (back - 1))) === 0) continue;
    const place = frames.find((sequenceNumber - back) & 0xffff);
    out.append(frames.buffer(place), 0, frames.length(place));
  }
  out.append(frames.buffer(primary), 0, frames.length(primary));
  return !out.overflowed;
}
