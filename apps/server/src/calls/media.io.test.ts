import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { endCall, joinCall, MEDIA_WEBHOOK_PATH, startCall } from '@alongside/contracts';
import { freePort } from '@alongside/testkit';
import { Room } from '@livekit/rtc-node';
import { AccessToken } from 'livekit-server-sdk';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { Client } from '../people/testing.ts';
import { everybodyHas } from '../plans/testing.ts';
import { opened, snapshot, startTestDesk, type TestDesk } from '../tickets/testing.ts';
import { callsFeature } from './feature.ts';

const LIVEKIT_SERVER = process.env.LIVEKIT_SERVER ?? join(homedir(), 'go/bin/server');
const KEY = 'devkey';
const SECRET = 'a secret of at least thirty-two characters';

const servers = ['embedded', ...(existsSync(LIVEKIT_SERVER) ? ['livekit-server'] : [])];
if (servers.length === 1)
  console.log(`There is no livekit-server at ${LIVEKIT_SERVER}: calls are tested with our own media server alone.`);

async function startLiveKit(port: number, webhook: string): Promise<ChildProcess> {
  const [udpPort, tcpPort] = [await freePort(), await freePort()];
  const config = [
    `port: ${port}`,
    `bind_addresses: ['127.0.0.1']`,
    `keys: { ${KEY}: '${SECRET}' }`,
    `rtc: { udp_port: ${udpPort}, tcp_port: ${tcpPort}, node_ip: 127.0.0.1, use_external_ip: false, enable_loopback_candidate: true }`,
    `webhook: { api_key: ${KEY}, urls: ['${webhook}'] }`,
    'logging: { level: error }',
  ];
  const child = spawn(LIVEKIT_SERVER, ['--config-body', config.join('\n')], { stdio: 'ignore' });
  await vi.waitUntil(() =>
    fetch(`http://127.0.0.1:${port}`).then(
      (reply) => reply.ok,
      () => false,
    ),
  );
  return child;
}

describe.each(servers)('calls through %s', (kind) => {
  let desk: TestDesk;
  let livekit: ChildProcess | null = null;
  let ticketId: string;
  const rooms: Room[] = [];

  beforeAll(async () => {
    const env: Record<string, string> = { MEDIA_UDP_PORT: '0', MEDIA_TCP_PORT: '0', MEDIA_WORKERS: '1' };
    if (kind === 'livekit-server') {
      const [port, mediaPort] = [await freePort(), await freePort()];
      livekit = await startLiveKit(mediaPort, `http://127.0.0.1:${port}${MEDIA_WEBHOOK_PATH}`);
      Object.assign(env, { PORT: String(port), LIVEKIT_URL: `ws://127.0.0.1:${mediaPort}` });
    }
    desk = await startTestDesk([callsFeature], { ...env, LIVEKIT_API_KEY: KEY, LIVEKIT_API_SECRET: SECRET });
    await everybodyHas(desk.platform, 'enterprise');
    ticketId = await opened(desk.people.customer, 'No sound');
  });
  afterAll(async () => {
    await Promise.all(rooms.map((room) => room.disconnect()));
    await desk?.close();
    livekit?.kill('SIGKILL');
  });

  async function enter({ url, token }: { url: string; token: string }): Promise<Room> {
    const room = new Room();
    rooms.push(room);
    // Requests of these tests do not go through the socket the server listens on, so its address is not in them.
    const address = kind === 'embedded' ? desk.server.origin.replace(/^http/, 'ws') : url;
    await room.connect(address, token, { autoSubscribe: true, dynacast: false });
    return room;
  }
  const join = async (who: Client, id: string) => enter((await who.call(joinCall, { params: { id }, body: {} })).body);
  const shown = async () =>
    (await snapshot(desk.people.engineer, ticketId))!.entries.findLast((entry) => entry.kind === 'call')!.call;

  test('people who enter the room answer, come back, and are put out at the end', async () => {
    const { engineer, customer } = desk.people;
    const callId = randomUUID();
    const started = (await customer.call(startCall, { params: { id: ticketId }, body: { callId, video: true } })).body;
    await enter(started);
    await vi.waitUntil(async () => (await shown()).participants.length === 1);
    expect((await shown()).state).toBe('ringing');

    const first = await join(engineer, callId);
    await vi.waitUntil(async () => (await shown()).state === 'live');
    // The page is loaded anew: the same person with another connection takes the place of the first.
    const second = await join(engineer, callId);
    await vi.waitUntil(() => !first.isConnected && second.isConnected);
    const { participants } = await shown();
    expect(participants.map(({ who, leftAt }) => [who.name, leftAt])).toEqual([
      ['Cleo Customer', null],
      ['Eve Engineer', null],
    ]);

    await engineer.call(endCall, { params: { id: callId }, body: { quality: null } });
    await vi.waitUntil(() => rooms.every((room) => !room.isConnected));
    expect((await shown()).state).toBe('ended');
    expect((await snapshot(customer, ticketId))!.ticket.activeCall).toBeNull();
  });

  test('a token that outlives its call opens no room for long', async () => {
    const { customer } = desk.people;
    const callId = randomUUID();
    const started = (await customer.call(startCall, { params: { id: ticketId }, body: { callId, video: false } })).body;
    await desk.people.engineer.call(endCall, { params: { id: callId }, body: { quality: null } });
    const room = await enter(started);
    await vi.waitUntil(() => !room.isConnected);
    expect((await shown()).participants).toEqual([]);
  });

  test('reports are believed only with their signature', async () => {
    const { customer } = desk.people;
    const callId = randomUUID();
    await customer.call(startCall, { params: { id: ticketId }, body: { callId, video: false } });
    const report = JSON.stringify({
      event: 'participant_joined',
      room: { name: callId },
      participant: { identity: `customer:${customer.id}`, sid: 'PA_forged' },
    });
    const sha256 = createHash('sha256').update(report).digest('base64');
    const signed = async (secret: string, hash: string) => {
      const token = new AccessToken(KEY, secret);
      token.sha256 = hash;
      return token.toJwt();
    };
    const post = (authorization: string, body = report) =>
      fetch(desk.server.origin + MEDIA_WEBHOOK_PATH, {
        method: 'POST',
        headers: { 'content-type': 'application/webhook+json', ...(authorization ? { authorization } : {}) },
        body,
      }).then((reply) => reply.status);
    expect(await post('')).toBe(401);
    expect(await post('nonsense')).toBe(401);
    expect(await post(await signed('another secret of thirty-two characters!', sha256))).toBe(401);
    expect(await post(await signed(SECRET, sha256), report.replace(callId, randomUUID()))).toBe(401);
    expect(await post(await signed(SECRET, sha256), 'x'.repeat(300_000))).toBe(413);
    expect((await shown()).participants).toEqual([]);
    expect(await post(await signed(SECRET, sha256))).toBe(200);
    expect((await shown()).participants).toHaveLength(1);
  });

  test('without a token there are no figures', async () => {
    expect((await fetch(`${desk.server.origin}/metrics`, { headers: { authorization: 'Bearer x' } })).status).toBe(404);
  });
});

