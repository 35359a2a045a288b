import { type CipherGCMOptions, createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto';
import { OpensslGcmKey } from './openssl-keys.ts';
import type { SrtpCipher } from './srtp-cipher.ts';
import type { SrtpSessionKeys } from './srtp-keys.ts';

const RTCP_HEAD_BYTES = 8;
const RTCP_INDEX_BYTES = 4;
const ENCRYPTED_FLAG = 0x80000000;
const TAG_BYTES = 16;
const OPTIONS: CipherGCMOptions = { authTagLength: TAG_BYTES };

/** AES-128-GCM under one key, in place: `bytes[from, to)` is the text and the 16 bytes after it are the tag. */
export interface GcmKey {
  /** Encrypts and writes the tag. `iv` has 12 bytes, `head` is what is authenticated and stays readable. */
  seal(iv: Buffer, head: Buffer, bytes: Buffer, from: number, to: number): void;
  /** Decrypts; false when the tag is wrong, and then what the bytes hold means nothing. */
  open(iv: Buffer, head: Buffer, bytes: Buffer, from: number, to: number): boolean;
}

export class NodeGcmKey implements GcmKey {
  readonly #key: KeyObject;

  constructor(key: Buffer) {
    // A key object spares the import of the raw key with every packet.
    this.#key = createSecretKey(key);
  }

  seal(iv: Buffer, head: Buffer, bytes: Buffer, from: number, to: number): void {
    const cipher = createCipheriv('aes-128-gcm', this.#key, iv, OPTIONS);
    cipher.setAAD(head);
    // Without a payload there is nothing to update with: OpenSSL takes an empty update as no data at all.
    if (to > from) cipher.update(bytes.subarray(from, to)).copy(bytes, from);
    cipher.final();
    cipher.getAuthTag().copy(bytes, to);
  }

  open(iv: Buffer, head: Buffer, bytes: Buffer, from: number, to: number): boolean {
    const decipher = createDecipheriv('aes-128-gcm', this.#key, iv, OPTIONS);
    decipher.setAAD(head);
    decipher.setAuthTag(bytes.subarray(to, to + TAG_BYTES));
    const plain = to > from ? decipher.update(bytes.subarray(from, to)) : undefined;
    try {
      decipher.final();
    } catch {
      return false;
    }
    plain?.copy(bytes, from);
    return true;
  }
}

/** AEAD_AES_128_GCM (RFC 7714). */
export class AesGcmCipher implements SrtpCipher {
  readonly rtpOverheadBytes = TAG_BYTES;
  readonly rtcpOverheadBytes: number = TAG_BYTES + RTCP_INDEX_BYTES;
  readonly #rtpKey: GcmKey;
  readonly #rtcpKey: GcmKey;
  readonly #rtpSalt: Buffer;
  readonly #rtcpSalt: Buffer;
  readonly #iv = Buffer.alloc(12);
  readonly #rtcpHead = Buffer.alloc(RTCP_HEAD_BYTES + RTCP_INDEX_BYTES);

  /** @param isNative false: by node:crypto, as where OpenSSL cannot be called */
  constructor(keys: SrtpSessionKeys, isNative = true) {
    const hold = (key: Buffer): GcmKey => (isNative && OpensslGcmKey.create(key)) || new NodeGcmKey(key);
    this.#rtpKey = hold(keys.rtpKey);
    this.#rtcpKey = hold(keys.rtcpKey);
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
    packet.copy(out, at, 0, length);
    this.#rtpKey.seal(this.#iv, out.subarray(at, at + headLength), out, at + headLength, at + length);
  }

  openRtp(packet: Buffer, headLength: number, roc: number): boolean {
    this.#setRtpIv(packet, roc);
    const bodyEnd = packet.length - TAG_BYTES;
    return this.#rtpKey.open(this.#iv, packet.subarray(0, headLength), packet, headLength, bodyEnd);
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
    packet.copy(out, at, 0, length);
    this.#rtcpKey.seal(this.#iv, this.#setRtcpHead(packet, index), out, at + RTCP_HEAD_BYTES, at + length);
    out.writeUInt32BE((index | ENCRYPTED_FLAG) >>> 0, at + length + TAG_BYTES);
  }

  openRtcp(packet: Buffer, index: number): boolean {
    this.#setRtcpIv(packet, index);
    const bodyEnd = packet.length - this.rtcpOverheadBytes;
    return this.#rtcpKey.open(this.#iv, this.#setRtcpHead(packet, index), packet, RTCP_HEAD_BYTES, bodyEnd);
  }
}
