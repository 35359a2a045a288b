import { performance } from 'node:perf_hooks';
import type { TransportAddress } from '../stun-format.ts';
import type { TurnClient, TurnPeer } from './turn-client.ts';
import { channelData, dataIndication } from './turn-message.ts';
import { RelaySocket } from './turn-relay.ts';

const PERMISSION_MS = 300_000;
const CHANNEL_MS = 600_000;

/** One of our media addresses as this client reaches it. */
interface Flow {
  peer: TurnPeer;
  relay: RelaySocket | undefined;
  /** 0: none bound. */
  channel: number;
  channelUntilMs: number;
}

export interface AllocationOptions {
  client: TurnClient;
  username: string;
  participant: string;
  family: 4 | 6;
  /** What clients are told of the address they relay from; its port is the one our media sees. */
  relayedAddress: string;
  /** Where the media sockets are that are most likely used. */
  localAddress: string;
  /** The port is to be even. */
  isEven: boolean;
  /** Of the request that made it: the same one again gets the same answer. */
  transactionId: Buffer;
  untilMs: number;
  maxBytesPerS: number;
}

/**
 * What one client (5-tuple) may relay through: nothing but datagrams to and from media addresses of this server. Each of
 * them is reached from a socket of its own, so that answers come back under exactly the address that was asked.
 */
export class TurnAllocation {
  readonly client: TurnClient;
  readonly username: string;
  readonly participant: string;
  readonly family: 4 | 6;
  readonly relayed: TransportAddress;
  readonly transactionId: Buffer;
  untilMs: number;
  readonly #maxBytesPerS: number;
  /** Until when, by peer address (RFC 8656 §9: the port does not matter). */
  readonly #permissions = new Map<string, number>();
  readonly #flows = new Map<string, Flow>();
  readonly #byChannel = new Map<number, Flow>();
  /** The socket whose port the client was told, until a flow takes it. */
  #spare: RelaySocket | undefined;
  #windowStartMs = 0;
  #windowBytes = 0;
  #closed = false;

  constructor(options: AllocationOptions) {
    this.client = options.client;
    this.username = options.username;
    this.participant = options.participant;
    this.family = options.family;
    this.#spare = openRelay(options.localAddress, options.isEven);
    this.relayed = { address: options.relayedAddress, port: this.#spare.port };
    this.transactionId = Buffer.from(options.transactionId);
    this.untilMs = options.untilMs;
    this.#maxBytesPerS = options.maxBytesPerS;
  }

  permit(address: string, nowMs: number): void {
    this.#permissions.set(address, nowMs + PERMISSION_MS);
  }

  /** Binds or renews; false when the channel or the peer is bound otherwise (§12.2). */
  bind(channel: number, peer: TurnPeer, nowMs: number): boolean {
    const flow = this.#flow(peer);
    const other = this.#byChannel.get(channel);
    if ((other && other !== flow) || (flow.channel !== 0 && flow.channel !== channel)) return false;
    flow.channel = channel;
    flow.channelUntilMs = nowMs + CHANNEL_MS;
    this.#byChannel.set(channel, flow);
    this.permit(peer.address, nowMs);
    return true;
  }

  /** A Send indication; dropped in silence without a permission. */
  sendTo(peer: TurnPeer, data: Buffer, nowMs: number): void {
    if ((this.#permissions.get(peer.address) ?? 0) > nowMs) this.#send(this.#flow(peer), data);
  }

  /** ChannelData; dropped in silence when nothing is bound. */
  sendOn(channel: number, data: Buffer): void {
    const flow = this.#byChannel.get(channel);
    if (flow) this.#send(flow, data);
  }

  #flow(peer: TurnPeer): Flow {
    const key = `${peer.address} ${peer.port}`;
    let flow = this.#flows.get(key);
    if (!flow) {
      flow = { peer, relay: undefined, channel: 0, channelUntilMs: 0 };
      this.#flows.set(key, flow);
    }
    return flow;
  }

  #send(flow: Flow, data: Buffer): void {
    if (this.#closed || !this.#withinRate(data.length)) return;
    flow.relay ??= this.#open(flow);
    flow.relay.send(data);
  }

  #open(flow: Flow): RelaySocket {
    const { target } = flow.peer;
    let relay = this.#spare;
    if (relay?.localAddress === target.address) this.#spare = undefined;
    else relay = new RelaySocket(target.address);
    relay.connect(target, (datagram) => this.#fromPeer(flow, datagram));
    return relay;
  }

  #fromPeer(flow: Flow, datagram: Buffer): void {
    if (this.#closed || !this.#withinRate(datagram.length)) return;
    const { client } = this;
    if (flow.channel !== 0) client.send(channelData(flow.channel, datagram, client.isStream));
    else client.send(dataIndication(nextId(), flow.peer, datagram));
  }

  #withinRate(bytes: number): boolean {
    const nowMs = performance.now();
    if (nowMs - this.#windowStartMs >= 1000) {
      this.#windowStartMs = nowMs;
      this.#windowBytes = 0;
    }
    this.#windowBytes += bytes;
    return this.#windowBytes <= this.#maxBytesPerS;
  }

  /** Forgets permissions and channels whose time is over. */
  sweep(nowMs: number): void {
    for (const [address, untilMs] of this.#permissions) if (untilMs <= nowMs) this.#permissions.delete(address);
    for (const flow of this.#flows.values()) {
      if (flow.channel !== 0 && flow.channelUntilMs <= nowMs) {
        this.#byChannel.delete(flow.channel);
        flow.channel = 0;
      }
      if (flow.channel === 0 && !this.#permissions.has(flow.peer.address)) {
        flow.relay?.close();
        flow.relay = undefined;
      }
    }
  }

  close(): void {
    this.#closed = true;
    this.#spare?.close();
    this.#spare = undefined;
    for (const flow of this.#flows.values()) flow.relay?.close();
    this.#flows.clear();
    this.#byChannel.clear();
    this.#permissions.clear();
  }
}

/** Half of all ports are even: a few tries do. */
function openRelay(localAddress: string, isEven: boolean): RelaySocket {
  let relay = new RelaySocket(localAddress);
  for (let tries = 0; isEven && relay.port % 2 === 1 && tries < 32; tries++) {
    relay.close();
    relay = new RelaySocket(localAddress);
  }
  return relay;
}

let lastId = 0;

/** Indications are never answered: their ids need not be guarded, only differ. */
function nextId(): Buffer {
  const id = Buffer.alloc(12);
  lastId = (lastId + 1) >>> 0;
  id.writeUInt32BE(lastId, 8);
  return id;
}
