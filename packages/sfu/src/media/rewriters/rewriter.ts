import type { RtpView, RtpWriter } from '@alongside/rtp';
import type { CodecName } from '../codecs.ts';
import type { Downlink } from '../downlink.ts';
import type { LayerChoice } from '../layer-selector.ts';
import type { PayloadHead } from '../payload-head.ts';
import { Av1Rewriter } from './av1.ts';
import { H264Rewriter } from './h264.ts';
import { Vp8Rewriter } from './vp8.ts';
import { Vp9Rewriter } from './vp9.ts';

/**
 * What one codec needs beyond sequence number and time, for one subscriber and one stretch of one stream (from a switch
 * to the next): which frames go through, and the numbers inside the payload. It is made at a key frame; what was sent
 * before lives on in the older rewriter until nobody can ask for it any more.
 */
export interface Rewriter {
  /** Layers inside the stream that go through at present. */
  readonly spatial: number;
  readonly temporal: number;
  /** Cannot go on without another key frame. */
  readonly broken: boolean;
  /**
   * Whether the next packet in order goes through. Moves to `target` where the stream allows it: down at once, up where
   * nothing left out is referred to.
   */
  admit(view: RtpView, head: PayloadHead, target: LayerChoice): boolean;
  /** Whether a packet that came late goes through: as the rest of its frame did. */
  admitLate(view: RtpView, head: PayloadHead): boolean;
  /** The marker bit: the last packet of the picture as this subscriber gets it. */
  marker(view: RtpView, head: PayloadHead): boolean;
  /** Adds header extensions that belong to the codec. */
  extend(writer: RtpWriter, downlink: Downlink, view: RtpView, head: PayloadHead): void;
  /** Corrects the numbers in the payload that starts at `payloadStart` of the written packet. */
  renumber(packet: Buffer, payloadStart: number, head: PayloadHead): void;
}

/** A rewriter for the stretch that begins with the key frame in `head`, going on from `before`. */
export function createRewriter(
  codec: CodecName,
  head: PayloadHead,
  target: LayerChoice,
  descriptorId: number,
  before: Rewriter | undefined,
): Rewriter {
  switch (codec) {
    case 'vp8':
      return new Vp8Rewriter(head.vp8, target, before instanceof Vp8Rewriter ? before : undefined);
    case 'vp9':
      return new Vp9Rewriter(head.vp9, target, before instanceof Vp9Rewriter ? before : undefined);
    case 'av1':
      return new Av1Rewriter(head, target, descriptorId, before instanceof Av1Rewriter ? before : undefined);
    default:
      return new H264Rewriter(target);
  }
}
