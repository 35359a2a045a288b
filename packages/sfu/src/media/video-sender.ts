import type { RtpView } from '@alongside/rtp';
import type { Downlink } from './downlink.ts';
import type { MediaSource } from './media-source.ts';
import type { PayloadHead } from './payload-head.ts';
import { playoutDelayOf } from './picture-delay.ts';
import type { RewriteSpan } from './rewrite-span.ts';

/** One subscriber's side of a camera or screen: writes its packets and their repairs. */
export class VideoSender {
  readonly #source: MediaSource;
  readonly #downlink: Downlink;
  readonly #ssrc: number;
  /** 0 when there is no retransmission stream. */
  readonly #rtxSsrc: number;
  #rtxSequence: number;

  constructor(source: MediaSource, downlink: Downlink, ssrc: number, rtxSsrc: number, firstSequence: number) {
    this.#source = source;
    this.#downlink = downlink;
    this.#ssrc = ssrc;
    this.#rtxSsrc = rtxSsrc;
    this.#rtxSequence = firstSequence;
  }

  /**
   * Sends one packet of the source.
   * @param again it left before and goes on the repair stream. Without one it is not sent: the same number with another
   *   header would encrypt two texts with one key stream.
   * @returns false when nothing left
   */
  send(
    span: RewriteSpan,
    view: RtpView,
    head: PayloadHead,
    sequence: number,
    timestamp: number,
    again: boolean,
  ): boolean {
    const { codec, rewriter } = span;
    if (!rewriter || (again && (this.#rtxSsrc === 0 || codec.rtxPayloadType < 0))) return false;
    const downlink = this.#downlink;
    const ids = downlink.extensions;
    const { writer } = downlink.scratch;
    const marker = rewriter.marker(view, head);
    if (again) {
      this.#rtxSequence = (this.#rtxSequence + 1) & 0xffff;
      writer.start(codec.rtxPayloadType, marker, this.#rtxSequence, timestamp, this.#rtxSsrc, ids.allowMixed);
    } else {
      writer.start(codec.payloadType, marker, sequence, timestamp, this.#ssrc, ids.allowMixed);
    }
    if (ids.transportSequence !== 0) writer.addExtensionU16(ids.transportSequence, downlink.nextTransportSequence());
    if (ids.orientation !== 0 && this.#source.orientationId !== 0) {
      const orientation = view.extensionU8(this.#source.orientationId);
      if (orientation >= 0) writer.addExtensionU8(ids.orientation, orientation);
    }
    // Not both: what both paths make late at their worst is rarely the same picture.
    const delayMs = Math.max(this.#source.pictureDelay.delayMs, downlink.pictureDelay.delayMs);
    if (ids.playoutDelay && delayMs >= 0) writer.addExtensionU24(ids.playoutDelay, playoutDelayOf(delayMs));
    rewriter.extend(writer, downlink, view, head);
    writer.endHeader();
    if (again) writer.appendU16(sequence);
    const payloadStart = writer.length;
    writer.append(view.buffer, view.headerLength, view.payloadLength);
    if (writer.overflowed) return false;
    rewriter.renumber(writer.buffer, payloadStart, head);
    return downlink.send(writer.buffer, writer.length, !again);
  }

  /**
   * Sends padding on the repair stream, which receivers take for an empty retransmission: a probe of the path.
   * @param lengthBytes of the padding, 1 to 255
   * @returns bytes of the packet, 0 when there is no stream for it
   */
  sendPadding(span: RewriteSpan, timestamp: number, lengthBytes: number): number {
    const { rtxPayloadType } = span.codec;
    if (this.#rtxSsrc === 0 || rtxPayloadType < 0) return 0;
    const downlink = this.#downlink;
    const { writer } = downlink.scratch;
    this.#rtxSequence = (this.#rtxSequence + 1) & 0xffff;
    writer.start(rtxPayloadType, false, this.#rtxSequence, timestamp, this.#rtxSsrc);
    const id = downlink.extensions.transportSequence;
    if (id !== 0) writer.addExtensionU16(id, downlink.nextTransportSequence());
    writer.endHeader();
    writer.appendPadding(lengthBytes);
    return downlink.send(writer.buffer, writer.length) ? writer.length : 0;
  }

  /**
   * Fills a number that was kept for a packet the subscriber is not to have, with one byte of padding: a receiver that
   * gets nothing asks in vain, and in the end for a key frame. Sent again it is the same to the last byte.
   */
  sendEmpty(span: RewriteSpan, sequence: number): boolean {
    const { writer } = this.#downlink.scratch;
    writer.start(span.codec.payloadType, false, sequence, span.firstTimestamp, this.#ssrc);
    writer.endHeader();
    writer.appendPadding(1);
    return this.#downlink.send(writer.buffer, writer.length);
  }
}
