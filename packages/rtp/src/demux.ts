/** What a datagram on the shared media port is, by its first byte (RFC 7983) and, for media, its second (RFC 5761). */
export type DatagramKind = 'stun' | 'dtls' | 'rtp' | 'rtcp' | 'unknown';

/**
 * Sorts a datagram (or a decrypted packet) by its first two bytes. RTP payload types 64–95 collide with RTCP types,
 * which is why RFC 5761 forbids them: a second byte of 192–223 is RTCP.
 */
export function classifyDatagram(bytes: Uint8Array): DatagramKind {
  if (bytes.length < 2) return 'unknown';
  const first = bytes[0]!;
  if (first <= 3) return 'stun';
  if (first >= 20 && first <= 63) return 'dtls';
  if (first >= 128 && first <= 191) return isRtcp(bytes) ? 'rtcp' : 'rtp';
  return 'unknown';
}

/** RFC 5761 §4: whether a packet on a muxed RTP/RTCP port is RTCP. Only meaningful for version-2 packets. */
export function isRtcp(bytes: Uint8Array): boolean {
  const second = bytes[1]!;
  return second >= 192 && second <= 223;
}
