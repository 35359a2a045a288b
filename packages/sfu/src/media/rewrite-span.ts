import type { PeerCodec } from './codecs.ts';
import type { Rewriter } from './rewriters/rewriter.ts';
import type { UplinkStream } from './uplink-stream.ts';

/**
 * How packets of one stream are rewritten for one subscriber, from one switch to the next: what was sent can be made
 * again from the stream's ring, so nobody keeps the bytes.
 */
export interface RewriteSpan {
  readonly stream: UplinkStream;
  /** What the publisher sends, and what it is for the subscriber. */
  readonly sourceCodec: PeerCodec;
  readonly codec: PeerCodec;
  readonly timestampOffset: number;
  /** As the subscriber sees it. */
  readonly firstTimestamp: number;
  /** Undefined for sound. */
  readonly rewriter: Rewriter | undefined;
}
