import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { FileSource } from './append-file.ts';
import type { RecordingManifest } from './manifest.ts';
import { readOgg } from './ogg.ts';
import { repairFile, repairRecording } from './repair.ts';
import { ParticipantClock } from './sender-clock.ts';
import { inFolder, ivfFrames, oggPackets, opusPayload, record, testTrack, vp8Payload } from './testing.ts';
import { readWebm, type WebmContent } from './webm-reader.ts';

const hasFfmpeg = spawnSync('ffmpeg', ['-version']).status === 0 && spawnSync('ffprobe', ['-version']).status === 0;
if (!hasFfmpeg) console.warn('ffmpeg is not installed: files are read by our own parser only');

/** Frames and seconds as ffmpeg decodes them; it must find nothing wrong. */
function decode(path: string): { frames: number; seconds: number; width: number } {
  const errors = spawnSync('ffmpeg', ['-v', 'warning', '-i', path, '-f', 'null', '-']);
  expect(errors.stderr.toString()).toBe('');
  const probed = JSON.parse(
    execFileSync('ffprobe', [
      '-v',
      'error',
      '-count_frames',
      '-show_streams',
      '-show_format',
      '-of',
      'json',
      path,
    ]).toString(),
  ) as { streams: { nb_read_frames: string; width?: number }[]; format: { duration?: string } };
  const [stream] = probed.streams;
  return { frames: Number(stream!.nb_read_frames), seconds: Number(probed.format.duration), width: stream!.width ?? 0 };
}

function webm(path: string): WebmContent {
  const source = new FileSource(path);
  try {
    return readWebm(source)!;
  } finally {
    source.close();
  }
}

test('SFU-45 a recording is one line of time with an index, whatever was lost on the way', () =>
  inFolder(async (folder) => {
    const sound = testTrack('audio', 'opus');
    const picture = testTrack('video', 'vp8');
    const clock = new ParticipantClock();
    const recorders = [record(sound, join(folder, 'a'), clock), record(picture, join(folder, 'v'), clock)];
    // 10 s, 30 % of the packets a second late, one in fifty never.
    const late: { atMs: number; send(nowMs: number): void }[] = [];
    for (let ms = 0; ms < 12_000; ms += 10) {
      for (const packet of late.filter(({ atMs }) => atMs === ms)) packet.send(ms);
      const [i, j] = [ms / 20, ms / 30];
      const send = (index: number, to: (nowMs: number) => void): void => {
        if (index % 10 > 6) late.push({ atMs: ms + 1_000, send: to });
        else to(ms);
      };
      if (ms < 10_000 && ms % 20 === 0 && i % 50 !== 17) {
        send(i, (nowMs) => sound.send(i, 960 * i, opusPayload(i), { nowMs }));
      }
      if (ms < 10_000 && ms % 30 === 0) {
        send(j, (nowMs) => picture.send(j, 2_700 * j, vp8Payload(j % 100 === 0), { nowMs }));
      }
      // The sender's clock is 7,000 ms; its picture was taken 40 ms after its sound.
      if (ms === 2_000) sound.report(7_000 + ms, 96_000, ms);
      if (ms === 2_010) picture.report(7_000 + ms + 40, 180_900, ms);
      for (const recorder of recorders) recorder.tick(ms);
    }
    for (const recorder of recorders) recorder.stop();
    for (const recorder of recorders) await recorder.close();

    const [heard, seen] = recorders.map((recorder) => recorder.facts());
    expect(heard).toMatchObject({ codec: 'opus', durationMs: 10_000, lostPackets: 10, concealedMs: 200 });
    expect(seen).toMatchObject({ codec: 'vp8', width: 320, height: 180, lostPackets: 0, droppedFrames: 0 });
    expect(seen!.startedAtMs - heard!.startedAtMs).toBe(40);

    const file = webm(join(folder, 'v.webm'));
    expect(file.frames).toHaveLength(334);
    expect(file.frames.map(({ timeMs }) => timeMs)).toEqual(Array.from({ length: 334 }, (_, k) => k * 30));
    expect(file.indexed).toBe(true);
    expect(file.cuePoints.map(({ timeMs }) => timeMs)).toEqual([0, 3_000, 6_000, 9_000]);
    expect(file.durationMs).toBe(seen!.durationMs);
    const ogg = readOgg(new FileSource(join(folder, 'a.ogg')));
    expect(ogg).toMatchObject({ granule: 480_000, ended: true });
  }));

