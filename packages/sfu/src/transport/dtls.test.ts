import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { seededRandom } from '../media/simulation/link.ts';
import { createCertificate } from './certificate.ts';
import { DtlsAssociation } from './dtls.ts';
import type { DtlsOptions } from './dtls-handshake.ts';
import { DtlsSecrets } from './dtls-keys.ts';
import { parseClientHello } from './dtls-messages.ts';
import { parseRecords } from './dtls-record.ts';
import { SRTP_AEAD_AES_128_GCM, SRTP_PROFILES, type SrtpKeys } from './srtp-keys.ts';

const clientCertificate = createCertificate();
const serverCertificate = createCertificate();

/** What lies between the two: gets each datagram with its number, returns what arrives. */
type Link = (datagram: Buffer, from: 'client' | 'server', count: number) => Buffer[];

interface Side {
  dtls: DtlsAssociation;
  keys: SrtpKeys | undefined;
  data: string[];
  failure: string | undefined;
  isClosed: boolean;
}

function connect(
  link: Link = (datagram) => [datagram],
  overrides: Partial<Record<'client' | 'server', Partial<DtlsOptions>>> = {},
) {
  let count = 0;
  const make = (role: 'client' | 'server'): Side => {
    const side: Side = { dtls: undefined as never, keys: undefined, data: [], failure: undefined, isClosed: false };
    side.dtls = new DtlsAssociation({
      role,
      certificate: role === 'client' ? clientCertificate : serverCertificate,
      fingerprints: [role === 'client' ? serverCertificate.fingerprint : clientCertificate.fingerprint],
      ...overrides[role],
      events: {
        send(datagram) {
          const peer = role === 'client' ? server : client;
          for (const arriving of link(Buffer.from(datagram), role, count++)) {
            setTimeout(() => peer.dtls.receive(arriving), 5);
          }
        },
        onKeys: (keys) => {
          side.keys = keys;
        },
        onConnected: () => {},
        onData: (data) => side.data.push(data.toString()),
        onClosed: () => {
          side.isClosed = true;
        },
        onFailed: (failure, detail) => {
          side.failure = `${failure}: ${detail}`;
        },
      },
    });
    return side;
  };
  const server = make('server');
  const client = make('client');
  client.dtls.start();
  return { client, server };
}

function expectConnected({ client, server }: { client: Side; server: Side }): void {
  expect([client.failure, server.failure]).toEqual([undefined, undefined]);
  expect(client.dtls.connected && server.dtls.connected).toBe(true);
  expect(client.keys!.profile).toBe(SRTP_PROFILES[0]);
  expect(client.keys!.local).toEqual(server.keys!.remote);
  expect(client.keys!.remote).toEqual(server.keys!.local);
  expect(client.keys!.local).not.toEqual(client.keys!.remote);
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe('handshake', () => {
  test('connects, carries data both ways, and closes without leaving a timer', () => {
    const sides = connect();
    vi.advanceTimersByTime(30);
    expectConnected(sides);
    expect(sides.client.dtls.send(Buffer.from('up'))).toBe(true);
    expect(sides.server.dtls.send(Buffer.from('down'))).toBe(true);
    vi.advanceTimersByTime(10);
    expect([sides.server.data, sides.client.data]).toEqual([['up'], ['down']]);
    sides.client.dtls.close();
    vi.advanceTimersByTime(10);
    expect(sides.server.isClosed).toBe(true);
    expect(sides.client.dtls.send(Buffer.from('late'))).toBe(false);
    sides.server.dtls.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('survives the loss of any one datagram, quickly', () => {
    for (let lost = 0; lost < 4; lost++) {
      const sides = connect((datagram, _from, count) => (count === lost ? [] : [datagram]));
      vi.advanceTimersByTime(250);
      expectConnected(sides);
      sides.client.dtls.close();
      sides.server.dtls.close();
    }
  });

  test('survives heavy loss, repetition and reordering of records', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        // Numbers that fast-check makes favour small ones, which would lose half of all records.
        const random = seededRandom(seed);
        const roll = () => Math.floor(random() * 100);
        const sides = connect((datagram) => {
          const records = parseRecords(datagram).map((record) => Buffer.from(record.bytes));
          const kept = records.filter(() => roll() >= 30);
          if (roll() < 50) kept.reverse();
          return roll() < 20 ? [...kept, ...kept] : kept;
        });
        vi.advanceTimersByTime(60_000);
        expectConnected(sides);
        sides.client.dtls.close();
        sides.server.dtls.close();
        vi.advanceTimersByTime(100);
      }),
      { numRuns: 15 },
    );
  });

  test('the server puts a first message in fragments together, in any order', () => {
    const sides = connect((datagram, from, count) => {
      if (from === 'server' || count > 0) return [datagram];
      const [record] = parseRecords(datagram);
      const message = record!.fragment;
      const pieces = [message.subarray(12, 60), message.subarray(50, 100), message.subarray(100)];
      const offsets = [0, 38, 88];
      return pieces
        .map((piece, i) => {
          const head = Buffer.from(message.subarray(0, 12));
          head.writeUIntBE(offsets[i]!, 6, 3);
          head.writeUIntBE(piece.length, 9, 3);
          const recordHead = Buffer.from(record!.bytes.subarray(0, 13));
          recordHead.writeUIntBE(i, 5, 6);
          recordHead.writeUInt16BE(12 + piece.length, 11);
          return Buffer.concat([recordHead, head, piece]);
        })
        .reverse();
    });
    vi.advanceTimersByTime(50);
    expectConnected(sides);
  });
});

