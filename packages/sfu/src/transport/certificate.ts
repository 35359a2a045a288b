import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { DtlsFingerprint } from './pipe.ts';

/** A key and its self-signed certificate: an identity that only the fingerprint in SDP vouches for. */
export interface DtlsCertificate {
  privateKey: KeyObject;
  der: Buffer;
  fingerprint: DtlsFingerprint;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const ECDSA_WITH_SHA256 = Buffer.from('06082a8648ce3d040302', 'hex');
const COMMON_NAME = Buffer.from('0603550403', 'hex');

/** Makes an ECDSA P-256 key and an X.509 v3 certificate for it, valid from a day before `now` for a year. */
export function createCertificate(now: Date = new Date()): DtlsCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(ECDSA_WITH_SHA256);
  const name = sequence(tlv(0x31, sequence(COMMON_NAME, tlv(0x0c, Buffer.from('alongside')))));
  const serial = randomBytes(16);
  // A positive integer that needs no padding byte: top bit clear, next one set.
  serial[0] = (serial[0]! & 0x3f) | 0x40;
  const toBeSigned = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, serial),
    algorithm,
    name,
    sequence(utcTime(now.getTime() - DAY_MS), utcTime(now.getTime() + 365 * DAY_MS)),
    name,
    publicKey.export({ format: 'der', type: 'spki' }),
  );
  const signature = sign('sha256', toBeSigned, privateKey);
  const der = sequence(toBeSigned, algorithm, tlv(0x03, Buffer.concat([Buffer.from([0]), signature])));
  return { privateKey, der, fingerprint: fingerprintOf(der, 'sha-256')! };
}

const HASHES: Record<string, string> = {
  'sha-1': 'sha1',
  'sha-224': 'sha224',
  'sha-256': 'sha256',
  'sha-384': 'sha384',
  'sha-512': 'sha512',
};

/** The fingerprint as RFC 8122 writes it; undefined for a hash we do not know. */
export function fingerprintOf(der: Buffer, algorithm: string): DtlsFingerprint | undefined {
  const hash = HASHES[algorithm.toLowerCase()];
  if (!hash) return undefined;
  const hex = createHash(hash).update(der).digest('hex').toUpperCase();
  return { algorithm: algorithm.toLowerCase(), value: hex.match(/../g)!.join(':') };
}

/** Hashes good enough to vouch for a certificate; SHA-1 is not. */
const TRUSTED = new Set(['sha-256', 'sha-384', 'sha-512']);

/** Those fingerprints of an SDP that we accept as proof. */
export function usableFingerprints(fingerprints: readonly DtlsFingerprint[]): DtlsFingerprint[] {
  return fingerprints
    .filter((entry) => TRUSTED.has(entry.algorithm.toLowerCase()))
    .map((entry) => ({ algorithm: entry.algorithm.toLowerCase(), value: entry.value.trim().toUpperCase() }));
}

/** Whether the certificate is the one SDP announced: at least one usable fingerprint matches (RFC 8122 §5). */
export function matchesFingerprint(der: Buffer, fingerprints: readonly DtlsFingerprint[]): boolean {
  return usableFingerprints(fingerprints).some((entry) => fingerprintOf(der, entry.algorithm)?.value === entry.value);
}

/** One DER element. */
function tlv(tag: number, content: Buffer): Buffer {
  const length = content.length;
  const head =
    length < 0x80
      ? Buffer.from([tag, length])
      : length < 0x100
        ? Buffer.from([tag, 0x81, length])
        : Buffer.from([tag, 0x82, length >> 8, length & 0xff]);
  return Buffer.concat([head, content]);
}

function sequence(...parts: Buffer[]): Buffer {
  return tlv(0x30, Buffer.concat(parts));
}

/** YYMMDDHHMMSSZ: good until 2049. */
function utcTime(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/[-:T]/g, '').slice(2, 14);
  return tlv(0x17, Buffer.from(`${digits}Z`));
}