test('SFU-45 the best layer is recorded, and a lower one while it is away', () =>
  inFolder(async (folder) => {
    const track = testTrack('video', 'vp8', 2);
    const recorder = record(track, join(folder, 'v'));
    for (let i = 0; i < 300; i++) {
      const nowMs = i * 33;
      const key = i % 30 === 0;
      track.send(i, 3_000 * i, vp8Payload(key, 320, 180), { nowMs, layer: 0 });
      // The other layer's numbers are its own; it pauses for two seconds.
      if (i >= 5 && (i < 120 || i >= 180)) {
        track.send(9_000 + i, 500_000 + 3_000 * i, vp8Payload(key, 640, 360), { nowMs, layer: 1 });
      }
      if (i === 10) for (const layer of [0, 1]) track.report(nowMs, (layer ? 500_000 : 0) + 3_000 * i, nowMs, layer);
      recorder.tick(nowMs);
    }
    recorder.stop();
    await recorder.close();
    const { frames } = webm(join(folder, 'v.webm'));
    const bytes = await readFile(join(folder, 'v.webm'));
    const widths = frames.filter(({ keyFrame }) => keyFrame).map(({ at }) => bytes.readUInt16LE(at + 6));
    expect(widths).toEqual([320, 320, 640, 640, 640, 320, 320, 640, 640, 640, 640]);
    // Nothing is there twice, and nothing goes back.
    for (let i = 1; i < frames.length; i++) expect(frames[i]!.timeMs).toBeGreaterThan(frames[i - 1]!.timeMs);
    expect(frames.at(-1)!.timeMs).toBe(299 * 33 + Math.round(299 / 3));
  }));

test('SFU-47 a file cut anywhere is put in order, up to its last whole frame', () =>
  inFolder(async (folder) => {
    const track = testTrack('video', 'vp8');
    const recorder = record(track, join(folder, 'v'));
    const sound = testTrack('audio', 'opus');
    const ear = record(sound, join(folder, 'a.webm'));
    for (let i = 0; i < 200; i++) {
      track.send(i, 3_000 * i, vp8Payload(i % 50 === 0), { nowMs: 33 * i });
      sound.send(i, 960 * i, opusPayload(i), { nowMs: 33 * i });
    }
    for (const each of [recorder, ear]) each.stop();
    for (const each of [recorder, ear]) await each.close();
    for (const name of ['v.webm', 'a.webm']) {
      const whole = webm(join(folder, name));
      const length = (await stat(join(folder, name))).size;
      for (const cut of [Math.round(length * 0.8), Math.round(length * 0.5), Math.round(length * 0.3) + 1]) {
        await truncate(join(folder, name), cut);
        const repaired = await repairFile(join(folder, name));
        const after = webm(join(folder, name));
        expect(after.frames.length).toBe(whole.frames.filter((frame) => frame.at + frame.length <= cut).length);
        expect(after.indexed).toBe(true);
        expect(after.durationMs).toBe(repaired!.durationMs);
        expect(await repairFile(join(folder, name))).toEqual(repaired);
      }
    }
  }));

