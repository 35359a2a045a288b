import { randomUUID } from 'node:crypto';
import { endCall, joinCall, MEDIA_WEBHOOK_PATH, standByForCall, startCall } from '@alongside/contracts';
import { findLiveKitServer, freePort, type LiveKitServer, startLiveKitServer } from '@alongside/testkit';
import {
  AudioFrame,
  AudioSource,
  LocalAudioTrack,
  Room,
  RoomEvent,
  TrackPublishOptions,
  TrackSource,
} from '@livekit/rtc-node';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { everybodyHas } from '../plans/testing.ts';
import { opened, snapshot, startTestDesk, type TestDesk } from '../tickets/testing.ts';
import { callsFeature } from './feature.ts';

const program = findLiveKitServer();
if (!program) console.log('There is no livekit-server here: standing by is tested with our own media server alone.');

describe.each(['embedded', ...(program ? ['livekit-server'] : [])])('standing by through %s', (kind) => {
  let desk: TestDesk;
  let livekit: LiveKitServer | null = null;
  const rooms: Room[] = [];

  beforeAll(async () => {
    const env: Record<string, string> = { MEDIA_UDP_PORT: '0', MEDIA_TCP_PORT: '0', MEDIA_WORKERS: '1' };
    if (kind === 'livekit-server') {
      const port = await freePort();
      livekit = await startLiveKitServer(program!, `http://127.0.0.1:${port}${MEDIA_WEBHOOK_PATH}`);
      const { url, apiKey, apiSecret } = livekit;
      Object.assign(env, {
        PORT: String(port),
        LIVEKIT_URL: url,
        LIVEKIT_API_KEY: apiKey,
        LIVEKIT_API_SECRET: apiSecret,
      });
    }
    desk = await startTestDesk([callsFeature], env);
    await everybodyHas(desk.platform, 'enterprise');
  });
  afterAll(async () => {
    await Promise.all(rooms.map((room) => room.disconnect()));
    await desk?.close();
    await livekit?.close();
  });

  async function enter({ url, token }: { url: string; token: string }): Promise<Room> {
    const room = new Room();
    rooms.push(room);
    // Requests of these tests do not go through the socket the server listens on, so its address is not in them.
    const address = kind === 'embedded' ? desk.server.origin.replace(/^http/, 'ws') : url;
    await room.connect(address, token, { autoSubscribe: true, dynacast: false });
    return room;
  }

  /** Speaks until the test is over. */
  async function speak(room: Room): Promise<void> {
    const source = new AudioSource(48_000, 1);
    const options = new TrackPublishOptions({ source: TrackSource.SOURCE_MICROPHONE });
    await room.localParticipant!.publishTrack(LocalAudioTrack.createAudioTrack('voice', source), options);
    await source.captureFrame(new AudioFrame(new Int16Array(4_800), 48_000, 1, 4_800));
  }

  test('it is seen and heard by nobody and hears nothing, until its person answers', async () => {
    const { engineer, customer } = desk.people;
    const ticketId = await opened(customer, 'No sound');
    const callId = randomUUID();
    const call = async () => {
      const entry = (await snapshot(engineer, ticketId))!.entries.find((one) => one.kind === 'call');
      if (entry?.kind !== 'call') throw new Error('the call is not in the timeline');
      return entry.call;
    };
    const started = await customer.call(startCall, { params: { id: ticketId }, body: { callId, video: true } });
    const caller = await enter(started.body);
    await speak(caller);
    await vi.waitUntil(async () => (await call()).participants.length === 1);

    const { connection, ...way } = (await engineer.call(standByForCall, { params: { id: callId } })).body;
    const standby = await enter(way);
    const heard: string[] = [];
    standby.on(RoomEvent.TrackSubscribed, (_track, _publication, participant) => heard.push(participant.identity));
    const callerHeard: string[] = [];
    caller.on(RoomEvent.TrackSubscribed, (_track, _publication, participant) => callerHeard.push(participant.identity));
    const outcome = await speak(standby).then(
      () => 'agreed',
      () => 'refused',
    );
    // What nobody may hear they would have by the time its own wish to speak is answered.
    expect(outcome).toBe(kind === 'embedded' ? 'agreed' : 'refused');
    const names = () => [...caller.remoteParticipants.values()].map(({ name }) => name);
    // Ours agrees with both sides on what will be heard, too; that nothing is, SFU-17 and SFU-66 say.
    expect(names()).toEqual(kind === 'embedded' ? [''] : []);
    if (kind !== 'embedded') expect([heard, callerHeard]).toEqual([[], []]);
    expect(await call()).toMatchObject({ state: 'ringing', participants: [{ who: { name: 'Cleo Customer' } }] });

    const answer = { params: { id: callId }, body: { standby: connection } };
    expect((await engineer.call(joinCall, answer)).body).toMatchObject({ admitted: true, call: { state: 'live' } });
    await vi.waitUntil(() => names()[0] === 'Eve Engineer' && heard.length === 1);
    // Where it was agreed before, the right alone lets it be heard.
    if (outcome === 'refused') await speak(standby);
    await vi.waitUntil(() => callerHeard.length === 1);
    expect((await call()).participants.map(({ who }) => who.name)).toEqual(['Cleo Customer', 'Eve Engineer']);

    // A second window takes the place of the one that stood by, as it would of any other.
    const second = await enter((await engineer.call(joinCall, { params: { id: callId }, body: {} })).body);
    await vi.waitUntil(() => !standby.isConnected && second.isConnected);
    expect((await call()).participants.map(({ leftAt }) => leftAt)).toEqual([null, null]);
    await engineer.call(endCall, { params: { id: callId }, body: { quality: null } });
    await vi.waitUntil(() => !second.isConnected && !caller.isConnected);
  });

  test('who stands by a call nobody answers is put out with its end', async () => {
    const { engineer, customer } = desk.people;
    const ticketId = await opened(customer, 'No picture');
    const callId = randomUUID();
    await enter((await customer.call(startCall, { params: { id: ticketId }, body: { callId, video: true } })).body);
    const standby = await enter((await engineer.call(standByForCall, { params: { id: callId } })).body);
    await engineer.call(endCall, { params: { id: callId }, body: { quality: null } });
    await vi.waitUntil(() => !standby.isConnected);
    const { entries } = (await snapshot(engineer, ticketId))!;
    const names = entries
      .flatMap((one) => (one.kind === 'call' ? one.call.participants : []))
      .map(({ who }) => who.name);
    expect(names).not.toContain('Eve Engineer');
  });
});
