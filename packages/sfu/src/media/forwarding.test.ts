import { parseRtcp, unixMsToNtp, Vp8Head } from '@alongside/rtp';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  downlink,
  downRtcp,
  forwarder,
  frame,
  packet,
  sent,
  setUp,
  source,
  uplink,
  upRtcp,
  VP8,
  vp8,
} from './testing.ts';

describe('video, three layers', () => {
  beforeEach(() => setUp('video', [VP8], [{ ...VP8, payloadType: 120, rtxPayloadType: 121 }]));

  test('starts at a key frame, with numbers, payload type and SSRC of its own', () => {
    forwarder().start(0);
    frame('q', 10, 1_000, false, 1);
    expect(sent).toHaveLength(0);
    expect(
      upRtcp.some((report) => report.type === 'pli' && report.mediaSsrc === 100),
      'a key frame is asked for',
    ).toBe(true);
    frame('q', 11, 4_000, true, 2);
    frame('q', 12, 7_000, false, 3);
    expect(sent.map((out) => [out.ssrc, out.payloadType, out.sequence, out.timestamp])).toEqual([
      [5_000, 120, 65_530, 4_000],
      [5_000, 120, 65_531, 7_000],
    ]);
    expect(sent[0]!.extensionIds, "nothing of the publisher's mid and rid").toEqual([3]);
  });

  test('moves to a higher layer at its key frame: one line of numbers, time and picture ids', () => {
    forwarder().start(0);
    frame('q', 10, 1_000, true, 0, 500);
    frame('q', 11, 4_000, false, 33, 501);
    frame('f', 900, 777_000, false, 40, 9);
    frame('q', 12, 7_000, false, 66, 502);
    expect(upRtcp.some((report) => report.type === 'pli' && report.mediaSsrc === 300)).toBe(true);
    frame('f', 901, 780_000, true, 100, 10);
    frame('q', 13, 10_000, false, 101, 503);
    frame('f', 902, 783_000, false, 133, 11);
    expect(sent.map((out) => out.sequence)).toEqual([65_530, 65_531, 65_532, 65_533, 65_534]);
    const times = sent.map((out) => out.timestamp);
    expect(times[3]! - times[2]!, 'elapsed time while clocks are unknown').toBe(Math.round(34 * 90));
    expect(times[4]! - times[3]!).toBe(3_000);
    const head = new Vp8Head();
    const ids = sent.map((out) => (head.parse(out.payload, 0, out.payload.length) ? head.pictureId : -1));
    expect(ids).toEqual([500, 501, 502, 503, 504]);
  });

  test('lays layers on one time line by their sender reports', () => {
    forwarder().start(0);
    frame('q', 10, 1_000, true, 0);
    frame('f', 900, 500_000, false, 1);
    const report = (ssrc: number, unixMs: number, rtpTimestamp: number): void =>
      uplink.onSenderReport(
        {
          type: 'sr',
          senderSsrc: ssrc,
          ntp: unixMsToNtp(unixMs),
          rtpTimestamp,
          packetCount: 1,
          octetCount: 1,
          reports: [],
        },
        2,
      );
    report(100, 1_700_000_000_000, 1_000);
    report(300, 1_700_000_000_000, 500_000);
    // Sampled 100 ms after the reports, arrived late: the picture's own time counts.
    frame('f', 901, 509_000, true, 250);
    expect(sent.at(-1)!.timestamp).toBe(10_000);
  });

  test('an upward wish that its subscriber takes back keeps the layer', () => {
    const one = forwarder();
    one.setWanted(0, 3, 0);
    one.start(0);
    frame('q', 10, 1_000, true, 0);
    frame('f', 900, 500_000, true, 1);
    frame('q', 11, 4_000, false, 33);
    expect(sent.map((out) => out.timestamp)).toEqual([1_000, 4_000]);
    expect(one.current.spatial).toBe(0);
  });

  test('comes down when the layer is not sent any more', () => {
    const one = forwarder();
    one.start(0);
    frame('f', 900, 500_000, true, 0);
    frame('q', 10, 1_000, false, 1_500);
    one.reselect(1_500);
    frame('q', 11, 4_000, true, 1_533);
    expect(one.current.spatial).toBe(0);
  });

  test('a late subscriber begins with the last key frame, without asking for one', () => {
    frame('q', 10, 1_000, true, 0);
    frame('q', 11, 4_000, false, 33);
    frame('q', 12, 7_000, false, 66);
    upRtcp.length = 0;
    forwarder().start(100);
    expect(sent.map((out) => out.timestamp)).toEqual([1_000, 4_000, 7_000]);
    frame('q', 13, 10_000, false, 110);
    expect(sent.map((out) => out.sequence)).toEqual([65_530, 65_531, 65_532, 65_533]);
    expect(upRtcp.filter((report) => report.type === 'pli')).toHaveLength(0);
  });

  test('a late subscriber begins with the lowest layer at hand, and goes on to the one meant', () => {
    frame('q', 10, 1_000, true, 0);
    frame('f', 900, 777_000, true, 1);
    frame('q', 11, 4_000, false, 33);
    upRtcp.length = 0;
    forwarder().start(40);
    expect(sent.map((out) => out.timestamp)).toEqual([1_000, 4_000]);
    expect(upRtcp.filter((report) => report.type === 'pli').map(({ mediaSsrc }) => mediaSsrc)).toEqual([300]);
    frame('q', 12, 7_000, false, 66);
    frame('f', 901, 780_000, true, 100);
    frame('q', 13, 10_000, false, 101);
    expect(sent.map((out) => out.sequence)).toEqual([65_530, 65_531, 65_532, 65_533]);
  });

  test('what begins again after a silence is had from its first key frame on, without asking for another', () => {
    const one = forwarder();
    one.setPaused(true, 0);
    one.start(0);
    frame('q', 10, 1_000, true, 0);
    frame('f', 900, 500_000, true, 1);
    one.setPaused(false, 10_000);
    const asked = () => upRtcp.filter(({ type }) => type === 'pli').length;
    const before = asked();
    frame('q', 11, 910_000, true, 10_100);
    frame('q', 12, 913_000, false, 10_133);
    expect(sent.map((out) => out.timestamp)).toEqual([910_000, 913_000]);
    expect(asked()).toBe(before);
  });

  test('a layer that begins with a key frame is not asked for another', () => {
    forwarder().start(0);
    frame('q', 10, 1_000, true, 1);
    frame('h', 500, 9_000, true, 2);
    expect(sent.map((out) => out.timestamp)).toHaveLength(2);
    expect(upRtcp.filter((report) => report.type === 'pli')).toHaveLength(0);
  });

  test('after the publisher unmuted key frames are asked for of what somebody is on, and of nothing else', () => {
    const one = forwarder();
    one.setWanted(0, 2, 0);
    one.start(0);
    for (const [index, layer] of (['q', 'h', 'f'] as const).entries()) frame(layer, 10, 1_000, true, index);
    upRtcp.length = 0;
    source.requestKeyFrames(1_000);
    expect(upRtcp.flatMap((report) => (report.type === 'pli' ? [report.mediaSsrc] : []))).toEqual([100]);
  });

  test('an old key frame is not replayed: a new one is asked for', () => {
    frame('q', 10, 1_000, true, 0);
    frame('q', 11, 4_000, false, 4_000);
    upRtcp.length = 0;
    forwarder().start(4_010);
    expect(sent).toHaveLength(0);
    expect(upRtcp.filter((report) => report.type === 'pli')).toHaveLength(1);
  });

  test('holes of the source stay holes, late packets find their place', () => {
    forwarder().start(0);
    frame('q', 10, 1_000, true, 0);
    frame('q', 12, 7_000, false, 66);
    frame('q', 11, 4_000, false, 67);
    expect(sent.map((out) => out.sequence)).toEqual([65_530, 65_532, 65_531]);
  });

  test('what the subscriber lost is sent again on the repair stream, the same packet not twice at once', () => {
    forwarder(100).start(0);
    frame('q', 10, 1_000, true, 0, 500);
    frame('q', 11, 4_000, false, 33, 501);
    sent.length = 0;
    const ask = (nowMs: number): void =>
      downlink.onRtcp({ type: 'nack', senderSsrc: 1, mediaSsrc: 5_000, sequenceNumbers: [101, 102, 50] }, nowMs);
    ask(100);
    ask(101);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ ssrc: 5_001, payloadType: 121, timestamp: 4_000 });
    expect(sent[0]!.payload.readUInt16BE(0), 'original sequence number').toBe(101);
    expect(sent[0]!.payload.subarray(2)).toEqual(vp8(false, 501));
  });

  test('pausing stops packets and resuming waits for a key frame, the numbers go on', () => {
    const one = forwarder(100);
    one.start(0);
    frame('q', 10, 1_000, true, 0);
    one.setPaused(true, 5);
    frame('q', 11, 4_000, false, 3_000);
    expect(sent).toHaveLength(1);
    upRtcp.length = 0;
    one.setPaused(false, 3_100);
    expect(upRtcp.some((report) => report.type === 'pli')).toBe(true);
    frame('q', 12, 7_000, false, 3_110);
    frame('q', 13, 10_000, true, 3_140);
    expect(sent.map((out) => out.sequence)).toEqual([100, 101]);
    expect(sent[1]!.timestamp).toBe(10_000);
  });

  test('a lost packet is asked for, its repair is restored and passed on', () => {
    forwarder(100).start(0);
    frame('q', 10, 1_000, true, 0);
    frame('q', 12, 7_000, false, 10);
    uplink.tick(25);
    expect(upRtcp).toContainEqual(expect.objectContaining({ type: 'nack', mediaSsrc: 100, sequenceNumbers: [11] }));
    const osn = Buffer.from([0, 11]);
    const repair = (): Buffer =>
      packet(101, 7, 4_000, Buffer.concat([osn, vp8(false, 11)]), { payloadType: 97, mid: 'm', repairedRid: 'q' });
    uplink.onRtp(repair(), 40);
    expect(sent.at(-1)).toMatchObject({ sequence: 101, timestamp: 4_000, payloadType: 120 });
    expect(sent.at(-1)!.payload).toEqual(vp8(false, 11));
    uplink.onRtp(repair(), 41);
    expect(sent, 'once').toHaveLength(3);
  });

  test('after the first packets the SSRC alone is enough', () => {
    forwarder(100).start(0);
    frame('q', 10, 1_000, true, 0);
    uplink.onRtp(packet(100, 11, 4_000, vp8(false, 11)), 33);
    expect(sent).toHaveLength(2);
  });

  test('a flood of unknown SSRCs makes no streams without end', () => {
    for (let i = 0; i < 1_000; i++) {
      uplink.onRtp(packet(10_000 + i, 1, 1, vp8(true, 1), { mid: 'm', rid: 'q' }), i);
    }
    expect([...uplink.streams].length).toBeLessThan(20);
    expect(uplink.unknownPackets).toBeGreaterThan(900);
  });

  test('reports come on the line of time that is sent, and give the round trip', () => {
    const one = forwarder(100);
    one.start(0);
    frame('q', 10, 1_000, true, 0);
    uplink.onSenderReport(
      {
        type: 'sr',
        senderSsrc: 100,
        ntp: unixMsToNtp(1_700_000_000_000),
        rtpTimestamp: 1_000,
        packetCount: 1,
        octetCount: 1,
        reports: [],
      },
      0,
    );
    downlink.sendReports(uplink.reports(1_000), 99, 'PA_x', 1_000);
    const report = downRtcp.find((member) => member.type === 'sr');
    expect(report).toMatchObject({ senderSsrc: 5_000, rtpTimestamp: 91_000, packetCount: 1 });
    expect(downRtcp.find((member) => member.type === 'rr')).toMatchObject({ reports: [{ ssrc: 100 }] });
    const lsr = ((report!.ntp.seconds & 0xffff) << 16) | (report!.ntp.fraction >>> 16);
    downlink.onRtcp(
      {
        type: 'rr',
        senderSsrc: 1,
        reports: [
          {
            ssrc: 5_000,
            fractionLost: 64,
            cumulativeLost: 1,
            extendedHighestSequence: 100,
            jitter: 0,
            lsr: lsr >>> 0,
            dlsr: 0,
          },
        ],
      },
      1_080,
    );
    expect(downlink.roundTripMs).toBe(80);
    expect(one.lossRatio).toBe(0.25);
  });

  test('transport feedback tells what arrived', () => {
    uplink.onRtp(packet(100, 1, 1, vp8(true, 1), { mid: 'm', rid: 'q', transport: 7 }), 1_000);
    uplink.onRtp(packet(100, 2, 1, vp8(false, 2), { transport: 9 }), 1_010);
    uplink.tick(1_100);
    const feedback = upRtcp.find((member) => member.type === 'transport-cc');
    expect(feedback).toMatchObject({ baseSequenceNumber: 7, mediaSsrc: 100 });
    expect(feedback!.arrivalsUs.map((arrival) => arrival !== undefined)).toEqual([true, false, true]);
  });
});

test('random bytes go through every parser without a word', () => {
  setUp('video', [VP8], [VP8]);
  forwarder().start(0);
  let seed = 7;
  for (let i = 0; i < 5_000; i++) {
    const bytes = Buffer.alloc(1 + (i % 80));
    for (let k = 0; k < bytes.length; k++) {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      bytes[k] = seed >>> 16;
    }
    bytes[0] = 0x80 | (bytes[0]! & 0x3f);
    uplink.onRtp(bytes, i);
    for (const member of parseRtcp(bytes) ?? []) downlink.onRtcp(member, i);
  }
  uplink.tick(10_000);
  expect([...uplink.streams].length).toBeLessThan(20);
});
