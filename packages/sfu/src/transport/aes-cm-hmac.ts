import { NodeCounterMode } from './counter-mode.ts';
import { NodeHmacSha1 } from './hmac-sha1.ts';
import { OpensslCounterMode, OpensslHmacSha1 } from './openssl-keys.ts';
import type { SrtpCipher } from './srtp-cipher.ts';
import type { SrtpSessionKeys } from './srtp-keys.ts';

const TAG_BYTES = 10;
const RTCP_HEAD_BYTES = 8;
const RTCP_INDEX_BYTES = 4;
const ENCRYPTED_FLAG = 0x80000000;

/** AES in counter mode under one key and salt (RFC 3711 §4.1.1). */
export interface CounterMode {
  /** XORs the keystream of packet index `high` · 2^16 + `low` over `bytes[from, to)`. */
  apply(bytes: Buffer, from: number, to: number, ssrc: number, high: number, low: number): void;
}

/** HMAC-SHA1 (RFC 2104) under one key. */
export interface HmacSha1 {
  /**
   * The 20 bytes over `bytes[from, to)` and, when `suffix` is given, its four bytes; until the next call.
   * @param headroom whether the 64 bytes before `from` may be written over, which spares a copy
   */
  digest(bytes: Buffer, from: number, to: number, headroom: boolean, suffix?: number): Uint8Array;
}

/** AES_CM_128_HMAC_SHA1_80 (RFC 3711 §4). */
export class AesCmHmacCipher implements SrtpCipher {
  readonly rtpOverheadBytes = TAG_BYTES;
  readonly rtcpOverheadBytes: number = TAG_BYTES + RTCP_INDEX_BYTES;
  readonly #rtp: CounterMode;
  readonly #rtcp: CounterMode;
  readonly #rtpAuth: HmacSha1;
  readonly #rtcpAuth: HmacSha1;

  /** @param isNative false: by node:crypto, as where OpenSSL cannot be called */
  constructor(keys: SrtpSessionKeys, isNative = true) {
    const counterMode = (key: Buffer, salt: Buffer): CounterMode =>
      (isNative && OpensslCounterMode.create(key, salt)) || new NodeCounterMode(key, salt);
    const hmacSha1 = (key: Buffer): HmacSha1 => (isNative && OpensslHmacSha1.create(key)) || new NodeHmacSha1(key);
    this.#rtp = counterMode(keys.rtpKey, keys.rtpSalt);
    this.#rtcp = counterMode(keys.rtcpKey, keys.rtcpSalt);
    this.#rtpAuth = hmacSha1(keys.rtpAuthKey);
    this.#rtcpAuth = hmacSha1(keys.rtcpAuthKey);
  }

  sealRtp(packet: Buffer, length: number, headLength: number, roc: number, out: Buffer, at: number): void {
    packet.copy(out, at, 0, length);
    const sequence = (packet[2]! << 8) | packet[3]!;
    this.#rtp.apply(out, at + headLength, at + length, readU32(packet, 8), roc, sequence);
    // The tag covers the roll-over counter too, which is not sent (RFC 3711 §4.2).
    out.writeUInt32BE(roc >>> 0, at + length);
    writeTag(this.#rtpAuth.digest(out, at, at + length + 4, true), out, at + length);
  }

  openRtp(packet: Buffer, headLength: number, roc: number): boolean {
    const bodyEnd = packet.length - TAG_BYTES;
    if (!tagEquals(this.#rtpAuth.digest(packet, 0, bodyEnd, false, roc >>> 0), packet, bodyEnd)) return false;
    const sequence = (packet[2]! << 8) | packet[3]!;
    this.#rtp.apply(packet, headLength, bodyEnd, readU32(packet, 8), roc, sequence);
    return true;
  }

  rtcpIndexOffset(length: number): number {
    return length - TAG_BYTES - RTCP_INDEX_BYTES;
  }

  sealRtcp(packet: Buffer, length: number, index: number, out: Buffer, at: number): void {
    packet.copy(out, at, 0, length);
    const ssrc = readU32(packet, 4);
    this.#rtcp.apply(out, at + RTCP_HEAD_BYTES, at + length, ssrc, index >>> 16, index & 0xffff);
    const end = at + length + RTCP_INDEX_BYTES;
    out.writeUInt32BE((index | ENCRYPTED_FLAG) >>> 0, at + length);
    writeTag(this.#rtcpAuth.digest(out, at, end, true), out, end);
  }

  openRtcp(packet: Buffer, index: number): boolean {
    const end = packet.length - TAG_BYTES;
    if (!tagEquals(this.#rtcpAuth.digest(packet, 0, end, false), packet, end)) return false;
    const bodyEnd = end - RTCP_INDEX_BYTES;
    this.#rtcp.apply(packet, RTCP_HEAD_BYTES, bodyEnd, readU32(packet, 4), index >>> 16, index & 0xffff);
    return true;
  }
}

function readU32(bytes: Buffer, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

function writeTag(tag: Uint8Array, out: Buffer, at: number): void {
  for (let i = 0; i < TAG_BYTES; i++) out[at + i] = tag[i]!;
}

/** Without an early way out: how long it takes must not tell where the tags differ. */
function tagEquals(tag: Uint8Array, packet: Buffer, at: number): boolean {
  let difference = 0;
  for (let i = 0; i < TAG_BYTES; i++) difference |= tag[i]! ^ packet[at + i]!;
  return difference === 0;
}
