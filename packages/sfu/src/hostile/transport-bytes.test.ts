import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createCertificate } from '../transport/certificate.ts';
import { DataChannels } from '../transport/data-channels.ts';
import { DtlsAssociation } from '../transport/dtls.ts';
import {
  parseCertificate,
  parseCertificateVerify,
  parseClientHello,
  parseClientKeyExchange,
  parseHelloVerifyRequest,
  parseServerHello,
  parseServerKeyExchange,
} from '../transport/dtls-messages.ts';
import { HandshakeReassembly } from '../transport/dtls-reassembly.ts';
import { parseRecords } from '../transport/dtls-record.ts';
import {
  packetChecksum,
  parseData,
  parseForwardTsn,
  parseInit,
  parseParameters,
  parseSack,
  parseSctp,
} from '../transport/sctp-packet.ts';
import { SrtpReceiver, SrtpSender } from '../transport/srtp.ts';
import { deriveSessionKeys, SRTP_PROFILES, srtpKeyLengths } from '../transport/srtp-keys.ts';
import { buildBindingRequest, buildBindingSuccess, parseStun, verifyStunIntegrity } from '../transport/stun.ts';
import { parseTurn } from '../transport/turn/turn-message.ts';
import { assertHostile, hostileBytes } from './testing.ts';

const CHECK = buildBindingRequest({
  transactionId: Buffer.alloc(12, 5),
  username: 'server:client',
  password: 'the password of the server',
  role: 'controlling',
  tieBreaker: Buffer.alloc(8, 1),
  priority: 1,
  useCandidate: true,
});

describe('SFU-54: STUN and TURN', () => {
  const answer = buildBindingSuccess(parseStun(CHECK)!, '192.0.2.1', 40_000, 'the password of the server');
  // An allocation request as browsers send it first: software, lifetime, UDP.
  const allocate = Buffer.from('000300082112a4420102030405060708090a0b0c0019000411000000', 'hex');

  test('nothing damaged authenticates', () => {
    assertHostile(
      fc.property(hostileBytes([CHECK, answer]), (bytes) => {
        const message = parseStun(bytes);
        if (!message) return;
        const isWhole = [CHECK, answer].some((whole) => whole.equals(bytes));
        // What follows the integrity (a fingerprint) may be cut off; what it covers may not be touched.
        const covered = [CHECK, answer].some((whole) =>
          whole.subarray(8, message.integrityOffset).equals(bytes.subarray(8, message.integrityOffset)),
        );
        if (verifyStunIntegrity(bytes, message, 'the password of the server')) expect(isWhole || covered).toBe(true);
      }),
      4,
    );
  });

  test('TURN messages are read or refused', () => {
    assertHostile(
      fc.property(hostileBytes([allocate, CHECK]), (bytes) => void parseTurn(bytes)),
      4,
    );
  });
});

/** Both flights of a real handshake, as datagrams, each by the side that sent it. */
function recordHandshake(): { client: Buffer[]; server: Buffer[] } {
  const certificates = { client: createCertificate(), server: createCertificate() };
  const sent = { client: [] as Buffer[], server: [] as Buffer[] };
  const queue: (() => void)[] = [];
  const make = (role: 'client' | 'server'): DtlsAssociation => {
    const other = role === 'client' ? 'server' : 'client';
    return new DtlsAssociation({
      role,
      certificate: certificates[role],
      fingerprints: [certificates[other].fingerprint],
      events: {
        send(datagram) {
          sent[role].push(Buffer.from(datagram));
          queue.push(() => sides[other].receive(Buffer.from(datagram)));
        },
        onKeys: () => {},
        onConnected: () => {},
        onData: () => {},
        onClosed: () => {},
        onFailed: () => {},
      },
    });
  };
  const sides = { client: make('client'), server: make('server') };
  sides.client.start();
  for (let step = queue.shift(); step; step = queue.shift()) step();
  expect(sides.client.connected && sides.server.connected).toBe(true);
  sides.client.send(Buffer.from('application data'));
  sides.client.close();
  sides.server.close();
  return sent;
}

describe('SFU-54: DTLS', () => {
  const recorded = recordHandshake();
  const datagrams = [...recorded.client, ...recorded.server];
  const fragments = datagrams.flatMap((datagram) => parseRecords(datagram).map((record) => record.fragment));

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('records and messages', () => {
    const bodies = fragments.map((fragment) => fragment.subarray(12));
    assertHostile(
      fc.property(hostileBytes(datagrams), hostileBytes(bodies), (datagram, body) => {
        let bytes = 0;
        for (const { fragment } of parseRecords(datagram)) bytes += fragment.length;
        expect(bytes).toBeLessThanOrEqual(datagram.length);
        for (const parse of [
          parseClientHello,
          parseHelloVerifyRequest,
          parseServerHello,
          parseCertificate,
          parseServerKeyExchange,
          parseClientKeyExchange,
          parseCertificateVerify,
        ])
          parse(body);
      }),
      2,
    );
  });

  test('fragments of messages, in any shape, keep little', () => {
    assertHostile(
      fc.property(fc.array(hostileBytes(fragments, 300), { maxLength: 20 }), (all) => {
        const reassembly = new HandshakeReassembly();
        for (const fragment of all) {
          for (const { body } of reassembly.add(fragment, false).messages)
            expect(body.length).toBeLessThanOrEqual(16_384);
        }
      }),
    );
  });

  test.each(['client', 'server'] as const)('an association as %s never throws, and never connects by it', (role) => {
    const certificate = createCertificate();
    const inbound = role === 'server' ? recorded.client : recorded.server;
    assertHostile(
      fc.property(fc.array(hostileBytes(inbound), { maxLength: 8 }), (all) => {
        let outBytes = 0;
        let hasKeys = false;
        const dtls = new DtlsAssociation({
          role,
          certificate,
          fingerprints: [{ algorithm: 'sha-256', value: Array(32).fill('00').join(':') }],
          events: {
            send: (datagram) => {
              outBytes += datagram.length;
            },
            onKeys: () => {
              hasKeys = true;
            },
            onConnected: () => {},
            onData: () => {},
            onClosed: () => {},
            onFailed: () => {},
          },
        });
        dtls.start();
        for (const datagram of all) dtls.receive(datagram);
        expect(hasKeys || dtls.connected).toBe(false);
        expect(outBytes).toBeLessThan(20_000);
        dtls.close();
      }),
      0.5,
    );
  });
});

