import { type CipherGCMOptions, createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { AesCmHmacCipher } from './aes-cm-hmac.ts';
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
  /** Opens in place; the plain packet is then `packet[0, length − overhead)`. False: forged or damaged. */
  openRtp(packet: Buffer, headLength: number, roc: number): boolean;
  sealRtcp(packet: Buffer, length: number, index: number, out: Buffer, at: number): void;
  openRtcp(packet: Buffer, index: number): boolean;
}

export function createSrtpCipher(profile: SrtpProfile, keys: SrtpSessionKeys): SrtpCipher {
  return profile === SRTP_AEAD_AES_128_GCM ? new AesGcmCipher(keys) : new AesCmHmacCipher(keys);
}

const RTCP_HEAD_BYTES = 8;
const RTCP_INDEX_BYTES = 4;
const ENCRYPTED_FLAG = 0x80000000;
const GCM_TAG_BYTES = 16;
const GCM: CipherGCMOptions = { authTagLength: GCM_TAG_BYTES };

/** AEAD_AES_128_GCM (RFC 7714). */
class AesGcmCipher implements SrtpCipher {
  readonly rtpOverheadBytes = GCM_TAG_BYTES;
  readonly rtcpOverheadBytes = GCM_TAG_BYTES + RTCP_INDEX_BYTES;
  readonly #rtpKey: KeyObject;
  readonly #rtcpKey: KeyObject;
  readonly #rtpSalt: Buffer;
  readonly #rtcpSalt: Buffer;
  readonly #iv = Buffer.alloc(12);
  readonly #rtcpHead = Buffer.alloc(RTCP_HEAD_BYTES + RTCP_INDEX_BYTES);

  constructor(keys: SrtpSessionKeys) {
    // Key objects spare the import of the raw key with every packet.
    this.#rtpKey = createSecretKey(keys.rtpKey);
    this.#rtcpKey = createSecretKey(keys.rtcpKey);
    this.#rtpSalt = keys.rtpSalt;
    this.#rtcpSalt = keys.rtcpSalt;
  }

  /** RFC 7714 §8.1: zero, SSRC, roll-over counter, sequence number, all mixed with the salt. */
  #setRtpIv(packet: Buffer, roc: number): void {
    const iv = this.#iv;
    const salt = this.#rtpSalt;
    iv[0] = salt[0]!;
    iv[1] = salt[1]!;
    for (let i = 0; i < 4; i++) iv[2 + i] = salt[2 + i]! ^ packet[8 + i]!;
    iv[6] = salt[6]! ^ (roc >>> 24);
    iv[7] = salt[7]! ^ (roc >>> 16);
    iv[8] = salt[8]! ^ (roc >>> 8);
    iv[9] = salt[9]! ^ roc;
    iv[10] = salt[10]! ^ packet[2]!;
    iv[11] = salt[11]! ^ packet[3]!;
  }

  sealRtp(packet: Buffer, length: number, headLength: number, roc: number, out: Buffer, at: number): void {
    this.#setRtpIv(packet, roc);
    packet.copy(out, at, 0, headLength);
    const cipher = createCipheriv('aes-128-gcm', this.#rtpKey, this.#iv, GCM);
    cipher.setAAD(packet.subarray(0, headLength));
    // Without a payload there is nothing to update with: OpenSSL takes an empty update as no data at all.
    if (length > headLength) cipher.update(packet.subarray(headLength, length)).copy(out, at + headLength);
    cipher.final();
    cipher.getAuthTag().copy(out, at + length);
  }

  openRtp(packet: Buffer, headLength: number, roc: number): boolean {
    const bodyEnd = packet.length - GCM_TAG_BYTES;
    this.#setRtpIv(packet, roc);
    const decipher = createDecipheriv('aes-128-gcm', this.#rtpKey, this.#iv, GCM);
    decipher.setAAD(packet.subarray(0, headLength));
    decipher.setAuthTag(packet.subarray(bodyEnd));
    const plain = bodyEnd > headLength ? decipher.update(packet.subarray(headLength, bodyEnd)) : undefined;
    try {
      decipher.final();
    } catch {
      return false;
    }
    plain?.copy(packet, headLength);
    return true;
  }

  rtcpIndexOffset(length: number): number {
    return length - RTCP_INDEX_BYTES;
  }

  /** RFC 7714 §9.1. */
  #setRtcpIv(packet: Buffer, index: number): void {
    const iv = this.#iv;
    this.#rtcpSalt.copy(iv);
    for (let i = 0; i < 4; i++) iv[2 + i]! ^= packet[4 + i]!;
    iv[8]! ^= index >>> 24;
    iv[9]! ^= index >>> 16;
    iv[10]! ^= index >>> 8;
    iv[11]! ^= index;
  }

  #setRtcpHead(packet: Buffer, index: number): Buffer {
    packet.copy(this.#rtcpHead, 0, 0, RTCP_HEAD_BYTES);
    this.#rtcpHead.writeUInt32BE((index | ENCRYPTED_FLAG) >>> 0, RTCP_HEAD_BYTES);
    return this.#rtcpHead;
  }

  sealRtcp(packet: Buffer, length: number, index: number, out: Buffer, at: number): void {
    this.#setRtcpIv(packet, index);
    packet.copy(out, at, 0, RTCP_HEAD_BYTES);
    const cipher = createCipheriv('aes-128-gcm', this.#rtcpKey, this.#iv, GCM);
    cipher.setAAD(this.#setRtcpHead(packet, index));
    if (length > RTCP_HEAD_BYTES) {
      cipher.update(packet.subarray(RTCP_HEAD_BYTES, length)).copy(out, at + RTCP_HEAD_BYTES);
    }
    cipher.final();
    cipher.getAuthTag().copy(out, at + length);
    out.writeUInt32BE((index | ENCRYPTED_FLAG) >>> 0, at + length + GCM_TAG_BYTES);
  }

  openRtcp(packet: Buffer, index: number): boolean {
    const bodyEnd = packet.length - this.rtcpOverheadBytes;
    this.#setRtcpIv(packet, index);
    const decipher = createDecipheriv('aes-128-gcm', this.#rtcpKey, this.#iv, GCM);
    decipher.setAAD(this.#setRtcpHead(packet, index));
    decipher.setAuthTag(packet.subarray(bodyEnd, bodyEnd + GCM_TAG_BYTES));
    const plain = bodyEnd > RTCP_HEAD_BYTES ? decipher.update(packet.subarray(RTCP_HEAD_BYTES, bodyEnd)) : undefined;
    try {
      decipher.final();
    } catch {
      return false;
    }
    plain?.copy(packet, RTCP_HEAD_BYTES);
    return true;
  }
}
