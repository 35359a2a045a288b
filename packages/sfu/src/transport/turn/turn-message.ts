import {
  MAGIC_COOKIE,
  readXorAddress,
  STUN_ATTRIBUTE,
  STUN_HEADER_BYTES,
  STUN_INTEGRITY_BYTES,
  stunAttribute,
  stunFingerprint,
  stunMessage,
  type TransportAddress,
  xorAddress,
} from '../stun-format.ts';

/** Methods of RFC 8656 §17, and Binding. */
export const TURN_METHOD = {
  binding: 0x001,
  allocate: 0x003,
  refresh: 0x004,
  send: 0x006,
  data: 0x007,
  createPermission: 0x008,
  channelBind: 0x009,
} as const;

export const TURN_ATTRIBUTE = {
  ...STUN_ATTRIBUTE,
  channelNumber: 0x000c,
  lifetime: 0x000d,
  xorPeerAddress: 0x0012,
  data: 0x0013,
  realm: 0x0014,
  nonce: 0x0015,
  xorRelayedAddress: 0x0016,
  requestedAddressFamily: 0x0017,
  evenPort: 0x0018,
  requestedTransport: 0x0019,
  reservationToken: 0x0022,
} as const;

/** Attributes below 0x8000 we know; a request with any other is refused (RFC 8489 §14). DONT-FRAGMENT is none of them. */
const KNOWN = new Set<number>(Object.values(TURN_ATTRIBUTE));

/** Methods whose requests and indications we take; to others silence is the answer (RFC 8489 §6.3). */
const METHODS = new Set<number>(Object.values(TURN_METHOD));

export type TurnClass = 'request' | 'indication' | 'success' | 'error';

const CLASS_BITS: Readonly<Record<TurnClass, number>> = {
  request: 0x000,
  indication: 0x010,
  success: 0x100,
  error: 0x110,
};

/** A message as it was read. Nothing in it is to be believed before its integrity was checked. */
export interface TurnMessage {
  method: number;
  class: TurnClass;
  /** 12 bytes, a view into what was read. */
  transactionId: Buffer;
  username: string;
  realm: string;
  nonce: string;
  /** IP protocol number, undefined when not asked for. */
  requestedTransport: number | undefined;
  /** 1: IPv4, 2: IPv6; undefined when not asked for. */
  requestedFamily: number | undefined;
  lifetimeS: number | undefined;
  /** EVEN-PORT is there; `next`: with the next port to be kept too. */
  evenPort: 'even' | 'next' | undefined;
  hasReservationToken: boolean;
  channel: number | undefined;
  peers: TransportAddress[];
  /** A view into what was read. */
  data: Buffer | undefined;
  /** Offset of MESSAGE-INTEGRITY, −1 when absent. */
  integrityOffset: number;
  hasFingerprint: boolean;
  unknownRequired: number[];
}

/** Reads one STUN message as a TURN server does. Undefined for anything not well formed. */
export function parseTurn(bytes: Buffer): TurnMessage | undefined {
  if (bytes.length < STUN_HEADER_BYTES || bytes[0]! > 3) return undefined;
  const length = bytes.readUInt16BE(2);
  if (length % 4 !== 0 || bytes.length !== STUN_HEADER_BYTES + length) return undefined;
  if (bytes.readUInt32BE(4) !== MAGIC_COOKIE) return undefined;
  const type = bytes.readUInt16BE(0);
  const method = (type & 0x000f) | ((type & 0x00e0) >> 1) | ((type & 0x3e00) >> 2);
  if (!METHODS.has(method)) return undefined;
  const message: TurnMessage = {
    method,
    class: classOf(type),
    transactionId: bytes.subarray(8, 20),
    username: '',
    realm: '',
    nonce: '',
    requestedTransport: undefined,
    requestedFamily: undefined,
    lifetimeS: undefined,
    evenPort: undefined,
    hasReservationToken: false,
    channel: undefined,
    peers: [],
    data: undefined,
    integrityOffset: -1,
    hasFingerprint: false,
    unknownRequired: [],
  };
  let at = STUN_HEADER_BYTES;
  while (at < bytes.length) {
    if (at + 4 > bytes.length) return undefined;
    const attribute = bytes.readUInt16BE(at);
    const size = bytes.readUInt16BE(at + 2);
    const from = at + 4;
    if (from + size > bytes.length) return undefined;
    if (attribute === TURN_ATTRIBUTE.fingerprint) {
      if (size !== 4 || from + 4 !== bytes.length) return undefined;
      if (bytes.readUInt32BE(from) !== stunFingerprint(bytes.subarray(0, at))) return undefined;
      message.hasFingerprint = true;
    } else if (message.integrityOffset < 0) {
      // What follows the integrity is not covered by it and not read.
      if (attribute === TURN_ATTRIBUTE.messageIntegrity) {
        if (size !== STUN_INTEGRITY_BYTES) return undefined;
        message.integrityOffset = at;
      } else if (!take(message, attribute, bytes.subarray(from, from + size))) return undefined;
    }
    at = from + ((size + 3) & ~3);
  }
  return message;
}

