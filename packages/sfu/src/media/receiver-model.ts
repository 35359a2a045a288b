import { DependencyDescriptor, DependencyStructure, Vp8Head, Vp9Head } from '@alongside/rtp';
import { expect } from 'vitest';
import { readFacts } from './synthetic-video.ts';
import type { Sent } from './testing.ts';

/** A frame put together again from what a subscriber got. */
export interface ReceivedFrame {
  stream: number;
  frame: number;
  references: number[];
  packets: Sent[];
}

/**
 * Checks what every receiver needs, whatever the codec: numbers without a gap and without two packets for one, time that
 * does not run back, frames whole, no frame that refers to one it did not get, and a marker at the end of each picture
 * and nowhere else. Returns the frames in order.
 * @param mayStartOver frames may refer to missing ones when a key frame follows
 */
export function receive(sent: readonly Sent[], ssrc: number, mayStartOver = false): ReceivedFrame[] {
  const media = sent.filter((packet) => packet.ssrc === ssrc);
  const first = media[0]!.sequence;
  const abandoned = abandonedNumbers(media);
  const ordered = [...media].sort((a, b) => ahead(a.sequence, first) - ahead(b.sequence, first));
  for (let i = 1; i < ordered.length; i++) {
    expect(ahead(ordered[i]!.sequence, ordered[i - 1]!.sequence), `number after ${ordered[i - 1]!.sequence}`).toBe(1);
  }
  const frames: ReceivedFrame[] = [];
  let skipping = false;
  let before: Sent | undefined;
  for (const [i, packet] of ordered.entries()) {
    if (abandoned.has(packet.sequence)) skipping = true;
    if (packet.payload.length === 0) continue;
    const { stream, frame, index, references } = readFacts(packet.payload);
    if (skipping && (index > 0 || references.length > 0)) continue;
    if (skipping) while (frames.length > 0 && frames.at(-1)!.packets.length < 2) frames.pop();
    skipping = false;
    if (before) expect((packet.timestamp - before.timestamp) | 0, 'time goes on').toBeGreaterThanOrEqual(0);
    before = packet;
    if (index === 0) frames.push({ stream, frame, references, packets: [] });
    const whole = frames.at(-1);
    expect(whole, 'begins with the start of a frame').toMatchObject({ stream, frame });
    expect(whole!.packets, 'packets of a frame in order').toHaveLength(index);
    whole!.packets.push(packet);
    let at = i + 1;
    while (at < ordered.length && ordered[at]!.payload.length === 0 && !abandoned.has(ordered[at]!.sequence)) at++;
    const next = ordered[at];
    // A stream may be left in the middle of a picture, for a key frame.
    if (next && next.payload.length > 0 && !startsOver(next)) {
      expect(packet.marker, `marker of frame ${frame}`).toBe(next.timestamp !== packet.timestamp);
    }
  }
  const lastStart = frames.findLastIndex(({ packets }) => startsOver(packets[0]!));
  const got = new Set(frames.map(({ stream, frame }) => `${stream} ${frame}`));
  for (const [i, { stream, frame, references, packets: parts }] of frames.entries()) {
    const next = frames[i + 1]?.packets[0];
    if (next && !startsOver(next)) expect(parts, `frame ${frame} is whole`).toHaveLength(2);
    const startsAgain = mayStartOver && i < lastStart;
    for (const reference of startsAgain ? [] : references) {
      expect(got.has(`${stream} ${reference}`), `frame ${frame} refers to ${reference}`).toBe(true);
    }
  }
  return frames;
}

function startsOver(packet: Sent): boolean {
  const { index, references } = readFacts(packet.payload);
  return index === 0 && references.length === 0;
}

/**
 * Numbers filled with nothing because the stream was left while something was missing: sent right before the key frame
 * of the next stretch, or last of all. What came after them of the old stretch cannot be decoded, and need not be.
 */
function abandonedNumbers(media: readonly Sent[]): Set<number> {
  const abandoned = new Set<number>();
  let atEnd = true;
  for (const packet of [...media].reverse()) {
    if (packet.payload.length > 0) {
      atEnd = startsOver(packet);
    } else if (atEnd) abandoned.add(packet.sequence);
  }
  return abandoned;
}

/**
 * Picture ids follow each other without a gap, and TL0PICIDX counts the base pictures.
 * @param mayStartOver returns how often that failed and a key frame followed
 */
export function checkVp8(frames: readonly ReceivedFrame[], mayStartOver = false): number {
  const head = new Vp8Head();
  let id = -1;
  let tl0 = -1;
  let failed = 0;
  for (const [i, { packets }] of frames.entries()) {
    for (const { payload } of packets) {
      expect(head.parse(payload, 0, payload.length)).toBe(true);
      const isFirst = payload === packets[0]!.payload;
      // What was cut off before a key frame may have taken some.
      const isGap = ((head.pictureId - id) & 0x7fff) !== 1 && !startsOver(packets[0]!);
      if (isFirst && id >= 0 && isGap) {
        failed++;
        const startsAgain = frames.slice(i + 1).some((later) => startsOver(later.packets[0]!));
        expect(mayStartOver && startsAgain, `picture id ${head.pictureId} after ${id}`).toBe(true);
      }
      if (isFirst && tl0 >= 0 && !mayStartOver)
        expect(head.tl0PictureIndex).toBe((tl0 + (head.temporalId === 0 ? 1 : 0)) & 0xff);
      id = head.pictureId;
      tl0 = head.tl0PictureIndex;
    }
  }
  return failed;
}

/** Picture ids keep the distances of the source; TL0PICIDX counts the base pictures. */
export function checkVp9(frames: readonly ReceivedFrame[], layersPerPicture: number): void {
  const head = new Vp9Head();
  let before: { id: number; picture: number } | undefined;
  for (const { packets, frame } of frames) {
    const { payload } = packets[0]!;
    expect(head.parse(payload, 0, payload.length)).toBe(true);
    const picture = Math.floor(frame / layersPerPicture);
    if (before && !head.isKeyFrame) expect((head.pictureId - before.id) & 0x7fff).toBe(picture - before.picture);
    before = { id: head.pictureId, picture };
  }
}

/** Every descriptor can be read with the structures sent before it, and refers only to frames that were sent. */
export function checkAv1(frames: readonly ReceivedFrame[]): void {
  const descriptor = new DependencyDescriptor();
  let structure: DependencyStructure | undefined;
  const numbers = new Set<number>();
  for (const { packets } of frames) {
    for (const { dependency } of packets) {
      const spare = new DependencyStructure();
      expect(descriptor.parse(dependency!, 0, dependency!.length, structure, spare)).toBe(true);
      if (descriptor.hasStructure) structure = spare;
      for (let i = 0; i < descriptor.frameDiffCount; i++) {
        expect(numbers).toContain((descriptor.frameNumber - descriptor.frameDiffs[i]!) & 0xffff);
      }
    }
    numbers.add(descriptor.frameNumber);
  }
}

function ahead(sequence: number, from: number): number {
  return (sequence - from) & 0xffff;
}
