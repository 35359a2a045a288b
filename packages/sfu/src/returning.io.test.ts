import { Worker } from 'node:worker_threads';
import { until } from '@alongside/testkit';
import { DisconnectReason, LeaveRequest_Action, SessionDescription, SyncState } from '@livekit/protocol';
import { Room, RoomEvent } from '@livekit/rtc-node';
import { SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { devToken } from './call-testing.ts';
import { type DevServer, startDevServer } from './dev.ts';
import { openSignal, type SignalClient } from './signal-testing.ts';

let rooms: Room[] = [];

afterEach(async () => {
  await Promise.all(rooms.map((room) => room.disconnect()));
  rooms = [];
});

async function join(server: DevServer, roomName: string, identity: string): Promise<Room> {
  const room = new Room();
  rooms.push(room);
  await room.connect(server.url, await devToken(roomName, identity), { autoSubscribe: true, dynacast: false });
  return room;
}

/** A message from the one reaches the other: both have signal and media. */
async function passes(from: Room, to: Room): Promise<void> {
  const mark = crypto.randomUUID();
  let isThere = false;
  const look = (data: Uint8Array): void => {
    isThere ||= Buffer.from(data).toString() === mark;
  };
  to.on(RoomEvent.DataReceived, look);
  await until('a message passes', async () => {
    await from.localParticipant!.publishData(Buffer.from(mark), { reliable: true });
    return isThere;
  });
  to.off(RoomEvent.DataReceived, look);
}

describe('SFU-42: a media thread crashes', () => {
  /** The thread each room is on, learnt from what is posted to it. */
  const threadOf = new Map<string, Worker>();
  const said: string[] = [];
  let sfu: DevServer;

  beforeAll(async () => {
    const post = Worker.prototype.postMessage;
    vi.spyOn(Worker.prototype, 'postMessage').mockImplementation(function (this: Worker, message, transfer) {
      if (message.type === 'connect') threadOf.set(message.roomName, this);
      post.call(this, message, transfer as never);
    });
    sfu = await startDevServer({
      port: 0,
      host: '127.0.0.1',
      workers: 2,
      log: (_level, message) => said.push(message),
    });
  });

  afterAll(async () => {
    vi.restoreAllMocks();
    await sfu?.close();
  });

  test('its rooms move, the others do not notice', async () => {
    const [ana, ben] = [await join(sfu, 'one', 'ana'), await join(sfu, 'one', 'ben')];
    let other = 0;
    let cleo: Room;
    do cleo = await join(sfu, `other ${++other}`, 'cleo');
    while (threadOf.get(`other ${other}`) === threadOf.get('one'));
    const dan = await join(sfu, `other ${other}`, 'dan');
    await passes(ana, ben);
    await passes(cleo, dan);
    const noticed: string[] = [];
    for (const room of [cleo, dan]) {
      for (const event of [RoomEvent.Reconnecting, RoomEvent.Disconnected, RoomEvent.ParticipantDisconnected]) {
        room.on(event, () => noticed.push(event));
      }
    }
    const back = Promise.all(
      [ana, ben].map((room) => new Promise<void>((resolve) => room.once(RoomEvent.Reconnected, () => resolve()))),
    );
    const crashed = threadOf.get('one')!;
    await crashed.terminate();
    await passes(cleo, dan);
    await back;
    await until('each is there once', () => [ana, ben].every((room) => room.remoteParticipants.size === 1));
    await passes(ana, ben);
    expect(threadOf.get('one'), 'one thread was started in its place').not.toBe(crashed);
    expect(said.filter((message) => message === 'media thread crashed')).toHaveLength(1);
    expect(noticed).toEqual([]);
  });
});

test('SFU-43: going out of service: nobody new, a bounded wait, and all come back to the next server', async () => {
  const first = await startDevServer({ port: 0, host: '127.0.0.1' });
  const { port } = first;
  const [ana, ben] = [await join(first, 'r', 'ana'), await join(first, 'r', 'ben')];
  await passes(ana, ben);
  const back = Promise.all(
    [ana, ben].map((room) => new Promise<void>((resolve) => room.once(RoomEvent.Reconnected, () => resolve()))),
  );
  const drained = first.media.drain(15_000);
  await until('nobody new', async () => {
    const refused = await openSignal(first.url, await devToken('r', 'late')).then(
      (client) => client.cut(),
      (error: Error) => error.message,
    );
    return refused === '503';
  });
  await passes(ben, ana);
  await drained;
  await first.close();
  const second = await startDevServer({ port, host: '127.0.0.1' });
  await back;
  await until('each is there once', () => [ana, ben].every((room) => room.remoteParticipants.size === 1));
  await passes(ana, ben);
  await Promise.all(rooms.map((room) => room.disconnect()));
  await second.close();
});

describe('signal connections that come back', () => {
  let sfu: DevServer;
  let clients: SignalClient[] = [];

  beforeAll(async () => {
    sfu = await startDevServer({ port: 0, host: '127.0.0.1' });
  });

  afterAll(() => sfu?.close());

  beforeEach(() => {
    for (const client of clients) client.cut();
    clients = [];
  });

  async function open(identity: string, resume = '', token?: string): Promise<SignalClient> {
    const client = await openSignal(sfu.url, token ?? (await devToken('s', identity)), resume);
    clients.push(client);
    return client;
  }

  const sidOf = async (client: SignalClient): Promise<string> => (await client.next('join')).participant!.sid;

  test('SFU-40: both ways of connecting can be asked beforehand, from any page', async () => {
    const query = `access_token=${await devToken('s', 'ana')}`;
    const ask = (path: string) => fetch(`${sfu.url.replace('ws', 'http')}${path}?${query}`);
    const reply = await ask('/rtc/validate');
    expect([reply.status, await reply.text()]).toEqual([200, 'success']);
    expect(reply.headers.get('access-control-allow-origin')).toBe('*');
    expect((await ask('/rtc/v1/validate')).status, 'this one has its request in one parameter').toBe(400);
    expect((await ask('/rtc/v2/validate')).status).toBe(404);
  });

  test('SFU-42: the new one wins over the old one that still stands, which is closed without a word', async () => {
    const old = await open('ana');
    const again = await open('ana', await sidOf(old));
    await again.next('reconnect');
    expect(again.got[0]!.case, 'nothing may come before it').toBe('reconnect');
    expect(await old.closed).toBe(1000);
    expect(old.got.some((message) => message.case === 'leave')).toBe(false);
    again.say({ case: 'ping', value: 1n });
    await again.next('pong');
  });

  test('SFU-42: whoever is not known starts over, whoever was replaced stays away', async () => {
    const leaveOf = async (client: SignalClient) => {
      const { action, reason } = await client.next('leave');
      return [LeaveRequest_Action[action], DisconnectReason[reason]];
    };
    expect(await leaveOf(await open('ana', 'PA_nobody'))).toEqual(['RECONNECT', 'STATE_MISMATCH']);
    const first = await open('ana');
    const sid = await sidOf(first);
    expect(await leaveOf(await open('ben', sid)), 'not theirs').toEqual(['RECONNECT', 'STATE_MISMATCH']);
    const second = await open('ana');
    await sidOf(second);
    expect(await leaveOf(first)).toEqual(['DISCONNECT', 'DUPLICATE_IDENTITY']);
    expect(await leaveOf(await open('ana', sid))).toEqual(['DISCONNECT', 'DUPLICATE_IDENTITY']);
    second.say({ case: 'ping', value: 1n });
    await second.next('pong');
  });

  test('SFU-42: a client that knows of tracks we do not starts over', async () => {
    const ana = await open('ana');
    await sidOf(ana);
    ana.say({ case: 'syncState', value: new SyncState({ publishTracks: [{ cid: 'x', track: { sid: 'TR_gone' } }] }) });
    expect((await ana.next('leave')).action).toBe(LeaveRequest_Action.RECONNECT);
  });

  test('SFU-43: with the token it was given a client comes back when its first one has ended', async () => {
    // Ended already, and good for five more seconds of the leeway that clocks are given.
    const nowS = Math.floor(Date.now() / 1000);
    const brief = await new SignJWT({ video: { roomJoin: true, room: 's' } })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('devkey')
      .setSubject('ana')
      .setExpirationTime(nowS - 50)
      .sign(new TextEncoder().encode('secret'));
    const ana = await open('ana', '', brief);
    const sid = await sidOf(ana);
    const fresh = await ana.next('refreshToken');
    await until('the first token has ended', () =>
      openSignal(sfu.url, brief, sid).then(
        () => false,
        (error: Error) => error.message === '401',
      ),
    );
    const again = await open('ana', sid, fresh);
    await again.next('reconnect');
    expect(await again.next('refreshToken'), 'and so on').not.toBe(brief);
  });

  test.each([
    ['an answer nobody asked for', 'answer', new SessionDescription({ type: 'answer', id: 99, sdp: 'v=0' }), /answer/],
    ['an offer that is none', 'offer', new SessionDescription({ type: 'offer', sdp: 'hello' }), /v=0/],
    ['an offer without a transport', 'offer', new SessionDescription({ type: 'offer', sdp: 'v=0\r\n' }), /ICE/],
    [
      'a giant offer',
      'offer',
      new SessionDescription({ type: 'offer', sdp: `v=0\r\n${'a=x\r\n'.repeat(350_000)}` }),
      /too large/,
    ],
  ] as const)('SFU-44: %s is refused clearly, and the call goes on', async (_what, kind, value, why) => {
    const ana = await open('ana');
    await sidOf(ana);
    ana.say({ case: kind, value });
    const refusal = await ana.next('requestResponse');
    expect(refusal.message).toMatch(why);
    ana.say({ case: 'ping', value: 1n });
    await ana.next('pong');
  });
});
