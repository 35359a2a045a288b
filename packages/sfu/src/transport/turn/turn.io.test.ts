import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@alongside/testkit';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { ControllingPeer } from '../controlling-peer.ts';
import { openTransport } from '../open-transport.ts';
import type { TransportAddress } from '../stun-format.ts';
import { type OpenTurn, openTurn, type TurnOptions } from './open-turn.ts';
import { openTurnLink, TurnTestClient } from './testing.ts';
import { turnCredentials, turnKey } from './turn-credentials.ts';

const SECRET = 'a secret';
const hasIPv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));
const closers: (() => unknown)[] = [];
const folder = mkdtempSync(join(tmpdir(), 'turn-'));
const certificateFile = join(folder, 'cert.pem');
const keyFile = join(folder, 'key.pem');
const hasCertificate = makeCertificate();

/** OpenSSL's program makes the certificate; without it TLS is left out here and seen in the bench. */
function makeCertificate(): boolean {
  const subject = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  try {
    const files = ['-keyout', keyFile, '-out', certificateFile, '-subj', '/CN=turn.test'];
    execFileSync('openssl', ['req', '-x509', ...subject, ...files], { stdio: 'ignore' });
    return true;
  } catch {
    console.log('There is no openssl program: TURN over TLS is not tested here.');
    return false;
  }
}

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
afterAll(() => rmSync(folder, { recursive: true }));

async function open(options: Partial<TurnOptions> = {}): Promise<OpenTurn> {
  const turn = await openTurn({
    secret: SECRET,
    listenAddresses: ['127.0.0.1'],
    udpPort: 0,
    tcpPort: 0,
    ...(hasCertificate ? { tlsPort: 0, certificateFile, keyFile } : {}),
    ...options,
  });
  closers.push(() => turn.close());
  return turn;
}

async function client(turn: OpenTurn, protocol: 'udp' | 'tcp' | 'tls', address = '127.0.0.1'): Promise<TurnTestClient> {
  const port = { udp: turn.udpPort, tcp: turn.tcpPort, tls: turn.tlsPort }[protocol]!;
  const credentials = turnCredentials(SECRET, 'PA_1', Date.now(), 60);
  const made = new TurnTestClient(await openTurnLink(protocol, address, port), credentials, (realm) =>
    turnKey(SECRET, realm, credentials.username),
  );
  closers.push(() => made.close());
  return made;
}

/** Sends back what comes, behind a word; and who it came from. */
async function openEcho(address: string): Promise<TransportAddress & { heard: Buffer[] }> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  const heard: Buffer[] = [];
  socket.on('message', (data, from) => {
    heard.push(data);
    socket.send(Buffer.concat([Buffer.from('echo '), data]), from.port, from.address);
  });
  socket.bind(0, address);
  await once(socket, 'listening');
  closers.push(() => socket.close());
  return { address, port: socket.address().port, heard };
}

const ways = (['udp', 'tcp', 'tls'] as const).filter((way) => way !== 'tls' || hasCertificate);

