import { AesCmHmacCipher } from './aes-cm-hmac.ts';
import { AesGcmCipher } from './aes-gcm.ts';
import { SRTP_AEAD_AES_128_GCM, type SrtpProfile, type SrtpSessionKeys } from './srtp-keys.ts';

/** Room in front of each protected packet that a cipher may write to: what is hashed before the packet. */
export const SEAL_HEADROOM_BYTES = 64;

/**
 * Turns plain packets into protected ones and back. Knows nothing of rollover counters or replay: the caller gives the
 * packet index. "Head" is the part that stays readable: the RTP header, or the first 8 bytes of RTCP.
 */
export interface SrtpCipher {
  /** Bytes a protected RTP packet has more than a plain one. */
  readonly rtpOverheadBytes: number;
  /** The same for RTCP, its 4-byte index included. */
  readonly rtcpOverheadBytes: number;
  /** Where the index word lies in a protected RTCP packet of this length. */
  rtcpIndexOffset(length: number): number;
  /**
   * Protects `packet[0, length)` into `out` from `at`, which is a multiple of four, has the headroom before it and room
   * for the overhead after it. `roc` is the high 32 bits of the index.
   */
  sealRtp(packet: Buffer, length: number, headLength: number, roc: number, out: Buffer, at: number): void;
  /** Opens in place; the plain packet is then `packet[0, length − overhead)`. False: forged or damaged, and spoilt. */
  openRtp(packet: Buffer, headLength: number, roc: number): boolean;
  sealRtcp(packet: Buffer, length: number, index: number, out: Buffer, at: number): void;
  openRtcp(packet: Buffer, index: number): boolean;
}

export function createSrtpCipher(profile: SrtpProfile, keys: SrtpSessionKeys): SrtpCipher {
  return profile === SRTP_AEAD_AES_128_GCM ? new AesGcmCipher(keys) : new AesCmHmacCipher(keys);
}
