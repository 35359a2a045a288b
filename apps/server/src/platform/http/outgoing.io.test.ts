import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOutgoing, OutgoingError } from './outgoing.ts';

const opened = createOutgoing({ outgoingPrivateRanges: ['127.0.0.0/8'] });
const closed = createOutgoing({ outgoingPrivateRanges: undefined });

let server: Server;
let port: number;
let answer: RequestListener;
let requests: number;

beforeAll(async () => {
  server = createServer((request, response) => {
    requests += 1;
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function answering(listener: RequestListener): void {
  requests = 0;
  answer = listener;
}

const reasonOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'a reply',
    (error: OutgoingError) => (error instanceof OutgoingError ? error.reason : `not ours: ${error}`),
  );

/** A resolver that knows one name; counts how often it was asked. */
function resolverOf(...answers: { address: string; family: number }[][]) {
  let asked = 0;
  const lookup = (_name: string, _options: unknown, done: (error: null, found: unknown) => void) =>
    done(null, answers[Math.min(asked++, answers.length - 1)]);
  return { lookup: lookup as unknown as typeof import('node:dns').lookup, asked: () => asked };
}

describe('what it fetches', () => {
  test('a reply of any status, with headers and body', async () => {
    answering((request, response) => {
      response.writeHead(418, { 'x-method': request.method });
      request.pipe(response);
    });
    const reply = await opened.fetch(`http://127.0.0.1:${port}/x`, { method: 'POST', body: '茶' });
    expect(reply.status).toBe(418);
    expect(reply.headers['x-method']).toBe('POST');
    expect(reply.body.toString()).toBe('茶');
  });

  test('follows as many redirects as allowed, and none of a POST', async () => {
    answering((request, response) => {
      const left = Number(request.url?.slice(1));
      response.writeHead(left > 0 ? 302 : 200, left > 0 ? { location: `/${left - 1}` } : {}).end('there');
    });
    expect((await opened.fetch(`http://127.0.0.1:${port}/2`, { redirects: 2 })).body.toString()).toBe('there');
    expect(await reasonOf(opened.fetch(`http://127.0.0.1:${port}/3`, { redirects: 2 }))).toBe('too_many_redirects');
    expect((await opened.fetch(`http://127.0.0.1:${port}/3`, { method: 'POST', body: '' })).status).toBe(302);
  });
});

describe('where it does not go', () => {
  test.each([
    'http://127.0.0.1',
    'http://localhost',
    'http://0x7f.1',
    'http://2130706433',
    'http://[::1]',
    'http://[::ffff:127.0.0.1]',
    'http://169.254.169.254/latest/meta-data',
    'http://printer.local',
    'http://db.internal.',
  ])('%s', async (address) => {
    answering((_request, response) => void response.end());
    const url = new URL(address);
    url.port ||= String(port);
    expect(closed.refusal(url.href)).toBe('address_private');
    expect(await reasonOf(closed.fetch(url.href))).toBe('address_private');
    expect(requests).toBe(0);
  });

  test.each(['ftp://example.com', 'file:///etc/passwd', 'nothing', 'https://me:secret@example.com', ''])(
    '“%s” is no address for it',
    async (address) => {
      expect(closed.refusal(address)).toBe('address_invalid');
      expect(await reasonOf(closed.fetch(address))).toBe('address_invalid');
    },
  );

  test('a public name that leads inside', async () => {
    answering((_request, response) => void response.end());
    const { lookup } = resolverOf([{ address: '127.0.0.1', family: 4 }]);
    const outgoing = createOutgoing({ outgoingPrivateRanges: undefined }, lookup);
    expect(outgoing.refusal(`http://rebind.example.com:${port}`)).toBe(null);
    expect(await reasonOf(outgoing.fetch(`http://rebind.example.com:${port}`))).toBe('address_private');
    expect(requests).toBe(0);
  });

  test('the address that was judged is the one connected to: the name is asked once', async () => {
    answering((_request, response) => void response.end('in'));
    const { lookup, asked } = resolverOf([{ address: '127.0.0.1', family: 4 }], [{ address: '10.0.0.1', family: 4 }]);
    const outgoing = createOutgoing({ outgoingPrivateRanges: ['127.0.0.1'] }, lookup);
    expect((await outgoing.fetch(`http://once.example.com:${port}`)).body.toString()).toBe('in');
    expect(asked()).toBe(1);
  });

  test('of several addresses of a name only the open ones', async () => {
    answering((_request, response) => void response.end('in'));
    const { lookup } = resolverOf([
      { address: '10.0.0.1', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ]);
    const outgoing = createOutgoing({ outgoingPrivateRanges: ['127.0.0.1'] }, lookup);
    expect((await outgoing.fetch(`http://both.example.com:${port}`)).body.toString()).toBe('in');
  });

  test('a redirect into the private network', async () => {
    answering((_request, response) => void response.writeHead(302, { location: 'http://10.0.0.1/' }).end());
    expect(await reasonOf(opened.fetch(`http://127.0.0.1:${port}/`, { redirects: 3 }))).toBe('address_private');
  });
});

describe('what ends without a reply', () => {
  test('one that is too large', async () => {
    answering((_request, response) => void response.end(Buffer.alloc(200_000)));
    expect(await reasonOf(opened.fetch(`http://127.0.0.1:${port}`, { maxBytes: 1_000 }))).toBe('too_large');
  });

  test('one that never ends', async () => {
    answering((_request, response) => void response.write('…'));
    expect(await reasonOf(opened.fetch(`http://127.0.0.1:${port}`, { timeoutMs: 50 }))).toBe('timeout');
  });

  test('one that breaks off', async () => {
    answering((_request, response) => void response.write('…', () => response.destroy()));
    expect(await reasonOf(opened.fetch(`http://127.0.0.1:${port}`))).toBe('unreachable');
  });

  test('nobody listens; the message names no path or query', async () => {
    const error = await opened.fetch('http://127.0.0.1:1/hook?token=abc').catch((error: OutgoingError) => error);
    expect(error).toMatchObject({ reason: 'unreachable' });
    expect((error as OutgoingError).message).not.toMatch(/token|hook/);
  });

  test('a name that leads nowhere', async () => {
    const lookup = ((_name: string, _options: unknown, done: (error: Error) => void) =>
      done(new Error('ENOTFOUND'))) as unknown as typeof import('node:dns').lookup;
    const outgoing = createOutgoing({ outgoingPrivateRanges: undefined }, lookup);
    expect(await reasonOf(outgoing.fetch('https://nowhere.example.com'))).toBe('name_unknown');
  });
});
