import { createServer, type Server } from 'node:http';
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
    await until('the answer', () => answer.includes('no access token'));
    await until('the connection is gone', async () => (await connections(server)) === 0);
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
  } finally {
    client.destroy();
    server.close();
  }
});

function connections(server: Server): Promise<number> {
  return new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
}
