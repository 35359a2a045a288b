import { createECDH, createHash } from 'node:crypto';

/** A pair for Voluntary Application Server Identification (RFC 8292), base64url. */
export type PushKeys = { publicKey: string; privateKey: string };

/**
 * The pair that belongs to a secret: the same secret always gives the same pair.
 * @param secret 32 random bytes
 */
export function pushKeysOf(secret: Buffer): PushKeys {
  const pair = createECDH('prime256v1');
  // A private key is a number below the curve's order: four thousand million to one that the first bytes are.
  for (let bytes = secret; ; bytes = createHash('sha256').update(bytes).digest()) {
    try {
      pair.setPrivateKey(bytes);
    } catch {
      continue;
    }
    return { publicKey: pair.getPublicKey('base64url', 'uncompressed'), privateKey: bytes.toString('base64url') };
  }
}
