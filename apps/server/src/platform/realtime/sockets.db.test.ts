import net from 'node:net';
import {
  AppError,
  CLOSE,
  CSRF_HEADER,
  type Me,
  type ServerFrame,
  SOCKET_FRAME_MAX_BYTES,
  type TicketEvent,
} from '@alongside/contracts';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { Caller } from '../http/caller.ts';
import { startTestServer, type TestServer } from '../testing.ts';
import { BACKLOG_MAX_BYTES } from './connection.ts';
import { announce } from './feed.ts';

const TICKET = '3f0f3c0e-7a55-4f0a-9a39-1f5a3b0c0001';
const OTHER = '3f0f3c0e-7a55-4f0a-9a39-1f5a3b0c0002';
const caller = (id: string): Caller => ({
  kind: 'staff',
  id,
  name: id,
  role: 'engineer',
  locale: 'en',
  sessionId: `session of ${id}`,
  via: 'bearer',
});

let server: TestServer;
/** What the test topic has “stored”: n-th entry has sequence n. */
const stored: string[] = [];
let slowDown: Promise<void> | null = null;
let slowIdentify: Promise<void> | null = null;
let slowAuthorise: Promise<void> | null = null;
const askedFor: string[] = [];
const readersChanged: string[] = [];
const lookedFor: string[] = [];
const signedOut = new Set<string>();
const typed: string[] = [];

beforeAll(async () => {
  server = await startTestServer([
    {
      name: 'test',
      register({ sockets }) {
        sockets.identifyBy(async ({ bearer, cookies }) => {
          const id = bearer ?? cookies.sid;
          if (id === undefined || signedOut.has(id)) return null;
          lookedFor.push(id);
          await slowIdentify;
          return { caller: caller(id), me: { id } as Me };
        });
        sockets.handle('typing', (reader) => void typed.push(reader.id));
        sockets.registerTopic({
          name: 'ticket',
          placeOf: (frame) => frame.ticketId,
          placesOf: (row) => (row.ticketId ? [row.ticketId] : []),
          onReadersChanged: (place) => void readersChanged.push(place),
          async authorise(_reader, frame) {
            askedFor.push(frame.ticketId);
            await slowAuthorise;
            if (frame.ticketId !== TICKET) throw new AppError('not_found');
          },
          async replay(_reader, frame) {
            await slowDown;
            if (stored.length - frame.since > 1_000) return { reset: true, upTo: stored.length };
            const frames = stored.slice(frame.since).map((text, index) => placed(frame.since + index + 1, text));
            return { frames, upTo: stored.length };
          },
          async present(row) {
            return placed(Number(row.payload.seq), String(row.payload.text));
          },
        });
      },
    },
  ]);
});
afterAll(() => server?.close());

function placed(seq: number, text: string) {
  return { cursor: seq, frame: { t: 'event' as const, event: { seq, id: text } as TicketEvent } };
}

async function happen(text: string): Promise<void> {
  const seq = stored.push(text);
  await server.platform.db
    .transaction()
    .execute((trx) => announce(trx, { kind: 'test', ticketId: TICKET, payload: { seq, text } }));
}

type Peer = { frames: ServerFrame[]; send(frame: object): void; socket: WebSocket; closed: Promise<number> };

async function connect(headers: Record<string, string> = {}): Promise<Peer> {
  const socket = new WebSocket(`${server.origin.replace('http', 'ws')}/api/socket`, { headers });
  const frames: ServerFrame[] = [];
  socket.on('message', (data) => frames.push(JSON.parse(data.toString())));
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return { frames, socket, closed, send: (frame) => socket.send(JSON.stringify(frame)) };
}

async function greeted(id = 'ann'): Promise<Peer> {
  const peer = await connect();
  peer.send({ t: 'hello', protocol: 1, token: id, locale: 'en' });
  return peer;
}

const subscribe = (since: number, id = 1) => ({ t: 'subscribe', id, topic: 'ticket', ticketId: TICKET, since });
const events = (peer: Peer) => peer.frames.flatMap((frame) => (frame.t === 'event' ? [frame.event.seq] : []));

test('a subscriber gets what it missed, then what happens, each once and in order', async () => {
  await happen('one');
  await happen('two');
  const release = Promise.withResolvers<void>();
  slowDown = release.promise;
  const peer = await greeted();
  peer.send(subscribe(1));
  await vi.waitUntil(() => server.platform.sockets.readersAt('ticket', TICKET).length === 1);
  // Happens while the replay is being read, and is in it as well.
  await happen('three');
  release.resolve();
  await happen('four');
  await vi.waitUntil(() => events(peer).length >= 3);
  expect(events(peer)).toEqual([2, 3, 4]);
  expect(peer.frames[0]).toMatchObject({ t: 'welcome', me: { id: 'ann' } });
  peer.socket.terminate();
  await happen('five, while away');
  const again = await greeted();
  again.send(subscribe(4));
  await vi.waitUntil(() => again.frames.some((frame) => frame.t === 'live'));
  expect(events(again)).toEqual([5]);
  expect(again.frames.at(-1)).toEqual({ t: 'live', id: 1, upTo: 5 });
  again.socket.terminate();
});

