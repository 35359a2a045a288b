import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { until } from '@alongside/testkit';
import { CreateRoomRequest, Room as RoomInfo } from '@livekit/protocol';
import { AudioSource, LocalAudioTrack, Room, RoomEvent, RpcError, TrackPublishOptions } from '@livekit/rtc-node';
import {
  AccessToken,
  DataPacket_Kind,
  RoomServiceClient,
  TrackSource,
  type WebhookEvent,
  WebhookReceiver,
} from 'livekit-server-sdk';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type DevServer, startDevServer } from './dev.ts';

let sfu: DevServer;
let hooks: Server;
let service: RoomServiceClient;
let events: WebhookEvent[] = [];
let hookFailures = 0;
const rooms: Room[] = [];

beforeAll(async () => {
  const receiver = new WebhookReceiver('devkey', 'secret');
  hooks = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    if (hookFailures > 0) {
      hookFailures--;
      response.statusCode = 500;
    } else events.push(await receiver.receive(body, request.headers.authorization));
    response.end();
  });
  hooks.listen(0, '127.0.0.1');
  await once(hooks, 'listening');
  sfu = await startDevServer({
    port: 0,
    host: '127.0.0.1',
    workers: 2,
    webhookUrls: [`http://127.0.0.1:${(hooks.address() as AddressInfo).port}/`],
    limits: { departureTimeoutS: 1, maxMetadataBytes: 1_000 },
  });
  service = new RoomServiceClient(sfu.url.replace('ws', 'http'), 'devkey', 'secret');
});

afterEach(async () => {
  await Promise.all(rooms.splice(0).map((room) => room.disconnect()));
  events = [];
});

afterAll(async () => {
  await sfu?.close();
  hooks?.close();
});

async function token(identity: string, room: string, grant: object = {}): Promise<string> {
  const access = new AccessToken('devkey', 'secret', { identity });
  access.addGrant({ roomJoin: true, room, ...grant });
  return access.toJwt();
}

async function join(identity: string, roomName: string, grant: object = {}): Promise<Room> {
  const room = new Room();
  await room.connect(sfu.url, await token(identity, roomName, grant), { autoSubscribe: true, dynacast: false });
  rooms.push(room);
  return room;
}

const code = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error: { code?: string; status?: number }) => error.code ?? error.status,
  );

