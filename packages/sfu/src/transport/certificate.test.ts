import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createCertificate, fingerprintOf, matchesFingerprint, usableFingerprints } from './certificate.ts';

test('are self-signed, and their fingerprint is the hash of their bytes', () => {
  const { der, fingerprint } = createCertificate();
  const digest = createHash('sha256').update(der).digest('hex').toUpperCase();
  expect(fingerprint).toEqual({ algorithm: 'sha-256', value: digest.match(/../g)!.join(':') });
  expect(matchesFingerprint(der, [{ algorithm: 'SHA-256', value: fingerprint.value.toLowerCase() }])).toBe(true);
});

test('a weak or unknown hash vouches for nothing', () => {
  const { der } = createCertificate();
  const sha1 = fingerprintOf(der, 'sha-1')!;
  expect(usableFingerprints([sha1, { algorithm: 'md5', value: 'AA' }])).toEqual([]);
  expect(matchesFingerprint(der, [sha1])).toBe(false);
  expect(matchesFingerprint(der, [sha1, fingerprintOf(der, 'sha-512')!])).toBe(true);
  expect(matchesFingerprint(der, [])).toBe(false);
});