describe('SFU-54: SCTP and the channels over it', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  interface Pair {
    client: DataChannels;
    server: DataChannels;
    got: string[];
    /** Everything the client sent. */
    sent: Buffer[];
  }

  function connect(): Pair {
    const got: string[] = [];
    const sent: Buffer[] = [];
    const quiet = { onOpen: () => {}, onClosed: () => {} };
    const server: DataChannels = new DataChannels('server', {
      ...quiet,
      send: (packet) => void setTimeout(() => client.receive(Buffer.from(packet)), 1),
      onMessage: (_label, data) => got.push(data.toString()),
    });
    const client = new DataChannels('client', {
      ...quiet,
      send(packet) {
        sent.push(Buffer.from(packet));
        setTimeout(() => server.receive(Buffer.from(packet)), 1);
      },
      onMessage: () => {},
    });
    client.open('_reliable', { ordered: true });
    client.open('_lossy', { ordered: false, maxRetransmits: 0 });
    vi.advanceTimersByTime(50);
    client.send('_reliable', 'first');
    client.send('_lossy', Buffer.alloc(3_000, 1));
    vi.advanceTimersByTime(50);
    return { client, server, got, sent };
  }

  test('packets, chunks and parameters', () => {
    const { client, server, sent } = connect();
    assertHostile(
      fc.property(hostileBytes(sent), (bytes) => {
        if (bytes.length >= 12) bytes.writeUInt32LE(packetChecksum(bytes), 8);
        for (const chunk of parseSctp(bytes)?.chunks ?? []) {
          parseData(chunk);
          for (const parse of [parseInit, parseSack, parseForwardTsn, parseParameters]) parse(chunk.body);
        }
      }),
      4,
    );
    client.close();
    server.close();
  });

  test('an association that was fed damaged packets with right checksums and tags still carries messages, or is over', () => {
    const template = connect();
    const bodies = template.sent.map((packet) => packet.subarray(12));
    template.client.close();
    template.server.close();
    assertHostile(
      fc.property(fc.array(hostileBytes(bodies), { minLength: 1, maxLength: 10 }), (all) => {
        const { client, server, got, sent } = connect();
        const header = sent.at(-1)!.subarray(0, 12);
        for (const body of all) {
          const packet = Buffer.concat([header, body.subarray(0, 1_400)]);
          packet.writeUInt32LE(packetChecksum(packet), 8);
          server.receive(packet);
        }
        client.send('_reliable', 'after');
        vi.advanceTimersByTime(500);
        expect(got[0]).toBe('first');
        client.close();
        server.close();
        vi.advanceTimersByTime(1_000);
        expect(vi.getTimerCount()).toBe(0);
      }),
      0.3,
    );
  });
});

describe.each(SRTP_PROFILES)('SFU-54: SRTP profile %d', (profile) => {
  const { keyBytes, saltBytes } = srtpKeyLengths(profile);
  const keys = deriveSessionKeys(profile, { key: Buffer.alloc(keyBytes, 3), salt: Buffer.alloc(saltBytes, 4) });
  const rtp = (sequence: number): Buffer => {
    const packet = Buffer.alloc(60, 9);
    packet.writeUInt16BE(0x8060, 0);
    packet.writeUInt16BE(sequence, 2);
    packet.writeUInt32BE(7, 8);
    return packet;
  };
  const rtcp = Buffer.from('81c90007000000011234567840000007000100010000000a0000000000000000', 'hex');

  test('only what is whole and new opens', () => {
    const sender = new SrtpSender(profile, keys);
    const sealed = [1, 2, 3].map((sequence) => Buffer.from(sender.protectRtp(rtp(sequence), 60)!));
    const control = Buffer.from(sender.protectRtcp(rtcp, rtcp.length)!);
    assertHostile(
      fc.property(hostileBytes([...sealed, control]), (bytes) => {
        const receiver = new SrtpReceiver(profile, keys);
        const isOurs = sealed.some((whole) => whole.equals(bytes));
        const isControl = control.equals(bytes);
        expect(receiver.unprotectRtp(Buffer.from(bytes)) !== undefined).toBe(isOurs);
        expect(receiver.unprotectRtcp(Buffer.from(bytes)) !== undefined).toBe(isControl);
        if (isOurs) expect(receiver.unprotectRtp(Buffer.from(bytes)), 'a second time').toBeUndefined();
        if (isControl) expect(receiver.unprotectRtcp(Buffer.from(bytes)), 'a second time').toBeUndefined();
      }),
    );
  });
});
