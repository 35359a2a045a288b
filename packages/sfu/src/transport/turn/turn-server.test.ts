import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stunAttribute, stunMessage } from '../stun-format.ts';
import { type TurnLink, TurnTestClient } from './testing.ts';
import type { TurnAllocation } from './turn-allocation.ts';
import type { TurnClient } from './turn-client.ts';
import { turnCredentials, turnKey } from './turn-credentials.ts';
import { numberAttribute, TURN_ATTRIBUTE, TURN_METHOD, turnType } from './turn-message.ts';
import { TurnServer } from './turn-server.ts';

const SECRET = 'the secret';
const WALL_MS = 1_800_000_000_000;
const MEDIA = { address: '203.0.113.7', port: 7710 };
const MEDIA6 = { address: '2001:db8:0:0:0:0:0:7', port: 7710 };
const ELSEWHERE = { address: '203.0.113.7', port: 22 };

let server: TurnServer;
let nowMs: number;
let wallMs: number;
let lastPort: number;

beforeEach(() => {
  nowMs = 5_000_000;
  wallMs = WALL_MS;
  lastPort = 1_000;
  server = new TurnServer({
    secret: SECRET,
    limits: { allocationsPerParticipant: 2, allocations: 4 },
    wallMs: () => wallMs,
  });
  server.setPeers([
    { ...MEDIA, target: { address: '127.0.0.1', port: 9 } },
    { address: '2001:db8::7', port: 7710, target: { address: '::1', port: 9 } },
  ]);
});

afterEach(() => server.close());

interface Wired {
  client: TurnTestClient;
  /** Another name at the same address. */
  as(secret: string, participant: string): TurnTestClient;
  end: TurnClient;
  /** Everything the server said. */
  said: Buffer[];
}

/** A client wired to the server without a network. */
function wire(options: { address?: string; isStream?: boolean; participant?: string; secret?: string } = {}): Wired {
  const said: Buffer[] = [];
  let allocation: TurnAllocation | undefined;
  const link: TurnLink = {
    isStream: options.isStream ?? false,
    onMessage: () => {},
    write: (bytes) => (bytes[0]! <= 3 ? server.onMessage(bytes, end, nowMs) : server.onChannelData(bytes, end)),
    close: () => server.onClientGone(end),
  };
  const end: TurnClient = {
    address: options.address ?? '198.51.100.1',
    port: ++lastPort,
    isStream: link.isStream,
    get allocation() {
      return allocation;
    },
    set allocation(next) {
      allocation = next;
    },
    onAllocation: () => {},
    send: (bytes) => {
      said.push(bytes);
      queueMicrotask(() => link.onMessage(bytes));
      return true;
    },
  };
  const as = (secret: string, participant: string) => {
    const credentials = turnCredentials(secret, participant, WALL_MS, 60);
    return new TurnTestClient(link, credentials, (realm) => turnKey(secret, realm, credentials.username));
  };
  return { client: as(options.secret ?? SECRET, options.participant ?? 'PA_1'), as, end, said };
}

