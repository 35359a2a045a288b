import { existsSync, readFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { until } from '@alongside/testkit';
import { DirectFileOutput, EgressStatus, type WebhookEvent } from '@livekit/protocol';
import { AudioFrame, AudioSource, LocalAudioTrack, Room, TrackPublishOptions, TrackSource } from '@livekit/rtc-node';
import { AccessToken, EgressClient, EncodedFileOutput, RoomServiceClient } from 'livekit-server-sdk';
import { expect, test, vi } from 'vitest';
import { createMediaServer } from '../front/media-server.ts';
import type { RoomHost } from '../room/host.ts';
import type { Room as EngineRoom } from '../room/room.ts';
import { FileSource } from './append-file.ts';
import { MANIFEST_NAME, type RecordingManifest } from './manifest.ts';
import { readOgg } from './ogg.ts';
import { Recordings } from './recordings.ts';
import { repairRecording } from './repair.ts';
import { RoomRecorder } from './room-recorder.ts';
import { inFolder, opusPayload, recordableRoom, testTrack, vp8Payload } from './testing.ts';

const KEYS = { key: 'secret-of-thirty-two-characters!' };

test('SFU-48 EgressClient records a track and a participant, lists, stops, and is told what is not done', () =>
  inFolder(async (folder) => {
    const events: WebhookEvent[] = [];
    const sfu = await createMediaServer({
      keys: KEYS,
      workers: 2,
      listenAddresses: ['127.0.0.1'],
      recordingFolder: folder,
      onEvent: (event) => events.push(event),
    });
    const http = createServer((request, response) => void sfu.handleRequest(request, response));
    http.on('upgrade', (request, socket, head) => void sfu.handleUpgrade(request, socket, head));
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(http.address() as AddressInfo).port}`;
    const egress = new EgressClient(`http://${host}`, 'key', KEYS.key);
    const room = new Room();
    let playing = true;
    let playingDone: Promise<void> | undefined;
    try {
      const access = new AccessToken('key', KEYS.key, { identity: 'speaker' });
      access.addGrant({ roomJoin: true, room: 'talk' });
      await room.connect(`ws://${host}`, await access.toJwt(), { autoSubscribe: true, dynacast: false });
      const source = new AudioSource(48_000, 1);
      const options = new TrackPublishOptions();
      options.source = TrackSource.SOURCE_MICROPHONE;
      const track = LocalAudioTrack.createAudioTrack('tone', source);
      const published = await room.localParticipant!.publishTrack(track, options);
      playingDone = (async () => {
        for (let frame = 0; playing; frame++) {
          const samples = Int16Array.from({ length: 480 }, (_, i) => Math.sin((frame * 480 + i) / 17) * 12_000);
          await source.captureFrame(new AudioFrame(samples, 48_000, 1, 480));
        }
      })();

      const sid = published.sid!;
      const one = await egress.startTrackEgress(
        'talk',
        new DirectFileOutput({ filepath: '{room_name}/{track_id}.ogg' }),
        sid,
      );
      expect(one).toMatchObject({ roomName: 'talk', status: EgressStatus.EGRESS_ACTIVE });
      const all = await egress.startParticipantEgress('talk', 'speaker', {
        file: new EncodedFileOutput({ filepath: 'people/{publisher_identity}' }),
      });
      await until('both have a file', async () => {
        const listed = await egress.listEgress({ roomName: 'talk', active: true });
        return listed.length === 2 && listed.every(({ fileResults }) => Number(fileResults[0]?.size ?? 0) > 3_000);
      });
      await egress.stopEgress(one.egressId);
      await expect(egress.stopEgress(one.egressId)).rejects.toMatchObject({ code: 'failed_precondition' });
      await expect(egress.stopEgress('EG_none')).rejects.toMatchObject({ code: 'not_found' });
      await expect(
        egress.startTrackEgress('talk', new DirectFileOutput({ filepath: '../out.ogg' }), sid),
      ).rejects.toMatchObject({
        code: 'invalid_argument',
      });
      await expect(
        egress.startTrackEgress('talk', new DirectFileOutput({ filepath: 'a.mp4' }), sid),
      ).rejects.toMatchObject({
        code: 'invalid_argument',
      });
      await expect(
        egress.startRoomCompositeEgress('talk', new EncodedFileOutput({ filepath: 'x' })),
      ).rejects.toMatchObject({
        code: 'unimplemented',
      });
      const stranger = new EgressClient(`http://${host}`, 'key', 'another-secret-of-32-characters!');
      await expect(stranger.listEgress()).rejects.toMatchObject({ code: 'unauthenticated' });

      // The participant leaves: their recording ends by itself with the room.
      playing = false;
      await playingDone;
      await room.disconnect();
      await egress.stopEgress(all.egressId);
      const ended = await egress.listEgress({ roomName: 'talk' });
      expect(ended.map(({ status }) => status)).toEqual([EgressStatus.EGRESS_COMPLETE, EgressStatus.EGRESS_COMPLETE]);
      expect(
        events
          .filter(({ event }) => event.startsWith('egress'))
          .map(({ event }) => event)
          .sort(),
      ).toEqual([
        'egress_ended',
        'egress_ended',
        'egress_started',
        'egress_started',
        'egress_updated',
        'egress_updated',
      ]);
      const ogg = readOgg(new FileSource(join(folder, 'talk', `${sid}.ogg`)))!;
      expect(ogg.ended).toBe(true);
      expect(ogg.granule).toBeGreaterThan(48_000 / 2);
      const manifest = JSON.parse(
        await readFile(join(folder, 'people/speaker/recording.json'), 'utf8'),
      ) as RecordingManifest;
      expect(manifest).toMatchObject({ state: 'complete', roomName: 'talk' });
      expect(manifest.tracks).toMatchObject([{ codec: 'opus', source: 'microphone', participantIdentity: 'speaker' }]);
    } finally {
      playing = false;
      await playingDone;
      await room.disconnect();
      http.closeAllConnections();
      http.close();
      await sfu.close();
    }
  }));