function classOf(type: number): TurnClass {
  switch (type & 0x110) {
    case 0x000:
      return 'request';
    case 0x010:
      return 'indication';
    case 0x100:
      return 'success';
    default:
      return 'error';
  }
}

/** False: malformed. */
function take(message: TurnMessage, attribute: number, value: Buffer): boolean {
  switch (attribute) {
    case TURN_ATTRIBUTE.username:
      // RFC 8489 §14.3 to §14.10: 509, 763 bytes and no more.
      message.username = value.toString('utf8');
      return value.length <= 509;
    case TURN_ATTRIBUTE.realm:
      message.realm = value.toString('utf8');
      return value.length <= 763;
    case TURN_ATTRIBUTE.nonce:
      message.nonce = value.toString('latin1');
      return value.length <= 763;
    case TURN_ATTRIBUTE.requestedTransport:
      message.requestedTransport = value[0];
      return value.length === 4;
    case TURN_ATTRIBUTE.requestedAddressFamily:
      message.requestedFamily = value[0];
      return value.length === 4;
    case TURN_ATTRIBUTE.lifetime:
      if (value.length !== 4) return false;
      message.lifetimeS = value.readUInt32BE(0);
      return true;
    case TURN_ATTRIBUTE.evenPort:
      if (value.length !== 1) return false;
      message.evenPort = value[0]! & 0x80 ? 'next' : 'even';
      return true;
    case TURN_ATTRIBUTE.reservationToken:
      message.hasReservationToken = true;
      return value.length === 8;
    case TURN_ATTRIBUTE.channelNumber:
      if (value.length !== 4) return false;
      message.channel = value.readUInt16BE(0);
      return true;
    case TURN_ATTRIBUTE.xorPeerAddress: {
      const peer = readXorAddress(value, message.transactionId);
      if (!peer) return false;
      message.peers.push(peer);
      return true;
    }
    case TURN_ATTRIBUTE.data:
      message.data = value;
      return true;
    default:
      if (attribute < 0x8000 && !KNOWN.has(attribute)) message.unknownRequired.push(attribute);
      return true;
  }
}

/** The message type of a method and class (RFC 8489 §5). */
export function turnType(method: number, turnClass: TurnClass): number {
  return (method & 0x000f) | ((method & 0x0070) << 1) | ((method & 0x0f80) << 2) | CLASS_BITS[turnClass];
}

/** One attribute with a text. */
export function textAttribute(type: number, text: string): Buffer {
  return stunAttribute(type, Buffer.from(text, 'utf8'));
}

/** One attribute with a 32-bit number. */
export function numberAttribute(type: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0, 0);
  return stunAttribute(type, bytes);
}

/** One attribute with an address in disguise. */
export function addressAttribute(type: number, { address, port }: TransportAddress, transactionId: Buffer): Buffer {
  return stunAttribute(type, xorAddress(address, port, transactionId));
}

/** What a peer sent, for a client without a channel to it (§11.6). */
export function dataIndication(transactionId: Buffer, peer: TransportAddress, data: Buffer): Buffer {
  const attributes = [
    addressAttribute(TURN_ATTRIBUTE.xorPeerAddress, peer, transactionId),
    stunAttribute(TURN_ATTRIBUTE.data, data),
  ];
  return stunMessage(turnType(TURN_METHOD.data, 'indication'), transactionId, attributes, undefined, false);
}

export const FIRST_CHANNEL = 0x4000;
/** RFC 8656 §12 ends them at 0x4FFF; clients of RFC 5766 use the rest too. */
export const LAST_CHANNEL = 0x7ffe;
export const CHANNEL_HEADER_BYTES = 4;

/** The length of a ChannelData message with its header, undefined when these bytes begin none. */
export function channelDataBytes(bytes: Buffer): number | undefined {
  if (bytes.length < CHANNEL_HEADER_BYTES || bytes[0]! < 0x40 || bytes[0]! > 0x7f) return undefined;
  return CHANNEL_HEADER_BYTES + bytes.readUInt16BE(2);
}

/** What a peer sent, for a client with a channel to it (§12.4); padded to four bytes for streams. */
export function channelData(channel: number, data: Buffer, isPadded: boolean): Buffer {
  const end = CHANNEL_HEADER_BYTES + data.length;
  const out = Buffer.alloc(isPadded ? (end + 3) & ~3 : end);
  out.writeUInt16BE(channel, 0);
  out.writeUInt16BE(data.length, 2);
  data.copy(out, CHANNEL_HEADER_BYTES);
  return out;
}