test('SFU-47 killed without warning, a recording has all but the last two seconds', () =>
  inFolder(async (folder) => {
    const material = makeMaterial(folder);
    const child = spawn(
      process.execPath,
      [fileURLToPath(new URL('./recorder-process.ts', import.meta.url)), folder, material],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let sentMs = 0;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      sentMs = Number(text.trim().split('\n').at(-1));
      if (sentMs >= 5_000) child.kill('SIGKILL');
    });
    await once(child, 'exit');
    expect(child.signalCode).toBe('SIGKILL');

    const before = JSON.parse(await readFile(join(folder, 'r', 'recording.json'), 'utf8')) as RecordingManifest;
    expect(before.state).toBe('recording');
    if (hasFfmpeg) for (const { file } of before.tracks) spawnSync('ffprobe', ['-v', 'error', join(folder, 'r', file)]);
    const manifest = (await repairRecording(join(folder, 'r')))!;
    expect(manifest).toMatchObject({ state: 'complete', repaired: true });
    expect(manifest.tracks.map(({ kind }) => kind).sort()).toEqual(['audio', 'video']);
    for (const track of manifest.tracks) {
      expect(track.durationMs).toBeGreaterThan(sentMs - 2_000);
      const path = join(folder, 'r', track.file);
      if (track.kind === 'video') expect(webm(path)).toMatchObject({ indexed: true, durationMs: track.durationMs });
      else expect(readOgg(new FileSource(path))).toMatchObject({ ended: true });
      if (hasFfmpeg) expect(decode(path).seconds).toBeCloseTo(track.durationMs / 1_000, 1);
    }
    expect(await repairRecording(join(folder, 'r'))).toEqual(manifest);
  }));

/** A real sound and picture where ffmpeg is there to make them; else the process makes up its own. */
function makeMaterial(folder: string): string {
  if (!hasFfmpeg) return '';
  const make = (...args: string[]): void => void execFileSync('ffmpeg', ['-v', 'error', ...args]);
  make('-f', 'lavfi', '-i', 'sine=440:d=2', '-c:a', 'libopus', join(folder, 'm.ogg'));
  make('-f', 'lavfi', '-i', 'testsrc=d=2:s=160x90:r=25', '-c:v', 'libvpx', '-g', '25', join(folder, 'm.ivf'));
  return join(folder, 'm');
}

test.skipIf(!hasFfmpeg)('SFU-45 what ffmpeg encodes comes out of our files as it went in', () =>
  inFolder(async (folder) => {
    const make = (name: string, ...args: string[]): Promise<Buffer> => {
      execFileSync('ffmpeg', ['-v', 'error', ...args, join(folder, name)]);
      return readFile(join(folder, name));
    };
    const picture = ['-f', 'lavfi', '-i', 'testsrc=d=2:s=256x144:r=25', '-pix_fmt', 'yuv420p', '-g', '25'];
    const codecs: [string, Buffer[][]][] = [
      ['vp8', ivfFrames(await make('8.ivf', ...picture, '-c:v', 'libvpx')).map(packetizeVp8)],
      [
        'vp9',
        ivfFrames(
          await make('9.ivf', ...picture, '-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-lag-in-frames', '0'),
        ).map(packetizeVp9),
      ],
      ['h264', h264Frames(await make('h.h264', ...picture, '-c:v', 'libx264', '-bf', '0')).map(packetizeH264)],
      [
        'av1',
        ivfFrames(await make('1.ivf', ...picture, '-c:v', 'libaom-av1', '-cpu-used', '8', '-usage', 'realtime')).map(
          packetizeAv1,
        ),
      ],
    ];
    for (const [codec, frames] of codecs) {
      const track = testTrack('video', codec);
      const recorder = record(track, join(folder, codec));
      let sequence = 0;
      for (const [i, payloads] of frames.entries()) {
        for (const [k, payload] of payloads.entries()) {
          track.send(sequence++, 3_600 * i, payload, { nowMs: 40 * i, marker: k === payloads.length - 1 });
        }
      }
      recorder.stop();
      await recorder.close();
      expect(recorder.path, codec).toBeDefined();
      expect(decode(recorder.path!), codec).toMatchObject({ frames: 50, width: 256 });
      const md5 = (path: string): string =>
        execFileSync('ffmpeg', [
          '-v',
          'error',
          '-i',
          path,
          '-map',
          '0:v',
          '-fps_mode',
          'passthrough',
          '-f',
          'md5',
          '-',
        ]).toString();
      const original = { vp8: '8.ivf', vp9: '9.ivf', h264: 'h.h264', av1: '1.ivf' }[codec]!;
      expect(md5(recorder.path!), codec).toBe(md5(join(folder, original)));
    }

    // Sound with a hole that is concealed and a minute of mute, as Ogg and as WebM.
    const packets = oggPackets(await make('s.ogg', '-f', 'lavfi', '-i', 'sine=440:d=2', '-c:a', 'libopus'));
    for (const name of ['s1.ogg', 's1.webm']) {
      const track = testTrack('audio', 'opus');
      const recorder = record(track, join(folder, name));
      for (const [i, packet] of packets.entries()) {
        const ms = 20 * i + (i >= 50 ? 60_000 : 0);
        if (i < 20 || i > 23) track.send(i, 48 * ms, packet, { nowMs: ms });
      }
      recorder.stop();
      await recorder.close();
      expect(decode(recorder.path!).seconds, name).toBeCloseTo(60 + packets.length / 50, 1);
    }
  }),
);