describe('refusals', () => {
  test('a certificate that SDP did not announce', () => {
    const other = createCertificate().fingerprint;
    const byServer = connect(undefined, { server: { fingerprints: [other] } });
    vi.advanceTimersByTime(1_000);
    expect(byServer.server.failure).toMatch(/^fingerprint-mismatch/);
    expect(byServer.client.dtls.connected || byServer.server.dtls.connected).toBe(false);
    const byClient = connect(undefined, { client: { fingerprints: [other] } });
    vi.advanceTimersByTime(1_000);
    expect(byClient.client.failure).toMatch(/^fingerprint-mismatch/);
    expect(byClient.client.dtls.connected || byClient.server.dtls.connected).toBe(false);
  });

  test('the right certificate without its key: somebody copied what is public', () => {
    const stolen = (original: typeof clientCertificate) => ({
      ...original,
      privateKey: createCertificate().privateKey,
    });
    const asClient = connect(undefined, { client: { certificate: stolen(clientCertificate) } });
    vi.advanceTimersByTime(1_000);
    expect(asClient.server.failure).toMatch(/does not own/);
    const asServer = connect(undefined, { server: { certificate: stolen(serverCertificate) } });
    vi.advanceTimersByTime(1_000);
    expect(asServer.client.failure).toMatch(/does not own/);
    // Whoever was shown the stolen certificate has no keys; its presenter may have some, and nobody to use them with.
    expect([asClient.server.keys, asServer.client.keys, asServer.server.keys]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([asClient, asServer].some(({ client, server }) => client.dtls.connected || server.dtls.connected)).toBe(
      false,
    );
  });

  test('no changed byte of the handshake goes unnoticed', () => {
    // Learn how long the two plain flights are, then change one byte at a time.
    const lengths: number[] = [];
    connect((datagram) => {
      lengths.push(datagram.length);
      return [datagram];
    });
    vi.advanceTimersByTime(50);
    for (let flight = 0; flight < 3; flight++) {
      for (let at = 13; at < lengths[flight]!; at += 29) {
        const sides = connect((datagram, _from, count) => {
          // A changed record of the first sending only would be repaired by the second: change every sending.
          if (count >= flight && datagram.length === lengths[flight]) datagram[at]! ^= 0x01;
          return [datagram];
        });
        vi.advanceTimersByTime(150);
        const both = sides.client.dtls.connected && sides.server.dtls.connected;
        // Record headers are not part of the handshake; whatever is must break it, for good and on both sides.
        if (both) expect(sides.client.keys!.local).toEqual(sides.server.keys!.remote);
        else expect([sides.client.dtls.connected, sides.server.keys]).toEqual([false, undefined]);
        sides.client.dtls.close();
        sides.server.dtls.close();
        vi.advanceTimersByTime(50);
      }
    }
  });

  test('a Finished that does not fit ends what the keys before it began', () => {
    const original = DtlsSecrets.prototype.verifyData;
    // The server makes its own before the client works out what it should be.
    let made = 0;
    vi.spyOn(DtlsSecrets.prototype, 'verifyData').mockImplementation(function (this: DtlsSecrets, role, transcript) {
      const data = original.call(this, role, transcript);
      if (role === 'server' && made++ === 0) data[0]! ^= 0x01;
      return data;
    });
    const sides = connect();
    vi.advanceTimersByTime(20);
    expect([sides.client.keys !== undefined, sides.client.dtls.connected]).toEqual([true, false]);
    vi.advanceTimersByTime(10);
    expect(sides.client.failure).toMatch(/tampered/);
    expect(sides.client.dtls.connected).toBe(false);
    expect(sides.client.dtls.send(Buffer.from('x'))).toBe(false);
  });

  test('a hello stripped of the better SRTP profile ends the handshake', () => {
    let stripped = 0;
    const sides = connect((datagram, from) => {
      // use_srtp: 000e 0007 0004 0001 0007 00 → claim AES-GCM twice.
      const at = from === 'client' ? datagram.indexOf(Buffer.from('000e0007000400010007', 'hex')) : -1;
      if (at >= 0) {
        stripped++;
        datagram.writeUInt16BE(7, at + 6);
      }
      return [datagram];
    });
    vi.advanceTimersByTime(2_000);
    expect(stripped).toBeGreaterThan(0);
    expect(sides.server.failure).toMatch(/does not own|tampered/);
    expect(sides.client.dtls.connected || sides.server.dtls.connected).toBe(false);
  });

  test('offers too weak for us', () => {
    const change =
      (from: string, to: string): Link =>
      (datagram, side) => {
        const at = side === 'client' ? datagram.indexOf(Buffer.from(from, 'hex')) : -1;
        if (at >= 0) Buffer.from(to, 'hex').copy(datagram, at);
        return [datagram];
      };
    for (const [from, to, failure] of [
      ['c02bc02f', '003c003d', /cipher suite/],
      ['00170000', '7a7a0000', /extended master secret/],
      ['0001000700', '0008000900', /SRTP profile/],
    ] as const) {
      const sides = connect(change(from, to));
      vi.advanceTimersByTime(100);
      expect(sides.server.failure).toMatch(failure);
    }
  });

  test('after connecting, strangers’ hellos, alerts and repeated records change nothing', () => {
    const seen: Buffer[] = [];
    const sides = connect((datagram) => {
      seen.push(Buffer.from(datagram));
      return [datagram];
    });
    vi.advanceTimersByTime(30);
    sides.client.dtls.send(Buffer.from('once'));
    vi.advanceTimersByTime(10);
    for (const datagram of seen) {
      sides.server.dtls.receive(Buffer.from(datagram));
      sides.client.dtls.receive(Buffer.from(datagram));
    }
    // A plain fatal alert and a plain close_notify.
    for (const body of ['0228', '0100']) {
      sides.server.dtls.receive(Buffer.from(`15fefd000000000000000900 02${body}`.replace(' ', ''), 'hex'));
    }
    vi.advanceTimersByTime(100);
    expect(sides.server.data).toEqual(['once']);
    expectConnected(sides);
    expect(sides.server.isClosed).toBe(false);
  });

  test('never throws, whatever arrives at whatever time', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 6 }),
        fc.constantFrom(20, 21, 22, 23),
        fc.integer({ min: 0, max: 4 }),
        (junk, type, after) => {
          const sides = connect((datagram, _from, count) => {
            if (count !== after) return [datagram];
            const records = junk.map((raw) => {
              const head = Buffer.from('16fefd0000000000000000', 'hex');
              head[0] = type;
              head[4] = raw.length & 1;
              const length = Buffer.alloc(2);
              length.writeUInt16BE(raw.length, 0);
              return Buffer.concat([head, length, raw]);
            });
            return [...junk.map((raw) => Buffer.from(raw)), ...records, datagram];
          });
          expect(() => vi.advanceTimersByTime(500)).not.toThrow();
          sides.client.dtls.close();
          sides.server.dtls.close();
          vi.advanceTimersByTime(50);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('a hello of random bytes is no hello', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (raw) => {
        expect(() => parseClientHello(Buffer.from(raw))).not.toThrow();
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('false start', () => {
  test('the client has its keys a round trip before the handshake is done, the server only then', () => {
    const sides = connect((datagram, _from, count) => (count === 3 ? [] : [datagram]));
    vi.advanceTimersByTime(20);
    expect(sides.client.keys!.local).toEqual(sides.server.keys!.remote);
    expect([sides.client.dtls.connected, sides.server.dtls.connected]).toEqual([false, true]);
    // Only media may use them: application data waits for the last word.
    expect(sides.client.dtls.send(Buffer.from('early'))).toBe(false);
    vi.advanceTimersByTime(200);
    expectConnected(sides);
  });

  test('a byte changed anywhere before the keys makes them others for every direction', () => {
    const transcript = Buffer.from('all messages from ClientHello to ClientKeyExchange');
    const [secret, clientRandom, serverRandom] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2), Buffer.alloc(32, 3)];
    const keysWith = (seen: Buffer): SrtpKeys =>
      new DtlsSecrets(secret, seen, clientRandom, serverRandom).srtpKeys(SRTP_AEAD_AES_128_GCM, 'client');
    const genuine = keysWith(transcript);
    expect(keysWith(Buffer.from(transcript))).toEqual(genuine);
    for (let at = 0; at < transcript.length; at++) {
      const changed = Buffer.from(transcript);
      changed[at]! ^= 0x01;
      const { local, remote } = keysWith(changed);
      expect(local.key.equals(genuine.local.key) || remote.key.equals(genuine.remote.key)).toBe(false);
    }
  });
});
