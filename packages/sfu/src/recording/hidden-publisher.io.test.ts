import { readFile } from 'node:fs/promises';
import { join as pathOf } from 'node:path';
import { RtpWriter } from '@alongside/rtp';
import { ParticipantPermission } from '@livekit/protocol';
import { beforeEach, expect, test } from 'vitest';
import { type Client, join, nowMs, openTestRoom, pass, pipes, publishMicrophone, room } from '../room/testing.ts';
import type { RecordingManifest } from './manifest.ts';
import { RoomRecorder } from './room-recorder.ts';
import { inFolder, opusPayload } from './testing.ts';

const FRAME_MS = 20;

beforeEach(() => openTestRoom());

/** Somebody speaks in a room that is recorded; says which files came of it and how long they are. */
async function recorded(speak: (client: Client, talk: (ms: number) => void) => void): Promise<number[]> {
  let files: number[] = [];
  await inFolder(async (folder) => {
    const client = join('p', {}, []);
    publishMicrophone(client);
    pipes[0]!.setState('connected');
    const recorder = new RoomRecorder({ id: 'r', room, folder, minFreeBytes: 0, onEnded: () => {} });
    const writer = new RtpWriter();
    let sequence = 0;
    speak(client, (ms) => {
      for (let end = nowMs + ms; nowMs < end; ) {
        pass(FRAME_MS);
        recorder.tick(nowMs);
        writer.start(111, false, sequence, nowMs * 48, 1_000);
        writer.endHeader();
        const payload = opusPayload(sequence++);
        writer.append(payload, 0, payload.length);
        pipes[0]!.handlers.onRtp?.(writer.toBuffer(), nowMs);
      }
    });
    await recorder.stop();
    const manifest = JSON.parse(await readFile(pathOf(folder, 'recording.json'), 'utf8')) as RecordingManifest;
    expect(manifest.state).toBe('complete');
    files = manifest.tracks.map(({ durationMs }) => durationMs);
  });
  return files;
}

const RIGHTS = new ParticipantPermission({ canPublish: true, canSubscribe: true });

test.each([
  ['stands by', new ParticipantPermission({ hidden: true, canPublish: true })],
  ['still hears', new ParticipantPermission({ hidden: true, canPublish: true, canSubscribe: true })],
])('SFU-65 whoever becomes hidden and %s is recorded no longer, and is again when visible', async (_, hidden) => {
  const files = await recorded((client, talk) => {
    talk(1_000);
    client.participant.setPermission(hidden);
    talk(5_000);
    client.participant.setPermission(RIGHTS);
    talk(1_000);
  });
  expect(files).toHaveLength(2);
  for (const durationMs of files) {
    expect(durationMs).toBeGreaterThan(500);
    expect(durationMs).toBeLessThanOrEqual(1_000);
  }
});

test('SFU-65 whoever may not publish any more is recorded no longer, whatever it goes on sending', async () => {
  const files = await recorded((client, talk) => {
    talk(1_000);
    client.participant.setPermission(new ParticipantPermission({ canSubscribe: true }));
    talk(5_000);
  });
  expect(files).toHaveLength(1);
  expect(files[0]).toBeLessThanOrEqual(1_000);
});

test('SFU-65 whoever is hidden from the beginning is not recorded', async () => {
  const files = await recorded((client, talk) => {
    client.participant.setPermission(new ParticipantPermission({ hidden: true, canPublish: true, canSubscribe: true }));
    talk(1_000);
  });
  expect(files).toEqual([]);
});