describe('SFU-36 the TURN server', () => {
  test('gives an allocation to whoever has a secret of ours, and says from where they came', async () => {
    const { client } = wire();
    const answer = await client.allocate();
    expect([answer.isSuccess, answer.isSigned]).toEqual([true, true]);
    expect(client.mapped).toEqual({ address: '198.51.100.1', port: 1_001 });
    expect(client.relayed!.address).toBe(MEDIA.address);
    expect(answer.attributes.get(TURN_ATTRIBUTE.lifetime)!.readUInt32BE(0)).toBe(600);
    expect(server.allocationCount).toBe(1);
    // The same request again is the same allocation, another one is a mistake.
    expect((await client.allocate()).code).toBe(437);
    expect((await client.refresh(10_000)).attributes.get(TURN_ATTRIBUTE.lifetime)!.readUInt32BE(0)).toBe(3_600);
    expect((await client.refresh(0)).isSuccess).toBe(true);
    expect(server.allocationCount).toBe(0);
    expect((await client.refresh(600)).code).toBe(437);
  });

  test('repeats its answer to a repeated request', async () => {
    const { client } = wire();
    await client.allocate();
    await client.refresh(0);
    const wanted = [numberAttribute(TURN_ATTRIBUTE.requestedTransport, 17 << 24)];
    const transactionId = Buffer.alloc(12, 9);
    const first = await client.request(TURN_METHOD.allocate, wanted, { transactionId });
    const again = await client.request(TURN_METHOD.allocate, wanted, { transactionId });
    expect([again.isSuccess, again.bytes]).toEqual([true, first.bytes]);
    expect(server.allocationCount).toBe(1);
  });

  test('refuses who guesses, who is too late, and who speaks for another', async () => {
    expect((await wire({ secret: 'a guess' }).client.allocate()).code).toBe(401);
    expect(server.allocationCount).toBe(0);

    const late = wire({ participant: 'PA_2' });
    wallMs = WALL_MS + 60_000;
    expect((await late.client.allocate()).code).toBe(401);
    wallMs = WALL_MS;
    expect((await late.client.allocate()).isSuccess).toBe(true);
    // What stands may be kept up when the credentials are over, by whom it belongs to.
    wallMs = WALL_MS + 60_000;
    expect((await late.client.refresh(600)).isSuccess).toBe(true);
    const thief = late.as(SECRET, 'PA_3');
    Object.assign(thief, { realm: late.client.realm, nonce: late.client.nonce });
    expect((await thief.refresh(0)).code).toBe(441);
    expect(server.allocationCount).toBe(1);
  });

  test('a nonce serves only the address it was given to, and for ten minutes', async () => {
    const one = wire();
    await one.client.allocate();
    const two = wire();
    Object.assign(two.client, { realm: one.client.realm, nonce: one.client.nonce });
    expect((await two.client.allocate()).code).toBe(438);
    nowMs += 599_000;
    expect((await one.client.refresh(3_600)).isSuccess).toBe(true);
    nowMs += 1_000;
    const stale = await one.client.refresh(600);
    expect([stale.code, stale.attributes.get(TURN_ATTRIBUTE.nonce)!.length]).toEqual([438, 16]);
  });

  test('SFU-37 relays to our media addresses and to nothing else', async () => {
    const { client } = wire();
    await client.allocate();
    expect((await client.permit(MEDIA)).isSuccess).toBe(true);
    expect((await client.bind(0x4000, MEDIA)).isSuccess).toBe(true);
    for (const address of ['127.0.0.1', '10.0.0.1', '169.254.169.254', '0.0.0.0', '198.51.100.1', '203.0.113.8'])
      expect([address, (await client.permit({ address, port: 7710 })).code]).toEqual([address, 403]);
    // The very address, but another service on it.
    expect((await client.bind(0x4001, ELSEWHERE)).code).toBe(403);
    // An IPv4 address in IPv6 clothes is the same address; an IPv6 one needs an allocation of its own.
    expect((await client.permit(MEDIA6)).code).toBe(443);
    const v6 = wire({ participant: 'PA_6' });
    await v6.client.allocate([numberAttribute(TURN_ATTRIBUTE.requestedAddressFamily, 2 << 24)]);
    expect(v6.client.relayed!.address).toBe(MEDIA6.address);
    expect((await v6.client.permit(MEDIA6)).isSuccess).toBe(true);
    expect((await v6.client.permit({ address: '::1', port: 7710 })).code).toBe(403);
    expect((await v6.client.permit(MEDIA)).code).toBe(443);
  });

  test('binds each channel to one peer and each peer to one channel', async () => {
    const { client } = wire();
    await client.allocate();
    expect((await client.bind(0x3fff, MEDIA)).code).toBe(400);
    expect((await client.bind(0x7fff, MEDIA)).code).toBe(400);
    expect((await client.bind(0x4000, MEDIA)).isSuccess).toBe(true);
    expect((await client.bind(0x4000, MEDIA)).isSuccess).toBe(true);
    expect((await client.bind(0x4001, MEDIA)).code).toBe(400);
    server.setPeers([
      { ...MEDIA, target: { address: '127.0.0.1', port: 9 } },
      { ...MEDIA, port: 7711, target: { address: '127.0.0.1', port: 9 } },
    ]);
    expect((await client.bind(0x4000, { ...MEDIA, port: 7711 })).code).toBe(400);
    expect((await client.bind(0x4001, { ...MEDIA, port: 7711 })).isSuccess).toBe(true);
  });

  test('bounds allocations, of one participant and of all', async () => {
    const codes: (number | undefined)[] = [];
    for (const participant of ['PA_1', 'PA_1', 'PA_1', 'PA_2', 'PA_2', 'PA_3'])
      codes.push((await wire({ participant }).client.allocate()).code);
    expect(codes).toEqual([undefined, undefined, 486, undefined, undefined, 508]);
    // Their time over, they are gone, and with them the count.
    nowMs += 600_000;
    server.sweep(nowMs);
    expect(server.allocationCount).toBe(0);
    expect((await wire().client.allocate()).isSuccess).toBe(true);
  });

  test('a closed connection takes its allocation along', async () => {
    const { client } = wire({ isStream: true });
    await client.allocate();
    client.close();
    expect(server.allocationCount).toBe(0);
  });

  test('says what it cannot do', async () => {
    const { client } = wire();
    await client.allocate();
    await client.refresh(0);
    const ask = (...attributes: Buffer[]) => client.request(TURN_METHOD.allocate, attributes);
    const udp = numberAttribute(TURN_ATTRIBUTE.requestedTransport, 17 << 24);
    const one = Buffer.from([0x80]);
    expect((await ask()).code).toBe(400);
    expect((await ask(numberAttribute(TURN_ATTRIBUTE.requestedTransport, 6 << 24))).code).toBe(442);
    expect((await ask(udp, stunAttribute(TURN_ATTRIBUTE.evenPort, one))).code).toBe(508);
    expect((await ask(udp, stunAttribute(TURN_ATTRIBUTE.evenPort, Buffer.from([0])))).isSuccess).toBe(true);
    await client.refresh(0);
    expect((await ask(udp, stunAttribute(TURN_ATTRIBUTE.reservationToken, Buffer.alloc(8)))).code).toBe(508);
    expect((await ask(udp, numberAttribute(TURN_ATTRIBUTE.requestedAddressFamily, 3 << 24))).code).toBe(440);
    // DONT-FRAGMENT has to be understood or refused by name.
    const unknown = await ask(udp, stunAttribute(0x001a, Buffer.alloc(0)));
    expect([unknown.code, unknown.attributes.get(TURN_ATTRIBUTE.unknownAttributes)]).toEqual([
      420,
      Buffer.from([0, 0x1a]),
    ]);
    expect(server.allocationCount).toBe(0);
  });
});