test('who is signed out while being recognised does not get in', async () => {
  const release = Promise.withResolvers<void>();
  slowIdentify = release.promise;
  const peer = await greeted('eve');
  await vi.waitUntil(() => lookedFor.includes('eve'));
  signedOut.add('eve');
  server.platform.sockets.closeWhere((reader) => reader.id === 'eve');
  slowIdentify = null;
  release.resolve();
  expect(await peer.closed).toBe(CLOSE.unauthenticated);
  expect(peer.frames.map((frame) => frame.t)).toEqual(['refused']);
});

test('who missed too much is told to start afresh, and stays live', async () => {
  const many = 1_100;
  const before = stored.length;
  for (let n = 0; n < many; n += 1) stored.push('bulk');
  const peer = await greeted();
  peer.send(subscribe(0));
  await vi.waitUntil(() => peer.frames.some((frame) => frame.t === 'reset'));
  await happen('after');
  await vi.waitUntil(() => events(peer).length === 1);
  expect(events(peer)).toEqual([before + many + 1]);
  peer.socket.terminate();
  stored.length = before;
});

test('refusals name their subscription and leave the connection open', async () => {
  const peer = await greeted();
  peer.send({ ...subscribe(0, 7), ticketId: OTHER });
  await vi.waitUntil(() => peer.frames.length === 2);
  expect(peer.frames[1]).toMatchObject({ t: 'refused', id: 7, error: { code: 'not_found' } });
  peer.send({ t: 'ping', sentAt: 5 });
  await vi.waitUntil(() => peer.frames.length === 3);
  expect(peer.frames[2]).toMatchObject({ t: 'pong', sentAt: 5 });
  peer.socket.terminate();
});

test('nobody is let in without a session, and nothing is done before hello', async () => {
  const stranger = await connect();
  stranger.send({ t: 'hello', protocol: 1, locale: 'zh-CN' });
  expect(await stranger.closed).toBe(CLOSE.unauthenticated);
  expect(stranger.frames[0]).toMatchObject({ t: 'refused', error: { message: '请先登录。' } });
  const hasty = await connect();
  hasty.send(subscribe(0));
  expect(await hasty.closed).toBe(CLOSE.unauthenticated);
});

test('a page of another site cannot speak with our visitor’s cookie', async () => {
  const hello = { t: 'hello', protocol: 1, locale: 'en' };
  const foreign = await connect({ cookie: 'sid=ann', origin: 'https://evil.example' });
  foreign.send(hello);
  expect(await foreign.closed).toBe(CLOSE.unauthenticated);
  const own = await connect({ cookie: 'sid=ann', origin: server.origin });
  own.send(hello);
  await vi.waitUntil(() => own.frames[0]?.t === 'welcome');
  own.socket.terminate();
});

test('frames that are malformed, too large, too many or binary close the connection', async () => {
  for (const bad of ['{', '[]', '{"t":"nonsense"}', JSON.stringify({ t: 'ping', sentAt: 1, extra: 1 })]) {
    const peer = await greeted();
    peer.socket.send(bad);
    expect(await peer.closed).toBe(CLOSE.badFrame);
  }
  const large = await greeted();
  large.send({ t: 'hello', token: 'x'.repeat(SOCKET_FRAME_MAX_BYTES) });
  expect(await large.closed).toBe(CLOSE.badFrame);
  const huge = await greeted();
  huge.socket.send('x'.repeat(3 * SOCKET_FRAME_MAX_BYTES));
  expect(await huge.closed).toBe(1009);
  const binary = await greeted();
  binary.socket.send(Buffer.from('{}'), { binary: true });
  expect(await binary.closed).toBe(CLOSE.badFrame);
  const flood = await greeted();
  for (let n = 0; n < 300; n += 1) flood.send({ t: 'ping', sentAt: n });
  expect(await flood.closed).toBe(CLOSE.tooMany);
});

test('a reader that does not read is closed and can resume', async () => {
  const peer = await greeted('slow');
  peer.send(subscribe(stored.length));
  await vi.waitUntil(() => peer.frames.some((frame) => frame.t === 'live'));
  const raw = (peer.socket as unknown as { _socket: net.Socket })._socket;
  raw.pause();
  const { sockets } = server.platform;
  const big = {
    t: 'marks',
    ticketId: TICKET,
    marks: [],
    padding: 'x'.repeat(BACKLOG_MAX_BYTES / 4),
  } as unknown as ServerFrame;
  await vi.waitUntil(
    () => {
      sockets.publish('ticket', TICKET, (reader) => (reader.id === 'slow' ? big : null));
      return sockets.readersAt('ticket', TICKET).every((reader) => reader.id !== 'slow');
    },
    { interval: 5 },
  );
  peer.socket.terminate();
});

