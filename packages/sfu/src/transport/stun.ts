import { createHmac, timingSafeEqual } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { crc32 } from 'node:zlib';

/** STUN as ICE uses it (RFC 8489, RFC 8445): binding requests and their answers. */
export const STUN_BINDING_REQUEST = 0x0001;
export const STUN_BINDING_SUCCESS = 0x0101;
export const STUN_BINDING_ERROR = 0x0111;

const MAGIC_COOKIE = 0x2112a442;
const HEADER_BYTES = 20;
const FINGERPRINT_XOR = 0x5354554e;
const INTEGRITY_BYTES = 20;

const ATTRIBUTE = {
  username: 0x0006,
  messageIntegrity: 0x0008,
  errorCode: 0x0009,
  unknownAttributes: 0x000a,
  xorMappedAddress: 0x0020,
  priority: 0x0024,
  useCandidate: 0x0025,
  fingerprint: 0x8028,
  iceControlled: 0x8029,
  iceControlling: 0x802a,
} as const;

/** Attributes below 0x8000 that we understand; any other there must be refused (RFC 8489 §14). */
const UNDERSTOOD = new Set<number>([
  ATTRIBUTE.username,
  ATTRIBUTE.messageIntegrity,
  ATTRIBUTE.errorCode,
  ATTRIBUTE.unknownAttributes,
  ATTRIBUTE.xorMappedAddress,
  ATTRIBUTE.priority,
  ATTRIBUTE.useCandidate,
]);

export interface StunMessage {
  type: number;
  /** 12 bytes, a view into the datagram. */
  transactionId: Buffer;
  username?: string;
  priority?: number;
  useCandidate: boolean;
  /** What the sender says it is, when it says. */
  role?: 'controlling' | 'controlled';
  errorCode?: number;
  /** Offset of MESSAGE-INTEGRITY, −1 when absent. What follows it (but FINGERPRINT) is not covered and not read. */
  integrityOffset: number;
  unknownRequired: number[];
}

/**
 * Reads one STUN datagram. Undefined for anything not well formed: wrong cookie, length, attribute borders, or a
 * FINGERPRINT that does not match. Nothing in it is trustworthy before `verifyStunIntegrity`.
 */
export function parseStun(bytes: Buffer): StunMessage | undefined {
  if (bytes.length < HEADER_BYTES || bytes[0]! > 3) return undefined;
  const length = bytes.readUInt16BE(2);
  if (length % 4 !== 0 || bytes.length !== HEADER_BYTES + length) return undefined;
  if (bytes.readUInt32BE(4) !== MAGIC_COOKIE) return undefined;
  const message: StunMessage = {
    type: bytes.readUInt16BE(0),
    transactionId: bytes.subarray(8, 20),
    useCandidate: false,
    integrityOffset: -1,
    unknownRequired: [],
  };
  let at = HEADER_BYTES;
  while (at < bytes.length) {
    if (at + 4 > bytes.length) return undefined;
    const type = bytes.readUInt16BE(at);
    const size = bytes.readUInt16BE(at + 2);
    const value = at + 4;
    if (value + size > bytes.length) return undefined;
    if (type === ATTRIBUTE.fingerprint) {
      if (size !== 4 || value + 4 !== bytes.length) return undefined;
      if (bytes.readUInt32BE(value) !== fingerprintOf(bytes.subarray(0, at))) return undefined;
    } else if (message.integrityOffset < 0) {
      switch (type) {
        case ATTRIBUTE.username:
          message.username = bytes.toString('utf8', value, value + size);
          break;
        case ATTRIBUTE.messageIntegrity:
          if (size !== INTEGRITY_BYTES) return undefined;
          message.integrityOffset = at;
          break;
        case ATTRIBUTE.priority:
          if (size !== 4) return undefined;
          message.priority = bytes.readUInt32BE(value);
          break;
        case ATTRIBUTE.useCandidate:
          message.useCandidate = true;
          break;
        case ATTRIBUTE.iceControlling:
          message.role = 'controlling';
          break;
        case ATTRIBUTE.iceControlled:
          message.role = 'controlled';
          break;
        case ATTRIBUTE.errorCode:
          if (size < 4) return undefined;
          message.errorCode = (bytes[value + 2]! & 7) * 100 + bytes[value + 3]!;
          break;
        default:
          if (type < 0x8000 && !UNDERSTOOD.has(type)) message.unknownRequired.push(type);
      }
    }
    at = value + ((size + 3) & ~3);
  }
  return message;
}

/** Whether MESSAGE-INTEGRITY (RFC 8489 §14.5, HMAC-SHA1 under the ICE password) is present and right. */
export function verifyStunIntegrity(bytes: Buffer, message: StunMessage, password: string): boolean {
  const at = message.integrityOffset;
  if (at < 0) return false;
  const expected = integrityOf(bytes.subarray(0, at), password);
  return timingSafeEqual(expected, bytes.subarray(at + 4, at + 4 + INTEGRITY_BYTES));
}

