import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DataChannels } from './data-channels.ts';
import type { PipeDataChannel } from './pipe.ts';
import { packetChecksum, parseSctp } from './sctp-packet.ts';

/** Decides what happens to each packet: how often it arrives, and after how long. */
type Link = (packet: Buffer, from: 'client' | 'server') => number[];

interface Side {
  channels: DataChannels;
  opened: PipeDataChannel[];
  messages: [label: string, data: string][];
  closed: string[];
}

function connect(link: Link = () => [5]): { client: Side; server: Side; sent: Buffer[] } {
  const sent: Buffer[] = [];
  const make = (role: 'client' | 'server'): Side => {
    const side: Side = { channels: undefined as never, opened: [], messages: [], closed: [] };
    side.channels = new DataChannels(role, {
      send(packet) {
        sent.push(packet);
        const peer = role === 'client' ? server : client;
        for (const delayMs of link(packet, role)) setTimeout(() => peer.channels.receive(Buffer.from(packet)), delayMs);
      },
      onOpen: (channel) => side.opened.push(channel),
      onMessage: (label, data, binary) =>
        side.messages.push([label, binary ? `${data.length} bytes` : data.toString()]),
      onClosed: (label) => side.closed.push(label),
    });
    return side;
  };
  const server = make('server');
  const client = make('client');
  return { client, server, sent };
}

/** Even throws of 0 to 99; fast-check's own numbers favour small ones, which here would mean losing nearly all. */
function dice(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return ((state >>> 16) * 100) >>> 16;
  };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

function close({ client, server }: { client: Side; server: Side }): void {
  client.channels.close();
  server.channels.close();
  vi.advanceTimersByTime(1_000);
  expect(vi.getTimerCount()).toBe(0);
}

