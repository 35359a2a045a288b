import {
  constants,
  createHash,
  createHmac,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
  verify,
} from 'node:crypto';

/** Named groups (RFC 8422 §5.1.1) we do, best first. */
export const GROUP_X25519 = 29;
export const GROUP_P256 = 23;
export const SUPPORTED_GROUPS: readonly number[] = [GROUP_X25519, GROUP_P256];

/** DER before the raw key in SubjectPublicKeyInfo. */
const SPKI_PREFIX: Record<number, Buffer> = {
  [GROUP_X25519]: Buffer.from('302a300506032b656e032100', 'hex'),
  [GROUP_P256]: Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex'),
};
const PUBLIC_KEY_BYTES: Record<number, number> = { [GROUP_X25519]: 32, [GROUP_P256]: 65 };

/** One side of an ephemeral key exchange. */
export interface KeyShare {
  group: number;
  /** As it goes on the wire: 32 bytes, or 65 (uncompressed point). */
  publicKey: Buffer;
  privateKey: KeyObject;
}

export function createKeyShare(group: number): KeyShare {
  const pair =
    group === GROUP_X25519 ? generateKeyPairSync('x25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = pair.publicKey.export({ format: 'der', type: 'spki' });
  return { group, publicKey: spki.subarray(SPKI_PREFIX[group]!.length), privateKey: pair.privateKey };
}

/** The premaster secret; undefined when the peer's key is no valid point (or leads to the all-zero secret). */
export function sharedSecret(own: KeyShare, peerPublicKey: Buffer): Buffer | undefined {
  if (peerPublicKey.length !== PUBLIC_KEY_BYTES[own.group]) return undefined;
  try {
    const publicKey = createPublicKey({
      key: Buffer.concat([SPKI_PREFIX[own.group]!, peerPublicKey]),
      format: 'der',
      type: 'spki',
    });
    return diffieHellman({ privateKey: own.privateKey, publicKey });
  } catch {
    return undefined;
  }
}

/** P_SHA256 (RFC 5246 §5). */
export function prf(secret: Buffer, label: string, seed: Buffer, lengthBytes: number): Buffer {
  const labelled = Buffer.concat([Buffer.from(label, 'latin1'), seed]);
  const blocks: Buffer[] = [];
  let a = labelled;
  for (let bytes = 0; bytes < lengthBytes; bytes += 32) {
    a = createHmac('sha256', secret).update(a).digest();
    blocks.push(createHmac('sha256', secret).update(a).update(labelled).digest());
  }
  return Buffer.concat(blocks).subarray(0, lengthBytes);
}

export function sha256(data: Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}

/** Signature schemes we accept (RFC 5246 §7.4.1.4.1 pairs and the RSA-PSS code points of RFC 8446), best first. */
export const SIGNATURE_ECDSA_SHA256 = 0x0403;
const RSA_PSS = constants.RSA_PKCS1_PSS_PADDING;
const RSA_PKCS1 = constants.RSA_PKCS1_PADDING;
const SIGNATURES: ReadonlyMap<number, { hash: string; keyType: 'ec' | 'rsa'; padding?: number }> = new Map([
  [0x0403, { hash: 'sha256', keyType: 'ec' as const }],
  [0x0503, { hash: 'sha384', keyType: 'ec' as const }],
  [0x0603, { hash: 'sha512', keyType: 'ec' as const }],
  [0x0804, { hash: 'sha256', keyType: 'rsa' as const, padding: RSA_PSS }],
  [0x0401, { hash: 'sha256', keyType: 'rsa' as const, padding: RSA_PKCS1 }],
  [0x0501, { hash: 'sha384', keyType: 'rsa' as const, padding: RSA_PKCS1 }],
]);
export const SUPPORTED_SIGNATURES: readonly number[] = [...SIGNATURES.keys()];

/** Checks a handshake signature. False for a scheme we did not offer or that does not fit the key. */
export function verifySignature(scheme: number, data: Buffer, key: KeyObject, signature: Buffer): boolean {
  const method = SIGNATURES.get(scheme);
  if (!method || key.asymmetricKeyType !== method.keyType) return false;
  try {
    return verify(
      method.hash,
      data,
      method.padding === undefined
        ? { key, dsaEncoding: 'der' }
        : { key, padding: method.padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
      signature,
    );
  } catch {
    return false;
  }
}
