import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Forwarder } from './forwarder.ts';
import { checkAv1, checkVp8, checkVp9, type ReceivedFrame, receive } from './receiver-model.ts';
import { av1Encoder, type Encoder, h264Encoder, readFacts, vp8Encoder, vp9Encoder } from './synthetic-video.ts';
import { AV1, downlink, forwarder, H264, sent, setUp, uplink, upRtcp, VP8, VP9 } from './testing.ts';

const SSRC = 5_000;
const FRAME_MS = 33;
const SEED = Number(process.env.SEED ?? 20);
const FRAME_TICKS = 2_970;

/** A path whose packets may come late, as repaired ones do, and encoders that answer key-frame requests. */
class Publisher {
  readonly #encoders: Encoder[];
  readonly #late: { atMs: number; packet: Buffer }[] = [];
  readonly stopped = new Set<number>();
  isLate: () => boolean = () => false;
  /** Does not answer key-frame requests. */
  isDeaf = false;
  nowMs = 0;
  /** Asked for, by whatever encoder. */
  keyFrames = 0;
  #timestamp = 0xffff_0000;

  constructor(encoders: Encoder[]) {
    this.#encoders = encoders;
  }

  /** One picture of each encoder, and everything that falls into its time. */
  picture(): void {
    const asked = new Set(upRtcp.flatMap((report) => (report.type === 'pli' ? [report.mediaSsrc] : [])));
    upRtcp.length = 0;
    for (const encoder of this.#encoders) {
      if (this.stopped.has(encoder.ssrc)) continue;
      const key = (asked.has(encoder.ssrc) && !this.isDeaf) || this.nowMs === 0;
      if (key && this.nowMs > 0) this.keyFrames++;
      for (const packet of encoder.picture(this.#timestamp, key)) {
        if (this.isLate()) this.#late.push({ atMs: this.nowMs + 55, packet });
        else uplink.onRtp(packet, this.nowMs);
      }
    }
    this.#timestamp = (this.#timestamp + FRAME_TICKS) >>> 0;
    for (let ms = 0; ms < FRAME_MS; ms += 11) {
      this.nowMs += 11;
      this.flush(this.nowMs);
      uplink.tick(this.nowMs);
      for (const one of downlink.forwarders) one.reselect(this.nowMs);
    }
  }

  flush(nowMs: number): void {
    while (this.#late.length > 0 && this.#late[0]!.atMs <= nowMs) {
      const { packet, atMs } = this.#late.shift()!;
      uplink.onRtp(packet, atMs);
    }
  }

  run(pictures: number): void {
    for (let i = 0; i < pictures; i++) this.picture();
  }

  /** Nothing is lost from here on, and what is late comes. */
  settle(): void {
    this.isLate = () => false;
    this.run(6);
  }
}

const vp8Layers = (): Encoder[] => [
  vp8Encoder(100, 'q', 0, 32_760),
  vp8Encoder(200, 'h', 1, 5_000),
  vp8Encoder(300, 'f', 2, 77),
];
const h264Layers = (): Encoder[] => [h264Encoder(100, 'q', 0), h264Encoder(200, 'h', 1), h264Encoder(300, 'f', 2)];

let subscription: Forwarder;
let publisher: Publisher;

function begin(encoders: Encoder[]): void {
  publisher = new Publisher(encoders);
  subscription = forwarder();
  subscription.start(0);
}

describe('SFU-20: VP8 in three resolutions and frame rates', () => {
  beforeEach(() => {
    setUp('video', [VP8], [{ ...VP8, payloadType: 120, rtxPayloadType: 121 }]);
    begin(vp8Layers());
  });

  test('half and a quarter of the frames, without a gap in any number', () => {
    publisher.run(40);
    const all = sent.length;
    subscription.setAffordable(2, 1, publisher.nowMs);
    publisher.run(40);
    const half = sent.length;
    subscription.setAffordable(2, 0, publisher.nowMs);
    publisher.run(40);
    const frames = receive(sent, SSRC);
    checkVp8(frames);
    expect((half - all) / all).toBeLessThan(0.56);
    expect((sent.length - half) / all).toBeLessThan(0.3);
    expect(subscription.current).toEqual({ spatial: 2, temporal: 0 });
    subscription.setAffordable(2, 3, publisher.nowMs);
    const quarter = sent.length;
    publisher.run(40);
    checkVp8(receive(sent, SSRC));
    expect((sent.length - quarter) / all, 'and all of them again').toBeGreaterThan(0.8);
  });

  test('the frame rate a subscriber asked for is enough for it', () => {
    publisher.run(40);
    subscription.setWanted(2, 3, publisher.nowMs, 15);
    const before = sent.length;
    publisher.run(40);
    checkVp8(receive(sent, SSRC));
    expect(subscription.current.temporal).toBe(1);
    expect(sent.length - before).toBeLessThan(46);
  });

  test('what was left out is not sent when it is asked for, what was sent is', () => {
    subscription.setWanted(2, 0, 0);
    publisher.run(40);
    const media = sent.filter((packet) => packet.ssrc === SSRC).map((packet) => packet.sequence);
    sent.length = 0;
    const next = (media.at(-1)! + 1) & 0xffff;
    downlink.onRtcp(
      { type: 'nack', senderSsrc: 1, mediaSsrc: SSRC, sequenceNumbers: [media.at(-3)!, next] },
      publisher.nowMs + 500,
    );
    expect(sent).toHaveLength(1);
    expect(sent[0]!.payload.readUInt16BE(0)).toBe(media.at(-3));
  });

  test('whatever comes late, and however the limits move, a receiver can show all it gets', () => {
    const step = fc.record({
      spatial: fc.integer({ min: -1, max: 2 }),
      temporal: fc.integer({ min: 0, max: 3 }),
      pictures: fc.integer({ min: 1, max: 30 }),
    });
    let startedOver = 0;
    let shown = 0;
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), fc.infiniteStream(fc.nat(99)), (steps, dice) => {
        setUp('video', [VP8], [VP8]);
        begin(vp8Layers());
        publisher.run(8);
        for (const { spatial, temporal, pictures } of steps) {
          publisher.isLate = () => dice.next().value < 8;
          subscription.setAffordable(spatial, temporal, publisher.nowMs);
          publisher.run(pictures);
          publisher.settle();
        }
        publisher.run(20);
        if (sent.length === 0) return;
        const frames = receive(sent, SSRC, true);
        startedOver += checkVp8(frames, true);
        shown += frames.length;
      }),
      { numRuns: 12, seed: SEED },
    );
    expect(startedOver / shown, 'a key frame lost on the way is all that makes it start over').toBeLessThan(0.003);
  });

  test('SFU-24: a layer that stops is left, and gone back to when it is there again', () => {
    publisher.run(40);
    expect(subscription.current.spatial).toBe(2);
    publisher.stopped.add(300);
    publisher.run(30);
    expect(subscription.current.spatial, 'within a second').toBe(1);
    const before = sent.length;
    publisher.run(10);
    expect(sent.length - before, 'the picture moves').toBe(20);
    publisher.stopped.delete(300);
    publisher.run(20);
    expect(subscription.current.spatial).toBe(2);
    const frames = receive(sent, SSRC);
    checkVp8(frames);
  });

  test('SFU-24: one that stops while those below go on is left before a picture that stands annoys', () => {
    publisher.run(40);
    publisher.stopped.add(300);
    publisher.run(11);
    expect(subscription.current.spatial, 'within 0.4 s').toBe(1);
    checkVp8(receive(sent, SSRC));
  });

  test('SFU-24: one whose encoder leaves out pictures now and then is not', () => {
    publisher.run(40);
    const before = publisher.keyFrames;
    for (let round = 0; round < 20; round++) {
      publisher.stopped.add(300);
      publisher.run(4);
      publisher.stopped.delete(300);
      publisher.run(2);
    }
    expect(subscription.current.spatial).toBe(2);
    expect(publisher.keyFrames).toBe(before);
  });

  test('SFU-24: nor is any when all stop', () => {
    publisher.run(40);
    const before = publisher.keyFrames;
    for (const ssrc of [100, 200, 300]) publisher.stopped.add(ssrc);
    publisher.run(18);
    publisher.stopped.clear();
    publisher.run(10);
    expect(subscription.current.spatial).toBe(2);
    expect(publisher.keyFrames).toBe(before);
  });
});

