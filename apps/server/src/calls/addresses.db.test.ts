import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { joinCall, type MediaAddressFailure, reportMediaAddresses, startCall } from '@alongside/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { opened, snapshot } from '../tickets/testing.ts';
import { checkMediaAddress } from './media-address.ts';
import { type CallDesk, startCallDesk } from './testing.ts';

let desk: CallDesk;
const servers: Server[] = [];
let broken: string;
let healthy: string;
let refusing: string;
let plain: string;

beforeAll(async () => {
  desk = await startCallDesk();
  broken = await answering(503);
  healthy = await answering(401);
  refusing = await answering(200);
  await new Promise((resolve) => servers.pop()!.close(resolve));
  plain = healthy.replace('ws:', 'wss:');
});
afterAll(async () => {
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  await desk?.close();
});

async function answering(status: number): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(status, { connection: 'close' }).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const failure = (url: string): MediaAddressFailure => ({ url, reason: 'timeout', status: null });

test('our server says what it sees of an address', async () => {
  expect(await checkMediaAddress(healthy)).toEqual({ state: 'ok', status: null });
  expect(await checkMediaAddress(broken)).toEqual({ state: 'status', status: 503 });
  expect(await checkMediaAddress(refusing)).toEqual({ state: 'refused', status: null });
  expect(await checkMediaAddress('wss://media.invalid')).toEqual({ state: 'dns', status: null });
  // An HTTP server where a certificate was expected.
  expect((await checkMediaAddress(plain)).state).toBe('tls');
  const deaf = createTcpServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve));
  const { port } = deaf.address() as AddressInfo;
  expect((await checkMediaAddress(`ws://127.0.0.1:${port}`)).state).toBe('unreachable');
  deaf.close();
});

test('the team reads in the ticket what failed a page, in both views; the customer’s copy has no such line', async () => {
  const { people, media } = desk;
  const backups = media.media.backupUrls as string[];
  backups.splice(0, backups.length, broken, healthy);
  const ticketId = await opened(people.customer, 'No call comes about');
  const callId = randomUUID();
  const started = await people.customer.call(startCall, { params: { id: ticketId }, body: { callId, video: false } });
  expect(started.body.backupUrls).toEqual([broken, healthy]);
  // As a browser spells it.
  const url = new URL(started.body.url).href.replace(/\/$/, '');
  const report = {
    // The last one is none of the media server's: it is not asked, and not written down.
    failed: [failure(url), { url: broken, reason: 'status' as const, status: 503 }, failure(refusing)],
    reached: healthy,
  };
  const reply = await people.customer.call(reportMediaAddresses, { params: { id: callId }, body: report });
  const expected = [
    { ...failure(url), server: { state: 'ok', status: null } },
    { url: broken, reason: 'status', status: 503, server: { state: 'status', status: 503 } },
  ];
  expect(reply.body.failed).toEqual(expected);
  const lineOf = async (who: typeof people.customer) =>
    (await snapshot(who, ticketId))!.entries.flatMap((entry) =>
      entry.kind === 'change' && entry.change.what === 'recorded' && entry.change.body.type === 'call.addresses_failed'
        ? [entry.change.body]
        : [],
    );
  expect(await lineOf(people.engineer)).toEqual([
    { type: 'call.addresses_failed', callId, failed: expected, reached: healthy },
  ]);
  expect(await lineOf(people.customer)).toEqual([]);
  backups.length = 0;
  expect((await people.engineer.call(joinCall, { params: { id: callId }, body: {} })).body.backupUrls).toEqual([]);
});

test('nobody tells of a call they may not see, and nothing is kept of addresses that are not ours', async () => {
  const { people } = desk;
  const ticketId = await opened(people.customer, 'Another');
  const callId = randomUUID();
  await people.customer.call(startCall, { params: { id: ticketId }, body: { callId, video: false } });
  const seq = (await snapshot(people.engineer, ticketId))!.ticket.seq;
  const body = { failed: [failure('ws://169.254.169.254')], reached: null };
  expect((await people.customer.call(reportMediaAddresses, { params: { id: callId }, body })).body.failed).toEqual([]);
  expect((await people.visitor.call(reportMediaAddresses, { params: { id: callId }, body })).status).toBe(404);
  expect((await snapshot(people.engineer, ticketId))!.ticket.seq).toBe(seq);
  const many = { failed: Array.from({ length: 11 }, () => failure('ws://a')), reached: null };
  expect((await people.customer.call(reportMediaAddresses, { params: { id: callId }, body: many })).status).toBe(422);
});
