import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { networkInterfaces } from 'node:os';
import { until } from '@alongside/testkit';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { ControllingPeer } from './controlling-peer.ts';
import { openTransport, type TransportOptions } from './open-transport.ts';
import type { Pipe, PipeFactory, PipeFailure, PipeState } from './pipe.ts';
import { buildBindingRequest, parseStun, STUN_BINDING_SUCCESS } from './stun.ts';

const closers: (() => unknown)[] = [];
const outsideAddress = Object.values(networkInterfaces())
  .flatMap((entries) => entries ?? [])
  .find((entry) => entry.family === 'IPv4' && !entry.internal)?.address;

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function openFactory(options: Partial<TransportOptions> = {}): Promise<PipeFactory> {
  const factory = await openTransport({ udpPort: 0, listenAddresses: ['127.0.0.1'], ...options });
  closers.push(() => factory.close());
  return factory;
}

async function openPeer(): Promise<ControllingPeer> {
  const peer = await ControllingPeer.open();
  closers.push(() => peer.close());
  return peer;
}

async function openPair(factory: PipeFactory): Promise<{ pipe: Pipe; peer: ControllingPeer }> {
  const pipe = factory.create();
  const peer = await openPeer();
  pipe.accept(peer.remote);
  peer.connect(pipe.local);
  await until('both ends connected', () => pipe.state === 'connected' && peer.connected);
  return { pipe, peer };
}

function rtp(sequence: number): Buffer {
  const packet = Buffer.from('806f0000000003c000000007aabbccdd', 'hex');
  packet.writeUInt16BE(sequence, 2);
  return packet;
}