test('SFU-24: what is still missing of a stream when it is left is not waited for', () => {
  setUp('video', [VP8], [VP8]);
  begin(vp8Layers());
  publisher.run(30);
  let packets = 0;
  // One of the two packets the highest layer sends, in a picture before the key frame of the one below.
  publisher.isLate = () => packets++ % 6 === 4;
  publisher.run(1);
  publisher.isLate = () => false;
  subscription.setAffordable(1, 3, publisher.nowMs);
  publisher.run(6);
  expect(subscription.current.spatial).toBe(1);
  expect(sent.filter(({ payload }) => payload.length === 0).length, 'filled').toBeGreaterThan(0);
  checkVp8(receive(sent, SSRC));
});

test.each([
  ['VP8', VP8, vp8Layers, true],
  ['H.264', H264, h264Layers, true],
  ['VP9', VP9, () => [vp9Encoder(100, false)], false],
  ['AV1', AV1, () => [av1Encoder(100)], false],
] as const)('SFU-24: a %s key frame whose beginning came late is shown whole', (_name, codec, encoders, simulcast) => {
  setUp('video', [codec], [codec], simulcast);
  begin(encoders());
  if (simulcast) subscription.setWanted(0, 3, 0);
  subscription.setPaused(true, 0);
  publisher.run(80);
  let packets = 0;
  publisher.isLate = () => packets++ === 0;
  subscription.setPaused(false, publisher.nowMs);
  publisher.run(1);
  publisher.isLate = () => false;
  publisher.run(20);
  const frames = receive(sent, SSRC);
  expect(frames[0]!.references).toEqual([]);
  expect(readFacts(sent[0]!.payload).index, 'from its first packet').toBe(0);
  expect(publisher.keyFrames, 'not asked for again').toBe(1);
});