test('ephemeral frames reach those at the place, once per connection; handlers hear clients', async () => {
  const [a, b] = await Promise.all([greeted('a'), greeted('b')]);
  for (const peer of [a, b]) peer.send(subscribe(stored.length));
  a.send(subscribe(stored.length, 2));
  await vi.waitUntil(
    () => a.frames.filter((frame) => frame.t === 'live').length === 2 && b.frames.some((frame) => frame.t === 'live'),
  );
  a.send({ t: 'typing', ticketId: TICKET, visibility: 'public' });
  await vi.waitUntil(() => typed.includes('a'));
  const frame: ServerFrame = { t: 'presence', ticketId: TICKET, people: [] };
  server.platform.sockets.publish('ticket', TICKET, (reader) => (reader.id === 'a' ? frame : null));
  await vi.waitUntil(() => a.frames.some((got) => got.t === 'presence'));
  a.send({ t: 'ping', sentAt: 1 });
  b.send({ t: 'ping', sentAt: 1 });
  await vi.waitUntil(() => [a, b].every((peer) => peer.frames.at(-1)?.t === 'pong'));
  expect(a.frames.filter((got) => got.t === 'presence')).toHaveLength(1);
  expect(b.frames.filter((got) => got.t === 'presence')).toHaveLength(0);
  server.platform.sockets.closeWhere((reader) => reader.sessionId === 'session of a');
  expect(await a.closed).toBe(CLOSE.unauthenticated);
  b.socket.terminate();
});

test('who is still asked about, or refused, is at the place for nobody', async () => {
  const asked = await greeted('nosy');
  const release = Promise.withResolvers<void>();
  slowAuthorise = release.promise;
  askedFor.length = 0;
  asked.send({ ...subscribe(0), ticketId: OTHER });
  await vi.waitUntil(() => askedFor.includes(OTHER));
  const { sockets } = server.platform;
  expect(sockets.readersAt('ticket', OTHER)).toEqual([]);
  sockets.publish('ticket', OTHER, () => {
    throw new Error('nobody may receive this');
  });
  release.resolve();
  slowAuthorise = null;
  await vi.waitUntil(() => asked.frames.at(-1)?.t === 'refused');
  expect(readersChanged).not.toContain(OTHER);
  asked.socket.close();
  await asked.closed;
});

test('where WebSockets are blocked the same frames travel over a stream and posts', async () => {
  const headers = { [CSRF_HEADER]: '1', authorization: 'Bearer ann', 'content-type': 'application/json' };
  const abort = new AbortController();
  const reply = await fetch(`${server.origin}/api/socket/stream`, { headers, signal: abort.signal });
  expect(reply.headers.get('content-type')).toContain('text/event-stream');
  let text = '';
  void (async () => {
    for await (const chunk of reply.body!.pipeThrough(new TextDecoderStream())) text += chunk;
  })().catch(() => {});
  await vi.waitUntil(() => text.includes('event: open'));
  const { stream } = JSON.parse(/event: open\ndata: (.*)\n/.exec(text)![1]!) as { stream: string };
  const since = stored.length;
  const post = (frames: object[], name = stream) =>
    fetch(`${server.origin}/api/socket/send`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ stream: name, frames }),
    });
  expect((await post([{ t: 'hello', protocol: 1, locale: 'en' }, subscribe(since)])).status).toBe(200);
  await vi.waitUntil(() => text.includes('"t":"live"'));
  await happen('over the stream');
  await vi.waitUntil(() => text.includes('over the stream'));
  expect((await post([], 'guessed')).status).toBe(404);
  expect((await post([{ t: 'nonsense' }])).status).toBe(200);
  await vi.waitUntil(() => text.includes(`event: close\ndata: {"code":${CLOSE.badFrame}`));
  abort.abort();
});

test('upgrades to anything else are refused, and a torn connection harms nobody', async () => {
  const answer = await new Promise<string>((resolve) => {
    const socket = net.connect(Number(new URL(server.origin).port), '127.0.0.1');
    socket.write('GET /nothing HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
    socket.once('data', (data) => resolve(data.toString()));
  });
  expect(answer).toContain('404');
  const torn = await greeted();
  (torn.socket as unknown as { _socket: net.Socket })._socket.resetAndDestroy();
  const alive = await greeted();
  await vi.waitUntil(() => alive.frames[0]?.t === 'welcome');
  alive.socket.terminate();
  await vi.waitUntil(() => server.platform.sockets.count() === 0);
});

test('/healthz is 200 when every part is up, and names the one that is not', async () => {
  const up = await fetch(`${server.origin}/healthz`);
  expect([up.status, await up.json()]).toEqual([
    200,
    { status: 'up', parts: { database: 'up', hub: 'up', jobs: 'up' } },
  ]);
  server.platform.health.add('media', () => {
    throw new Error('no worker');
  });
  const down = await fetch(`${server.origin}/healthz`);
  expect([down.status, ((await down.json()) as { parts: object }).parts]).toEqual([
    503,
    { database: 'up', hub: 'up', jobs: 'up', media: 'down' },
  ]);
});
