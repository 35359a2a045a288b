import { RtpView, RtpWriter, Vp8Head } from '@alongside/rtp';
import { RedView } from './red-payload.ts';

/** Reusable windows and buffers of one media thread: one packet is handled at a time, so one set serves all. */
export class MediaScratch {
  /** The packet that came in. */
  readonly view: RtpView = new RtpView();
  /** A packet out of a ring, being sent again. */
  readonly resendView: RtpView = new RtpView();
  /** A frame out of another packet's redundancy, made a packet again. */
  readonly restoredView: RtpView = new RtpView();
  readonly red: RedView = new RedView();
  readonly vp8: Vp8Head = new Vp8Head();
  readonly resendVp8: Vp8Head = new Vp8Head();
  readonly writer: RtpWriter = new RtpWriter();
  readonly sequenceNumbers: number[] = [];
}