describe('SFU-20: H.264', () => {
  test('layers change at parameter sets, and pictures nobody refers to can be left out', () => {
    setUp('video', [H264], [H264]);
    begin(h264Layers());
    let dice = 7;
    publisher.isLate = () => {
      dice = (Math.imul(dice, 1_103_515_245) + 12_345) >>> 0;
      return dice % 100_000 < 5_000;
    };
    publisher.run(40);
    publisher.settle();
    const all = sent.length;
    for (const [spatial, temporal] of [
      [0, 3],
      [2, 0],
      [1, 3],
    ] as const) {
      subscription.setAffordable(spatial, temporal, publisher.nowMs);
      publisher.run(40);
      publisher.settle();
      expect(subscription.current.spatial).toBe(spatial);
    }
    receive(sent, SSRC);
    expect(sent.length).toBeLessThan(all * 4);
  });
});

/** Media packets of each spatial layer among those sent since `from`. */
function packetsByLayer(from: number): number[] {
  const counts = [0, 0, 0];
  for (const { payload } of sent.slice(from)) {
    if (payload.length > 0) counts[readFacts(payload).frame % 3]!++;
  }
  return counts;
}

const CODECS = [
  ['VP9, layers apart but in key pictures', VP9, () => vp9Encoder(100, false), (f: ReceivedFrame[]) => checkVp9(f, 3)],
  ['VP9, every picture on all layers below', VP9, () => vp9Encoder(100, true), (f: ReceivedFrame[]) => checkVp9(f, 3)],
  ['AV1', AV1, () => av1Encoder(100), checkAv1],
] as const;