describe('data channels', () => {
  test('open from either side, carry text, bytes and nothing, and say what they are', () => {
    const sides = connect();
    const { client, server } = sides;
    client.channels.open('_reliable', { ordered: true });
    client.channels.open('_lossy', { ordered: false, maxRetransmits: 0 });
    server.channels.open('timed', { ordered: true, maxPacketLifeTimeMs: 500, protocol: 'p' });
    expect(client.channels.send('_reliable', 'too early')).toBe(false);
    vi.advanceTimersByTime(100);
    expect(server.opened).toMatchObject([
      { label: '_reliable', streamId: 0, ordered: true, openedBy: 'remote' },
      { label: '_lossy', streamId: 2, ordered: false, maxRetransmits: 0 },
      { label: 'timed', streamId: 1, openedBy: 'local' },
    ]);
    expect(client.opened.find((channel) => channel.label === 'timed')).toMatchObject({
      maxPacketLifeTimeMs: 500,
      protocol: 'p',
      openedBy: 'remote',
    });
    for (const data of ['text 并肩', Buffer.alloc(3), '', Buffer.alloc(0), Buffer.alloc(65_535)]) {
      expect(client.channels.send('_reliable', data)).toBe(true);
    }
    expect(client.channels.send('_reliable', Buffer.alloc(65_536))).toBe(false);
    expect(client.channels.bufferedAmount('_reliable')).toBeGreaterThan(0);
    vi.advanceTimersByTime(500);
    expect(server.messages.map(([, data]) => data)).toEqual(['text 并肩', '3 bytes', '', '0 bytes', '65535 bytes']);
    expect(client.channels.bufferedAmount('_reliable')).toBe(0);
    close(sides);
  });

  test('both sides may begin at once, and any packet of the beginning may be lost', () => {
    for (let lost = 0; lost < 6; lost++) {
      let count = 0;
      const sides = connect(() => (count++ === lost ? [] : [5]));
      sides.client.channels.open('a', {});
      sides.server.channels.open('b', {});
      vi.advanceTimersByTime(3_000);
      expect(sides.client.channels.channel('a') && sides.client.channels.channel('b')).toBeDefined();
      expect(sides.server.channels.channel('a') && sides.server.channels.channel('b')).toBeDefined();
      close(sides);
    }
  });

  test('a reliable channel delivers everything in order through loss, repetition and reordering', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(sizes, fc.integer(), (lengths, seed) => {
        const roll = dice(seed);
        const sides = connect(() => (roll() < 20 ? [] : roll() < 10 ? [5, 30] : [5 + (roll() % 20)]));
        const { client, server } = sides;
        client.channels.open('r', { ordered: true });
        vi.advanceTimersByTime(120_000);
        const texts = lengths.map((length, i) => `${i}:${'x'.repeat(length)}`);
        for (const text of texts) expect(client.channels.send('r', text)).toBe(true);
        vi.advanceTimersByTime(600_000);
        expect(server.messages.map(([, data]) => data)).toEqual(texts);
        expect(client.channels.bufferedAmount('r')).toBe(0);
        client.channels.close();
        server.channels.close();
        vi.advanceTimersByTime(1_000);
      }),
      { numRuns: 25 },
    );
  });

  test('a lossy channel gives up what is lost and never holds up or harms the reliable one', () => {
    let isLosing = false;
    const roll = dice(7);
    const sides = connect((packet) => {
      // One packet in three carrying data is lost.
      const hasData = parseSctp(packet)!.chunks.some((chunk) => chunk.type === 0);
      if (!isLosing || !hasData) return [5];
      return roll() < 33 ? [] : [5];
    });
    const { client, server } = sides;
    client.channels.open('reliable', { ordered: true });
    client.channels.open('lossy', { ordered: false, maxRetransmits: 0 });
    client.channels.open('ordered-lossy', { ordered: true, maxRetransmits: 0 });
    vi.advanceTimersByTime(200);
    isLosing = true;
    const expected: string[] = [];
    for (let i = 0; i < 200; i++) {
      client.channels.send('lossy', `l${i}`);
      client.channels.send('ordered-lossy', `o${i}`);
      client.channels.send('lossy', Buffer.alloc(3_000));
      client.channels.send('reliable', `r${i}`);
      expected.push(`r${i}`);
      vi.advanceTimersByTime(20);
    }
    isLosing = false;
    vi.advanceTimersByTime(20_000);
    const of = (label: string): string[] => server.messages.filter(([name]) => name === label).map(([, data]) => data);
    expect(of('reliable')).toEqual(expected);
    const lossy = of('lossy').filter((data) => data.startsWith('l'));
    expect(lossy.length).toBeGreaterThan(50);
    expect(lossy.length).toBeLessThan(200);
    expect(new Set(lossy).size).toBe(lossy.length);
    const ordered = of('ordered-lossy').map((data) => Number(data.slice(1)));
    expect(ordered.length).toBeGreaterThan(50);
    expect(ordered.length).toBeLessThan(200);
    expect(ordered).toEqual([...ordered].sort((a, b) => a - b));
    for (const label of ['reliable', 'lossy', 'ordered-lossy']) expect(client.channels.bufferedAmount(label)).toBe(0);
    close(sides);
  });

  test('a peer that reads nothing fills a limited queue, and gets it all when it reads again', () => {
    let isDead = false;
    const sides = connect(() => (isDead ? [] : [5]));
    const { client, server } = sides;
    client.channels.open('reliable', {});
    client.channels.open('lossy', { ordered: false, maxRetransmits: 0 });
    vi.advanceTimersByTime(200);
    isDead = true;
    let accepted = 0;
    while (client.channels.send('reliable', Buffer.alloc(60_000))) accepted++;
    expect(client.channels.bufferedAmount('reliable')).toBeLessThanOrEqual(4 << 20);
    expect(accepted).toBeGreaterThan(60);
    let lossy = 0;
    while (client.channels.send('lossy', Buffer.alloc(10_000))) lossy++;
    expect(lossy).toBeLessThan(30);
    vi.advanceTimersByTime(60_000);
    isDead = false;
    vi.advanceTimersByTime(120_000);
    expect(server.messages.filter(([label]) => label === 'reliable')).toHaveLength(accepted);
    expect(client.channels.bufferedAmount('reliable')).toBe(0);
    close(sides);
  });

  test('what waits longer than its lifetime is not sent', () => {
    let isDead = false;
    const sides = connect(() => (isDead ? [] : [5]));
    const { client, server } = sides;
    client.channels.open('timed', { ordered: true, maxPacketLifeTimeMs: 300 });
    vi.advanceTimersByTime(200);
    isDead = true;
    for (let i = 0; i < 30; i++) client.channels.send('timed', Buffer.alloc(5_000));
    vi.advanceTimersByTime(3_000);
    isDead = false;
    vi.advanceTimersByTime(10_000);
    client.channels.send('timed', 'fresh');
    vi.advanceTimersByTime(1_000);
    expect(server.messages.at(-1)).toEqual(['timed', 'fresh']);
    expect(server.messages.length).toBeLessThan(31);
    expect(client.channels.bufferedAmount('timed')).toBe(0);
    close(sides);
  });

  test('the owner may close while a message is being given out', () => {
    const sides = connect();
    const { client, server } = sides;
    client.channels.open('a', {});
    vi.advanceTimersByTime(100);
    server.messages.push = () => {
      server.channels.close();
      return 0;
    };
    for (let i = 0; i < 5; i++) client.channels.send('a', Buffer.alloc(3_000));
    vi.advanceTimersByTime(50);
    client.channels.close();
    vi.advanceTimersByTime(10);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('never throws nor answers what does not belong to it, whatever arrives', () => {
    const sides = connect();
    sides.client.channels.open('a', {});
    vi.advanceTimersByTime(100);
    const genuine = sides.sent.find((packet) => parseSctp(packet)!.chunks.some((chunk) => chunk.type === 0))!;
    const before = sides.sent.length;
    const chunk = fc.record({
      type: fc.constantFrom(0, 1, 2, 3, 4, 7, 10, 11, 130, 192, 64, 255),
      flags: fc.nat(255),
      body: fc.uint8Array({ maxLength: 60 }),
    });
    fc.assert(
      fc.property(fc.array(chunk, { maxLength: 4 }), fc.boolean(), (chunks, hasTag) => {
        const head = Buffer.from(genuine.subarray(0, 12));
        if (!hasTag) head.writeUInt32BE(12_345, 4);
        const packet = Buffer.concat([
          head,
          ...chunks.map(({ type, flags, body }) => {
            const out = Buffer.alloc((4 + body.length + 3) & ~3);
            out[0] = type;
            out[1] = flags;
            out.writeUInt16BE(4 + body.length, 2);
            out.set(body, 4);
            return out;
          }),
        ]);
        packet.writeUInt32LE(packetChecksum(packet), 8);
        expect(() => sides.server.channels.receive(packet)).not.toThrow();
        expect(() =>
          sides.server.channels.receive(Buffer.concat(chunks.map(({ body }) => Buffer.from(body)))),
        ).not.toThrow();
        if (!hasTag) vi.advanceTimersByTime(1);
      }),
      { numRuns: 1_000 },
    );
    expect(sides.sent.length).toBeGreaterThanOrEqual(before);
    sides.client.channels.close();
    sides.server.channels.close();
    vi.advanceTimersByTime(1_000);
  });
});

test('the checksum is CRC32c, and a wrong one is refused', () => {
  // "123456789" → 0xe3069283, here with the checksum field (zero) between: compared with a bitwise computation.
  const packet = Buffer.from('13881388000000010000000003000010000000010000ffff00000000', 'hex');
  let crc = 0xffffffff;
  for (const byte of packet) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
  }
  expect(packetChecksum(packet)).toBe((crc ^ 0xffffffff) >>> 0);
  expect(parseSctp(packet)).toBeUndefined();
  packet.writeUInt32LE(packetChecksum(packet), 8);
  expect(parseSctp(packet)).toMatchObject({ verificationTag: 1, chunks: [{ type: 3 }] });
});
