import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect as connectTcp, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { until } from '@alongside/testkit';
import { afterEach, describe, expect, test } from 'vitest';
import { ControllingPeer } from './controlling-peer.ts';
import { openTransport, type TransportOptions } from './open-transport.ts';
import type { Pipe, PipeFactory } from './pipe.ts';

const hasIPv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));
const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function openFactory(options: Partial<TransportOptions> = {}): Promise<PipeFactory> {
  const factory = await openTransport({ udpPort: 0, tcpPort: 0, listenAddresses: ['127.0.0.1'], ...options });
  closers.push(() => factory.close());
  return factory;
}

/** One way from a client to the server. */
interface Way {
  send(datagram: Buffer): void;
  onDatagram: (datagram: Buffer) => void;
  close(): void;
}

async function udpWay(address: string, port: number): Promise<Way> {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  socket.bind(0, address);
  await once(socket, 'listening');
  let isOpen = true;
  const way: Way = {
    send: (datagram) => isOpen && socket.send(datagram, port, address),
    onDatagram: () => {},
    close() {
      isOpen = false;
      socket.close();
    },
  };
  socket.on('message', (datagram) => way.onDatagram(datagram));
  closers.push(() => way.close());
  return way;
}

async function tcpWay(address: string, port: number): Promise<Way> {
  const socket = connectTcp(port, address);
  await once(socket, 'connect');
  let pending: Buffer = Buffer.alloc(0);
  const way: Way = {
    send(datagram) {
      const frame = Buffer.alloc(2 + datagram.length);
      frame.writeUInt16BE(datagram.length, 0);
      datagram.copy(frame, 2);
      socket.write(frame);
    },
    onDatagram: () => {},
    close: () => socket.destroy(),
  };
  socket.on('data', (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
      const end = 2 + pending.readUInt16BE(0);
      way.onDatagram(Buffer.from(pending.subarray(2, end)));
      pending = pending.subarray(end);
    }
  });
  closers.push(() => way.close());
  return way;
}

/** A client that may change its way to the server. */
async function openTraveller(factory: PipeFactory, first: Way) {
  let way = first;
  const peer = await ControllingPeer.open((datagram) => way.send(datagram));
  closers.push(() => peer.close());
  const take = (next: Way) => {
    way = next;
    next.onDatagram = (datagram) => peer.receive(datagram);
  };
  take(first);
  const pipe = factory.create();
  pipe.accept(peer.remote);
  peer.connect(pipe.local);
  await until('both ends connected', () => pipe.state === 'connected' && peer.connected);
  return { pipe, peer, take };
}

/** One packet each way, by sequence number. */
async function mediaFlows(pipe: Pipe, peer: ControllingPeer, sequence: number): Promise<void> {
  const packet = Buffer.from('806f0000000003c000000007aabbccdd', 'hex');
  packet.writeUInt16BE(sequence, 2);
  const heard: Buffer[] = [];
  pipe.handlers = { onRtp: (given) => heard.push(given) };
  peer.packets.length = 0;
  peer.sendRtp(packet);
  pipe.sendRtp(packet);
  await until('media both ways', () => heard.length === 1 && peer.packets.length === 1);
  expect([heard[0], peer.packets[0]]).toEqual([packet, packet]);
}

/** The records of a DTLS handshake in what a client was sent. */
const handshakes = (datagrams: Buffer[]) => datagrams.filter((datagram) => datagram[0] === 22).length;

describe('SFU-35 a call is up', () => {
  const addresses = ['127.0.0.1', ...(hasIPv6 ? ['::1'] : [])];
  if (!hasIPv6) console.log('This machine has no IPv6: media over IPv6 is not tested here.');

  test.each(addresses)('by UDP and by TCP at %s', async (address) => {
    const factory = await openFactory({ listenAddresses: addresses });
    for (const [protocol, open, port] of [
      ['udp', udpWay, factory.udpPort!],
      ['tcp', tcpWay, factory.tcpPort!],
    ] as const) {
      const { pipe, peer } = await openTraveller(factory, await open(address, port));
      expect(pipe.selectedPath).toMatchObject({ protocol, remoteAddress: address });
      expect(pipe.local.candidates).toContainEqual(expect.objectContaining({ protocol, address, port }));
      await mediaFlows(pipe, peer, 7);
    }
  });
});