test('SFU-47 a media thread that crashes ends its recordings for all who listen', () =>
  inFolder(async (folder) => {
    const posts = vi.spyOn(Worker.prototype, 'postMessage').mock;
    const events: WebhookEvent[] = [];
    const listenAddresses = ['127.0.0.1'];
    const onEvent = (event: WebhookEvent): void => void events.push(event);
    const sfu = await createMediaServer({ keys: KEYS, listenAddresses, recordingFolder: folder, onEvent });
    const http = createServer((request, response) => void sfu.handleRequest(request, response));
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    try {
      const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
      await new RoomServiceClient(url, 'key', KEYS.key).createRoom({ name: 'talk' });
      await sfu.startRecording('mine', 'talk', 'mine');
      await until('its manifest to be there', () => existsSync(join(folder, 'mine', MANIFEST_NAME)));
      const asked = posts.calls.findIndex(([message]) => message.type === 'service');
      await (posts.contexts[asked] as Worker).terminate();
      const ended = await until('its end to be told', () => events.find(({ event }) => event === 'egress_ended'));
      expect(ended.egressInfo).toMatchObject({
        egressId: 'mine',
        status: EgressStatus.EGRESS_ABORTED,
        details: 'interrupted',
      });
      expect(await repairRecording(join(folder, 'mine'))).toMatchObject({ state: 'complete', repaired: true });
    } finally {
      vi.restoreAllMocks();
      http.closeAllConnections();
      http.close();
      await sfu.close();
    }
  }));

test('SFU-45 a phone that is turned begins a new file, each with its rotation', () =>
  inFolder(async (folder) => {
    const track = testTrack('video', 'vp8');
    const clock = { nowMs: 0 };
    const recorder = new RoomRecorder({
      id: 'r',
      room: recordableRoom([track], clock),
      folder: join(folder, 'r'),
      minFreeBytes: 0,
      onEnded: () => {},
    });
    for (let i = 0; i < 90; i++) {
      clock.nowMs = i * 33;
      recorder.tick(clock.nowMs);
      // Held upright, then laid down: told once, and then no more.
      const orientation = i < 40 ? 1 : i === 40 ? 0 : undefined;
      const options = orientation === undefined ? clock : { ...clock, orientation };
      track.send(i, 3_000 * i, vp8Payload(i % 15 === 0), options);
    }
    await recorder.stop();
    const { tracks } = recorder.manifest();
    expect(tracks.map(({ rotation, startMs }) => [rotation, startMs])).toEqual([
      [90, 0],
      [0, 1_485],
    ]);
    expect(tracks[0]!.durationMs).toBeGreaterThan(800);
  }));