describe('SFU-12: RoomServiceClient of livekit-server-sdk', () => {
  test('makes, lists, describes and deletes rooms', async () => {
    const made = await service.createRoom({ name: 'made', emptyTimeout: 60, maxParticipants: 3, metadata: 'm' });
    expect(made.sid).toMatch(/^RM_/);
    expect(made).toMatchObject({ name: 'made', emptyTimeout: 60, maxParticipants: 3, metadata: 'm' });
    expect((await service.createRoom({ name: 'made' })).sid, 'making it again gives the same').toBe(made.sid);
    await service.createRoom({ name: 'other thread or not' });
    const names = (await service.listRooms()).map((room) => room.name);
    expect(names).toEqual(expect.arrayContaining(['made', 'other thread or not']));
    expect((await service.listRooms(['made'])).map((room) => room.name)).toEqual(['made']);
    expect((await service.updateRoomMetadata('made', 'n')).metadata).toBe('n');
    await service.deleteRoom('made');
    expect(await service.listRooms(['made'])).toEqual([]);
  });

  test('refuses with codes: unknown room and participant, too large, not allowed, not implemented', async () => {
    expect(await code(service.listParticipants('nowhere'))).toBe('not_found');
    await service.createRoom({ name: 'codes' });
    expect(await code(service.getParticipant('codes', 'nobody'))).toBe('not_found');
    expect(await code(service.updateRoomMetadata('codes', 'x'.repeat(2_000)))).toBe('invalid_argument');
    expect(await code(service.createRoom({ name: '' }))).toBe('invalid_argument');
    expect(await code(service.moveParticipant('codes', 'a', 'b'))).toBe('unimplemented');
    const stranger = new RoomServiceClient(sfu.url.replace('ws', 'http'), 'devkey', 'wrong secret');
    expect(await code(stranger.listRooms())).toBe('unauthenticated');
  });

  test('sees, changes and removes participants', async () => {
    // Or the room would be gone a second after its last one.
    await service.createRoom({ name: 'people', departureTimeout: 60 });
    const room = await join('ana', 'people');
    const left = new Promise((resolve) => room.once(RoomEvent.Disconnected, resolve));
    const [ana] = await until('ana active', async () => {
      const list = await service.listParticipants('people');
      return list[0]?.state === 2 ? list : undefined;
    });
    expect(ana).toMatchObject({ identity: 'ana', permission: { canPublish: true } });
    const metadataTold = new Promise((resolve) => room.once(RoomEvent.ParticipantMetadataChanged, resolve));
    await service.updateParticipant('people', 'ana', {
      metadata: 'engineer',
      attributes: { team: 'a' },
      permission: {
        canPublish: false,
        canSubscribe: true,
        canPublishData: true,
        canPublishSources: [TrackSource.CAMERA],
      },
    });
    await metadataTold;
    const changed = await service.getParticipant('people', 'ana');
    expect(changed).toMatchObject({
      metadata: 'engineer',
      attributes: { team: 'a' },
      permission: { canPublish: false },
    });
    await service.updateParticipant('people', 'ana', { attributes: { team: '' } });
    expect((await service.getParticipant('people', 'ana')).attributes).toEqual({});
    await service.removeParticipant('people', 'ana');
    await left;
    expect(await service.listParticipants('people')).toEqual([]);
  });

  test('sends data to all, to one, and once however often it is retried', async () => {
    const a = await join('a', 'data');
    const b = await join('b', 'data');
    const got: string[] = [];
    for (const [name, room] of Object.entries({ a, b })) {
      room.on(RoomEvent.DataReceived, (data) => got.push(`${name}:${Buffer.from(data).toString()}`));
    }
    await service.sendData('data', Buffer.from('all'), DataPacket_Kind.RELIABLE, { topic: 't' });
    await service.sendData('data', Buffer.from('b only'), DataPacket_Kind.RELIABLE, { destinationIdentities: ['b'] });
    const retried = {
      room: 'data',
      data: Buffer.from('retried').toString('base64'),
      nonce: Buffer.alloc(16, 7).toString('base64'),
      destinationIdentities: ['a'],
    };
    const authorization = `Bearer ${await token('desk', 'data', { roomAdmin: true })}`;
    for (let tries = 0; tries < 3; tries++) {
      await fetch(`${sfu.url.replace('ws', 'http')}/twirp/livekit.RoomService/SendData`, {
        method: 'POST',
        headers: { authorization },
        body: JSON.stringify(retried),
      });
    }
    await service.sendData('data', Buffer.from('last'), DataPacket_Kind.RELIABLE, { destinationIdentities: ['a'] });
    await until('the last arrived', () => got.includes('a:last') && got.includes('b:b only'));
    expect(got.sort()).toEqual(['a:all', 'a:last', 'a:retried', 'b:all', 'b:b only']);
  });

  test('changes what a participant gets, by track and by publisher', async () => {
    await join('viewer', 'subscriptions');
    const speaker = await join('speaker', 'subscriptions');
    const track = LocalAudioTrack.createAudioTrack('voice', new AudioSource(48_000, 1));
    const { sid } = await speaker.localParticipant!.publishTrack(track, new TrackPublishOptions());
    const subscribed = async (): Promise<number> => (await sfu.media.stats()).subscriptions;
    await until('the viewer gets the voice', async () => (await subscribed()) === 1);
    await service.updateSubscriptions('subscriptions', 'viewer', [sid!], false);
    expect(await subscribed()).toBe(0);
    await service.updateSubscriptions('subscriptions', 'viewer', [sid!], true);
    expect(await subscribed()).toBe(1);
    expect(await code(service.updateSubscriptions('subscriptions', 'nobody', [sid!], true))).toBe('not_found');
  });

  test('answers pages of any origin, doubled slashes, both spellings of fields, and protobuf', async () => {
    const base = sfu.url.replace('ws', 'http');
    const preflight = await fetch(`${base}/twirp/livekit.RoomService/ListRooms`, {
      method: 'OPTIONS',
      headers: { origin: 'https://elsewhere.example', 'access-control-request-headers': 'authorization, x-own' },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization, x-own');
    const authorization = `Bearer ${await token('desk', '', { roomCreate: true })}`;
    const post = (path: string, body: BodyInit, type = 'application/json'): Promise<Response> =>
      fetch(base + path, { method: 'POST', headers: { authorization, 'content-type': type }, body });
    const path = '/twirp/livekit.RoomService/CreateRoom';
    for (const [name, body] of Object.entries({
      camel: { emptyTimeout: 7 },
      snake: { empty_timeout: 7, unknown: 1 },
    })) {
      const answer = await post(`/${path}`, JSON.stringify({ name, ...body }));
      expect(answer.headers.get('content-type')).toBe('application/json');
      expect(await answer.json()).toMatchObject({
        name,
        empty_timeout: 7,
        creation_time: expect.stringMatching(/^\d+$/),
      });
    }
    const binary = await post(
      path,
      new Uint8Array(new CreateRoomRequest({ name: 'binary' }).toBinary()),
      'application/protobuf',
    );
    expect(RoomInfo.fromBinary(new Uint8Array(await binary.arrayBuffer())).name).toBe('binary');
    const broken = await post(path, '{');
    expect([broken.status, broken.headers.get('content-type')]).toEqual([400, 'application/json']);
    expect(await broken.json()).toEqual({ code: 'malformed', msg: 'the request cannot be read', meta: {} });
    const large = await post(path, 'x'.repeat(11 << 20)).catch(() => undefined);
    if (large) expect(large.status).toBe(429);
  });

  test('calls a procedure of a participant and hands on its answer, its error, and that nobody answers', async () => {
    const room = await join('callee', 'rpc');
    room.localParticipant!.registerRpcMethod('greet', async ({ payload, callerIdentity }) => {
      if (payload === 'fail') throw new RpcError(4_242, 'not in the mood');
      return `hello ${payload}, ${callerIdentity.length > 0}`;
    });
    await until('callee active', async () => (await service.getParticipant('rpc', 'callee')).state === 2);
    const perform = async (
      body: object,
    ): Promise<{ status: number; body: { payload?: string; code?: string; msg?: string } }> => {
      const response = await fetch(`${sfu.url.replace('ws', 'http')}/twirp/livekit.RoomService/PerformRpc`, {
        method: 'POST',
        headers: { authorization: `Bearer ${await token('desk', 'rpc', { roomAdmin: true })}` },
        body: JSON.stringify({ room: 'rpc', destination_identity: 'callee', method: 'greet', ...body }),
      });
      return { status: response.status, body: (await response.json()) as { payload?: string } };
    };
    expect((await perform({ payload: 'desk' })).body).toEqual({ payload: 'hello desk, true' });
    expect(await perform({ payload: 'fail' })).toMatchObject({
      status: 500,
      body: { code: 'unknown', msg: 'not in the mood' },
    });
    expect(await perform({ method: 'nothing' })).toMatchObject({ status: 501, body: { code: 'unimplemented' } });
    expect(await perform({ destination_identity: 'nobody' })).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    });
    expect(await perform({ destination_identity: '' })).toMatchObject({ body: { code: 'invalid_argument' } });
    expect(await perform({ payload: 'x'.repeat(20_000) })).toMatchObject({ body: { code: 'invalid_argument' } });
  });

  test('a nonce is 16 bytes or none; a token revoked from now on opens no door', async () => {
    await join('ana', 'revoked');
    const old = await token('ana', 'revoked');
    const send = { room: 'revoked', data: 'AA==', nonce: Buffer.alloc(5).toString('base64') };
    const answer = await fetch(`${sfu.url.replace('ws', 'http')}/twirp/livekit.RoomService/SendData`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await token('desk', 'revoked', { roomAdmin: true })}` },
      body: JSON.stringify(send),
    });
    expect(await answer.json()).toMatchObject({ code: 'invalid_argument' });
    await service.removeParticipant('revoked', 'ana', { revokeTokenTs: BigInt(Math.floor(Date.now() / 1_000) + 60) });
    const socket = new WebSocket(`${sfu.url}/rtc/v1?access_token=${old}&join_request=EgA`);
    socket.on('error', () => {});
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
    expect(response.statusCode).toBe(401);
    socket.terminate();
  });

  test('deleting a room sends everybody away for good', async () => {
    const room = await join('ana', 'doomed');
    const left = new Promise((resolve) => room.once(RoomEvent.Disconnected, resolve));
    await service.deleteRoom('doomed');
    await left;
  });
});

test('SFU-13, SFU-16: webhooks tell a room from its start to its end, in order, through a failing receiver', async () => {
  hookFailures = 2;
  const room = await join('ana', 'hooked');
  await room.disconnect();
  const story = await until('the room ended', () => {
    // On a busy machine an answer may come too late, and the event again.
    const byId = new Map(events.filter(({ room: of }) => of?.name === 'hooked').map((event) => [event.id, event]));
    const own = [...byId.values()];
    return own.at(-1)?.event === 'room_finished' ? own : undefined;
  });
  expect(story.map((event) => event.event)).toEqual([
    'room_started',
    'participant_joined',
    'participant_left',
    'room_finished',
  ]);
  expect(new Set(story.map((event) => event.id)).size).toBe(4);
  expect(story[1]!.participant).toMatchObject({ identity: 'ana' });
});

describe('SFU-2, SFU-14: the door', () => {
  const http = (): string => sfu.url.replace('ws', 'http');
  const status = async (path: string, init?: RequestInit): Promise<number> => (await fetch(http() + path, init)).status;

  test('validate answers as the upgrade would, to pages of any origin', async () => {
    const access = await token('ana', 'door');
    const request = 'join_request=EgA';
    const ok = await fetch(`${http()}/rtc/v1/validate?access_token=${access}&${request}`);
    expect([ok.status, await ok.text(), ok.headers.get('access-control-allow-origin')]).toEqual([200, 'success', '*']);
    expect(await status(`/rtc/v1/validate?${request}`)).toBe(401);
    expect(await status(`/rtc/v1/validate?access_token=x&${request}`)).toBe(401);
    expect(await status(`/rtc/v1/validate?access_token=${access}`)).toBe(400);
    const nowhere = await token('ana', '');
    expect(await status(`/rtc/v1/validate?access_token=${nowhere}&${request}`)).toBe(400);
    const outside = await token('ana', 'door', { roomJoin: false });
    expect(await status(`/rtc/v1/validate?access_token=${outside}&${request}`)).toBe(401);
    expect(await status('/rtc/v1/validate', { method: 'OPTIONS' })).toBe(204);
    expect(await status(`//rtc/v1/validate?access_token=${access}&${request}`), 'a doubled slash').toBe(200);
  });

  test('an upgrade that is refused has its HTTP status', async () => {
    const refused = (path: string): Promise<number> =>
      new Promise((resolve, reject) => {
        const socket = new WebSocket(sfu.url + path);
        socket.on('unexpected-response', (_request, response) => {
          resolve(response.statusCode ?? 0);
          socket.terminate();
        });
        socket.on('open', () => reject(new Error('it opened')));
        socket.on('error', () => {});
      });
    expect(await refused('/rtc/v1?access_token=x&join_request=EgA')).toBe(401);
    expect(await refused(`/rtc/v1?access_token=${await token('ana', 'door')}`)).toBe(400);
    await service.createRoom({ name: 'full', maxParticipants: 1 });
    await join('first', 'full');
    expect(await refused(`/rtc/v1?access_token=${await token('second', 'full')}&join_request=EgA`)).toBe(503);
  });

  test('garbage on every way in leaves others undisturbed', async () => {
    const watcher = await join('watcher', 'storm');
    const open = async (): Promise<WebSocket> => {
      const socket = new WebSocket(`${sfu.url}/rtc/v1?access_token=${await token('storm', 'storm')}&join_request=EgA`);
      socket.on('error', () => {});
      await once(socket, 'open');
      return socket;
    };
    let seed = 99;
    const noise = (length: number): Buffer => {
      const bytes = Buffer.alloc(length);
      for (let i = 0; i < length; i++) {
        seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
        bytes[i] = seed >>> 16;
      }
      return bytes;
    };
    const socket = await open();
    for (let i = 0; i < 300; i++) socket.send(noise(1 + (i % 200)));
    socket.send('not json');
    socket.send(JSON.stringify({ offer: { type: 'offer', sdp: 'v=0\r\nm=audio x', id: 1 } }));
    socket.send(
      JSON.stringify({ offer: { type: 'offer', sdp: `v=0\r\n${'m=audio 9 RTP 0\r\n'.repeat(200)}`, id: 2 } }),
    );
    socket.send(
      JSON.stringify({
        subscription: { trackSids: Array.from({ length: 5_000 }, (_, i) => `TR_${i}`), subscribe: true },
      }),
    );
    const answered = new Promise<void>((resolve) => {
      socket.on('message', (data) => {
        if (data.toString().includes('pongResp')) resolve();
      });
    });
    socket.send(JSON.stringify({ pingReq: { timestamp: '1' } }));
    await answered;
    const tooLarge = once(socket, 'close');
    socket.send(Buffer.alloc(3 * 1024 * 1024));
    await tooLarge;
    // Half an HTTP request, then silence, then the line is cut.
    const half = connect(sfu.port, '127.0.0.1');
    half.write(
      `GET /rtc/v1?access_token=${await token('half', 'storm')}&join_request=EgA HTTP/1.1\r\nUpgrade: websocket\r\n`,
    );
    half.destroy();
    const text = JSON.stringify({ name: 5 });
    expect(await status('/twirp/livekit.RoomService/CreateRoom', { method: 'POST', body: text })).toBe(401);
    expect(await status('/twirp/../../etc/passwd', { method: 'POST' })).toBe(404);
    const friend = await join('friend', 'storm');
    const heard = new Promise((resolve) => watcher.once(RoomEvent.DataReceived, resolve));
    await friend.localParticipant!.publishData(Buffer.from('still here'), { reliable: true });
    await heard;
  });
});

test('SFU-15: closing tells everybody to leave and leaves nothing running', async () => {
  const own = await startDevServer({ port: 0, host: '127.0.0.1' });
  const room = new Room();
  await room.connect(own.url, await token('ana', 'r'), { autoSubscribe: true, dynacast: false });
  const reason = new Promise((resolve) => room.once(RoomEvent.Disconnected, resolve));
  await own.close();
  expect(await reason).toBeDefined();
  await expect(fetch(own.url.replace('ws', 'http'))).rejects.toThrow();
});