/** HMAC over the message so far, whose length field must count the integrity attribute itself. */
function integrityOf(head: Buffer, password: string): Buffer {
  const length = Buffer.allocUnsafe(2);
  length.writeUInt16BE(head.length - HEADER_BYTES + 4 + INTEGRITY_BYTES, 0);
  return createHmac('sha1', password).update(head.subarray(0, 2)).update(length).update(head.subarray(4)).digest();
}

function fingerprintOf(head: Buffer): number {
  return (crc32(head) ^ FINGERPRINT_XOR) >>> 0;
}

/** Answers a checked request with the address it was seen from. */
export function buildBindingSuccess(request: StunMessage, address: string, port: number, password: string): Buffer {
  const mapped = xorAddress(address, port, request.transactionId);
  return finish(STUN_BINDING_SUCCESS, request.transactionId, [attribute(ATTRIBUTE.xorMappedAddress, mapped)], password);
}

/** Refuses a checked request. */
export function buildBindingError(request: StunMessage, code: number, reason: string, password: string): Buffer {
  const text = Buffer.from(reason, 'utf8');
  const value = Buffer.alloc(4 + text.length);
  value[2] = Math.floor(code / 100);
  value[3] = code % 100;
  text.copy(value, 4);
  const attributes = [attribute(ATTRIBUTE.errorCode, value)];
  if (code === 420) {
    const types = Buffer.alloc(2 * request.unknownRequired.length);
    request.unknownRequired.forEach((type, i) => {
      types.writeUInt16BE(type, 2 * i);
    });
    attributes.push(attribute(ATTRIBUTE.unknownAttributes, types));
  }
  return finish(STUN_BINDING_ERROR, request.transactionId, attributes, password);
}

export interface BindingRequest {
  transactionId: Buffer;
  /** `<receiver's ufrag>:<sender's ufrag>`. */
  username: string;
  /** The receiver's. */
  password: string;
  role: 'controlling' | 'controlled';
  tieBreaker: Buffer;
  priority: number;
  useCandidate?: boolean;
}

export function buildBindingRequest(request: BindingRequest): Buffer {
  const priority = Buffer.alloc(4);
  priority.writeUInt32BE(request.priority, 0);
  const attributes = [
    attribute(ATTRIBUTE.username, Buffer.from(request.username, 'utf8')),
    attribute(
      request.role === 'controlling' ? ATTRIBUTE.iceControlling : ATTRIBUTE.iceControlled,
      request.tieBreaker.subarray(0, 8),
    ),
    attribute(ATTRIBUTE.priority, priority),
  ];
  if (request.useCandidate) attributes.push(attribute(ATTRIBUTE.useCandidate, Buffer.alloc(0)));
  return finish(STUN_BINDING_REQUEST, request.transactionId, attributes, request.password);
}

function attribute(type: number, value: Buffer): Buffer {
  const out = Buffer.alloc(4 + ((value.length + 3) & ~3));
  out.writeUInt16BE(type, 0);
  out.writeUInt16BE(value.length, 2);
  value.copy(out, 4);
  return out;
}

/** Adds header, MESSAGE-INTEGRITY and FINGERPRINT. */
function finish(type: number, transactionId: Buffer, attributes: Buffer[], password: string): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(type, 0);
  header.writeUInt32BE(MAGIC_COOKIE, 4);
  transactionId.copy(header, 8);
  const head = Buffer.concat([header, ...attributes]);
  const integrity = attribute(ATTRIBUTE.messageIntegrity, integrityOf(head, password));
  const covered = Buffer.concat([head, integrity]);
  // FINGERPRINT counts itself in the length it covers, as integrity does.
  covered.writeUInt16BE(covered.length - HEADER_BYTES + 8, 2);
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(fingerprintOf(covered), 0);
  return Buffer.concat([covered, attribute(ATTRIBUTE.fingerprint, crc)]);
}

/** XOR-MAPPED-ADDRESS (RFC 8489 §14.2). */
function xorAddress(address: string, port: number, transactionId: Buffer): Buffer {
  const bytes = addressBytes(address);
  const out = Buffer.alloc(4 + bytes.length);
  out[1] = bytes.length === 16 ? 2 : 1;
  out.writeUInt16BE(port ^ (MAGIC_COOKIE >>> 16), 2);
  const mask = Buffer.alloc(16);
  mask.writeUInt32BE(MAGIC_COOKIE, 0);
  transactionId.copy(mask, 4);
  for (let i = 0; i < bytes.length; i++) out[4 + i] = bytes[i]! ^ mask[i]!;
  return out;
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
