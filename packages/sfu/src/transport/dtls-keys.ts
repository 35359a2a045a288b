import { prf, sha256 } from './dtls-crypto.ts';
import { type SrtpKeys, type SrtpProfile, srtpKeyLengths } from './srtp-keys.ts';

const VERIFY_DATA_BYTES = 12;

export type DtlsRole = 'client' | 'server';

/** Key and implicit nonce of one direction of the record layer. */
export interface RecordKeys {
  key: Buffer;
  nonce: Buffer;
}

/** All that is derived from one handshake's master secret. */
export class DtlsSecrets {
  readonly #master: Buffer;
  readonly #clientRandom: Buffer;
  readonly #serverRandom: Buffer;

  /** @param transcript all messages to ClientKeyExchange: what the extended master secret binds (RFC 7627 §4). */
  constructor(preMasterSecret: Buffer, transcript: Buffer, clientRandom: Buffer, serverRandom: Buffer) {
    this.#master = prf(preMasterSecret, 'extended master secret', sha256(transcript), 48);
    this.#clientRandom = clientRandom;
    this.#serverRandom = serverRandom;
  }

  /** RFC 5246 §6.3 for AES-128-GCM: no MAC keys. */
  recordKeys(role: DtlsRole): RecordKeys {
    const block = prf(this.#master, 'key expansion', Buffer.concat([this.#serverRandom, this.#clientRandom]), 40);
    return role === 'client'
      ? { key: block.subarray(0, 16), nonce: block.subarray(32, 36) }
      : { key: block.subarray(16, 32), nonce: block.subarray(36, 40) };
  }

  /** The body of `role`'s Finished message. */
  verifyData(role: DtlsRole, transcript: Buffer): Buffer {
    return prf(this.#master, `${role} finished`, sha256(transcript), VERIFY_DATA_BYTES);
  }

  /** RFC 5764 §4.2, as seen by the side playing `role`. */
  srtpKeys(profile: SrtpProfile, role: DtlsRole): SrtpKeys {
    const { keyBytes, saltBytes } = srtpKeyLengths(profile);
    const seed = Buffer.concat([this.#clientRandom, this.#serverRandom]);
    const material = prf(this.#master, 'EXTRACTOR-dtls_srtp', seed, 2 * (keyBytes + saltBytes));
    const salts = 2 * keyBytes;
    const client = { key: material.subarray(0, keyBytes), salt: material.subarray(salts, salts + saltBytes) };
    const server = { key: material.subarray(keyBytes, salts), salt: material.subarray(salts + saltBytes) };
    return role === 'client' ? { profile, local: client, remote: server } : { profile, local: server, remote: client };
  }
}
