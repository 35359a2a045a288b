import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import type { TurnAllocation } from './turn-allocation.ts';
import type { TurnClient } from './turn-client.ts';
import type { TurnServer } from './turn-server.ts';

const SOCKET_BUFFER_BYTES = 4 << 20;
const MAX_QUEUED_BYTES = 2 << 20;

/** A UDP port of the TURN server. Only clients with an allocation are remembered. */
export class TurnUdpSocket {
  readonly port: number;
  readonly #socket: Socket;
  readonly #server: TurnServer;
  readonly #clients = new Map<string, Map<number, UdpClient>>();

  /** Binds `address` at `port` (0: any). @throws the bind error. */
  static async open(server: TurnServer, address: string, port: number): Promise<TurnUdpSocket> {
    const ipv6 = isIPv6(address);
    const socket = createSocket({
      type: ipv6 ? 'udp6' : 'udp4',
      ipv6Only: ipv6,
      recvBufferSize: SOCKET_BUFFER_BYTES,
      sendBufferSize: SOCKET_BUFFER_BYTES,
      lookup: (host, _options, callback) => callback(null, host, ipv6 ? 6 : 4),
    });
    const listening = once(socket, 'listening');
    socket.bind(port, address);
    await listening;
    return new TurnUdpSocket(server, socket);
  }

  private constructor(server: TurnServer, socket: Socket) {
    this.#server = server;
    this.#socket = socket;
    this.port = socket.address().port;
    socket.on('message', (datagram, from) => this.#onMessage(datagram, from));
    socket.on('error', () => {});
  }

  #onMessage(datagram: Buffer, from: RemoteInfo): void {
    const first = datagram[0];
    // Nothing can be sent to port 0: the socket throws.
    if (first === undefined || from.port === 0) return;
    const known = this.#clients.get(from.address)?.get(from.port);
    if (first <= 3) {
      this.#server.onMessage(datagram, known ?? new UdpClient(this, from.address, from.port), performance.now());
    } else if (known) this.#server.onChannelData(datagram, known);
  }

  remember(client: UdpClient): void {
    let ports = this.#clients.get(client.address);
    if (!ports) {
      ports = new Map();
      this.#clients.set(client.address, ports);
    }
    ports.set(client.port, client);
  }

  forget(client: UdpClient): void {
    const ports = this.#clients.get(client.address);
    if (ports?.get(client.port) !== client) return;
    ports.delete(client.port);
    if (ports.size === 0) this.#clients.delete(client.address);
  }

  send(bytes: Buffer, port: number, address: string): boolean {
    if (this.#socket.getSendQueueSize() > MAX_QUEUED_BYTES) return false;
    this.#socket.send(bytes, port, address);
    return true;
  }

  async close(): Promise<void> {
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }
}

class UdpClient implements TurnClient {
  readonly isStream = false;
  readonly address: string;
  readonly port: number;
  allocation: TurnAllocation | undefined = undefined;
  readonly #socket: TurnUdpSocket;

  constructor(socket: TurnUdpSocket, address: string, port: number) {
    this.#socket = socket;
    this.address = address;
    this.port = port;
  }

  send(bytes: Buffer): boolean {
    return this.#socket.send(bytes, this.port, this.address);
  }

  onAllocation(): void {
    if (this.allocation) this.#socket.remember(this);
    else this.#socket.forget(this);
  }
}
