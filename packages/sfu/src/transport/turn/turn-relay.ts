import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { canonicalAddress, type TransportAddress } from '../stun-format.ts';

const MAX_QUEUED_BYTES = 1 << 20;

/** A UDP socket for one media address of this machine, deaf to everything else. */
export class RelaySocket {
  readonly localAddress: string;
  /** 0 when the address could not be had. */
  readonly port: number;
  readonly #socket: Socket;
  #target: TransportAddress | undefined;
  #canonicalTarget = '';
  #onDatagram: (datagram: Buffer) => void = () => {};

  /** @param localAddress of this machine: where the media socket is, so that what is sent to it may come from it */
  constructor(localAddress: string) {
    this.localAddress = localAddress;
    const isV6 = isIPv6(localAddress);
    this.#socket = createSocket({
      type: isV6 ? 'udp6' : 'udp4',
      lookup: (host, _options, callback) => callback(null, host, isV6 ? 6 : 4),
    });
    this.#socket.on('message', (datagram, from) => {
      const target = this.#target;
      if (!target || from.port !== target.port) return;
      if (from.address === target.address || canonicalAddress(from.address) === this.#canonicalTarget)
        this.#onDatagram(datagram);
    });
    this.#socket.on('error', () => {});
    // With a literal address and a lookup that answers at once it is bound when this returns.
    this.#socket.bind(0, localAddress);
    this.port = portOf(this.#socket);
  }

  /** Once: whom to talk with. */
  connect(target: TransportAddress, onDatagram: (datagram: Buffer) => void): void {
    this.#target = target;
    this.#canonicalTarget = canonicalAddress(target.address);
    this.#onDatagram = onDatagram;
  }

  send(data: Buffer): void {
    if (!this.#target || this.#socket.getSendQueueSize() > MAX_QUEUED_BYTES) return;
    this.#socket.send(data, this.#target.port, this.#target.address);
  }

  close(): void {
    this.#socket.close();
  }
}

function portOf(socket: Socket): number {
  try {
    return socket.address().port;
  } catch {
    return 0;
  }
}
