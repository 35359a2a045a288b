import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { canonicalAddress, type TransportAddress } from '../stun-format.ts';

const MAX_QUEUED_BYTES = 1 << 20;

/** A UDP socket to one media address of this machine, and from nowhere else. */
export class RelaySocket {
  readonly #socket: Socket;
  readonly #target: TransportAddress;

  constructor(target: TransportAddress, onDatagram: (datagram: Buffer) => void) {
    this.#target = target;
    const isV6 = isIPv6(target.address);
    this.#socket = createSocket({
      type: isV6 ? 'udp6' : 'udp4',
      lookup: (host, _options, callback) => callback(null, host, isV6 ? 6 : 4),
    });
    const from = canonicalAddress(target.address);
    this.#socket.on('message', (datagram, { address, port }) => {
      const isTarget = address === target.address || canonicalAddress(address) === from;
      if (isTarget && port === target.port) onDatagram(datagram);
    });
    this.#socket.on('error', () => {});
    // The target is an address of this machine: what is sent to it may come from it.
    this.#socket.bind(0, target.address);
  }

  send(data: Buffer): void {
    if (this.#socket.getSendQueueSize() > MAX_QUEUED_BYTES) return;
    this.#socket.send(data, this.#target.port, this.#target.address);
  }

  close(): void {
    this.#socket.close();
  }
}