describe.each([true, false])('one UDP port for all pipes, in batches: %s', (isBatched) => {
  test('gives each pipe its own packets, both ways', async () => {
    const factory = await openFactory({ isBatched });
    const pairs = [await openPair(factory), await openPair(factory), await openPair(factory)];
    for (const [i, { pipe, peer }] of pairs.entries()) {
      const received: number[] = [];
      pipe.handlers = { onRtp: (packet) => received.push(packet.readUInt16BE(2)) };
      peer.sendRtp(rtp(100 + i));
      await until('its packet', () => received.length === 1);
      expect(received).toEqual([100 + i]);
      expect(pipe.sendRtp(rtp(200 + i))).toBe(true);
      await until('our packet', () => peer.packets.length === 1);
      expect(peer.packets[0]).toEqual(rtp(200 + i));
    }
    expect(new Set(pairs.map(({ pipe }) => pipe.selectedPath!.remotePort)).size).toBe(3);
    expect(pairs.every(({ pipe }) => pipe.selectedPath!.localPort === factory.udpPort)).toBe(true);
  });

  test('SFU-67: hands out sound ahead of the pictures that arrived before it', async () => {
    const factory = await openFactory({ isBatched });
    const { pipe, peer } = await openPair(factory);
    const [picture, sound] = [0xaabbccdd, 0xaabbccde];
    const received: number[] = [];
    pipe.handlers = {
      isSound: (ssrc) => ssrc === sound,
      onRtp: (packet) => received.push(packet.readUInt16BE(2)),
    };
    const of = (ssrc: number, sequence: number) => {
      const packet = rtp(sequence);
      packet.writeUInt32BE(ssrc, 8);
      return packet;
    };
    for (let i = 0; i < 20; i++) peer.sendRtp(of(picture, i));
    peer.sendRtp(of(sound, 1_000));
    await until('all of them', () => received.length === 21);
    const pictures = Array.from({ length: 20 }, (_, i) => i);
    // By node:dgram they come one at a time, and so in their order.
    if (isBatched && process.platform === 'linux') expect(received.indexOf(1_000)).toBeLessThan(20);
    expect(received.filter((sequence) => sequence < 1_000)).toEqual(pictures);
  });

  test('answers strangers with silence', async () => {
    const factory = await openFactory({ isBatched });
    const { pipe } = await openPair(factory);
    const stranger = await openPeer();
    const { local } = pipe;
    stranger.check(true, { local, password: 'guessed password 1234' });
    stranger.check(true, { local, ufrag: 'nobody' });
    for (const hex of ['16fefd00000000000000000000', '80c8000100000001', '806f000100000001000000010000', '00', 'ff']) {
      stranger.sendRaw(Buffer.from(hex, 'hex'));
    }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (raw) => stranger.sendRaw(Buffer.from(raw))));
    // What comes after an authenticated check of another tells that all before has been dealt with.
    const witness = await openPair(factory);
    expect(stranger.datagrams).toEqual([]);
    expect(witness.pipe.state).toBe('connected');
    expect(pipe.state).toBe('connected');
  });

  test('follows a peer to its new address only after an authenticated check that nominates it', async () => {
    const factory = await openFactory({ isBatched });
    const { pipe, peer } = await openPair(factory);
    const received: number[] = [];
    pipe.handlers = { onRtp: (packet) => received.push(packet.readUInt16BE(2)) };
    const oldPort = peer.port;
    await peer.rebind();
    // Genuine packets from an unproved address are not even opened.
    peer.sendRtp(rtp(1));
    peer.check(true, { password: 'wrong wrong wrong wrong' });
    peer.check(false, { local: pipe.local });
    await until('the check answered', () => peer.checksAnswered === 2);
    expect(received).toEqual([]);
    expect(pipe.selectedPath!.remotePort).toBe(oldPort);
    // Checked but not nominated: heard, not yet answered there.
    peer.sendRtp(rtp(2));
    await until('heard', () => received.length === 1);
    peer.check(true);
    await until('the new path', () => pipe.selectedPath!.remotePort === peer.port);
    pipe.sendRtp(rtp(3));
    await until('a packet there', () => peer.packets.length === 1);
    expect(received).toEqual([2]);
  });

  test('a packet sent again or changed on the way is not given out', async () => {
    const factory = await openFactory({ isBatched });
    const { pipe, peer } = await openPair(factory);
    const received: number[] = [];
    pipe.handlers = { onRtp: (packet) => received.push(packet.readUInt16BE(2)) };
    const sealed = peer.sendRtp(rtp(1));
    peer.sendRaw(sealed);
    const changed = Buffer.from(peer.sender!.protectRtp(rtp(2), 16)!);
    changed[13]! ^= 1;
    peer.sendRaw(changed);
    peer.sendRtp(rtp(3));
    await until('the last one', () => received.includes(3));
    expect(received).toEqual([1, 3]);
    expect(pipe.stats.packetsRefused).toBe(2);
  });

  test('an ICE restart keeps the keys; the old credentials end with the first use of the new', async () => {
    const factory = await openFactory({ isBatched });
    const { pipe, peer } = await openPair(factory);
    const old = pipe.local;
    const fresh = pipe.restart();
    expect([fresh.iceUfrag === old.iceUfrag, fresh.icePwd === old.icePwd, fresh.setup]).toEqual([
      false,
      false,
      'passive',
    ]);
    expect(pipe.accept(peer.remote)).toBe('passive');
    const answered = peer.checksAnswered;
    peer.check(true, { local: old });
    await until('the old still good', () => peer.checksAnswered === answered + 1);
    peer.check(true, { local: fresh });
    await until('the new good', () => peer.checksAnswered === answered + 2);
    peer.check(true, { local: old });
    peer.check(true, { local: fresh });
    await until('the new again', () => peer.checksAnswered === answered + 3);
    const received: number[] = [];
    pipe.handlers = { onRtp: (packet) => received.push(packet.readUInt16BE(2)) };
    peer.sendRtp(rtp(9));
    await until('the same keys', () => received.length === 1);
    expect(pipe.state).toBe('connected');
  });

  test('a peer that goes to a new port before it knows of our restart is followed there', async () => {
    const factory = await openFactory({ isBatched });
    const { pipe, peer } = await openPair(factory);
    const old = pipe.local;
    await peer.rebind();
    pipe.restart(peer.remote);
    peer.check(true, { local: old });
    await until('the new path', () => pipe.selectedPath!.remotePort === peer.port);
    pipe.sendRtp(rtp(3));
    await until('a packet there', () => peer.packets.length === 1);
  });

  test('an owner may close its pipe from within a handler', async () => {
    const factory = await openFactory({ isBatched });
    const { pipe, peer } = await openPair(factory);
    pipe.handlers = { onRtp: () => pipe.close() };
    peer.sendRtp(rtp(1));
    peer.sendRtp(rtp(2));
    await until('closed', () => pipe.state === 'closed');
    expect(pipe.selectedPath).toBeUndefined();
    expect(pipe.sendData('x', 'y')).toBe(false);
  });

  test('a handler that throws harms nobody', async () => {
    const factory = await openFactory({ isBatched });
    const { pipe, peer } = await openPair(factory);
    pipe.handlers = {
      onRtp: () => {
        throw new Error('handler');
      },
    };
    peer.sendRtp(rtp(1));
    await until('counted', () => pipe.stats.handlerErrors === 1);
    expect(pipe.state).toBe('connected');
  });
});

