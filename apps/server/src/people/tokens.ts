import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits: nothing to guess, so a fast hash is enough for storing it. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of a token. */
export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
