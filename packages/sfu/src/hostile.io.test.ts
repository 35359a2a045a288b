import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { buildRtcp, parseSdp } from '@alongside/rtp';
import { until } from '@alongside/testkit';
import {
  JoinRequest,
  Ping,
  SessionDescription,
  SignalRequest,
  SignalResponse,
  WrappedJoinRequest,
  WrappedJoinRequest_Compression,
} from '@livekit/protocol';
import {
  AudioFrame,
  AudioSource,
  AudioStream,
  LocalAudioTrack,
  Room,
  RoomEvent,
  TrackPublishOptions,
} from '@livekit/rtc-node';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { devToken } from './call-testing.ts';
import { type DevServer, startDevServer } from './dev.ts';
import { hostileBytes } from './hostile/testing.ts';
import { packet, vp8 } from './media/testing.ts';
import { ControllingPeer } from './transport/controlling-peer.ts';
import type { PipeLocal } from './transport/pipe.ts';
import { buildBindingRequest } from './transport/stun.ts';

const RATE_HZ = 48_000;
const FRAME = new AudioFrame(
  Int16Array.from({ length: RATE_HZ / 100 }, (_, i) => 9_000 * Math.sin((2 * Math.PI * i) / 120)),
  RATE_HZ,
  1,
  RATE_HZ / 100,
);
const LIMITS = { maxJoinsPerAddressPerS: 20, maxSignalMessagesPerS: 40 };

let sfu: DevServer;
let call: Call;

/** Two people who talk and send numbered messages while the others do their worst. */
interface Call {
  rooms: Room[];
  received: number[];
  sent: number;
  loudFrames: number;
  disturbances: string[];
  end(): Promise<void>;
}

async function startCall(): Promise<Call> {
  const [ana, ben] = [new Room(), new Room()];
  const state: Call = {
    rooms: [ana, ben],
    received: [],
    sent: 0,
    loudFrames: 0,
    disturbances: [],
    end: async () => {},
  };
  for (const room of [ana, ben]) {
    for (const event of [RoomEvent.Reconnecting, RoomEvent.Disconnected, RoomEvent.ParticipantDisconnected]) {
      room.on(event, () => state.disturbances.push(event));
    }
  }
  ben.on(RoomEvent.DataReceived, (data) => state.received.push(Number(Buffer.from(data).toString())));
  ben.on(RoomEvent.TrackSubscribed, async (track) => {
    for await (const frame of new AudioStream(track, RATE_HZ, 1)) {
      if (frame.data.some((sample) => Math.abs(sample) > 2_000)) state.loudFrames++;
    }
  });
  for (const [room, name] of [
    [ben, 'ben'],
    [ana, 'ana'],
  ] as const) {
    await room.connect(sfu.url, await devToken('the call', name), { autoSubscribe: true, dynacast: false });
  }
  const source = new AudioSource(RATE_HZ, 1);
  await ana.localParticipant!.publishTrack(LocalAudioTrack.createAudioTrack('tone', source), new TrackPublishOptions());
  let isOver = false;
  const talking = (async () => {
    while (!isOver) {
      await source.captureFrame(FRAME);
      const next = state.sent++;
      await ana.localParticipant!.publishData(Buffer.from(String(next)), { reliable: true });
    }
  })();
  state.end = async () => {
    isOver = true;
    await talking;
    for (const room of [ana, ben]) room.removeAllListeners();
    await Promise.all([ana, ben].map((room) => room.disconnect()));
  };
  await until('ben hears ana', () => state.loudFrames > 20 && state.received.length > 20);
  return state;
}

beforeAll(async () => {
  // One media thread: the call has no other to be safe in.
  sfu = await startDevServer({
    port: 0,
    host: '127.0.0.1',
    tcpPort: 0,
    workers: 1,
    listenAddresses: ['127.0.0.1'],
    limits: LIMITS,
  });
  call = await startCall();
});

afterAll(async () => {
  await call?.end();
  await sfu?.close();
});

/** A thread that answers too late is left out of the figures, and so is what happened since they were last asked for. */
const figure = (line: RegExp): Promise<string> =>
  until('the figure', async () => (await sfu.media.metrics()).match(line)?.[1]);

/** Whatever was done, the call goes on: sound and every message, in order, once. */
async function expectCallUndisturbed(): Promise<void> {
  const { loudFrames, sent } = call;
  await until('ben hears and reads on', () => call.loudFrames > loudFrames + 20 && call.received.length > sent);
  expect(call.received).toEqual(call.received.map((_, i) => i));
  expect(call.disturbances).toEqual([]);
  expect(await figure(/handler_errors_total\{worker="0"\} (\d+)/)).toBe('0');
}

/** The same damage every time. */
function samples(seeds: readonly Buffer[], count: number): Buffer[] {
  return fc.sample(hostileBytes(seeds), { seed: 7, numRuns: count }).filter((bytes) => bytes.length > 0);
}

