/** One 5-tuple on which an authenticated check arrived: the only kind of address anything is ever sent to. */
export interface IcePath {
  readonly protocol: 'udp' | 'tcp';
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** Who gets what arrives here. */
  readonly agent: IceDatagramSink;
  /** `performance.now()` of the last authenticated check or check answer. */
  lastCheckMs: number;
  /**
   * Our ufrag in that check. A browser refuses checks of ours that name another: one that gathered anew for a restart may
   * have nominated a path before it learnt our new one, and goes on with the old one there.
   */
  checkedUfrag: string | undefined;
  /**
   * Whether the peer has shown that it hears what is sent here: until then only three times the bytes that came from
   * there may go there (as RFC 9000 §8 has it), so that a participant cannot aim its media at somebody else's address.
   */
  isProved: boolean;
  /** Smoothed round trip of our own checks, undefined before the first answer. */
  rttMs: number | undefined;
  /** Hands one datagram to the network; false when it was dropped, see `isProved`, or the queue being full. */
  send(datagram: Buffer): boolean;
  /** Forgets the 5-tuple; a TCP connection is closed. */
  close(): void;
}

/** What a socket needs to know of the ICE agent behind a path. */
export interface IceDatagramSink {
  /** Whether it need not wait for what came before it: whatever says something once (RTCP), and sound. */
  isUrgent(datagram: Buffer): boolean;
  /** DTLS, RTP or RTCP that arrived on a known path. */
  onDatagram(path: IcePath, datagram: Buffer): void;
}

/** Where a datagram came from, before anything is known of it. */
export interface IceOrigin {
  readonly protocol: 'udp' | 'tcp';
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** The path of this 5-tuple if there is one. */
  readonly path: IcePath | undefined;
  /** Makes the path: call only after an authenticated check. */
  open(agent: IceDatagramSink): IcePath;
}
