import { RtpView, RtpWriter, Vp8Head } from '@alongside/rtp';

/** Reusable windows and buffers of one media thread: one packet is handled at a time, so one set serves all. */
export class MediaScratch {
  /** The packet that came in. */
  readonly view: RtpView = new RtpView();
  /** A packet out of a ring, being sent again. */
  readonly resendView: RtpView = new RtpView();
  readonly vp8: Vp8Head = new Vp8Head();
  readonly resendVp8: Vp8Head = new Vp8Head();
  readonly writer: RtpWriter = new RtpWriter();
  readonly sequenceNumbers: number[] = [];
}