const CHECK = buildBindingRequest({
  transactionId: Buffer.alloc(12, 5),
  username: 'nobody:client',
  password: 'guessed',
  role: 'controlling',
  tieBreaker: Buffer.alloc(8, 1),
  priority: 1,
  useCandidate: true,
});
const HELLO = Buffer.from('16fefd0000000000000000003001000024000000000000002400'.padEnd(120, '0'), 'hex');
const MEDIA = packet(100, 1, 3_000, vp8(true, 1), { mid: 'm', rid: 'q' });

async function openUdp(): Promise<{ socket: Socket; receivedBytes: () => number }> {
  const socket = createSocket('udp4');
  let bytes = 0;
  socket.on('message', (datagram) => {
    bytes += datagram.length;
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { socket, receivedBytes: () => bytes };
}

test('SFU-55: noise from strangers over UDP is answered by nothing', async () => {
  const strangers = await Promise.all(Array.from({ length: 8 }, openUdp));
  const all = samples([CHECK, HELLO, MEDIA], 4_000);
  for (const [i, bytes] of all.entries()) {
    const { socket } = strangers[i % strangers.length]!;
    await new Promise((resolve) => socket.send(bytes, sfu.media.udpPorts[0]!, '127.0.0.1', resolve));
  }
  await expectCallUndisturbed();
  for (const { socket, receivedBytes } of strangers) {
    expect(receivedBytes()).toBe(0);
    socket.close();
  }
});

test('SFU-55: frames of any shape over TCP are met by silence or a closed line', async () => {
  const [port] = sfu.media.tcpPorts;
  let answeredBytes = 0;
  const ends = samples([CHECK, HELLO, MEDIA], 200).map(async (bytes, i) => {
    const socket = connect(port!, '127.0.0.1');
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      answeredBytes += chunk.length;
    });
    await once(socket, 'connect');
    const frame = Buffer.alloc(2 + bytes.length);
    // Lengths that are right, too long, nought, and the largest there is.
    frame.writeUInt16BE([bytes.length, bytes.length + 9, 0, 0xffff][i % 4]!, 0);
    bytes.copy(frame, 2);
    socket.write(frame);
    socket.end();
    await once(socket, 'close');
  });
  await Promise.all(ends);
  expect(answeredBytes).toBe(0);
  await expectCallUndisturbed();
});

