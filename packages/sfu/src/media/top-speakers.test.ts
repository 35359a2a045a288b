import { describe, expect, test } from 'vitest';
import { downlink, forwarder, OPUS, packet, sent, setUp, source, uplink } from './testing.ts';
import { TopSpeakers } from './top-speakers.ts';

const SILENT = 127;
const NOISE = 60;
const SPEECH = 25;
const LOUD = 12;
const FRAME_MS = 20;

/** Everybody's levels in one frame of 20 ms; says who is heard. */
function room(places: number): (levels: Record<string, number>, frames?: number) => string {
  const microphones = new Map<string, object>();
  const speakers = new TopSpeakers<object>(places);
  let nowMs = 0;
  return (levels, frames = 1) => {
    let heard: string[] = [];
    for (let i = 0; i < frames; i++) {
      nowMs += FRAME_MS;
      // The louder ones' packets first, so that whoever loses the place has lost it within the frame.
      heard = Object.entries(levels)
        .toSorted((x, y) => x[1] - y[1])
        .filter(([name, level]) => {
          if (!microphones.has(name)) microphones.set(name, { name });
          return speakers.hears(microphones.get(name)!, level, nowMs);
        })
        .map(([name]) => name);
    }
    return heard.sort().join('');
  };
}

const SILENCE = { a: SILENT, b: SILENT, c: SILENT, d: SILENT };

describe('SFU-60: of many microphones the top speakers are heard', () => {
  test('a word is heard from its first packet, and no more than the places are taken', () => {
    const frame = room(2);
    expect(frame(SILENCE, 100)).toBe('ab');
    expect(frame({ ...SILENCE, d: SPEECH })).toBe('bd');
    expect(frame({ ...SILENCE, c: SPEECH, d: SPEECH })).toBe('cd');
  });

  test('a breath between two words costs nobody the place', () => {
    const frame = room(2);
    frame({ ...SILENCE, a: SPEECH, b: SPEECH }, 50);
    frame({ ...SILENCE, b: SPEECH }, 30);
    expect(frame({ ...SILENCE, b: SPEECH, c: SPEECH })).toBe('ab');
    frame({ ...SILENCE, b: SPEECH }, 20);
    expect(frame({ ...SILENCE, b: SPEECH, c: SPEECH })).toBe('bc');
  });

  test('noise is no speech', () => {
    const frame = room(2);
    frame(SILENCE, 100);
    expect(frame({ ...SILENCE, c: NOISE, d: NOISE }, 100)).toBe('ab');
  });

  test('when all speak, one as loud waits, one much louder insists, and they do not take turns', () => {
    const frame = room(2);
    frame({ ...SILENCE, a: SPEECH, b: SPEECH }, 100);
    expect(frame({ a: SPEECH, b: SPEECH, c: SPEECH, d: SILENT }, 100)).toBe('ab');
    expect(frame({ a: SPEECH, b: SPEECH, c: LOUD, d: SILENT }, 10)).toBe('ab');
    const heard = frame({ a: SPEECH, b: SPEECH, c: LOUD, d: SILENT }, 50);
    expect(heard).toMatch(/^[ab]c$/);
    for (let i = 0; i < 200; i++) expect(frame({ a: SPEECH, b: SPEECH, c: LOUD, d: SILENT })).toBe(heard);
  });

  test('who has gone leaves the place', () => {
    const speakers = new TopSpeakers<object>(1);
    const [a, b] = [{}, {}];
    expect(speakers.hears(a, SPEECH, 0)).toBe(true);
    expect(speakers.hears(b, SPEECH, 0)).toBe(false);
    speakers.retain(new Set([b]));
    expect(speakers.hears(b, SPEECH, 20)).toBe(true);
  });

  test('a microphone that tells no level is heard', () => {
    const speakers = new TopSpeakers<object>(1);
    expect(speakers.hears({}, SPEECH, 0)).toBe(true);
    expect(speakers.hears({}, -1, 0)).toBe(true);
  });
});

test('SFU-60: what was said just before the word began goes along, and no number is left out', () => {
  setUp('audio', [OPUS], [OPUS]);
  forwarder(100).start(0);
  let sequence = 0;
  const speak = (level: number, frames: number): void => {
    for (let i = 0; i < frames; i++) {
      sequence++;
      const options = { payloadType: 111, mid: 'm', level };
      uplink.onRtp(packet(50, sequence, sequence * 960, Buffer.from([sequence]), options), sequence * FRAME_MS);
    }
  };
  const others = {};
  source.gate = new TopSpeakers(1);
  source.gate.hears(others as never, SPEECH, 0);
  speak(SILENT, 100);
  expect(sent).toHaveLength(0);
  speak(SPEECH, 5);
  expect(sent.map((out) => out.payload[0])).toEqual([98, 99, 100, 101, 102, 103, 104, 105]);
  expect(sent.map((out) => out.sequence)).toEqual([100, 101, 102, 103, 104, 105, 106, 107]);
  source.gate.hears(others as never, LOUD, sequence * FRAME_MS);
  for (let i = 0; i < 100; i++) source.gate.hears(others as never, LOUD, sequence * FRAME_MS + i * FRAME_MS);
  sequence += 100;
  sent.length = 0;
  speak(SILENT, 100);
  expect(sent).toHaveLength(0);
  // The others are silent for long enough; then on the same line of numbers and time.
  speak(SPEECH, 2);
  expect(sent.map((out) => out.sequence)).toEqual([108, 109, 110, 111, 112]);
  expect(sent[3]!.timestamp - sent[0]!.timestamp).toBe(3 * 960);
  expect(downlink.forwarders).toHaveLength(1);
});

test('SFU-60: a frame that was restored, which tells no level, does not make a silent microphone heard', () => {
  setUp('audio', [OPUS], [OPUS]);
  forwarder(100).start(0);
  source.gate = new TopSpeakers(1);
  source.gate.hears({} as never, SPEECH, 0);
  const send = (sequence: number, level?: number): void => {
    const options = { payloadType: 111, mid: 'm', ...(level === undefined ? {} : { level }) };
    uplink.onRtp(packet(50, sequence, sequence * 960, Buffer.from([sequence]), options), sequence * FRAME_MS);
  };
  send(1, SILENT);
  send(2);
  send(3, SILENT);
  expect(sent).toHaveLength(0);
});
