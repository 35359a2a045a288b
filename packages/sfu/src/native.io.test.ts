import { until } from '@alongside/testkit';
import {
  AudioFrame,
  AudioSource,
  AudioStream,
  LocalAudioTrack,
  type RemoteTrack,
  Room,
  RoomEvent,
  RpcError,
  TrackPublishOptions,
  TrackSource,
} from '@livekit/rtc-node';
import { AccessToken } from 'livekit-server-sdk';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type DevServer, startDevServer } from './dev.ts';

const TONE_HZ = 440;
const RATE_HZ = 48_000;

let sfu: DevServer;
let rooms: Room[] = [];
let roomNumber = 0;

beforeAll(async () => {
  sfu = await startDevServer({ port: 0, host: '127.0.0.1' });
});

afterEach(async () => {
  roomNumber++;
  await Promise.all(rooms.map((room) => room.disconnect()));
  rooms = [];
});

afterAll(() => sfu?.close());

async function join(identity: string): Promise<Room> {
  const access = new AccessToken('devkey', 'secret', { identity });
  access.addGrant({ roomJoin: true, room: `native ${roomNumber}`, canUpdateOwnMetadata: true });
  const room = new Room();
  rooms.push(room);
  await room.connect(sfu.url, await access.toJwt(), { autoSubscribe: true, dynacast: false });
  return room;
}

/** Two who see each other. */
async function pair(): Promise<[Room, Room]> {
  const a = await join('a');
  const b = await join('b');
  await until('both see each other', () => a.remoteParticipants.has('b') && b.remoteParticipants.has('a'));
  return [a, b];
}

test('SFU-1: the native client hears the very tone the other one plays', async () => {
  const [a, b] = await pair();
  const subscribed = new Promise<RemoteTrack>((resolve) => b.once(RoomEvent.TrackSubscribed, resolve));
  const source = new AudioSource(RATE_HZ, 1);
  const options = new TrackPublishOptions();
  options.source = TrackSource.SOURCE_MICROPHONE;
  await a.localParticipant!.publishTrack(LocalAudioTrack.createAudioTrack('tone', source), options);
  const track = await subscribed;
  let playing = true;
  const play = (async () => {
    for (let frame = 0; playing; frame++) {
      const samples = new Int16Array(480);
      for (let i = 0; i < samples.length; i++) {
        samples[i] = Math.round(Math.sin((2 * Math.PI * TONE_HZ * (frame * 480 + i)) / RATE_HZ) * 16_000);
      }
      await source.captureFrame(new AudioFrame(samples, RATE_HZ, 1, 480));
    }
  })();
  // Zero crossings of loud frames: two per period. The middle one of many tenths of a second: where a busy machine made the
  // sound late, what is put in its place has other crossings.
  const tenths: number[] = [];
  let crossings = 0;
  let loud = 0;
  let last = 0;
  for await (const frame of new AudioStream(track, RATE_HZ, 1)) {
    if (!frame.data.some((sample) => Math.abs(sample) > 4_000)) continue;
    for (const sample of frame.data) {
      if (sample > 0 !== last > 0) crossings++;
      last = sample;
    }
    loud += frame.data.length;
    if (loud < RATE_HZ / 10) continue;
    tenths.push((crossings / 2 / loud) * RATE_HZ);
    if (tenths.length === 21) break;
    [crossings, loud] = [0, 0];
  }
  playing = false;
  await play;
  const hertz = tenths.toSorted((x, y) => x - y)[10]!;
  expect(hertz).toBeGreaterThan(TONE_HZ - 20);
  expect(hertz).toBeLessThan(TONE_HZ + 20);
});

test('SFU-7: reliable packets arrive each once and in order', async () => {
  const [a, b] = await pair();
  const got: number[] = [];
  b.on(RoomEvent.DataReceived, (data) => got.push(new DataView(data.buffer, data.byteOffset).getUint32(0)));
  for (let i = 0; i < 128; i++) {
    const bytes = new Uint8Array(4_096);
    new DataView(bytes.buffer).setUint32(0, i);
    await a.localParticipant!.publishData(bytes, { reliable: true });
  }
  await until('all there', () => got.length >= 128);
  expect(got).toEqual(Array.from({ length: 128 }, (_, i) => i));
});

test('SFU-7: who is named gets it, others do not', async () => {
  const [a, b] = await pair();
  const c = await join('c');
  await until('c is seen', () => a.remoteParticipants.has('c'));
  const got: string[] = [];
  for (const [name, room] of Object.entries({ a, b, c })) {
    room.on(RoomEvent.DataReceived, (data, from) => got.push(`${name} from ${from?.identity}: ${Buffer.from(data)}`));
  }
  await a.localParticipant!.publishData(Buffer.from('psst'), { reliable: true, destination_identities: ['c'] });
  await a.localParticipant!.publishData(Buffer.from('hello'), { reliable: true });
  await until('all there', () => got.length >= 3);
  expect(got.sort()).toEqual(['b from a: hello', 'c from a: hello', 'c from a: psst']);
});

test('SFU-7: RPC answers, and its errors are errors', async () => {
  const [a, b] = await pair();
  b.localParticipant!.registerRpcMethod('echo', async ({ payload, callerIdentity }) => `${callerIdentity}: ${payload}`);
  const call = (method: string, payload: string): Promise<string> =>
    a.localParticipant!.performRpc({ destinationIdentity: 'b', method, payload });
  expect(await call('echo', '你好')).toBe('a: 你好');
  await expect(call('nothing', '')).rejects.toMatchObject({ code: RpcError.ErrorCode.UNSUPPORTED_METHOD });
});

test('SFU-7: a long text arrives whole', async () => {
  const [a, b] = await pair();
  const text = '多字节 text '.repeat(20_000);
  const read = new Promise<string>((resolve) =>
    b.registerTextStreamHandler('long', async (reader) => resolve(await reader.readAll())),
  );
  await a.localParticipant!.sendText(text, { topic: 'long' });
  expect(await read).toBe(text);
});

test('SFU-2: own metadata and attributes reach the other', async () => {
  const [a, b] = await pair();
  await a.localParticipant!.updateMetadata('engineer');
  await a.localParticipant!.setAttributes({ team: 'network' });
  await until('b knows', () => {
    const seen = b.remoteParticipants.get('a');
    return seen?.metadata === 'engineer' && seen.attributes.team === 'network';
  });
});

test('SFU-5, SFU-16: leaving is told at once', async () => {
  const [a, b] = await pair();
  const gone = new Promise<string>((resolve) =>
    b.once(RoomEvent.ParticipantDisconnected, (left) => resolve(left.identity)),
  );
  await a.disconnect();
  expect(await gone).toBe('a');
});
