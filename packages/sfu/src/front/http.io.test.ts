import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { until } from '@alongside/testkit';
import { expect, test } from 'vitest';
import { refuseUpgrade } from './http.ts';

test('who is refused and keeps their half open does not keep the connection', async () => {
  const server = createServer();
  server.on('upgrade', (_request, socket) => refuseUpgrade(socket, 401, 'no access token'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = connect({ port: (server.address() as AddressInfo).port, allowHalfOpen: true });
  let answer = '';
  client.on('data', (chunk) => {
    answer += chunk;
  });
  client.on('error', () => {});
  client.write('GET /rtc/v1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nmore');
  try {
    await until(() => answer.includes('no access token'));
    let open = 1;
    await until(async () => {
      open = await new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
      return open === 0;
    });
    expect(open).toBe(0);
  } finally {
    client.destroy();
    server.close();
  }
});