describe('SFU-39 a client that changes its network', () => {
  test.each([
    ['another UDP address', udpWay, 'udp'],
    ['TCP', tcpWay, 'tcp'],
  ] as const)('goes on by %s with the same keys, and back', async (_name, open, protocol) => {
    const factory = await openFactory();
    const home = await udpWay('127.0.0.1', factory.udpPort!);
    const { pipe, peer, take } = await openTraveller(factory, home);
    const before = pipe.selectedPath!;
    const shaken = handshakes(peer.datagrams);
    const port = protocol === 'udp' ? factory.udpPort! : factory.tcpPort!;
    take(await open('127.0.0.1', port));
    peer.check(true);
    await until('the new path', () => pipe.selectedPath!.remotePort !== before.remotePort);
    expect(pipe.selectedPath!.protocol).toBe(protocol);
    await mediaFlows(pipe, peer, 8);
    take(home);
    peer.check(true);
    await until('the old path', () => pipe.selectedPath!.remotePort === before.remotePort);
    await mediaFlows(pipe, peer, 9);
    expect(handshakes(peer.datagrams)).toBe(shaken);
  });

  test('and restarts ICE on the way keeps its keys too', async () => {
    const factory = await openFactory();
    const { pipe, peer, take } = await openTraveller(factory, await udpWay('127.0.0.1', factory.udpPort!));
    const shaken = handshakes(peer.datagrams);
    const fresh = pipe.restart(peer.remote);
    take(await tcpWay('127.0.0.1', factory.tcpPort!));
    peer.check(true, { local: fresh });
    await until('the new path', () => pipe.selectedPath!.protocol === 'tcp');
    await mediaFlows(pipe, peer, 10);
    expect(handshakes(peer.datagrams)).toBe(shaken);
  });
});

describe('SFU-38 an address that has not answered', () => {
  const packet = Buffer.alloc(1_000, 0x80);

  /** Somebody else's address: what the peer sends bears it, what is sent there never reaches the peer. */
  async function openVictim(factory: PipeFactory) {
    const way = await udpWay('127.0.0.1', factory.udpPort!);
    const victim = { sentBytes: 0, receivedBytes: 0, arrivals: 0 };
    const forged: Way = {
      ...way,
      send(datagram) {
        victim.sentBytes += datagram.length;
        way.send(datagram);
      },
    };
    way.onDatagram = (datagram) => {
      victim.receivedBytes += datagram.length;
      victim.arrivals++;
    };
    return { way, forged, victim };
  }

  test('takes no media away from one that has, however it is nominated', async () => {
    const factory = await openFactory();
    const { pipe, peer, take } = await openTraveller(factory, await udpWay('127.0.0.1', factory.udpPort!));
    const before = pipe.selectedPath!.remotePort;
    const { way, forged, victim } = await openVictim(factory);
    take(forged);
    for (let i = 1; i <= 5; i++) {
      peer.check(true);
      await until('an answer', () => victim.arrivals >= i);
    }
    for (let i = 0; i < 100; i++) expect(pipe.sendRtp(packet)).toBe(true);
    expect(pipe.selectedPath!.remotePort).toBe(before);
    expect(victim.receivedBytes).toBeLessThanOrEqual(3 * victim.sentBytes);
    // It was the peer's own after all: with its first answer it is taken.
    take(way);
    peer.check(true);
    await until('taken', () => pipe.selectedPath!.remotePort !== before);
  });

  test('gets at most three times what it sent when there is no other', async () => {
    const factory = await openFactory();
    const { forged, victim } = await openVictim(factory);
    const peer = await ControllingPeer.open((datagram) => forged.send(datagram));
    closers.push(() => peer.close());
    const pipe = factory.create();
    pipe.accept(peer.remote);
    peer.connect(pipe.local);
    await until('an answer', () => victim.arrivals > 0);
    // A DTLS hello asks for a flight of certificates: again and again.
    const hello = Buffer.from('16fefd000000000000000000', 'hex');
    for (let i = 0; i < 50; i++) forged.send(hello);
    peer.check(true);
    const arrivals = victim.arrivals;
    await until('one more answer', () => victim.arrivals > arrivals);
    expect(victim.receivedBytes).toBeLessThanOrEqual(3 * victim.sentBytes);
    expect(pipe.state).toBe('connecting');
  });
});
