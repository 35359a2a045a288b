import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { until } from '@alongside/testkit';
import { afterEach, expect, test } from 'vitest';
import { TurnThread } from './turn-thread.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const BINDING = Buffer.from('000100002112a442000102030405060708090a0b', 'hex');

async function start(options: Partial<Parameters<typeof TurnThread.start>[0]>): Promise<TurnThread> {
  const crash = (error: Error) => {
    throw error;
  };
  const thread = await TurnThread.start({ host: 'turn.test', ...options }, ['127.0.0.1'], crash);
  closers.push(() => thread.close());
  return thread;
}

test('SFU-36 tells clients of each port under the name it was given', async () => {
  const { access } = await start({ udpPort: 0, tcpPort: 0 });
  expect(access.urls.map((url) => url.replace(/:\d+\?/, ':PORT?'))).toEqual([
    'turn:turn.test:PORT?transport=udp',
    'turn:turn.test:PORT?transport=tcp',
  ]);
  expect((await start({ host: '2001:db8::1', handedOverPort: 443 })).access.urls).toEqual([
    'turns:[2001:db8::1]:443?transport=tcp',
  ]);
  expect(access.secret.length).toBeGreaterThan(40);
});

test('SFU-36 serves a connection that somebody else accepted, and ends with it', async () => {
  const thread = await start({ handedOverPort: 443 });
  const accepted: Socket[] = [];
  const door = createServer((socket) => {
    accepted.push(socket);
    thread.handOver(socket);
  });
  closers.push(() => door.close());
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  const client = connect((door.address() as { port: number }).port, '127.0.0.1');
  client.write(BINDING);
  const [answer] = (await once(client, 'data')) as [Buffer];
  expect(answer.readUInt16BE(0)).toBe(0x0101);
  client.destroy();
  await until('our end to be closed', () => accepted[0]!.destroyed);
  // And the other way: what is no TURN is hung up on.
  const stranger = connect((door.address() as { port: number }).port, '127.0.0.1');
  stranger.on('error', () => {});
  stranger.write('GET / HTTP/1.1\r\n\r\n');
  await once(stranger, 'close');
});

test('SFU-36 comes back after a crash, on the port clients were told', async () => {
  const crashes: string[] = [];
  const thread = await TurnThread.start({ host: 'turn.test', tcpPort: 0 }, ['127.0.0.1'], (error) =>
    crashes.push(error.message),
  );
  closers.push(() => thread.close());
  const port = Number(/:(\d+)\?/.exec(thread.access.urls[0]!)![1]);
  // No address at all is what no caller gives, and nothing expects.
  thread.setPeers({ announced: [undefined as never], listen: ['127.0.0.1'] }, [1]);
  thread.setPeers({ announced: ['127.0.0.1'], listen: ['127.0.0.1'] }, [1]);
  await until('the crash', () => crashes.length === 1);
  const answer = await until('an answer', async () => {
    const client = connect(port, '127.0.0.1');
    client.write(BINDING);
    const [bytes] = (await once(client, 'data')) as [Buffer];
    client.destroy();
    return bytes;
  });
  expect(answer.readUInt16BE(0)).toBe(0x0101);
  // While it was gone another program may have had its port for a moment.
  expect(crashes.filter((message) => !message.includes('EADDRINUSE'))).toHaveLength(1);
});
