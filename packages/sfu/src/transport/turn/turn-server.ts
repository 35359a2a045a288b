import { randomBytes } from 'node:crypto';
import { canonicalAddress, hasStunIntegrity, stunErrorAttributes, stunMessage } from '../stun-format.ts';
import { AnswerLimit } from './answer-limit.ts';
import { TurnAllocation } from './turn-allocation.ts';
import type { TurnClient, TurnPeer } from './turn-client.ts';
import { isExpired, Nonces, turnKey } from './turn-credentials.ts';
import {
  addressAttribute,
  CHANNEL_HEADER_BYTES,
  channelDataBytes,
  FIRST_CHANNEL,
  LAST_CHANNEL,
  numberAttribute,
  parseTurn,
  TURN_ATTRIBUTE,
  TURN_METHOD,
  type TurnMessage,
  textAttribute,
  turnType,
} from './turn-message.ts';

/** Part of every key; short because strangers are told it. */
export const TURN_REALM = 'alongside';
const UDP = 17;
const DEFAULT_LIFETIME_S = 600;
const MAX_LIFETIME_S = 3_600;

export interface TurnLimits {
  /** A browser makes one per network interface and address of ours. */
  allocationsPerParticipant: number;
  allocations: number;
  /** Of one allocation, both directions together; what is beyond is dropped. */
  bytesPerSecond: number;
}

export const DEFAULT_TURN_LIMITS: TurnLimits = {
  allocationsPerParticipant: 12,
  allocations: 4_096,
  bytesPerSecond: 4_000_000,
};

export interface TurnServerOptions {
  secret: string;
  limits?: Partial<TurnLimits>;
  /** Unix time, for the end of credentials. Default the machine's. */
  wallMs?(): number;
}

/**
 * A TURN server (RFC 8656) for one purpose: reaching the media addresses of this very server from networks that let
 * nothing else through. It relays to no other address, so it is no open relay and no way into the network it stands in.
 * Whatever is malformed, unknown or unasked is met with silence.
 */
export class TurnServer {
  readonly #secret: string;
  readonly #limits: TurnLimits;
  readonly #wallMs: () => number;
  readonly #nonces = new Nonces(randomBytes(32));
  readonly #answerLimit = new AnswerLimit();
  readonly #allocations = new Set<TurnAllocation>();
  readonly #perParticipant = new Map<string, number>();
  readonly #peers = new Map<string, TurnPeer>();
  readonly #peerAddresses = new Set<string>();

  constructor(options: TurnServerOptions) {
    this.#secret = options.secret;
    this.#limits = { ...DEFAULT_TURN_LIMITS, ...options.limits };
    this.#wallMs = options.wallMs ?? Date.now;
  }

  /** The media addresses, as often as they change. */
  setPeers(peers: readonly TurnPeer[]): void {
    this.#peers.clear();
    this.#peerAddresses.clear();
    for (const peer of peers) {
      const address = canonicalAddress(peer.address);
      this.#peers.set(`${address} ${peer.port}`, { ...peer, address });
      this.#peerAddresses.add(address);
    }
  }

  get allocationCount(): number {
    return this.#allocations.size;
  }

  /** Takes ChannelData of a client: the way of nearly every packet. */
  onChannelData(bytes: Buffer, client: TurnClient): void {
    const length = channelDataBytes(bytes);
    if (length === undefined || length > bytes.length) return;
    client.allocation?.sendOn(bytes.readUInt16BE(0), bytes.subarray(CHANNEL_HEADER_BYTES, length));
  }

  /** Takes a STUN message of a client. @param nowMs a clock that only goes forward */
  onMessage(bytes: Buffer, client: TurnClient, nowMs: number): void {
    const message = parseTurn(bytes);
    if (!message) return;
    if (message.class === 'indication') {
      if (message.method === TURN_METHOD.send) this.#onSend(message, client, nowMs);
    } else if (message.class === 'request') this.#onRequest(bytes, message, client, nowMs);
  }

