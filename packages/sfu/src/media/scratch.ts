import { RtpView, RtpWriter } from '@alongside/rtp';
import { PayloadHead } from './payload-head.ts';
import { RedView } from './red-payload.ts';

/** Reusable windows and buffers of one media thread: one packet is handled at a time, so one set serves all. */
export class MediaScratch {
  /** The packet that came in. */
  readonly view: RtpView = new RtpView();
  readonly head: PayloadHead = new PayloadHead();
  /** A packet out of a ring, being sent again. */
  readonly resendView: RtpView = new RtpView();
  readonly resendHead: PayloadHead = new PayloadHead();
  /** A frame out of another packet's redundancy, made a packet again; or one that had to wait for another. */
  readonly restoredView: RtpView = new RtpView();
  readonly restoredHead: PayloadHead = new PayloadHead();
  readonly red: RedView = new RedView();
  readonly writer: RtpWriter = new RtpWriter();
  readonly sequenceNumbers: number[] = [];
}