describe.each(CODECS)('SFU-21: %s', (name, codec, encoder, check) => {
  beforeEach(() => {
    setUp('video', [codec], [{ ...codec, payloadType: 120, rtxPayloadType: 121 }], false);
    begin([encoder()]);
  });

  test('down at once and without a key picture, up with one', () => {
    publisher.run(30);
    expect(subscription.current.spatial).toBe(2);
    upRtcp.length = 0;
    subscription.setAffordable(1, 3, publisher.nowMs);
    const down = sent.length;
    publisher.run(2);
    expect(subscription.current.spatial).toBe(1);
    expect(upRtcp, 'no key frame asked for').toEqual([]);
    publisher.run(20);
    expect(packetsByLayer(down)[2]).toBe(0);
    expect(packetsByLayer(down)[1], 'every picture once the temporal layers are joined').toBeGreaterThan(36);
    publisher.isDeaf = true;
    subscription.setAffordable(2, 3, publisher.nowMs);
    const waiting = sent.length;
    publisher.run(12);
    expect(packetsByLayer(waiting).slice(1), 'while it does not come nothing changes').toEqual([24, 0]);
    publisher.isDeaf = false;
    const up = sent.length;
    publisher.run(40);
    expect(subscription.current.spatial).toBe(2);
    expect(packetsByLayer(up)[2]).toBeGreaterThan(60);
    check(receive(sent, SSRC));
  });

  test.each([0, 1, 2, 3])('a step down at picture %i of the pattern begins with a base frame', (phase) => {
    subscription.setAffordable(1, 1, 0);
    publisher.run(12 + phase);
    subscription.setAffordable(0, 3, publisher.nowMs);
    publisher.run(12);
    check(receive(sent, SSRC));
  });

  test('frame rate before resolution', () => {
    publisher.run(30);
    const before = sent.length;
    subscription.setAffordable(2, 0, publisher.nowMs);
    publisher.run(40);
    expect(packetsByLayer(before)[2]).toBeLessThan(25);
    subscription.setAffordable(2, 3, publisher.nowMs);
    const after = sent.length;
    publisher.run(40);
    expect(packetsByLayer(after)[2]).toBeGreaterThan(70);
    check(receive(sent, SSRC));
  });

  test('only base frames of the layers below go along where nothing else refers to them', () => {
    publisher.run(10);
    const before = sent.length;
    publisher.run(40);
    const counts = packetsByLayer(before);
    expect(counts[2]).toBe(80);
    expect(counts[0]).toBe(name.includes('every') ? 80 : 20);
  });

  test('what a choice costs is told with the layers below', () => {
    publisher.run(60);
    const rates = subscription.source.layerRates(publisher.nowMs);
    expect(rates[0]![0]).toBeGreaterThan(0);
    expect(rates[0]![2]).toBeGreaterThan(rates[0]![0]! * 3);
    const apart = subscription.source.streams[0]!.layersApart;
    expect(apart).toBe(!name.includes('every'));
    // All layers of the synthetic streams cost about the same.
    const lower = rates[0]![apart ? 0 : 2]!;
    expect(rates[1]![2]! / (lower + rates[0]![2]!)).toBeCloseTo(1, 1);
    const before = sent.length;
    publisher.run(60);
    const bytes = sent.slice(before).reduce((sum, { payload }) => sum + payload.length + 20, 0);
    const measuredBps = (bytes * 8_000) / (60 * FRAME_MS);
    expect(rates[2]![2]! / measuredBps, 'as it turns out').toBeGreaterThan(0.8);
    expect(rates[2]![2]! / measuredBps).toBeLessThan(1.25);
  });

  test('whatever comes late, and however the limits move, a receiver can show all it gets', () => {
    const step = fc.record({
      spatial: fc.integer({ min: -1, max: 2 }),
      temporal: fc.integer({ min: 0, max: 3 }),
      pictures: fc.integer({ min: 1, max: 30 }),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), fc.infiniteStream(fc.nat(99)), (steps, dice) => {
        setUp('video', [codec], [codec], false);
        begin([encoder()]);
        for (const { spatial, temporal, pictures } of steps) {
          publisher.isLate = () => dice.next().value < 8;
          subscription.setAffordable(spatial, temporal, publisher.nowMs);
          publisher.run(pictures);
          publisher.settle();
        }
        if (sent.length > 0) check(receive(sent, SSRC));
      }),
      { numRuns: 12, seed: SEED },
    );
  });
});
