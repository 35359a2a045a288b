import { type CipherGCMOptions, createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { HmacSha1 } from './hmac-sha1.ts';
import { SRTP_AEAD_AES_128_GCM, type SrtpProfile, type SrtpSessionKeys } from './srtp-keys.ts';

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
  /** Protects `packet[0, length)` into `out` at 0; `out` has room for the overhead. `roc` is the high 32 bits of the index. */
  sealRtp(packet: Buffer, length: number, headLength: number, roc: number, out: Buffer): void;
  /** Opens in place; the plain packet is then `packet[0, length − overhead)`. False: forged or damaged. */
  openRtp(packet: Buffer, headLength: number, roc: number): boolean;
  sealRtcp(packet: Buffer, length: number, index: number, out: Buffer): void;
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

  sealRtp(packet: Buffer, length: number, headLength: number, roc: number, out: Buffer): void {
    this.#setRtpIv(packet, roc);
    packet.copy(out, 0, 0, headLength);
    const cipher = createCipheriv('aes-128-gcm', this.#rtpKey, this.#iv, GCM);
    cipher.setAAD(out.subarray(0, headLength));
    // Without a payload there is nothing to update with: OpenSSL takes an empty update as no data at all.
    if (length > headLength) cipher.update(packet.subarray(headLength, length)).copy(out, headLength);
    cipher.final();
    cipher.getAuthTag().copy(out, length);
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

  sealRtcp(packet: Buffer, length: number, index: number, out: Buffer): void {
    this.#setRtcpIv(packet, index);
    packet.copy(out, 0, 0, RTCP_HEAD_BYTES);
    const cipher = createCipheriv('aes-128-gcm', this.#rtcpKey, this.#iv, GCM);
    cipher.setAAD(this.#setRtcpHead(packet, index));
    if (length > RTCP_HEAD_BYTES) cipher.update(packet.subarray(RTCP_HEAD_BYTES, length)).copy(out, RTCP_HEAD_BYTES);
    cipher.final();
    cipher.getAuthTag().copy(out, length);
    out.writeUInt32BE((index | ENCRYPTED_FLAG) >>> 0, length + GCM_TAG_BYTES);
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

const HMAC_TAG_BYTES = 10;
/** Counter blocks of one packet: up to 2 KiB without growing. */
const FIRST_COUNTER_BYTES = 2048;

/** AES_CM_128_HMAC_SHA1_80 (RFC 3711 §4). */
class AesCmHmacCipher implements SrtpCipher {
  readonly rtpOverheadBytes = HMAC_TAG_BYTES;
  readonly rtcpOverheadBytes = HMAC_TAG_BYTES + RTCP_INDEX_BYTES;
  readonly #rtp: CounterMode;
  readonly #rtcp: CounterMode;
  readonly #rtpAuth: HmacSha1;
  readonly #rtcpAuth: HmacSha1;

  constructor(keys: SrtpSessionKeys) {
    this.#rtp = new CounterMode(keys.rtpKey, keys.rtpSalt);
    this.#rtcp = new CounterMode(keys.rtcpKey, keys.rtcpSalt);
    this.#rtpAuth = new HmacSha1(keys.rtpAuthKey);
    this.#rtcpAuth = new HmacSha1(keys.rtcpAuthKey);
  }

  sealRtp(packet: Buffer, length: number, headLength: number, roc: number, out: Buffer): void {
    packet.copy(out, 0, 0, length);
    const sequence = (packet[2]! << 8) | packet[3]!;
    this.#rtp.apply(out, headLength, length, readU32(packet, 8), roc, sequence);
    // The tag covers the roll-over counter too, which is not sent (RFC 3711 §4.2).
    writeTag(this.#rtpAuth.digest(out, length, roc), out, length);
  }

  openRtp(packet: Buffer, headLength: number, roc: number): boolean {
    const bodyEnd = packet.length - HMAC_TAG_BYTES;
    if (!tagEquals(this.#rtpAuth.digest(packet, bodyEnd, roc), packet, bodyEnd)) return false;
    const sequence = (packet[2]! << 8) | packet[3]!;
    this.#rtp.apply(packet, headLength, bodyEnd, readU32(packet, 8), roc, sequence);
    return true;
  }

  rtcpIndexOffset(length: number): number {
    return length - HMAC_TAG_BYTES - RTCP_INDEX_BYTES;
  }

  sealRtcp(packet: Buffer, length: number, index: number, out: Buffer): void {
    packet.copy(out, 0, 0, length);
    this.#rtcp.apply(out, RTCP_HEAD_BYTES, length, readU32(packet, 4), index >>> 16, index & 0xffff);
    out.writeUInt32BE((index | ENCRYPTED_FLAG) >>> 0, length);
    const end = length + RTCP_INDEX_BYTES;
    writeTag(this.#rtcpAuth.digest(out, end), out, end);
  }

  openRtcp(packet: Buffer, index: number): boolean {
    const end = packet.length - HMAC_TAG_BYTES;
    if (!tagEquals(this.#rtcpAuth.digest(packet, end), packet, end)) return false;
    const bodyEnd = end - RTCP_INDEX_BYTES;
    this.#rtcp.apply(packet, RTCP_HEAD_BYTES, bodyEnd, readU32(packet, 4), index >>> 16, index & 0xffff);
    return true;
  }
}

/** AES in counter mode (RFC 3711 §4.1.1) on one lasting ECB cipher: a new cipher object per packet costs more than the AES. */
class CounterMode {
  readonly #ecb: ReturnType<typeof createCipheriv>;
  readonly #salt: readonly [number, number, number, number];
  #counters = Buffer.alloc(FIRST_COUNTER_BYTES);

  constructor(key: Buffer, salt: Buffer) {
    this.#ecb = createCipheriv('aes-128-ecb', key, null);
    this.#ecb.setAutoPadding(false);
    this.#salt = [readU32(salt, 0), readU32(salt, 4), readU32(salt, 8), (salt[12]! << 8) | salt[13]!];
  }

  /** XORs the keystream of packet index `high` · 2^16 + `low` over `bytes[from, to)`. */
  apply(bytes: Buffer, from: number, to: number, ssrc: number, high: number, low: number): void {
    const length = to - from;
    if (length <= 0) return;
    const blocks = (length + 15) >> 4;
    if (blocks << 4 > this.#counters.length) this.#counters = Buffer.alloc(blocks << 4);
    const counters = this.#counters;
    const [w0, s1, s2, s3] = this.#salt;
    const w1 = s1 ^ ssrc;
    const w2 = s2 ^ high;
    const w3 = (s3 ^ low) << 16;
    for (let i = 0, at = 0; i < blocks; i++, at += 16) {
      writeU32(counters, at, w0);
      writeU32(counters, at + 4, w1);
      writeU32(counters, at + 8, w2);
      writeU32(counters, at + 12, w3 | i);
    }
    xor(bytes, from, length, this.#ecb.update(counters.subarray(0, blocks << 4)));
  }
}

/** Four bytes at a time where memory allows, which it does for all but odd slices: RTP headers are whole words. */
function xor(bytes: Buffer, from: number, length: number, keystream: Buffer): void {
  const at = bytes.byteOffset + from;
  let done = 0;
  if ((at & 3) === 0 && (keystream.byteOffset & 3) === 0) {
    const words = length >> 2;
    const target = new Uint32Array(bytes.buffer, at, words);
    const source = new Uint32Array(keystream.buffer, keystream.byteOffset, words);
    for (let i = 0; i < words; i++) target[i]! ^= source[i]!;
    done = words << 2;
  }
  for (let i = done; i < length; i++) bytes[from + i]! ^= keystream[i]!;
}

function readU32(bytes: Buffer, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

function writeU32(bytes: Buffer, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

function writeTag(tag: string, out: Buffer, at: number): void {
  for (let i = 0; i < HMAC_TAG_BYTES; i++) out[at + i] = tag.charCodeAt(i);
}

/** Without an early way out: how long it takes must not tell where the tags differ. */
function tagEquals(tag: string, packet: Buffer, at: number): boolean {
  let difference = 0;
  for (let i = 0; i < HMAC_TAG_BYTES; i++) difference |= tag.charCodeAt(i) ^ packet[at + i]!;
  return difference === 0;
}
