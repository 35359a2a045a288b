import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '@alongside/testkit';
import { WebhookEvent } from '@livekit/protocol';
import { WebhookReceiver } from 'livekit-server-sdk';
import { afterEach, expect, test } from 'vitest';
import { Webhooks } from './webhooks.ts';

const SECRET = 'secret-of-at-least-thirty-two-bytes!';
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A receiver that answers as `status` says and notes what it was sent, verified as applications do. */
async function receiver(
  status: (tries: number) => number,
): Promise<{ url: string; got: WebhookEvent[]; tries: () => number }> {
  const verifier = new WebhookReceiver('key', SECRET);
  const got: WebhookEvent[] = [];
  let tries = 0;
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    response.statusCode = status(++tries);
    if (response.statusCode < 300) got.push(await verifier.receive(body, request.headers.authorization));
    response.end();
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, got, tries: () => tries };
}

const webhooks = (...urls: string[]): Webhooks => new Webhooks({ urls, apiKey: 'key', secret: SECRET, log: () => {} });
const event = (number: number): WebhookEvent => new WebhookEvent({ event: 'room_started', id: `EV_${number}` });

test('SFU-13: each receiver gets every event in order, signed; a failing one holds up no other', async () => {
  const good = await receiver(() => 200);
  const failing = await receiver((tries) => (tries % 2 === 0 ? 204 : 500));
  const hooks = webhooks(good.url, failing.url);
  for (let i = 0; i < 3; i++) hooks.enqueue(event(i));
  // On a busy machine an answer may come too late, and the event again.
  const each = ({ got }: typeof good) => [...new Set(got.map(({ id }) => id))];
  await until('the good one has all', () => each(good).length === 3);
  await until('the failing one has all', () => each(failing).length === 3);
  for (const one of [good, failing]) expect(each(one)).toEqual(['EV_0', 'EV_1', 'EV_2']);
  // A receiver has an event before its answer is back.
  await until('all answers are back', () => hooks.delivered === 6);
  expect([hooks.dropped, hooks.queued]).toEqual([0, 0]);
  await hooks.close();
});

test('SFU-13: who refuses is not asked again; the next one tells how many were lost', async () => {
  const choosy = await receiver((tries) => (tries <= 2 ? 400 : 200));
  const hooks = webhooks(choosy.url);
  for (let i = 0; i < 3; i++) hooks.enqueue(event(i));
  await until('the third arrived', () => choosy.got.length === 1);
  expect(choosy.got[0]).toMatchObject({ id: 'EV_2', numDropped: 2 });
  expect(choosy.tries()).toBe(3);
  expect(hooks.dropped).toBe(2);
  await hooks.close();
});

test('SFU-13: a receiver that is away costs a thousand waiting events and no more', async () => {
  let isUp = false;
  const away = await receiver(() => (isUp ? 200 : 503));
  const hooks = webhooks(away.url);
  for (let i = 0; i < 3_000; i++) hooks.enqueue(event(i));
  expect(hooks.queued).toBeLessThanOrEqual(1_000);
  isUp = true;
  await until('all that waited arrived', () => away.got.length >= 1_000 && away.got.at(-1)!.id === 'EV_2999');
  expect(hooks.queued).toBe(0);
  expect(away.got.some(({ numDropped }) => numDropped > 1_900)).toBe(true);
  await hooks.close();
});

test('SFU-13: a receiver that does not answer holds up no stop, however much waits for it', async () => {
  let asked = 0;
  const silent = createServer(() => asked++);
  servers.push(silent);
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
  const hooks = new Webhooks({ urls: [url], apiKey: 'key', secret: SECRET, closeMs: 20, log: () => {} });
  for (let i = 0; i < 30; i++) hooks.enqueue(event(i));
  await until('it was asked', () => asked === 1);
  await hooks.close();
  expect([asked, hooks.queued, hooks.dropped]).toEqual([1, 0, 30]);
});
