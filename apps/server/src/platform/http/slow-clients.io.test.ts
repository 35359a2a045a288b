import { createServer, type RequestListener, type Server } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { afterEach, test, vi } from 'vitest';
import { attachUpgrades } from './doors.ts';
import { withBodyDeadline } from './slow-clients.ts';

let server: Server;
/** Connections so far, whether they are still there or not. */
let opened = 0;
const clients: net.Socket[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await new Promise((resolve) => server.close(resolve));
});

/** Reads the whole body, then answers with its length after `workMs`. */
function listen(workMs = 0): RequestListener {
  return async (request, response) => {
    let bytes = 0;
    try {
      for await (const chunk of request) bytes += (chunk as Buffer).length;
    } catch {
      return;
    }
    setTimeout(() => response.end(`${bytes} bytes`), workMs);
  };
}

async function start(listener: RequestListener): Promise<void> {
  server = createServer(listener);
  opened = 0;
  server.on('connection', () => (opened += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}

/** A peer that keeps its own half open whatever the server does. */
function connect(text: string) {
  const client = net.connect({ port: (server.address() as AddressInfo).port, allowHalfOpen: true });
  clients.push(client);
  const got = { text: '', closed: false };
  client.on('data', (chunk) => (got.text += chunk));
  client.on('close', () => (got.closed = true));
  client.on('error', () => {});
  client.write(text);
  return { client, got };
}

const connections = () => new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
const limits = { bodyMaxMs: 150, silenceMs: 150 };
const isUpload = (path: string) => path.startsWith('/up');

test('a body that does not end is cut off, trickling or not', async () => {
  await start(withBodyDeadline(isUpload, listen(), limits));
  const { client } = connect('POST /form HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n');
  connect('POST /form HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n');
  const trickle = setInterval(() => client.write('x'), 20);
  try {
    await vi.waitUntil(() => opened === 2);
    await vi.waitUntil(async () => (await connections()) === 0);
  } finally {
    clearInterval(trickle);
  }
});

test('an upload may trickle on, and is cut off when it falls silent', async () => {
  // A busy machine must not make it silent: the pauses are far shorter than what counts as silence, all of them longer.
  await start(withBodyDeadline(isUpload, listen(), { ...limits, silenceMs: 4_000 }));
  const { client, got } = connect('PATCH /up/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\n');
  for (let sent = 0; sent < 20; sent += 1) {
    client.write('x');
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  await vi.waitUntil(() => got.text.includes('20 bytes'));
  connect('PATCH /up/2 HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\nx');
  await vi.waitUntil(() => opened === 2);
  client.destroy();
  await vi.waitUntil(async () => (await connections()) === 0);
});

test('work on a body that has arrived takes the time it takes', async () => {
  await start(withBodyDeadline(isUpload, listen(400), limits));
  for (const path of ['/form', '/up/1']) {
    const { got } = connect(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nok`);
    await vi.waitUntil(() => got.text.includes('2 bytes'));
  }
});

test('who is refused an upgrade and keeps their half open does not keep the connection', async () => {
  await start(listen());
  attachUpgrades(server, [{ matches: (path) => path === '/door' }]);
  for (const path of ['/none', '/door']) {
    const { got } = connect(
      `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nmore than asked`,
    );
    await vi.waitUntil(() => got.text.startsWith('HTTP/1.1 404'));
  }
  await vi.waitUntil(async () => (await connections()) === 0);
});