describe('states', () => {
  test('silence disconnects, a check brings back, long silence fails', async () => {
    const factory = await openFactory({ timeouts: { disconnectedMs: 2_500, failedMs: 10_000 } });
    const states: [PipeState, PipeFailure | undefined][] = [];
    const { pipe, peer } = await openPair(factory);
    pipe.handlers = { onState: (state, failure) => states.push([state, failure]) };
    peer.vanish();
    await until('disconnected', () => pipe.state === 'disconnected');
    // Looked at twice a second: one check alone may be too old by the next look.
    await until('connected again', () => {
      peer.check(true);
      return pipe.state === 'connected';
    });
    await until('failed', () => pipe.state === 'failed');
    expect(states).toEqual([
      ['disconnected', undefined],
      ['connected', undefined],
      ['disconnected', undefined],
      ['failed', 'consent-timeout'],
    ]);
    expect(pipe.sendRtp(rtp(1))).toBe(false);
    pipe.close();
    pipe.close();
    expect(states.at(-1)).toEqual(['closed', undefined]);
    expect(() => pipe.accept(peer.remote)).toThrow(RangeError);
  });

  test('nobody comes, or only half a handshake: it fails in time', async () => {
    const factory = await openFactory({ timeouts: { connectMs: 300 } });
    const failures: (PipeFailure | undefined)[] = [];
    const pipe = factory.create({ handlers: { onState: (_state, failure) => failures.push(failure) } });
    const peer = await openPeer();
    pipe.accept(peer.remote);
    peer.check(true, { local: pipe.local });
    await until('failed', () => pipe.state === 'failed');
    expect(failures).toEqual([undefined, 'connect-timeout']);
  });

  test('what cannot be accepted is refused in words', async () => {
    const factory = await openFactory();
    const pipe = factory.create();
    const peer = await openPeer();
    const { remote } = peer;
    expect(() => pipe.accept({ ...remote, fingerprints: [] })).toThrow('fingerprint');
    expect(() => pipe.accept({ ...remote, fingerprints: [{ algorithm: 'sha-1', value: 'AA' }] })).toThrow(
      'fingerprint',
    );
    expect(pipe.local.setup).toBe('actpass');
    expect(pipe.accept(remote)).toBe('passive');
    expect(pipe.local.setup).toBe('passive');
    expect(pipe.accept({ ...remote, setup: 'active' })).toBe('passive');
    expect(() => pipe.accept({ ...remote, setup: 'passive' })).toThrow('role');
    expect(() => pipe.accept({ ...remote, fingerprints: [factory.fingerprint] })).toThrow('changed');
    expect(factory.create().accept({ ...remote, setup: 'passive' })).toBe('active');
  });

  test('a hello that comes before the remote description waits for it', async () => {
    const factory = await openFactory();
    const pipe = factory.create();
    const peer = await openPeer();
    peer.connect(pipe.local);
    await until('the check answered', () => peer.checksAnswered > 0);
    pipe.accept(peer.remote);
    await until('connected', () => pipe.state === 'connected' && peer.connected);
  });
});

describe('ICE-TCP', () => {
  test('refuses what is no ICE, answers a check, and forgets who hangs up', async () => {
    const factory = await openFactory({ tcpPort: 0 });
    const pipe = factory.create();
    const peer = await openPeer();
    pipe.accept(peer.remote);
    const browserLike = connectTcp(factory.tcpPort!, '127.0.0.1');
    browserLike.write('GET / HTTP/1.1\r\n\r\n');
    await once(browserLike, 'close');
    const socket = connectTcp(factory.tcpPort!, '127.0.0.1');
    const check = buildBindingRequest({
      transactionId: Buffer.alloc(12, 5),
      username: `${pipe.local.iceUfrag}:x`,
      password: pipe.local.icePwd,
      role: 'controlling',
      tieBreaker: Buffer.alloc(8),
      priority: 1,
      useCandidate: true,
    });
    const frame = Buffer.alloc(2 + check.length);
    frame.writeUInt16BE(check.length, 0);
    check.copy(frame, 2);
    // Frames may come in any pieces.
    socket.setNoDelay(true);
    socket.write(frame.subarray(0, 1));
    socket.write(frame.subarray(1, 30));
    socket.write(frame.subarray(30));
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(parseStun(answer.subarray(2, 2 + answer.readUInt16BE(0)))!.type).toBe(STUN_BINDING_SUCCESS);
    expect(pipe.selectedPath).toMatchObject({ protocol: 'tcp', remotePort: socket.localPort });
    socket.destroy();
    // The peer comes back by UDP, and is heard there.
    peer.connect(pipe.local);
    await until('connected over UDP', () => pipe.state === 'connected' && pipe.selectedPath!.protocol === 'udp');
  });
});

