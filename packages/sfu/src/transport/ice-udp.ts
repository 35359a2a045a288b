import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { IceRegistry } from './ice-lite.ts';
import type { IceDatagramSink, IceOrigin, IcePath } from './ice-path.ts';
import { KernelUdp } from './kernel-udp.ts';
import { senderNumber, senderOf, sockaddrWords } from './sockaddr.ts';
import { UrgentFirst } from './urgent-first.ts';

const SOCKET_BUFFER_BYTES = 4 << 20;
/** Datagrams waiting in user space beyond this are dropped: late media is worth nothing. */
const MAX_QUEUED_BYTES = 2 << 20;
/** Asking the queue's size costs as much as a map lookup: not for every packet. */
const QUEUE_CHECK_EVERY = 16;
/** The first byte of whatever is no STUN is greater (RFC 7983). */
const LAST_OF_STUN = 3;
/** What may go to an address that has not proved itself, as a multiple of what came from it. */
const UNPROVED_RATIO = 3;

/** One bound UDP socket that all pipes of a media thread share: told apart by STUN ufrag, then by 5-tuple. */
export class IceUdpSocket {
  readonly localAddress: string;
  readonly port: number;
  readonly #socket: Socket;
  /** Undefined where node:dgram does all of it. */
  readonly #kernel: KernelUdp | undefined;
  readonly #registry: IceRegistry;
  /** Address, then port: rinfo's strings come fresh with every packet, numbers would need parsing first. */
  readonly #paths = new Map<string, Map<number, UdpPath>>();
  /** The same paths by their numbers (`senderNumber`), those over IPv4. */
  readonly #pathsByNumber = new Map<number, UdpPath>();
  readonly #arrived = new UrgentFirst(
    (datagram, sender) => this.#isUrgent(datagram, this.#pathsByNumber.get(sender)),
    (datagram, sender) => {
      const path = this.#pathsByNumber.get(sender);
      this.#onMessage(datagram, path ?? senderOf(sender), path);
    },
  );
  #sendsUntilCheck = QUEUE_CHECK_EVERY;
  #queueFull = false;
  /** Whether the kernel had no room, and Node's queue may still hold what came then. */
  #isBehind = false;

  /**
   * Binds `address` at `port` (0: any). `isBatched` false: by node:dgram alone, as where the system cannot be called.
   * @throws the bind error.
   */
  static async open(registry: IceRegistry, address: string, port: number, isBatched = true): Promise<IceUdpSocket> {
    const ipv6 = isIPv6(address);
    let self: IceUdpSocket | undefined;
    const kernel = isBatched
      ? KernelUdp.open(address, port, (datagram, to, toPort) => self?.sendLater(datagram, toPort, to))
      : undefined;
    const socket = createSocket({
      type: ipv6 ? 'udp6' : 'udp4',
      ipv6Only: ipv6,
      recvBufferSize: SOCKET_BUFFER_BYTES,
      sendBufferSize: SOCKET_BUFFER_BYTES,
      // Addresses are always literal: the default lookup would put every send off to the next tick.
      lookup: (host, _options, callback) => callback(null, host, ipv6 ? 6 : 4),
    });
    const listening = once(socket, 'listening');
    if (kernel) socket.bind({ fd: kernel.fd });
    else socket.bind(port, address);
    await listening;
    self = new IceUdpSocket(registry, socket, kernel);
    return self;
  }

  private constructor(registry: IceRegistry, socket: Socket, kernel: KernelUdp | undefined) {
    this.#registry = registry;
    this.#socket = socket;
    this.#kernel = kernel;
    const bound = socket.address();
    this.localAddress = bound.address;
    this.port = bound.port;
    socket.on('message', (datagram, from) => {
      const path = this.#paths.get(from.address)?.get(from.port);
      if (kernel && path?.number !== undefined) this.#arrived.take(datagram, path.number);
      else this.#onMessage(datagram, path ?? { remoteAddress: from.address, remotePort: from.port }, path);
      // Node brings the first datagram of those that wait, one at a time; the rest comes in batches.
      kernel?.drain(this.#arrived);
    });
    // Unreachable networks and the like: the consent timeout judges the path, not one failed send.
    socket.on('error', () => {});
  }

  #isUrgent(datagram: Buffer, path: UdpPath | undefined): boolean {
    // Strangers may send what they like: they wait in their turn.
    return path !== undefined && (datagram[0]! <= LAST_OF_STUN || path.agent.isUrgent(datagram));
  }

  #onMessage(datagram: Buffer, from: Sender, path: UdpPath | undefined): void {
    // Nothing could be sent back to port 0: only a forger sends from there.
    if (datagram.length === 0 || from.remotePort === 0) return;
    if (path && !path.isProved) path.credit(datagram.length);
    if (datagram[0]! <= LAST_OF_STUN) {
      this.#registry.onStun(datagram, this.#origin(datagram, from, path), performance.now());
    } else if (path) {
      path.agent.onDatagram(path, datagram);
    }
  }

  #origin(datagram: Buffer, from: Sender, path: UdpPath | undefined): IceOrigin {
    return {
      protocol: 'udp',
      remoteAddress: from.remoteAddress,
      remotePort: from.remotePort,
      path,
      open: (agent) => this.#open(agent, from, datagram.length),
    };
  }

  #open(agent: IceDatagramSink, from: Sender, receivedBytes: number): IcePath {
    const path = new UdpPath(this, agent, from, this.#kernel !== undefined);
    path.credit(receivedBytes);
    let ports = this.#paths.get(from.remoteAddress);
    if (!ports) {
      ports = new Map();
      this.#paths.set(from.remoteAddress, ports);
    }
    ports.set(from.remotePort, path);
    if (path.number !== undefined) this.#pathsByNumber.set(path.number, path);
    return path;
  }

  forget(path: UdpPath): void {
    const ports = this.#paths.get(path.remoteAddress);
    if (ports?.get(path.remotePort) !== path) return;
    ports.delete(path.remotePort);
    if (path.number !== undefined) this.#pathsByNumber.delete(path.number);
    if (ports.size === 0) this.#paths.delete(path.remoteAddress);
  }

  /** See `PipeFactory.takeUrgent`. */
  takeUrgent(): void {
    this.#kernel?.takeUrgent(this.#arrived);
  }

  send(datagram: Buffer, port: number, address: string): boolean {
    if (--this.#sendsUntilCheck <= 0) {
      this.#sendsUntilCheck = QUEUE_CHECK_EVERY;
      this.#queueFull = this.#socket.getSendQueueSize() > MAX_QUEUED_BYTES;
    }
    if (this.#queueFull) return false;
    this.#socket.send(datagram, port, address);
    return true;
  }

  /** By Node's own queue, which waits until the kernel has room. */
  sendLater(datagram: Buffer, port: number, address: string): void {
    this.#isBehind = true;
    this.send(datagram, port, address);
  }

  /** The kernel to hand batches to; undefined as long as older datagrams wait in Node's queue. */
  get kernel(): KernelUdp | undefined {
    if (this.#isBehind) {
      if (this.#socket.getSendQueueCount() > 0) return undefined;
      this.#isBehind = false;
    }
    return this.#kernel;
  }

  async close(): Promise<void> {
    this.#kernel?.close();
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
    this.#paths.clear();
    this.#pathsByNumber.clear();
  }
}

interface Sender {
  readonly remoteAddress: string;
  readonly remotePort: number;
}

class UdpPath implements IcePath {
  readonly protocol = 'udp';
  readonly agent: IceDatagramSink;
  readonly remoteAddress: string;
  readonly remotePort: number;
  lastCheckMs = 0;
  checkedUfrag: string | undefined = undefined;
  isProved = false;
  rttMs: number | undefined = undefined;
  /** See `senderNumber`; undefined over IPv6. */
  readonly number: number | undefined;
  readonly #socket: IceUdpSocket;
  /** For the kernel; undefined when an address names a zone, and node:dgram sends. */
  readonly #sockaddr: Uint32Array | undefined;
  #creditBytes = 0;

  constructor(socket: IceUdpSocket, agent: IceDatagramSink, { remoteAddress, remotePort }: Sender, isBatched: boolean) {
    this.#socket = socket;
    this.agent = agent;
    this.remoteAddress = remoteAddress;
    this.remotePort = remotePort;
    this.#sockaddr = isBatched && !remoteAddress.includes('%') ? sockaddrWords(remoteAddress, remotePort) : undefined;
    this.number = this.#sockaddr && !isIPv6(remoteAddress) ? senderNumber(this.#sockaddr) : undefined;
  }

  get localAddress(): string {
    return this.#socket.localAddress;
  }

  get localPort(): number {
    return this.#socket.port;
  }

  /** Bytes that came from an address that has not proved itself allow so many more to go there. */
  credit(receivedBytes: number): void {
    this.#creditBytes += receivedBytes * UNPROVED_RATIO;
  }

  send(datagram: Buffer): boolean {
    if (!this.isProved) {
      if (this.#creditBytes < datagram.length) return false;
      this.#creditBytes -= datagram.length;
    }
    const kernel = this.#sockaddr && this.#socket.kernel;
    if (kernel) return kernel.send(datagram, this.#sockaddr!);
    return this.#socket.send(datagram, this.remotePort, this.remoteAddress);
  }

  close(): void {
    this.#socket.forget(this);
  }
}