describe('SFU-38 strangers', () => {
  const bare = (method: number, attributes: Buffer[] = []) =>
    stunMessage(turnType(method, 'request'), Buffer.alloc(12, 7), attributes, undefined, false);

  test('get little more than they send, and only so many answers', () => {
    const { end, said } = wire();
    const question = bare(TURN_METHOD.allocate, [numberAttribute(TURN_ATTRIBUTE.requestedTransport, 17 << 24)]);
    for (let i = 0; i < 1_000; i++) server.onMessage(question, end, nowMs);
    expect(said.length).toBe(20);
    // With the 28 bytes of IP and UDP around each of them.
    expect((said[0]!.length + 28) / (question.length + 28)).toBeLessThan(1.7);
    for (let i = 0; i < 5_000; i++)
      server.onMessage(question, { ...end, address: `10.1.${i >> 8}.${i & 255}`, send: end.send }, nowMs);
    expect(said.length).toBe(2_000);
    nowMs += 1_000;
    server.onMessage(question, end, nowMs);
    expect(said.length).toBe(2_001);
  });

  test('are told their address when they ask for nothing else', () => {
    const { end, said } = wire();
    server.onMessage(bare(TURN_METHOD.binding), end, nowMs);
    expect(said[0]!.readUInt16BE(0)).toBe(0x0101);
  });

  test('cannot send through what is not theirs', () => {
    const { client, said } = wire();
    client.sendTo(MEDIA, Buffer.from('x'));
    client.sendOn(0x4000, Buffer.from('x'));
    expect(said).toEqual([]);
  });

  test('can send any bytes: silence or an error, and nothing else', async () => {
    const { client, end } = wire();
    await client.allocate();
    const stranger = wire({ address: '198.51.100.9', isStream: true });
    const method = fc.constantFrom(...Object.values(TURN_METHOD), 0x2, 0x5, 0xfff);
    const attribute = fc
      .tuple(fc.constantFrom(...Object.values(TURN_ATTRIBUTE), 0x1a, 0x7777, 0x8022), fc.uint8Array({ maxLength: 40 }))
      .map(([type, value]) => stunAttribute(type, Buffer.from(value)));
    const turnClass = fc.constantFrom('request', 'indication', 'success', 'error' as const);
    fc.assert(
      fc.property(
        method,
        turnClass,
        fc.array(attribute, { maxLength: 8 }),
        fc.nat(400),
        fc.uint8Array({ maxLength: 60 }),
        (which, kind, attributes, cut, noise) => {
          const type = turnType(which, kind as 'request');
          const whole = stunMessage(type, Buffer.alloc(12, 1), attributes, undefined, attributes.length % 2 === 0);
          for (const bytes of [whole, whole.subarray(0, cut), Buffer.from(noise)]) {
            server.onMessage(bytes, stranger.end, nowMs);
            server.onMessage(bytes, end, nowMs);
            server.onChannelData(bytes, end);
          }
        },
      ),
      { numRuns: 3_000 },
    );
    const isClear = (bytes: Buffer) => (bytes.readUInt16BE(0) & 0x110) === 0x110 || bytes.readUInt16BE(0) === 0x0101;
    expect(stranger.said.length).toBeGreaterThan(0);
    expect(stranger.said.every(isClear)).toBe(true);
    expect(server.allocationCount).toBe(1);
  });
});
