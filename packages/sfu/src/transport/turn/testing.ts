import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect as connectTcp, isIPv6, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import {
  hasStunIntegrity,
  readXorAddress,
  STUN_HEADER_BYTES,
  stunAttribute,
  stunMessage,
  type TransportAddress,
} from '../stun-format.ts';
import type { TurnCredentials } from './turn-credentials.ts';
import {
  addressAttribute,
  CHANNEL_HEADER_BYTES,
  channelData,
  numberAttribute,
  TURN_ATTRIBUTE,
  TURN_METHOD,
  textAttribute,
  turnType,
} from './turn-message.ts';

/** An answer as a client sees it. */
export interface TurnAnswer {
  isSuccess: boolean;
  code: number | undefined;
  attributes: Map<number, Buffer>;
  bytes: Buffer;
  /** Whether it carries a MESSAGE-INTEGRITY that is right. */
  isSigned: boolean;
}

const ANSWER_TIMEOUT_MS = 60_000;

/** How a test's client reaches a TURN server. */
export interface TurnLink {
  isStream: boolean;
  write(bytes: Buffer): void;
  close(): void;
  /** Whole messages. */
  onMessage: (bytes: Buffer) => void;
}

/** Opens a link over UDP, TCP or TLS (whatever certificate is shown). */
export async function openTurnLink(protocol: 'udp' | 'tcp' | 'tls', address: string, port: number): Promise<TurnLink> {
  return protocol === 'udp' ? openUdp(address, port) : openStream(protocol, address, port);
}

async function openUdp(address: string, port: number): Promise<TurnLink> {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  socket.bind(0, isIPv6(address) ? '::1' : '127.0.0.1');
  await once(socket, 'listening');
  const link: TurnLink = {
    isStream: false,
    onMessage: () => {},
    write: (bytes) => socket.send(bytes, port, address),
    close: () => socket.close(),
  };
  socket.on('message', (bytes) => link.onMessage(bytes));
  return link;
}

async function openStream(protocol: 'tcp' | 'tls', address: string, port: number): Promise<TurnLink> {
  const socket: Socket =
    protocol === 'tls'
      ? connectTls({ host: address, port, rejectUnauthorized: false })
      : connectTcp({ host: address, port });
  await once(socket, protocol === 'tls' ? 'secureConnect' : 'connect');
  const link: TurnLink = {
    isStream: true,
    onMessage: () => {},
    write: (bytes) => socket.write(bytes),
    close: () => socket.destroy(),
  };
  let pending: Buffer = Buffer.alloc(0);
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 4) {
      const size = pending.readUInt16BE(2);
      const length = pending[0]! <= 3 ? STUN_HEADER_BYTES + size : (CHANNEL_HEADER_BYTES + size + 3) & ~3;
      if (pending.length < length) return;
      link.onMessage(pending.subarray(0, length));
      pending = pending.subarray(length);
    }
  });
  return link;
}

/** The least TURN client a test needs, written apart from the server's reading: the same against ours and against coturn. */
export class TurnTestClient {
  readonly #link: TurnLink;
  readonly #credentials: TurnCredentials;
  readonly #keyOf: (realm: string) => Buffer;
  readonly #waiting = new Map<string, (answer: TurnAnswer) => void>();
  realm = '';
  nonce = '';
  relayed: TransportAddress | undefined;
  mapped: TransportAddress | undefined;
  /** What peers sent, by channel or Data indication. */
  readonly received: { peer: TransportAddress | undefined; channel: number | undefined; data: Buffer }[] = [];
  onData: (data: Buffer) => void = () => {};

  constructor(link: TurnLink, credentials: TurnCredentials, keyOf: (realm: string) => Buffer) {
    this.#link = link;
    this.#credentials = credentials;
    this.#keyOf = keyOf;
    link.onMessage = (bytes) => this.#onMessage(bytes);
  }

