import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RoomRecorder } from './room-recorder.ts';
import { ivfFrames, oggPackets, opusPayload, recordableRoom, testTrack, vp8Payload } from './testing.ts';

// Test program: records a microphone and a camera in real time until somebody kills it, and tells how far it sent.
const [folder = '', material = ''] = process.argv.slice(2);
const packets = existsSync(`${material}.ogg`) ? oggPackets(readFileSync(`${material}.ogg`)) : undefined;
const frames = existsSync(`${material}.ivf`) ? ivfFrames(readFileSync(`${material}.ivf`)) : undefined;
const sound = testTrack('audio', 'opus');
const picture = testTrack('video', 'vp8');
const recorder = new RoomRecorder({
  id: 'r',
  room: recordableRoom([sound, picture]),
  folder: join(folder, 'r'),
  minFreeBytes: 0,
  onEnded: () => {},
});

// The time of the media: what a process that is not let run has not sent, it does not say it has.
const STEP_MS = 10;
let nowMs = 0;
recorder.tick(nowMs);
let soundIndex = 0;
let pictureIndex = 0;
let sequence = 0;
setInterval(() => {
  nowMs += STEP_MS;
  for (; soundIndex * 20 <= nowMs; soundIndex++) {
    const payload = packets?.[soundIndex % packets.length] ?? opusPayload(soundIndex);
    // One in twenty never comes: the recorder waits for it.
    if (soundIndex % 20 !== 7) sound.send(soundIndex, soundIndex * 960, payload, { nowMs });
  }
  for (; pictureIndex * 40 <= nowMs; pictureIndex++) {
    const frame = frames?.[pictureIndex % frames.length];
    const made = vp8Payload(pictureIndex % 25 === 0);
    for (let at = 0; at < (frame ?? made).length; at += 900) {
      const payload = frame ? Buffer.concat([Buffer.from([at === 0 ? 0x10 : 0]), frame.subarray(at, at + 900)]) : made;
      picture.send(sequence++, pictureIndex * 3_600, payload, { nowMs, marker: at + 900 >= (frame ?? made).length });
    }
  }
  recorder.tick(nowMs);
  process.stdout.write(`${nowMs}\n`);
}, STEP_MS);