function pieces(frame: Buffer, size = 900): Buffer[] {
  const all: Buffer[] = [];
  for (let at = 0; at < frame.length; at += size) all.push(frame.subarray(at, at + size));
  return all;
}

function packetizeVp8(frame: Buffer): Buffer[] {
  return pieces(frame).map((piece, i) => Buffer.concat([Buffer.from([i === 0 ? 0x10 : 0x00]), piece]));
}

function packetizeVp9(frame: Buffer): Buffer[] {
  const key = (frame[0]! & 0x04) === 0;
  const parts = pieces(frame);
  return parts.map((piece, i) => {
    const flags = (key ? 0 : 0x40) | (i === 0 ? 0x08 : 0) | (i === parts.length - 1 ? 0x04 : 0);
    return Buffer.concat([Buffer.from([flags]), piece]);
  });
}

/** NAL units between start codes, gathered into pictures: every slice ends one. */
function h264Frames(bytes: Buffer): Buffer[][] {
  const units: Buffer[] = [];
  for (let at = bytes.indexOf('000001', 'hex'); at >= 0; ) {
    const next = bytes.indexOf('000001', at + 3, 'hex');
    let end = next < 0 ? bytes.length : next;
    while (bytes[end - 1] === 0) end--;
    units.push(bytes.subarray(at + 3, end));
    at = next;
  }
  const frames: Buffer[][] = [[]];
  for (const unit of units) {
    const type = unit[0]! & 0x1f;
    if (type === 6) continue;
    // x264 writes several slices of one picture; the first has first_mb_in_slice 0 (a leading one bit).
    const startsPicture = type === 7 || ((type === 1 || type === 5) && (unit[1]! & 0x80) !== 0);
    const last = frames.at(-1)!;
    if (startsPicture && last.some((other) => [1, 5].includes(other[0]! & 0x1f))) frames.push([unit]);
    else last.push(unit);
  }
  return frames;
}

function packetizeH264(units: Buffer[]): Buffer[] {
  return units.flatMap((unit) => {
    if (unit.length <= 900) return [unit];
    const parts = pieces(unit.subarray(1));
    return parts.map((piece, i) => {
      const fragment = (i === 0 ? 0x80 : 0) | (i === parts.length - 1 ? 0x40 : 0) | (unit[0]! & 0x1f);
      return Buffer.concat([Buffer.from([(unit[0]! & 0xe0) | 28, fragment]), piece]);
    });
  });
}

/** Every OBU of a temporal unit without its size, in fragments. */
function packetizeAv1(frame: Buffer): Buffer[] {
  const obus: Buffer[] = [];
  for (let at = 0; at < frame.length; ) {
    let sizeAt = at + (frame[at]! & 0x04 ? 2 : 1);
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = frame[sizeAt++]!;
      length += (byte & 0x7f) * 2 ** shift;
      if ((byte & 0x80) === 0) break;
    }
    const type = (frame[at]! >> 3) & 0x0f;
    if (type !== 2)
      obus.push(Buffer.concat([Buffer.from([frame[at]! & 0xfd]), frame.subarray(sizeAt, sizeAt + length)]));
    at = sizeAt + length;
  }
  const startsSequence = ((obus[0]![0]! >> 3) & 0x0f) === 1;
  return obus.flatMap((obu, k) => {
    const parts = pieces(obu);
    return parts.map((piece, i) => {
      const first = k === 0 && i === 0 && startsSequence;
      const head = (i > 0 ? 0x80 : 0) | (i < parts.length - 1 ? 0x40 : 0) | 0x10 | (first ? 0x08 : 0);
      return Buffer.concat([Buffer.from([head]), piece]);
    });
  });
}
