import { readFile } from 'node:fs/promises';
import { join as pathOf } from 'node:path';
import { RtpWriter } from '@alongside/rtp';
import { beforeEach, expect, test } from 'vitest';
import { join, nowMs, openTestRoom, pass, pipes, publishMicrophone, room, type TestPipe } from '../room/testing.ts';
import { MANIFEST_NAME, type RecordingManifest } from './manifest.ts';
import { Recordings } from './recordings.ts';
import { inFolder, opusPayload } from './testing.ts';

const FRAME_MS = 20;
const EVE = 'staff:eve';
const CLEO = 'customer:cleo';

beforeEach(() => openTestRoom());

/** Somebody with a microphone. */
function comes(identity: string): TestPipe {
  publishMicrophone(join(identity, {}, []));
  const pipe = pipes.at(-1)!;
  pipe.setState('connected');
  return pipe;
}

/** @returns how long each person's files are, ms, by what they are known by */
async function recorded(
  whose: readonly string[] | undefined,
  go: (recordings: Recordings, talk: (ms: number) => void) => void,
): Promise<Record<string, number>> {
  const lengths: Record<string, number> = {};
  await inFolder(async (folder) => {
    const recordings = new Recordings(room.host, folder, 0);
    recordings.start({ id: 'r', room, path: 'r', whose });
    const writer = new RtpWriter();
    let sequence = 0;
    go(recordings, (ms) => {
      for (let end = nowMs + ms; nowMs < end; sequence++) {
        pass(FRAME_MS);
        recordings.tick(nowMs);
        const payload = opusPayload(sequence);
        writer.start(111, false, sequence, nowMs * 48, 1_000);
        writer.endHeader();
        writer.append(payload, 0, payload.length);
        for (const pipe of pipes) pipe.handlers.onRtp?.(writer.toBuffer(), nowMs);
      }
    });
    await recordings.stop('r');
    const manifest = JSON.parse(await readFile(pathOf(folder, 'r', MANIFEST_NAME), 'utf8')) as RecordingManifest;
    for (const { participantIdentity, durationMs } of manifest.tracks) lengths[participantIdentity] = durationMs;
  });
  return lengths;
}

test('SFU-68 only the people it is of are recorded, from the moment they are named', async () => {
  comes(`${EVE}~connection`);
  const lengths = await recorded([EVE], (recordings, talk) => {
    talk(1_000);
    comes(CLEO);
    comes('customer:stranger');
    talk(2_000);
    recordings.include('r', [EVE, CLEO]);
    // Told before and heard late: it takes nobody away.
    recordings.include('r', [EVE]);
    talk(1_000);
  });
  expect(Object.keys(lengths).sort()).toEqual([CLEO, `${EVE}~connection`]);
  expect(lengths[`${EVE}~connection`]).toBeGreaterThan(3_500);
  expect(lengths[CLEO]).toBeGreaterThan(500);
  expect(lengths[CLEO]).toBeLessThanOrEqual(1_000);
});

test('SFU-68 a recording of nobody in particular has everybody, and none that is unknown can be changed', async () => {
  comes(EVE);
  const lengths = await recorded(undefined, (recordings, talk) => {
    comes(CLEO);
    talk(1_000);
    expect(() => recordings.include('another', [])).toThrow('egress not found');
  });
  expect(Object.keys(lengths).sort()).toEqual([CLEO, EVE]);
});