describe('SFU-55: somebody with a token', () => {
  const wrap = (compression: WrappedJoinRequest_Compression, joinRequest: Uint8Array): string =>
    Buffer.from(new WrappedJoinRequest({ compression, joinRequest }).toBinary()).toString('base64url');
  const { NONE, GZIP } = WrappedJoinRequest_Compression;

  async function openSignal(identity: string, joinRequest: string, room = 'storm'): Promise<WebSocket> {
    const token = await devToken(room, identity);
    const socket = new WebSocket(`${sfu.url}/rtc/v1?access_token=${token}&join_request=${joinRequest}`);
    socket.on('error', () => {});
    return socket;
  }

  /** HTTP status of a refusal, or 101. */
  async function statusOf(socket: WebSocket): Promise<number> {
    return new Promise((resolve) => {
      socket.once('open', () => resolve(101));
      socket.once('unexpected-response', (_request, response) => {
        resolve(response.statusCode ?? 0);
        socket.terminate();
      });
      socket.once('error', () => resolve(0));
    });
  }

  test('sends media, repetitions and reports that were tampered with under good keys', async () => {
    const peer = await ControllingPeer.open();
    const { iceUfrag, icePwd, fingerprints } = peer.remote;
    const section = (kind: string, mid: string, codec: string): string =>
      `m=${kind} 9 UDP/TLS/RTP/SAVPF ${codec}\r\nc=IN IP4 0.0.0.0\r\na=mid:${mid}\r\na=sendonly\r\na=rtcp-mux\r\na=msid:s ${mid}\r\n` +
      `a=ice-ufrag:${iceUfrag}\r\na=ice-pwd:${icePwd}\r\na=fingerprint:sha-256 ${fingerprints[0]!.value}\r\na=setup:actpass\r\n`;
    const sdp = `v=0\r\no=- 1 1 IN IP4 0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE m\r\n${section('video', 'm', '96\r\na=rtpmap:96 VP8/90000')}`;
    const offer = new SessionDescription({ type: 'offer', id: 1, sdp });
    const socket = await openSignal('tamperer', wrap(NONE, new JoinRequest({ publisherOffer: offer }).toBinary()));
    let answer: string | undefined;
    socket.on('message', (data: Buffer) => {
      const { message } = SignalResponse.fromBinary(data);
      if (message.case === 'answer') answer = message.value.sdp;
    });
    const [media] = parseSdp(await until('the answer', () => answer)).media;
    peer.connect({
      iceUfrag: media!.iceUfrag,
      icePwd: media!.icePwd,
      iceLite: true,
      fingerprint: media!.fingerprints[0],
      candidates: [{ protocol: 'udp', address: '127.0.0.1', port: sfu.media.udpPorts[0]! }],
      setup: media!.setup,
    } as unknown as PipeLocal);
    await until('the tamperer is connected', () => peer.connected);
    const reports = buildRtcp([{ type: 'nack', senderSsrc: 1, mediaSsrc: 2, sequenceNumbers: [1, 2, 3] }]);
    for (const bytes of samples([MEDIA, packet(100, 9, 9_000, vp8(false, 2))], 2_000)) {
      if (bytes.length < 12) continue;
      const sealed = peer.sender!.protectRtp(bytes, bytes.length);
      if (!sealed) continue;
      const kept = Buffer.from(sealed);
      // Once as it should be, then again, then with a bit turned.
      peer.sendRaw(kept);
      peer.sendRaw(kept);
      const turned = Buffer.from(kept);
      turned[turned.length >> 1] = turned[turned.length >> 1]! ^ 1;
      peer.sendRaw(turned);
    }
    for (const bytes of samples([reports], 1_000)) {
      if (bytes.length < 8) continue;
      const sealed = peer.sender!.protectRtcp(bytes, bytes.length);
      if (sealed) peer.sendRaw(Buffer.from(sealed));
    }
    await expectCallUndisturbed();
    peer.close();
    socket.terminate();
  });

  test('joins a thousand times in a second: some are let in, the others told 429, nobody is left', async () => {
    const sockets: WebSocket[] = [];
    const statuses = await Promise.all(
      Array.from({ length: 1_000 }, async (_, i) => {
        const socket = await openSignal(`crowd ${i}`, 'EgA', `crowd ${i % 10}`);
        sockets.push(socket);
        return statusOf(socket);
      }),
    );
    const count = (status: number): number => statuses.filter((each) => each === status).length;
    expect(count(101)).toBeGreaterThanOrEqual(60);
    expect(count(429)).toBeGreaterThan(0);
    expect(count(101) + count(429)).toBe(1_000);
    for (const socket of sockets) socket.terminate();
    await until('the crowd is gone', async () => (await sfu.media.stats()).participants === 2);
    expect(Number(await figure(/joins_refused_total\{reason="address"\} (\d+)/))).toBeGreaterThan(0);
    await expectCallUndisturbed();
  });

  test('sends bombs and messages without end', async () => {
    const enter = (joinRequest: string): Promise<number> =>
      // The address may still be waiting for its next joins to be allowed.
      until('an answer other than 429', async () => {
        const status = await statusOf(await openSignal('bomber', joinRequest));
        return status === 429 ? undefined : status;
      });
    const open = (identity: string): Promise<WebSocket> =>
      until(`${identity} is let in`, async () => {
        const socket = await openSignal(identity, 'EgA');
        return (await statusOf(socket)) === 101 ? socket : undefined;
      });
    expect(await enter(wrap(GZIP, gzipSync(Buffer.alloc(8 << 20))))).toBe(400);
    expect(await enter(wrap(GZIP, Buffer.alloc(500, 7)))).toBe(400);
    const told: SignalResponse['message'][] = [];
    const flood = await open('flooder');
    flood.on('message', (data: Buffer) => told.push(SignalResponse.fromBinary(data).message));
    const ping = new SignalRequest({ message: { case: 'pingReq', value: new Ping({ timestamp: 1n }) } });
    const closed = once(flood, 'close');
    for (let i = 0; i < 2_000; i++) flood.send(ping.toBinary());
    await closed;
    expect(told.filter(({ case: name }) => name === 'pongResp').length).toBeLessThan(2_000);
    const refusal = told.find(({ case: name }) => name === 'requestResponse')?.value;
    expect(refusal).toMatchObject({ message: 'no more than 40 signalling messages per second' });
    expect(told.at(-1)).toMatchObject({ case: 'leave', value: { action: 0 } });
    const large = await open('large');
    const tooLarge = once(large, 'close');
    // Deflated it is small.
    large.send(Buffer.alloc(64 << 20));
    expect((await tooLarge)[0]).toBe(1009);
    await expectCallUndisturbed();
  });

  test('calls the service API with any body', async () => {
    const headers = {
      authorization: `Bearer ${await devToken('storm', 'desk', { roomAdmin: true, roomCreate: true })}`,
    };
    const body = Buffer.from(JSON.stringify({ room: 'storm', identity: 'ana', data: 'AA==', kind: 1, topic: 't' }));
    const methods = [
      ...['SendData', 'CreateRoom', 'UpdateParticipant', 'PerformRpc', 'UpdateSubscriptions'].map(
        (name) => `RoomService/${name}`,
      ),
      ...['StartTrackEgress', 'StartParticipantEgress', 'ListEgress'].map((name) => `Egress/${name}`),
      ...['CreateDispatch', 'DeleteDispatch'].map((name) => `AgentDispatchService/${name}`),
    ];
    for (const [i, bytes] of samples([body], 150).entries()) {
      const url = `${sfu.url.replace('ws', 'http')}/twirp/livekit.${methods[i % methods.length]}`;
      const type = i % 3 === 0 ? 'application/json' : 'application/protobuf';
      const answer = await fetch(url, {
        method: 'POST',
        body: new Uint8Array(bytes),
        headers: { ...headers, 'content-type': type },
      });
      // What is not served says so; nothing fails.
      expect([500, 502, 503, 504], bytes.toString('latin1')).not.toContain(answer.status);
      await answer.arrayBuffer();
    }
    await expectCallUndisturbed();
  });
});
