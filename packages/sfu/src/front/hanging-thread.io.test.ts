import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RoomServiceClient } from 'livekit-server-sdk';
import { expect, test } from 'vitest';
import { createMediaServer } from './media-server.ts';

/** Opens nothing, whatever port it is told; the thread of the second port says that it is ready and hangs for good. */
const HANGING = `data:text/javascript,export const openTransport = async ({ udpPort }) => {
  if (udpPort === 2) setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
  return { udpPort, close: async () => {} };
}`;

test('SFU-12 while a media thread hangs, the rooms of the others are listed, and that it hangs is logged', async () => {
  const logged: unknown[] = [];
  const media = await createMediaServer({
    keys: { key: 'secret' },
    workers: 2,
    udpPort: 1,
    transportModule: HANGING,
    log: (level, message, fields) => logged.push([level, message, fields]),
  });
  const web = createServer((request, response) => {
    media.handleRequest(request, response);
  });
  try {
    web.listen(0, '127.0.0.1');
    await once(web, 'listening');
    const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
    const service = new RoomServiceClient(url, 'key', 'secret');
    // Some of them belong to the thread that hangs: nobody hears of those.
    const creations = Array.from({ length: 8 }, (_, i) => service.createRoom({ name: `room ${i}` }));
    const made = await Promise.any(creations);
    const names = (await service.listRooms()).map(({ name }) => name);
    expect(names).toContain(made.name);
    const outcomes = await Promise.allSettled(creations);
    expect(outcomes.map(({ status }) => status)).toContain('rejected');
    expect(logged).toContainEqual(['warn', 'media thread does not answer', { thread: 1, method: 'ListRooms' }]);
  } finally {
    web.closeAllConnections();
    web.close();
    await media.close();
  }
});