  #onSend(message: TurnMessage, client: TurnClient, nowMs: number): void {
    const [peer] = message.peers;
    if (!client.allocation || !peer || !message.data || message.unknownRequired.length > 0) return;
    const known = this.#peers.get(`${peer.address} ${peer.port}`);
    if (known) client.allocation.sendTo(known, message.data, nowMs);
  }

  #onRequest(bytes: Buffer, message: TurnMessage, client: TurnClient, nowMs: number): void {
    if (message.method === TURN_METHOD.binding) {
      if (message.unknownRequired.length > 0) this.#answerStranger(message, client, nowMs, 420);
      else if (client.isStream || this.#answerLimit.allows(client.address, nowMs))
        reply(client, message, 'success', [mappedAddress(client, message)], undefined);
      return;
    }
    const who = `${client.address} ${client.port}`;
    if (message.integrityOffset < 0) {
      this.#answerStranger(message, client, nowMs, 401);
      return;
    }
    if (message.username === '' || message.realm === '' || message.nonce === '') {
      this.#answerStranger(message, client, nowMs, 400);
      return;
    }
    // The nonce first: it proves that the address is the sender's, and costs less than the key.
    if (!this.#nonces.isFresh(message.nonce, who, nowMs)) {
      this.#answerStranger(message, client, nowMs, 438);
      return;
    }
    const key = turnKey(this.#secret, TURN_REALM, message.username);
    if (message.realm !== TURN_REALM || !hasStunIntegrity(bytes, message.integrityOffset, key)) {
      this.#answerStranger(message, client, nowMs, 401);
      return;
    }
    const refusal = message.unknownRequired.length > 0 ? 420 : this.#perform(message, client, key, nowMs);
    if (refusal !== undefined)
      reply(client, message, 'error', stunErrorAttributes(refusal, REASONS[refusal]!, message.unknownRequired), key);
  }

  /** An answer nobody is authenticated for: told seldom, and with as few bytes as do. */
  #answerStranger(message: TurnMessage, client: TurnClient, nowMs: number, code: 400 | 401 | 420 | 438): void {
    if (!client.isStream && !this.#answerLimit.allows(client.address, nowMs)) return;
    const attributes = stunErrorAttributes(code, '', message.unknownRequired);
    if (code === 401 || code === 438) {
      attributes.push(textAttribute(TURN_ATTRIBUTE.realm, TURN_REALM));
      attributes.push(
        textAttribute(TURN_ATTRIBUTE.nonce, this.#nonces.issue(`${client.address} ${client.port}`, nowMs)),
      );
    }
    reply(client, message, 'error', attributes, undefined);
  }

  /** Does what an authenticated request asks and answers it, or says why not. */
  #perform(message: TurnMessage, client: TurnClient, key: Buffer, nowMs: number): number | undefined {
    if (message.method === TURN_METHOD.allocate) return this.#allocate(message, client, key, nowMs);
    const { allocation } = client;
    if (!allocation) return 437;
    if (allocation.username !== message.username) return 441;
    switch (message.method) {
      case TURN_METHOD.refresh:
        return this.#refresh(message, allocation, key, nowMs);
      case TURN_METHOD.createPermission:
        return this.#createPermission(message, allocation, key, nowMs);
      case TURN_METHOD.channelBind:
        return this.#channelBind(message, allocation, key, nowMs);
      default:
        return 400;
    }
  }

  #allocate(message: TurnMessage, client: TurnClient, key: Buffer, nowMs: number): number | undefined {
    const existing = client.allocation;
    if (existing) {
      if (!existing.transactionId.equals(message.transactionId)) return 437;
      this.#tellAllocation(existing, message, key, nowMs);
      return undefined;
    }
    // Only here: like coturn, an allocation that stands may be kept up after its credentials have ended.
    if (isExpired(message.username, this.#wallMs())) return 401;
    if (message.requestedTransport === undefined) return 400;
    if (message.requestedTransport !== UDP) return 442;
    if (message.hasReservationToken) return message.evenPort || message.requestedFamily !== undefined ? 400 : 508;
    // A port reserved beside it is for RTCP apart, which nobody does any more.
    if (message.evenPort === 'next') return 508;
    const family = this.#familyFor(message.requestedFamily);
    const first = [...this.#peers.values()].find(({ address }) => address.includes(':') === (family === 6));
    if (family === undefined || !first) return 440;
    const participant = message.username.slice(message.username.indexOf(':') + 1);
    const mine = this.#perParticipant.get(participant) ?? 0;
    if (mine >= this.#limits.allocationsPerParticipant) return 486;
    if (this.#allocations.size >= this.#limits.allocations) return 508;
    const allocation = new TurnAllocation({
      client,
      username: message.username,
      participant,
      family,
      relayedAddress: first.address,
      localAddress: first.target.address,
      isEven: message.evenPort !== undefined,
      transactionId: message.transactionId,
      untilMs: nowMs + lifetimeS(message.lifetimeS) * 1000,
      maxBytesPerS: this.#limits.bytesPerSecond,
    });
    this.#allocations.add(allocation);
    this.#perParticipant.set(participant, mine + 1);
    client.allocation = allocation;
    client.onAllocation();
    this.#tellAllocation(allocation, message, key, nowMs);
    return undefined;
  }

  #tellAllocation(allocation: TurnAllocation, message: TurnMessage, key: Buffer, nowMs: number): void {
    const attributes = [
      addressAttribute(TURN_ATTRIBUTE.xorRelayedAddress, allocation.relayed, message.transactionId),
      numberAttribute(TURN_ATTRIBUTE.lifetime, Math.round((allocation.untilMs - nowMs) / 1000)),
      mappedAddress(allocation.client, message),
    ];
    reply(allocation.client, message, 'success', attributes, key);
  }

  /** What is asked for, else IPv4; IPv6 unasked where our media has nothing else. */
  #familyFor(requested: number | undefined): 4 | 6 | undefined {
    const has = (isV6: boolean) => [...this.#peerAddresses].some((address) => address.includes(':') === isV6);
    if (requested === 2) return has(true) ? 6 : undefined;
    if (has(false)) return requested === undefined || requested === 1 ? 4 : undefined;
    return requested === undefined && has(true) ? 6 : undefined;
  }

  #refresh(message: TurnMessage, allocation: TurnAllocation, key: Buffer, nowMs: number): number | undefined {
    const { requestedFamily } = message;
    if (requestedFamily !== undefined && requestedFamily !== (allocation.family === 6 ? 2 : 1)) return 443;
    const seconds = message.lifetimeS === 0 ? 0 : lifetimeS(message.lifetimeS);
    allocation.untilMs = nowMs + seconds * 1000;
    reply(allocation.client, message, 'success', [numberAttribute(TURN_ATTRIBUTE.lifetime, seconds)], key);
    if (seconds === 0) this.#release(allocation);
    return undefined;
  }

  #createPermission(message: TurnMessage, allocation: TurnAllocation, key: Buffer, nowMs: number): number | undefined {
    if (message.peers.length === 0) return 400;
    for (const { address } of message.peers) {
      if (address.includes(':') !== (allocation.family === 6)) return 443;
      if (!this.#peerAddresses.has(address)) return 403;
    }
    for (const { address } of message.peers) allocation.permit(address, nowMs);
    reply(allocation.client, message, 'success', [], key);
    return undefined;
  }

  #channelBind(message: TurnMessage, allocation: TurnAllocation, key: Buffer, nowMs: number): number | undefined {
    const { channel, peers } = message;
    const [peer] = peers;
    if (channel === undefined || channel < FIRST_CHANNEL || channel > LAST_CHANNEL) return 400;
    if (!peer || peers.length !== 1) return 400;
    if (peer.address.includes(':') !== (allocation.family === 6)) return 443;
    const known = this.#peers.get(`${peer.address} ${peer.port}`);
    if (!known) return 403;
    if (!allocation.bind(channel, known, nowMs)) return 400;
    reply(allocation.client, message, 'success', [], key);
    return undefined;
  }

  #release(allocation: TurnAllocation): void {
    if (!this.#allocations.delete(allocation)) return;
    const left = (this.#perParticipant.get(allocation.participant) ?? 1) - 1;
    if (left > 0) this.#perParticipant.set(allocation.participant, left);
    else this.#perParticipant.delete(allocation.participant);
    allocation.close();
    allocation.client.allocation = undefined;
    allocation.client.onAllocation();
  }

  /** The client's connection is closed. */
  onClientGone(client: TurnClient): void {
    if (client.allocation) this.#release(client.allocation);
  }

  /** Housekeeping, every few seconds. */
  sweep(nowMs: number): void {
    for (const allocation of this.#allocations) {
      if (allocation.untilMs <= nowMs) this.#release(allocation);
      else allocation.sweep(nowMs);
    }
  }

  close(): void {
    for (const allocation of this.#allocations) this.#release(allocation);
  }
}

/** Reason phrases (RFC 8656 §18, §19), for those who are authenticated. */
const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  420: 'Unknown Attribute',
  437: 'Allocation Mismatch',
  440: 'Address Family not Supported',
  441: 'Wrong Credentials',
  442: 'Unsupported Transport Protocol',
  443: 'Peer Address Family Mismatch',
  486: 'Allocation Quota Reached',
  508: 'Insufficient Capacity',
};

function lifetimeS(requested: number | undefined): number {
  return Math.min(MAX_LIFETIME_S, Math.max(DEFAULT_LIFETIME_S, requested ?? 0));
}

function mappedAddress(client: TurnClient, message: TurnMessage): Buffer {
  return addressAttribute(TURN_ATTRIBUTE.xorMappedAddress, client, message.transactionId);
}

function reply(
  client: TurnClient,
  message: TurnMessage,
  turnClass: 'success' | 'error',
  attributes: Buffer[],
  key: Buffer | undefined,
): void {
  const type = turnType(message.method, turnClass);
  client.send(stunMessage(type, message.transactionId, attributes, key, message.hasFingerprint));
}
