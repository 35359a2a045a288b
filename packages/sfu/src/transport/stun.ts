import {
  hasStunIntegrity,
  MAGIC_COOKIE,
  STUN_ATTRIBUTE,
  STUN_HEADER_BYTES,
  STUN_INTEGRITY_BYTES,
  stunAttribute,
  stunErrorAttributes,
  stunFingerprint,
  stunMessage,
  xorAddress,
} from './stun-format.ts';

/** STUN as ICE uses it (RFC 8489, RFC 8445): binding requests and their answers. */
export const STUN_BINDING_REQUEST = 0x0001;
export const STUN_BINDING_SUCCESS = 0x0101;
export const STUN_BINDING_ERROR = 0x0111;

const ATTRIBUTE = {
  ...STUN_ATTRIBUTE,
  priority: 0x0024,
  useCandidate: 0x0025,
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
  if (bytes.length < STUN_HEADER_BYTES || bytes[0]! > 3) return undefined;
  const length = bytes.readUInt16BE(2);
  if (length % 4 !== 0 || bytes.length !== STUN_HEADER_BYTES + length) return undefined;
  if (bytes.readUInt32BE(4) !== MAGIC_COOKIE) return undefined;
  const message: StunMessage = {
    type: bytes.readUInt16BE(0),
    transactionId: bytes.subarray(8, 20),
    useCandidate: false,
    integrityOffset: -1,
    unknownRequired: [],
  };
  let at = STUN_HEADER_BYTES;
  while (at < bytes.length) {
    if (at + 4 > bytes.length) return undefined;
    const type = bytes.readUInt16BE(at);
    const size = bytes.readUInt16BE(at + 2);
    const value = at + 4;
    if (value + size > bytes.length) return undefined;
    if (type === ATTRIBUTE.fingerprint) {
      if (size !== 4 || value + 4 !== bytes.length) return undefined;
      if (bytes.readUInt32BE(value) !== stunFingerprint(bytes.subarray(0, at))) return undefined;
    } else if (message.integrityOffset < 0) {
      switch (type) {
        case ATTRIBUTE.username:
          message.username = bytes.toString('utf8', value, value + size);
          break;
        case ATTRIBUTE.messageIntegrity:
          if (size !== STUN_INTEGRITY_BYTES) return undefined;
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

/** Whether MESSAGE-INTEGRITY under the ICE password is present and right. */
export function verifyStunIntegrity(bytes: Buffer, message: StunMessage, password: string): boolean {
  return hasStunIntegrity(bytes, message.integrityOffset, password);
}

/** Answers a checked request with the address it was seen from. */
export function buildBindingSuccess(request: StunMessage, address: string, port: number, password: string): Buffer {
  const mapped = stunAttribute(ATTRIBUTE.xorMappedAddress, xorAddress(address, port, request.transactionId));
  return stunMessage(STUN_BINDING_SUCCESS, request.transactionId, [mapped], password);
}

/** Refuses a checked request. */
export function buildBindingError(request: StunMessage, code: number, reason: string, password: string): Buffer {
  const attributes = stunErrorAttributes(code, reason, request.unknownRequired);
  return stunMessage(STUN_BINDING_ERROR, request.transactionId, attributes, password);
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
    stunAttribute(ATTRIBUTE.username, Buffer.from(request.username, 'utf8')),
    stunAttribute(
      request.role === 'controlling' ? ATTRIBUTE.iceControlling : ATTRIBUTE.iceControlled,
      request.tieBreaker.subarray(0, 8),
    ),
    stunAttribute(ATTRIBUTE.priority, priority),
  ];
  if (request.useCandidate) attributes.push(stunAttribute(ATTRIBUTE.useCandidate, Buffer.alloc(0)));
  return stunMessage(STUN_BINDING_REQUEST, request.transactionId, attributes, request.password);
}
