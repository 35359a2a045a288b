import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { seededRandom } from '../media/simulation/link.ts';
import { DataChannels } from './data-channels.ts';

const MINUTES = 10;
const ONE_WAY_MS = 25;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

test('SFU-27 ten minutes with half of the packets lost each way: every message arrives, in order and in seconds', () => {
  const random = seededRandom(11);
  const arrived: Record<'client' | 'server', { number: number; afterMs: number }[]> = { client: [], server: [] };
  const make = (role: 'client' | 'server', peer: () => DataChannels): DataChannels =>
    new DataChannels(role, {
      send(packet) {
        if (random() < 0.5) return;
        const copy = Buffer.from(packet);
        setTimeout(() => peer().receive(copy), ONE_WAY_MS);
      },
      onOpen: () => {},
      onMessage: (_, data) => {
        const [number, sentAtMs] = data.toString().split(' ').map(Number);
        arrived[role].push({ number: number!, afterMs: performance.now() - sentAtMs! });
      },
      onClosed: () => {
        throw new Error('a channel was closed');
      },
    });
  const server: DataChannels = make('server', () => client);
  const client: DataChannels = make('client', () => server);
  client.open('_reliable', { ordered: true });
  vi.advanceTimersByTime(20_000);
  const count = MINUTES * 60;
  for (let second = 0; second < count; second++) {
    for (const side of [client, server]) expect(side.send('_reliable', `${second} ${performance.now()}`)).toBe(true);
    vi.advanceTimersByTime(1_000);
  }
  vi.advanceTimersByTime(60_000);
  for (const messages of [arrived.client, arrived.server]) {
    expect(messages.map(({ number }) => number)).toEqual(Array.from({ length: count }, (_, index) => index));
    const late = messages.map(({ afterMs }) => afterMs).sort((a, b) => a - b);
    expect(late[Math.floor(count / 2)]).toBeLessThan(1_000);
    expect(late.at(-1)).toBeLessThan(30_000);
  }
  client.close();
  server.close();
});