describe.each(ways)('SFU-36 TURN over %s', (protocol) => {
  test('carries datagrams both ways, by indication and by channel', async () => {
    const turn = await open();
    const echo = await openEcho('127.0.0.1');
    // Told under another address than where it is, as behind a router.
    const told = { address: '203.0.113.7', port: 4_000 };
    turn.setPeers([{ ...told, target: echo }]);
    const made = await client(turn, protocol);
    expect((await made.allocate()).isSuccess).toBe(true);
    expect(made.mapped!.address).toBe('127.0.0.1');

    made.sendTo(told, Buffer.from('unasked'));
    expect((await made.permit(told)).isSuccess).toBe(true);
    made.sendTo(told, Buffer.from('one'));
    await until('the echo', () => made.received.length === 1);
    expect(made.received[0]).toEqual({ peer: told, channel: undefined, data: Buffer.from('echo one') });

    expect((await made.bind(0x4000, told)).isSuccess).toBe(true);
    // Lengths that need padding on a stream.
    const sizes = [1, 2, 3, 4, 1_201];
    for (const size of sizes) made.sendOn(0x4000, Buffer.alloc(size, size));
    await until('all echoes', () => made.received.length === 1 + sizes.length);
    expect(made.received.slice(1).map(({ channel, data }) => [channel, data.length - 5])).toEqual(
      sizes.map((size) => [0x4000, size]),
    );
    expect(echo.heard[0]!.toString()).toBe('one');
  });

  test('carries a whole call, and ends with its allocation', async () => {
    const turn = await open();
    const media = await openTransport({ udpPort: 0, listenAddresses: ['127.0.0.1'] });
    closers.push(() => media.close());
    const target = { address: '127.0.0.1', port: media.udpPort! };
    turn.setPeers([{ ...target, target }]);
    const made = await client(turn, protocol);
    await made.allocate();
    await made.bind(0x4000, target);
    const peer = await ControllingPeer.open((datagram) => made.sendOn(0x4000, datagram));
    closers.push(() => peer.close());
    made.onData = (data) => peer.receive(data);
    const pipe = media.create();
    const heard: Buffer[] = [];
    pipe.handlers = { onRtp: (packet) => heard.push(packet) };
    pipe.accept(peer.remote);
    peer.connect(pipe.local);
    await until('connected through the relay', () => pipe.state === 'connected' && peer.connected);
    const packet = Buffer.from('806f0000000003c000000007aabbccdd', 'hex');
    peer.sendRtp(packet);
    pipe.sendRtp(packet);
    await until('media both ways', () => heard.length === 1 && peer.packets.length === 1);
    expect([heard[0], peer.packets[0]]).toEqual([packet, packet]);
    // The client knows by which address our media sees it: a browser then shows a relay for what it is.
    expect(pipe.selectedPath!.remotePort).toBe(made.relayed!.port);
    await made.refresh(0);
    expect(turn.allocationCount).toBe(0);
    pipe.sendRtp(packet);
    const witness = await client(turn, protocol);
    await witness.allocate();
    expect(peer.packets.length).toBe(1);
  });
});

describe('a stream', () => {
  test('of anything but TURN is closed, also one that comes in single bytes', async () => {
    const turn = await open();
    for (const bytes of ['GET / HTTP/1.1\r\n\r\n', `\x00\x01\xff\xff${'x'.repeat(40)}`, '\xff\xff\xff\xff']) {
      const socket = connectTcp(turn.tcpPort!, '127.0.0.1');
      socket.on('error', () => {});
      socket.write(Buffer.from(bytes, 'latin1'));
      await once(socket, 'close');
    }
    const socket = connectTcp({ port: turn.tcpPort!, host: '127.0.0.1', noDelay: true });
    const binding = Buffer.from('000100002112a442000102030405060708090a0b', 'hex');
    for (const byte of binding) socket.write(Buffer.from([byte]));
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.readUInt16BE(0)).toBe(0x0101);
    socket.destroy();
  });

  test('that breaks off leaves nothing', async () => {
    const turn = await open();
    turn.setPeers([{ address: '203.0.113.7', port: 1, target: { address: '127.0.0.1', port: 1 } }]);
    const made = await client(turn, 'tcp');
    await made.allocate();
    expect(turn.allocationCount).toBe(1);
    made.close();
    await until('forgotten', () => turn.allocationCount === 0);
  });
});

test.skipIf(!hasIPv6)('SFU-35 relays to IPv6 from IPv6', async () => {
  const turn = await open({ listenAddresses: ['127.0.0.1', '::1'] });
  const echo = await openEcho('::1');
  turn.setPeers([{ ...echo, target: echo }]);
  for (const protocol of ways) {
    const made = await client(turn, protocol, '::1');
    // Nothing but IPv6 to relay to: given without being asked for.
    expect((await made.allocate()).isSuccess).toBe(true);
    await made.bind(0x4000, echo);
    made.sendOn(0x4000, Buffer.from('six'));
    await until('the echo', () => made.received.length === 1);
    expect(made.received[0]!.data.toString()).toBe('echo six');
  }
});
