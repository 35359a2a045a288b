import type { IncomingMessage } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { type FastifyInstance, fastify } from 'fastify';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { registerFallback } from './fallback.ts';
import type { Sockets } from './sockets.ts';

let app: FastifyInstance;
const clients: net.Socket[] = [];
/** Connections that were opened, and those of them that are over. */
let opened = 0;
let closed = 0;
/** What is asked before a stream is opened. */
let isAllowed: () => Promise<void>;

beforeEach(async () => {
  [opened, closed] = [0, 0];
  isAllowed = async () => {};
  app = fastify();
  app.decorate('rateLimits', { consume: () => isAllowed() });
  const sockets: Pick<Sockets, 'open'> = {
    open() {
      opened += 1;
      return {
        receive() {},
        closed: () => {
          closed += 1;
        },
      };
    },
  };
  registerFallback(app, sockets as Sockets);
  await app.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  app.server.closeAllConnections();
  await app.close();
});

/** A client that asks for a stream. @returns also what the server has of its request */
async function ask(): Promise<{ client: net.Socket; got: () => string; request: IncomingMessage }> {
  const received = new Promise<IncomingMessage>((resolve) => app.server.once('request', resolve));
  const client = net.connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  clients.push(client);
  let text = '';
  client.on('data', (chunk) => (text += chunk));
  client.on('error', () => {});
  client.write('GET /api/socket/stream HTTP/1.1\r\nHost: x\r\n\r\n');
  return { client, got: () => text, request: await received };
}

async function post(stream: string): Promise<number> {
  const { port } = app.server.address() as AddressInfo;
  const body = JSON.stringify({ stream, frames: [] });
  const headers = { 'content-type': 'application/json' };
  return (await fetch(`http://127.0.0.1:${port}/api/socket/send`, { method: 'POST', headers, body })).status;
}

test('of a client who goes nothing stays', async () => {
  const { client, got } = await ask();
  await vi.waitUntil(() => got().includes('event: open'));
  const { stream } = JSON.parse(/event: open\ndata: (.*)\n/.exec(got())![1]!) as { stream: string };
  expect(await post(stream)).toBe(200);
  client.resetAndDestroy();
  await vi.waitUntil(() => closed === 1);
  expect(await post(stream)).toBe(404);
});

test('for one who has gone while the caller was looked up, none is opened', async () => {
  const { promise, resolve: allow } = Promise.withResolvers<void>();
  let asked = false;
  isAllowed = () => {
    asked = true;
    return promise;
  };
  const { client, request } = await ask();
  await vi.waitUntil(() => asked);
  const gone = new Promise((resolve) => request.socket.once('close', resolve));
  client.resetAndDestroy();
  await gone;
  allow();
  // Another one's is opened after it.
  const next = await ask();
  await vi.waitUntil(() => next.got().includes('event: open'));
  expect(opened).toBe(1);
});