test('a pipe that begins the handshake has media before the last word of it, and gives up when that never comes', async () => {
  const factory = await openFactory({ timeouts: { connectMs: 15_000 } });
  const pipe = factory.create({ preferredSetup: 'active' });
  const peer = await openPeer();
  const received: number[] = [];
  let failure: PipeFailure | undefined;
  pipe.handlers = {
    onRtp: (packet) => received.push(packet.readUInt16BE(2)),
    onState: (_state, reason) => {
      failure = reason;
    },
  };
  // The flight of ChangeCipherSpec and Finished is lost, however often it is sent.
  peer.withhold = (datagram) => datagram[0] === 20;
  pipe.accept(peer.remote);
  peer.connect(pipe.local);
  await until('both have keys', () => pipe.state === 'connected' && peer.connected);
  expect(pipe.sendRtp(rtp(1))).toBe(true);
  peer.sendRtp(rtp(2));
  await until('media both ways', () => peer.packets.length === 1 && received.length === 1);
  expect([peer.packets[0], received]).toEqual([rtp(1), [2]]);
  await until('the pipe to give up', () => pipe.state === 'failed');
  expect(failure).toBe('connect-timeout');
  expect(pipe.sendRtp(rtp(3))).toBe(false);
});

test('binds several addresses at one port and announces what it is told', async () => {
  const factory = await openFactory({
    tcpPort: 0,
    listenAddresses: ['127.0.0.1', '127.0.0.2', '::1'],
    announcedAddresses: ['203.0.113.7', '2001:db8::7'],
  });
  const { candidates } = factory.create().local;
  expect(candidates.map(({ protocol, address, port }) => `${protocol} ${address} ${port}`)).toEqual([
    `udp 203.0.113.7 ${factory.udpPort}`,
    `udp 2001:db8::7 ${factory.udpPort}`,
    `tcp 203.0.113.7 ${factory.tcpPort}`,
    `tcp 2001:db8::7 ${factory.tcpPort}`,
  ]);
  expect(new Set(candidates.map((candidate) => candidate.priority)).size).toBe(4);
  await expect(openTransport({ udpPort: factory.udpPort!, listenAddresses: ['127.0.0.1'] })).rejects.toThrow(
    'EADDRINUSE',
  );
});

test.skipIf(!outsideAddress)('an answer leaves by the address that was asked', async () => {
  const factory = await openFactory({ listenAddresses: undefined, announcedAddresses: ['127.0.0.1'] });
  const pipe = factory.create();
  // From an address of this machine that is not loopback, as Chromium asks.
  const socket = createSocket('udp4');
  socket.bind(0, outsideAddress);
  await once(socket, 'listening');
  closers.push(() => socket.close());
  socket.send(
    buildBindingRequest({
      transactionId: Buffer.alloc(12, 1),
      username: `${pipe.local.iceUfrag}:x`,
      password: pipe.local.icePwd,
      role: 'controlling',
      tieBreaker: Buffer.alloc(8, 1),
      priority: 1,
    }),
    factory.udpPort!,
    '127.0.0.1',
  );
  const [answer, from] = (await once(socket, 'message')) as [Buffer, RemoteInfo];
  expect([parseStun(answer)!.type, from.address]).toEqual([STUN_BINDING_SUCCESS, '127.0.0.1']);
});

test('closing leaves nothing open', async () => {
  const before = process.getActiveResourcesInfo().length;
  const factory = await openTransport({ udpPort: 0, tcpPort: 0, listenAddresses: ['127.0.0.1'] });
  const peer = await ControllingPeer.open();
  const pipe = factory.create();
  pipe.accept(peer.remote);
  peer.connect(pipe.local);
  await until('connected', () => pipe.state === 'connected' && peer.connected);
  pipe.openDataChannel('x');
  peer.close();
  await factory.close();
  await factory.close();
  expect(pipe.state).toBe('closed');
  expect(() => factory.create()).toThrow(RangeError);
  await until('nothing left', () => process.getActiveResourcesInfo().length <= before);
});
