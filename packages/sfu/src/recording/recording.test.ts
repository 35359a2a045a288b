import { describe, expect, test } from 'vitest';
import { OpusStream, opusSamples } from './opus-stream.ts';
import { ReorderBuffer } from './reorder-buffer.ts';
import { mediaDistanceMs, ParticipantClock } from './sender-clock.ts';
import { opusPayload, testTrack, vp8Payload } from './testing.ts';
import { videoFormatOf } from './video-format.ts';
import { type VideoFrame, VideoStream } from './video-stream.ts';

describe('order', () => {
  test('a gap holds back what follows until it is filled, or patience ends', () => {
    const buffer = new ReorderBuffer<string>(1_500);
    buffer.push(65_535, 'a', 0);
    expect(buffer.take(0)?.item).toBe('a');
    buffer.push(1, 'c', 10);
    expect(buffer.take(1_000)).toBeUndefined();
    buffer.push(0, 'b', 1_000);
    expect(buffer.take(1_000)).toEqual({ item: 'b', lost: 0 });
    expect(buffer.take(1_000)).toEqual({ item: 'c', lost: 0 });
    buffer.push(5, 'g', 2_000);
    expect(buffer.take(3_499)).toBeUndefined();
    expect(buffer.take(3_500)).toEqual({ item: 'g', lost: 3 });
    expect(buffer.push(4, 'late', 3_600)).toBe('late');
    expect(buffer.push(9_000, 'new', 3_700)).toBe('restart');
  });
});

/** What came out, as starts in ms and what it was. */
function opusLine(): { stream: OpusStream; out: { atMs: number; packet: Buffer }[]; totalMs(): number } {
  const out: { atMs: number; packet: Buffer }[] = [];
  let samples = 0;
  const stream = new OpusStream({
    patienceMs: 1_500,
    emit(packet, duration) {
      expect(opusSamples(packet)).toBe(duration);
      out.push({ atMs: samples / 48, packet });
      samples += duration;
    },
  });
  return { stream, out, totalMs: () => samples / 48 };
}

describe('SFU-45 sound without gaps', () => {
  test('a packet that comes late is in its place', () => {
    const { stream, out } = opusLine();
    for (const i of [0, 1, 3, 4, 2]) stream.push(i, 960 * i, opusPayload(i), false, 20 * i);
    expect(out.map(({ packet }) => packet[1])).toEqual([0, 1, 2, 3, 4]);
  });

  test('lost packets are concealed for just as long as they lasted', () => {
    const { stream, out, totalMs } = opusLine();
    for (const i of [0, 1, 5, 6]) stream.push(i, 960 * i, opusPayload(i), false, 20 * i);
    stream.poll(1_000);
    expect(out).toHaveLength(2);
    stream.poll(1_601);
    expect(totalMs()).toBe(140);
    expect(out.slice(2, 5).every(({ packet }) => packet.length === 1)).toBe(true);
    expect(out.find(({ packet }) => packet[1] === 5)?.atMs).toBe(100);
    expect(stream.concealedSamples).toBe(3 * 960);
  });

  test('what redundancy restores is not waited for', () => {
    const { stream, out } = opusLine();
    stream.push(0, 0, opusPayload(0), false, 0);
    const [older, primary] = [opusPayload(1), opusPayload(2)];
    const red = Buffer.from([0x80 | 111, 960 >> 6, ((960 & 0x3f) << 2) | 0, older.length, 111, ...older, ...primary]);
    stream.push(2, 1_920, red, true, 40);
    expect(out.map(({ packet }) => packet[1])).toEqual([0, 1, 2]);
    expect([stream.concealedSamples, stream.lostPackets]).toEqual([0, 0]);
  });

  test('silence the sender does not send (DTX, mute) is silence of the same length', () => {
    const { stream, out, totalMs } = opusLine();
    stream.push(0, 0, opusPayload(0), false, 0);
    stream.push(1, 48 * 60_000, opusPayload(1), false, 60_000);
    expect(totalMs()).toBe(60_020);
    expect(out.at(-1)).toMatchObject({ atMs: 60_000 });
    expect(stream.concealedSamples).toBe(0);
    expect(out.slice(1, -1).every(({ packet }) => packet[packet.length - 1] === 0xfe)).toBe(true);
  });

  test('a time line that leaps goes on by the time that passed', () => {
    const { stream, totalMs } = opusLine();
    stream.push(0, 0, opusPayload(0), false, 0);
    stream.push(1, 0x7000_0000, opusPayload(1), false, 400);
    expect(totalMs()).toBeCloseTo(420, 0);
    stream.push(30_000, 17, opusPayload(2), false, 800);
    expect(totalMs()).toBeCloseTo(820, 0);
  });
});