test('the figures are told to whoever shows the token', async () => {
  const METRICS_TOKEN = 'a-token-for-the-monitoring';
  const env = { MEDIA_UDP_PORT: '0', MEDIA_TCP_PORT: '0', MEDIA_WORKERS: '1' };
  const desk = await startTestDesk([callsFeature], { ...env, METRICS_TOKEN });
  const read = (authorization = '') => fetch(`${desk.server.origin}/metrics`, { headers: { authorization } });
  try {
    expect((await read()).status).toBe(401);
    expect((await read('Bearer something else')).status).toBe(401);
    const answer = await read(`Bearer ${METRICS_TOKEN}`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      200,
      expect.stringContaining('version=0.0.4'),
    ]);
    expect(await answer.text()).toContain('alongside_sfu_worker_up{worker="0"} 1\n');
  } finally {
    await desk.close();
  }
});

test('agents find their way in, by a doubled slash too, and strangers do not', async () => {
  const env = { MEDIA_UDP_PORT: '0', MEDIA_TCP_PORT: '0', MEDIA_WORKERS: '1' };
  const desk = await startTestDesk([callsFeature], { ...env, LIVEKIT_API_KEY: KEY, LIVEKIT_API_SECRET: SECRET });
  const knock = async (secret: string): Promise<number> => {
    const token = new AccessToken(KEY, secret);
    token.addGrant({ agent: true });
    const headers = { authorization: `Bearer ${await token.toJwt()}` };
    const socket = new WebSocket(`${desk.server.origin.replace('http', 'ws')}//agent`, { headers });
    return new Promise((resolve) => {
      socket.once('open', () => resolve(101));
      socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
      socket.on('error', () => {});
    }).then((status) => {
      socket.terminate();
      return status as number;
    });
  };
  try {
    expect([await knock(SECRET), await knock('another secret of thirty-two characters!')]).toEqual([101, 401]);
  } finally {
    await desk.close();
  }
});

test('whoever stays connected to the media server does not keep a stop waiting', async () => {
  const env = { MEDIA_UDP_PORT: '0', MEDIA_TCP_PORT: '0', MEDIA_WORKERS: '1' };
  const desk = await startTestDesk([callsFeature], { ...env, LIVEKIT_API_KEY: KEY, LIVEKIT_API_SECRET: SECRET });
  const token = new AccessToken(KEY, SECRET);
  token.addGrant({ agent: true });
  const headers = { authorization: `Bearer ${await token.toJwt()}` };
  const socket = new WebSocket(`${desk.server.origin.replace('http', 'ws')}/agent`, { headers });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  await desk.close();
  // Told by the engine to go, not sent away later for never having said what they can do.
  expect(await closed).toBe(1001);
});

test('where the media server cannot start everything but calls works, and says so', async () => {
  const { createSocket } = await import('node:dgram');
  const taken = createSocket('udp4');
  await new Promise<void>((resolve) => taken.bind(0, '0.0.0.0', resolve));
  const env = { MEDIA_UDP_PORT: String(taken.address().port), MEDIA_TCP_PORT: '0', MEDIA_WORKERS: '1' };
  const desk = await startTestDesk([callsFeature], env);
  await everybodyHas(desk.platform, 'enterprise');
  try {
    const ticketId = await opened(desk.people.customer, 'Hello');
    const input = { params: { id: ticketId }, body: { callId: randomUUID(), video: true } };
    expect((await desk.people.customer.call(startCall, input)).error.code).toBe('media_unavailable');
    expect((await fetch(`${desk.server.origin}/healthz`)).status).toBe(503);
  } finally {
    await desk.close();
    taken.close();
  }
});