  #onMessage(bytes: Buffer): void {
    if (bytes[0]! > 3) {
      const data = Buffer.from(bytes.subarray(CHANNEL_HEADER_BYTES, CHANNEL_HEADER_BYTES + bytes.readUInt16BE(2)));
      this.received.push({ peer: undefined, channel: bytes.readUInt16BE(0), data });
      this.onData(data);
      return;
    }
    const transactionId = bytes.subarray(8, 20);
    const attributes = new Map<number, Buffer>();
    let integrityOffset = -1;
    for (let at = STUN_HEADER_BYTES; at + 4 <= bytes.length; ) {
      const size = bytes.readUInt16BE(at + 2);
      const type = bytes.readUInt16BE(at);
      if (type === TURN_ATTRIBUTE.messageIntegrity) integrityOffset = at;
      attributes.set(type, bytes.subarray(at + 4, at + 4 + size));
      at += 4 + ((size + 3) & ~3);
    }
    const type = bytes.readUInt16BE(0);
    if (type === turnType(TURN_METHOD.data, 'indication')) {
      const peer = readXorAddress(attributes.get(TURN_ATTRIBUTE.xorPeerAddress)!, transactionId);
      const data = Buffer.from(attributes.get(TURN_ATTRIBUTE.data)!);
      this.received.push({ peer, channel: undefined, data });
      this.onData(data);
      return;
    }
    const error = attributes.get(TURN_ATTRIBUTE.errorCode);
    const isSigned = this.realm !== '' && hasStunIntegrity(bytes, integrityOffset, this.#keyOf(this.realm));
    this.#waiting.get(transactionId.toString('hex'))?.({
      isSuccess: (type & 0x110) === 0x100,
      code: error && error[2]! * 100 + error[3]!,
      attributes,
      bytes: Buffer.from(bytes),
      isSigned,
    });
  }

  /** Sends one request and waits for its answer; with credentials unless `isBare`. @throws after five seconds of silence */
  async request(
    method: number,
    attributes: Buffer[],
    options: { isBare?: boolean; transactionId?: Buffer; username?: string } = {},
  ): Promise<TurnAnswer> {
    const transactionId = options.transactionId ?? randomBytes(12);
    const signed = options.isBare
      ? []
      : [
          textAttribute(TURN_ATTRIBUTE.username, options.username ?? this.#credentials.username),
          textAttribute(TURN_ATTRIBUTE.realm, this.realm),
          textAttribute(TURN_ATTRIBUTE.nonce, this.nonce),
        ];
    const key = options.isBare ? undefined : this.#keyOf(this.realm);
    const answer = new Promise<TurnAnswer>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('no answer')), ANSWER_TIMEOUT_MS);
      this.#waiting.set(transactionId.toString('hex'), (given) => {
        clearTimeout(timer);
        resolve(given);
      });
    });
    this.#link.write(stunMessage(turnType(method, 'request'), transactionId, [...attributes, ...signed], key));
    return answer;
  }

  /** Both steps of the first request: to be told realm and nonce, then with them. */
  async allocate(more: Buffer[] = []): Promise<TurnAnswer> {
    const wanted = [numberAttribute(TURN_ATTRIBUTE.requestedTransport, 17 << 24), ...more];
    if (this.nonce === '') {
      const challenge = await this.request(TURN_METHOD.allocate, wanted, { isBare: true });
      this.realm = challenge.attributes.get(TURN_ATTRIBUTE.realm)?.toString() ?? '';
      this.nonce = challenge.attributes.get(TURN_ATTRIBUTE.nonce)?.toString() ?? '';
      if (challenge.code !== 401) return challenge;
    }
    const transactionId = randomBytes(12);
    const answer = await this.request(TURN_METHOD.allocate, wanted, { transactionId });
    const read = (type: number) => {
      const value = answer.attributes.get(type);
      return value && readXorAddress(value, transactionId);
    };
    this.relayed = read(TURN_ATTRIBUTE.xorRelayedAddress);
    this.mapped = read(TURN_ATTRIBUTE.xorMappedAddress);
    return answer;
  }

  permit(peer: TransportAddress): Promise<TurnAnswer> {
    const transactionId = randomBytes(12);
    const attribute = addressAttribute(TURN_ATTRIBUTE.xorPeerAddress, peer, transactionId);
    return this.request(TURN_METHOD.createPermission, [attribute], { transactionId });
  }

  bind(channel: number, peer: TransportAddress): Promise<TurnAnswer> {
    const transactionId = randomBytes(12);
    return this.request(
      TURN_METHOD.channelBind,
      [
        numberAttribute(TURN_ATTRIBUTE.channelNumber, channel * 65_536),
        addressAttribute(TURN_ATTRIBUTE.xorPeerAddress, peer, transactionId),
      ],
      { transactionId },
    );
  }

  refresh(lifetimeS: number): Promise<TurnAnswer> {
    return this.request(TURN_METHOD.refresh, [numberAttribute(TURN_ATTRIBUTE.lifetime, lifetimeS)]);
  }

  sendTo(peer: TransportAddress, data: Buffer): void {
    const id = randomBytes(12);
    const attributes = [
      addressAttribute(TURN_ATTRIBUTE.xorPeerAddress, peer, id),
      stunAttribute(TURN_ATTRIBUTE.data, data),
    ];
    this.#link.write(stunMessage(turnType(TURN_METHOD.send, 'indication'), id, attributes, undefined, false));
  }

  sendOn(channel: number, data: Buffer): void {
    this.#link.write(channelData(channel, data, this.#link.isStream));
  }

  sendRaw(bytes: Buffer): void {
    this.#link.write(bytes);
  }

  close(): void {
    this.#link.close();
  }
}
