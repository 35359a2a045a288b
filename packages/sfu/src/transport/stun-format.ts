import { createHmac, timingSafeEqual } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { crc32 } from 'node:zlib';

/** The bytes of STUN messages (RFC 8489) that ICE and TURN share. */
export const MAGIC_COOKIE = 0x2112a442;
export const STUN_HEADER_BYTES = 20;
export const STUN_INTEGRITY_BYTES = 20;
const FINGERPRINT_XOR = 0x5354554e;

export const STUN_ATTRIBUTE = {
  username: 0x0006,
  messageIntegrity: 0x0008,
  errorCode: 0x0009,
  unknownAttributes: 0x000a,
  xorMappedAddress: 0x0020,
  fingerprint: 0x8028,
} as const;

/** An IP address in words, and a port. */
export interface TransportAddress {
  address: string;
  port: number;
}

/** Whether MESSAGE-INTEGRITY (RFC 8489 §14.5, HMAC-SHA1) at `at` is right; `at` −1: there is none. */
export function hasStunIntegrity(bytes: Buffer, at: number, key: string | Buffer): boolean {
  if (at < 0) return false;
  const expected = integrityOf(bytes.subarray(0, at), key);
  return timingSafeEqual(expected, bytes.subarray(at + 4, at + 4 + STUN_INTEGRITY_BYTES));
}

/** HMAC over the message so far, whose length field must count the integrity attribute itself. */
function integrityOf(head: Buffer, key: string | Buffer): Buffer {
  const length = Buffer.allocUnsafe(2);
  length.writeUInt16BE(head.length - STUN_HEADER_BYTES + 4 + STUN_INTEGRITY_BYTES, 0);
  return createHmac('sha1', key).update(head.subarray(0, 2)).update(length).update(head.subarray(4)).digest();
}

/** FINGERPRINT (§14.7) of the message before it. */
export function stunFingerprint(head: Buffer): number {
  return (crc32(head) ^ FINGERPRINT_XOR) >>> 0;
}

/** One attribute, padded to four bytes. */
export function stunAttribute(type: number, value: Buffer): Buffer {
  const out = Buffer.alloc(4 + ((value.length + 3) & ~3));
  out.writeUInt16BE(type, 0);
  out.writeUInt16BE(value.length, 2);
  value.copy(out, 4);
  return out;
}

/** ERROR-CODE (§14.8), and UNKNOWN-ATTRIBUTES where the code is 420. */
export function stunErrorAttributes(code: number, reason: string, unknownRequired: readonly number[]): Buffer[] {
  const text = Buffer.from(reason, 'utf8');
  const value = Buffer.alloc(4 + text.length);
  value[2] = Math.floor(code / 100);
  value[3] = code % 100;
  text.copy(value, 4);
  const attributes = [stunAttribute(STUN_ATTRIBUTE.errorCode, value)];
  if (code === 420) {
    const types = Buffer.alloc(2 * unknownRequired.length);
    unknownRequired.forEach((type, i) => {
      types.writeUInt16BE(type, 2 * i);
    });
    attributes.push(stunAttribute(STUN_ATTRIBUTE.unknownAttributes, types));
  }
  return attributes;
}

/** The whole message; MESSAGE-INTEGRITY where a key is given, FINGERPRINT where wanted. */
export function stunMessage(
  type: number,
  transactionId: Buffer,
  attributes: readonly Buffer[],
  key: string | Buffer | undefined,
  hasFingerprint = true,
): Buffer {
  const header = Buffer.alloc(STUN_HEADER_BYTES);
  header.writeUInt16BE(type, 0);
  header.writeUInt32BE(MAGIC_COOKIE, 4);
  transactionId.copy(header, 8);
  let message = Buffer.concat([header, ...attributes]);
  if (key !== undefined) {
    const integrity = stunAttribute(STUN_ATTRIBUTE.messageIntegrity, integrityOf(message, key));
    message = Buffer.concat([message, integrity]);
  }
  message.writeUInt16BE(message.length - STUN_HEADER_BYTES, 2);
  if (!hasFingerprint) return message;
  // FINGERPRINT counts itself in the length it covers, as integrity does.
  message.writeUInt16BE(message.length - STUN_HEADER_BYTES + 8, 2);
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(stunFingerprint(message), 0);
  return Buffer.concat([message, stunAttribute(STUN_ATTRIBUTE.fingerprint, crc)]);
}

/** Value of XOR-MAPPED-ADDRESS and its kin (§14.2). */
export function xorAddress(address: string, port: number, transactionId: Buffer): Buffer {
  const bytes = addressBytes(address);
  const out = Buffer.alloc(4 + bytes.length);
  out[1] = bytes.length === 16 ? 2 : 1;
  out.writeUInt16BE(port ^ (MAGIC_COOKIE >>> 16), 2);
  const mask = xorMask(transactionId);
  for (let i = 0; i < bytes.length; i++) out[4 + i] = bytes[i]! ^ mask[i]!;
  return out;
}

/** Undefined when the value is no address. */
export function readXorAddress(value: Buffer, transactionId: Buffer): TransportAddress | undefined {
  const size = value[1] === 1 ? 4 : value[1] === 2 ? 16 : 0;
  if (size === 0 || value.length !== 4 + size) return undefined;
  const mask = xorMask(transactionId);
  const bytes = Buffer.from(value.subarray(4).map((byte, i) => byte ^ mask[i]!));
  return { address: addressText(bytes), port: value.readUInt16BE(2) ^ (MAGIC_COOKIE >>> 16) };
}

function xorMask(transactionId: Buffer): Buffer {
  const mask = Buffer.alloc(16);
  mask.writeUInt32BE(MAGIC_COOKIE, 0);
  transactionId.copy(mask, 4);
  return mask;
}

/** Network bytes of a textual address; an IPv4-mapped IPv6 address counts as IPv4. */
export function addressBytes(address: string): Buffer {
  const plain = address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address;
  if (!isIPv6(plain)) return Buffer.from(plain.split('.').map(Number));
  const [headText = '', tailText] = plain.split('%')[0]!.split('::');
  const words = (text: string): number[] =>
    text === ''
      ? []
      : text.split(':').flatMap((part) => {
          if (!part.includes('.')) return [Number.parseInt(part, 16)];
          const [a = 0, b = 0, c = 0, d = 0] = part.split('.').map(Number);
          return [(a << 8) | b, (c << 8) | d];
        });
  const head = words(headText);
  const tail = tailText === undefined ? [] : words(tailText);
  const out = Buffer.alloc(16);
  head.forEach((word, i) => {
    out.writeUInt16BE(word, 2 * i);
  });
  tail.forEach((word, i) => {
    out.writeUInt16BE(word, 16 - 2 * (tail.length - i));
  });
  return out;
}

/** The one spelling by which addresses are compared: dotted for four bytes (mapped ones too), else eight hex words. */
export function addressText(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.subarray(0, 10).every((byte) => byte === 0) && bytes.readUInt16BE(10) === 0xffff)
    return bytes.subarray(12).join('.');
  return Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(2 * i).toString(16)).join(':');
}

/** That spelling of any textual address. */
export function canonicalAddress(address: string): string {
  return addressText(addressBytes(address));
}
