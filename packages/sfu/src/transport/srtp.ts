import { ReplayWindow } from './replay-window.ts';
import { sealedSlab as slab } from './sealed-slab.ts';
import { createSrtpCipher, type SrtpCipher } from './srtp-cipher.ts';
import type { SrtpProfile, SrtpSessionKeys } from './srtp-keys.ts';

/** A connection with more streams than this is no call: what a peer can make us remember has to end somewhere. */
const MAX_STREAMS = 4096;
/** Those we send are our own, and one that ended cannot be forgotten: its numbers must not be used again. */
const MAX_SENT_STREAMS = 65_536;
const RTCP_INDEX_MASK = 0x7fffffff;

/** Protects outgoing packets of one connection (RFC 3711); every stream (SSRC) has its own roll-over counter. */
export class SrtpSender {
  readonly #cipher: SrtpCipher;
  readonly #streams = new Map<number, RolloverCounter>();
  #rtcpIndex = 0;

  constructor(profile: SrtpProfile, keys: SrtpSessionKeys) {
    this.#cipher = createSrtpCipher(profile, keys);
  }

  /** The protected packet, to be sent before the slab comes round; undefined when the bytes are no RTP packet. */
  protectRtp(packet: Buffer, length: number): Buffer | undefined {
    const headLength = rtpHeadLength(packet, length);
    if (headLength < 0) return undefined;
    const ssrc = readU32(packet, 8);
    let counter = this.#streams.get(ssrc);
    if (!counter) {
      if (this.#streams.size >= MAX_SENT_STREAMS) return undefined;
      counter = new RolloverCounter();
      this.#streams.set(ssrc, counter);
    }
    const sequence = (packet[2]! << 8) | packet[3]!;
    const roc = counter.estimate(sequence);
    if (roc < 0) return undefined;
    counter.update(sequence, roc);
    const sealedLength = length + this.#cipher.rtpOverheadBytes;
    const at = slab.reserve(sealedLength);
    this.#cipher.sealRtp(packet, length, headLength, roc, slab.bytes, at);
    return slab.bytes.subarray(at, at + sealedLength);
  }

  /** The protected compound; undefined when it is too short to be one. */
  protectRtcp(packet: Buffer, length: number): Buffer | undefined {
    if (length < 8 || length > packet.length) return undefined;
    const sealedLength = length + this.#cipher.rtcpOverheadBytes;
    const at = slab.reserve(sealedLength);
    this.#cipher.sealRtcp(packet, length, this.#rtcpIndex, slab.bytes, at);
    this.#rtcpIndex = (this.#rtcpIndex + 1) & RTCP_INDEX_MASK;
    return slab.bytes.subarray(at, at + sealedLength);
  }
}

/** Opens incoming packets of one connection; forged, damaged and repeated ones give undefined. */
export class SrtpReceiver {
  readonly #cipher: SrtpCipher;
  readonly #rtp = new Map<number, InboundStream>();
  readonly #rtcp = new Map<number, ReplayWindow>();

  constructor(profile: SrtpProfile, keys: SrtpSessionKeys) {
    this.#cipher = createSrtpCipher(profile, keys);
  }

  /** The plain packet, in the same memory. */
  unprotectRtp(packet: Buffer): Buffer | undefined {
    const plainLength = packet.length - this.#cipher.rtpOverheadBytes;
    const headLength = rtpHeadLength(packet, plainLength);
    if (headLength < 0) return undefined;
    const ssrc = readU32(packet, 8);
    const sequence = (packet[2]! << 8) | packet[3]!;
    // State for a new stream is made only once a packet of it has authenticated.
    const stream = this.#rtp.get(ssrc);
    const roc = stream ? stream.counter.estimate(sequence) : 0;
    if (roc < 0) return undefined;
    const index = roc * 65_536 + sequence;
    if (stream ? !stream.window.isFresh(index) : this.#rtp.size >= MAX_STREAMS) return undefined;
    if (!this.#cipher.openRtp(packet, headLength, roc)) return undefined;
    const known = stream ?? new InboundStream();
    if (!stream) this.#rtp.set(ssrc, known);
    known.counter.update(sequence, roc);
    known.window.add(index);
    return packet.subarray(0, plainLength);
  }

  /** The plain compound, in the same memory. Unencrypted SRTCP is refused, as WebRTC demands (RFC 8827 §6.5). */
  unprotectRtcp(packet: Buffer): Buffer | undefined {
    const plainLength = packet.length - this.#cipher.rtcpOverheadBytes;
    if (plainLength < 8) return undefined;
    const indexAt = this.#cipher.rtcpIndexOffset(packet.length);
    const word = readU32(packet, indexAt);
    if (word >>> 31 === 0) return undefined;
    const index = word & RTCP_INDEX_MASK;
    const ssrc = readU32(packet, 4);
    const window = this.#rtcp.get(ssrc);
    if (window ? !window.isFresh(index) : this.#rtcp.size >= MAX_STREAMS) return undefined;
    if (!this.#cipher.openRtcp(packet, index)) return undefined;
    const known = window ?? new ReplayWindow();
    if (!window) this.#rtcp.set(ssrc, known);
    known.add(index);
    return packet.subarray(0, plainLength);
  }
}

class InboundStream {
  readonly counter = new RolloverCounter();
  readonly window = new ReplayWindow();
}

/** The 32 bits above a sequence number, guessed from the newest packet (RFC 3711 §3.3.1, appendix A). */
class RolloverCounter {
  #roc = 0;
  #highest = -1;

  /** The counter of the packet with this number; −1 for one from before the first. */
  estimate(sequence: number): number {
    const highest = this.#highest;
    if (highest < 0) return 0;
    if (highest < 32_768) return sequence - highest > 32_768 ? this.#roc - 1 : this.#roc;
    return highest - 32_768 > sequence ? this.#roc + 1 : this.#roc;
  }

  update(sequence: number, roc: number): void {
    if (this.#highest < 0 || roc > this.#roc || (roc === this.#roc && sequence > this.#highest)) {
      this.#highest = sequence;
      this.#roc = roc;
    }
  }
}

/** Fixed header, CSRCs and extension block; −1 when these bytes cannot be an RTP packet. */
function rtpHeadLength(packet: Buffer, length: number): number {
  if (length < 12 || length > packet.length || packet[0]! >> 6 !== 2) return -1;
  let head = 12 + 4 * (packet[0]! & 0x0f);
  if (packet[0]! & 0x10) {
    if (head + 4 > length) return -1;
    head += 4 + 4 * ((packet[head + 2]! << 8) | packet[head + 3]!);
  }
  return head > length ? -1 : head;
}

function readU32(bytes: Buffer, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}
