import { beforeEach, expect, test } from 'vitest';
import { MediaSource } from './media-source.ts';
import { IDS, packet, setUp, source, uplink, VP8, vp8 } from './testing.ts';
import type { UplinkSection } from './uplink.ts';

const LAYERS = ['q', 'h', 'f'];

beforeEach(() => setUp('video', [VP8], [VP8]));

const sectionOf = (track: MediaSource): UplinkSection => ({
  mid: 'm',
  source: track,
  codecs: [VP8],
  layerByRid: new Map(LAYERS.map((rid, index) => [rid, index])),
  ssrcs: [],
  repairs: new Map(),
});

/** Three layers and their repair streams begin. @param first their first SSRC, of six */
function begin(first: number): void {
  for (const [index, rid] of LAYERS.entries()) {
    const ssrc = first + 2 * index;
    uplink.onRtp(packet(ssrc, 1, 3_000, vp8(true, 1), { mid: 'm', rid }), 1_000);
    uplink.onRtp(packet(ssrc + 1, 1, 3_000, Buffer.alloc(0), { payloadType: 97, mid: 'm', repairedRid: rid }), 1_000);
  }
}

test('a section that is used for one track after the other takes the streams of each', () => {
  begin(100);
  for (let nth = 1; nth <= 5; nth++) {
    const next = new MediaSource('video');
    uplink.configure([sectionOf(next)], IDS);
    begin(100 + 10 * nth);
    expect([...uplink.streams].map(({ ssrc }) => ssrc - 10 * nth)).toEqual([100, 102, 104]);
    expect(next.streams.every((stream) => stream !== undefined)).toBe(true);
  }
  expect(uplink.unknownPackets).toBe(0);
});

test('a track that is gone takes nothing back of what was asked for', () => {
  begin(100);
  for (const stream of uplink.streams) stream.keyFrames.request(2_000);
  expect(uplink.keyFrameRequestsSent).toBe(3);
  uplink.configure([], IDS);
  expect([...uplink.streams]).toEqual([]);
  expect(uplink.keyFrameRequestsSent).toBe(3);
  const next = new MediaSource('video');
  uplink.configure([sectionOf(next)], IDS);
  begin(200);
  next.streams[0]!.keyFrames.request(3_000);
  expect(uplink.keyFrameRequestsSent).toBe(4);
  expect(source.streams).toHaveLength(3);
});