test('SFU-54, SFU-55: a time line that hurries on in steps runs ahead of the clock by no more than one leap', () => {
  const { stream, totalMs } = opusLine();
  for (let i = 0; i < 50; i++) stream.push(i, i * 4_900 * 48, opusPayload(i), false, 20 * i);
  expect(totalMs()).toBeLessThan(7_000);
});

describe('SFU-45 pictures', () => {
  function frames(): { stream: VideoStream; out: VideoFrame[]; requests(): number } {
    const out: VideoFrame[] = [];
    let requests = 0;
    const stream = new VideoStream({
      format: videoFormatOf('vp8')!,
      patienceMs: 1_500,
      emit: (frame) => out.push(frame),
      requestKeyFrame: () => requests++,
    });
    return { stream, out, requests: () => requests };
  }

  test('begin at a key frame, hold after a loss, and go on at the next key frame', () => {
    const { stream, out, requests } = frames();
    const send = (i: number, key: boolean): void => stream.push(i, 3_000 * i, true, vp8Payload(key), 33 * i);
    send(0, false);
    send(1, true);
    send(2, false);
    for (let i = 4; i < 8; i++) send(i, false);
    expect(out.map(({ timestamp }) => timestamp / 3_000)).toEqual([1, 2]);
    stream.poll(4 * 33 + 1_500);
    expect(requests()).toBe(1);
    send(8, true);
    send(9, false);
    expect(out.map(({ timestamp }) => timestamp / 3_000)).toEqual([1, 2, 8, 9]);
    expect(stream.lostPackets).toBe(1);
  });

  test('a repaired packet loses nothing; padding and pieces of frames are put together', () => {
    const { stream, out } = frames();
    stream.push(10, 0, false, vp8Payload(true), 0);
    stream.push(12, 3_000, true, vp8Payload(false), 33);
    stream.push(13, 3_000, false, Buffer.alloc(0), 34);
    stream.push(11, 0, true, Buffer.from([0x00, 9, 9]), 900);
    expect(out.map(({ data }) => Buffer.concat(data).length)).toEqual([14, 5]);
    expect(out[0]!.keyFrame).toBe(true);
  });

  test('the size of a picture comes out of its key frame', () => {
    const format = videoFormatOf('vp8')!;
    expect(format.describe(format.join([vp8Payload(true, 1_280, 720)])!)).toMatchObject({ width: 1_280, height: 720 });
    expect(videoFormatOf('h265')).toBeUndefined();
  });

  test('an element said to go on that never began makes no frame', () => {
    const format = videoFormatOf('av1')!;
    expect(format.join([Buffer.from([0x48]), Buffer.from([0x98, 0x0a])])).toBeUndefined();
  });
});

describe('SFU-46 one clock', () => {
  test('all tracks of a participant are laid on our clock by the quickest report', () => {
    const clock = new ParticipantClock();
    expect(clock.wallMs(5)).toBeUndefined();
    clock.onReport(100, 1_180);
    clock.onReport(200, 1_230);
    clock.onReport(300, 1_450);
    expect(clock.wallMs(1_000)).toBe(2_030);
  });

  test('layers are joined by their reports; a leap without time is no distance', () => {
    const { source, report } = testTrack('video', 'vp8', 2);
    report(50_000, 90_000, 0, 0);
    report(50_000, 4_500_000, 0, 1);
    const [low, high] = [source.streams[0]!, source.streams[1]!];
    const from = { stream: low, timestamp: 90_000 + 9_000, arrivalMs: 100 };
    expect(mediaDistanceMs(from, { stream: high, timestamp: 4_500_000 + 12_600, arrivalMs: 160 }, 90_000)).toBe(40);
    expect(mediaDistanceMs(from, { stream: low, timestamp: 3_000_000_000, arrivalMs: 150 }, 90_000)).toBe(50);
  });
});
