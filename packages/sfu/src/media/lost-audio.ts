import type { RtpView } from '@alongside/rtp';
import { timestampDifference } from '@alongside/rtp';
import type { AudioFrames } from './audio-frames.ts';
import type { NackTracker } from './nack-tracker.ts';
import type { RedView } from './red-payload.ts';

const RTP_HEADER_BYTES = 12;

/**
 * Looks for lost frames in the redundancy of a RED packet that came, and hands each over as the plain Opus packet it
 * would have been, oldest first. Senders put the frames just before into a packet, so the n-th block from the end was
 * sent n packets earlier; a block whose time does not lie between its neighbours' is not trusted.
 * @param view the packet that came
 * @param red its payload, parsed
 * @param opusPayloadType the publisher's own
 * @param restored gets a buffer of its own for each frame
 */
export function restoreFromRedundancy(
  view: RtpView,
  red: RedView,
  nack: NackTracker,
  frames: AudioFrames,
  opusPayloadType: number,
  restored: (packet: Buffer) => void,
): void {
  const { sequenceNumber, timestamp, ssrc, buffer } = view;
  for (let i = 0; i < red.count; i++) {
    const sequence = (sequenceNumber - (red.count - i)) & 0xffff;
    const length = red.length(i);
    if (length === 0 || !nack.isMissing(sequence)) continue;
    const time = (timestamp - red.age(i)) >>> 0;
    const before = frames.find((sequence - 1) & 0xffff);
    const after = frames.find((sequence + 1) & 0xffff);
    if (red.age(i) === 0 || (before >= 0 && timestampDifference(time, frames.timestamp(before)) <= 0)) continue;
    if (after >= 0 && timestampDifference(frames.timestamp(after), time) <= 0) continue;
    const packet = Buffer.allocUnsafe(RTP_HEADER_BYTES + length);
    packet[0] = 0x80;
    packet[1] = opusPayloadType & 0x7f;
    packet.writeUInt16BE(sequence, 2);
    packet.writeUInt32BE(time, 4);
    packet.writeUInt32BE(ssrc, 8);
    buffer.copy(packet, RTP_HEADER_BYTES, red.offset(i), red.offset(i) + length);
    nack.onRestored(sequence);
    restored(packet);
  }
}