test('SFU-49 with the disk full or gone a recording ends by itself, says so, and the call does not notice', () =>
  inFolder(async (folder) => {
    for (const [minFreeBytes, name, failure] of [
      [Number.MAX_SAFE_INTEGER, 'full', 'disk_full'],
      [0, 'gone', 'write_failed'],
    ] as const) {
      const track = testTrack('audio', 'opus');
      const clock = { nowMs: 0 };
      let ended: RoomRecorder | undefined;
      const recorder = new RoomRecorder({
        id: name,
        room: recordableRoom([track], clock),
        folder: join(folder, name),
        minFreeBytes,
        onEnded: (which) => {
          ended = which;
        },
      });
      if (failure === 'write_failed') {
        await until('its manifest to be there', () => existsSync(join(recorder.folder, MANIFEST_NAME)));
        await rm(recorder.folder, { recursive: true });
      }
      for (let i = 0; i < 400; i++) {
        clock.nowMs = i * 20;
        recorder.tick(clock.nowMs);
        track.send(i, 960 * i, opusPayload(i), clock);
      }
      await until('the recording ended', () => ended !== undefined);
      expect(recorder.manifest()).toMatchObject({ state: 'failed', failure });
      expect(track.source.taps).toHaveLength(0);
      track.send(400, 960 * 400, opusPayload(0), clock);
    }
  }));

test('SFU-47 who stops a recording that is ending by itself is refused when it is on the disk, not before', () =>
  inFolder(async (folder) => {
    const clock = { nowMs: 0 };
    const track = testTrack('audio', 'opus');
    const room = recordableRoom([track], clock);
    const recordings = new Recordings({ ...room.host, emit: () => {} } as unknown as RoomHost, folder, 0);
    recordings.start({ id: 'r', room, path: 'r' });
    for (let i = 0; i < 100; i++) {
      clock.nowMs = i * 20;
      recordings.tick(clock.nowMs);
      track.send(i, 960 * i, opusPayload(i), clock);
    }
    Object.assign(room, { ended: true });
    clock.nowMs = 2_000;
    recordings.tick(clock.nowMs);
    const states: string[] = [];
    await expect(
      recordings.stop('r').catch((error: unknown) => {
        const manifest = JSON.parse(readFileSync(join(folder, 'r', MANIFEST_NAME), 'utf8')) as RecordingManifest;
        states.push(manifest.state);
        throw error;
      }),
    ).rejects.toMatchObject({ code: 'failed_precondition' });
    expect(states).toEqual(['complete']);
    const ogg = readOgg(new FileSource(join(folder, 'r', '1-TR_0.ogg')))!;
    expect(ogg.ended).toBe(true);
    await recordings.close();
  }));

test('SFU-48 of those that ended the last to end are kept, however long ago they began', () =>
  inFolder(async (folder) => {
    const room = recordableRoom([], { nowMs: 0 });
    const recordings = new Recordings({ ...room.host, emit: () => {} } as unknown as RoomHost, folder, 0);
    for (let i = 0; i <= 100; i++) recordings.start({ id: `r${i}`, room, path: `r${i}` });
    for (let i = 1; i <= 100; i++) await recordings.stop(`r${i}`);
    await expect(recordings.stop('r0')).resolves.toMatchObject({ status: EgressStatus.EGRESS_COMPLETE });
    expect(recordings.list({ roomName: '', egressId: 'r0', active: false })).toHaveLength(1);
    await recordings.close();
  }));

test('SFU-49 a recorder that throws ends its own recording as failed, and no other', () =>
  inFolder(async (folder) => {
    const clock = { nowMs: 0 };
    const told: WebhookEvent[] = [];
    const open = (): EngineRoom => recordableRoom([testTrack('audio', 'opus')], clock);
    const [broken, sound] = [open(), open()];
    broken.publications = () => {
      throw new TypeError('broken');
    };
    const host = { ...sound.host, emit: (event: WebhookEvent) => told.push(event) } as RoomHost;
    const recordings = new Recordings(host, folder, 0);
    recordings.start({ id: 'broken', room: broken, path: 'broken' });
    recordings.start({ id: 'sound', room: sound, path: 'sound' });
    recordings.tick(0);
    await until('the end is told', () => told.some(({ event }) => event === 'egress_ended'));
    const ended = told.find(({ event }) => event === 'egress_ended')!.egressInfo!;
    expect(ended).toMatchObject({ egressId: 'broken', status: EgressStatus.EGRESS_FAILED });
    expect(recordings.list({ roomName: '', egressId: '', active: true }).map(({ egressId }) => egressId)).toEqual([
      'sound',
    ]);
    await recordings.close();
  }));
