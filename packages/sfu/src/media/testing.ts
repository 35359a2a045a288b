import { parseRtcp, type RtcpPacket, RtpView, RtpWriter } from '@alongside/rtp';
import { expect } from 'vitest';
import type { PeerCodec } from './codecs.ts';
import { Downlink } from './downlink.ts';
import { Forwarder } from './forwarder.ts';
import { MediaSource } from './media-source.ts';
import { MediaScratch } from './scratch.ts';
import { Uplink, type UplinkExtensions, type UplinkSection } from './uplink.ts';

export const IDS: UplinkExtensions = {
  mid: 4,
  rid: 10,
  repairedRid: 11,
  transportSequence: 3,
  audioLevel: 1,
  orientation: 13,
  dependencyDescriptor: 12,
};
export const VP8: PeerCodec = { name: 'vp8', payloadType: 96, rtxPayloadType: 97, profile: '' };
export const H264: PeerCodec = { name: 'h264', payloadType: 102, rtxPayloadType: 103, profile: '1/42' };
export const VP9: PeerCodec = { name: 'vp9', payloadType: 98, rtxPayloadType: 99, profile: '' };
export const AV1: PeerCodec = { name: 'av1', payloadType: 45, rtxPayloadType: 46, profile: '' };
export const OPUS: PeerCodec = { name: 'opus', payloadType: 111, rtxPayloadType: -1, profile: '' };
export const RED: PeerCodec = { name: 'red', payloadType: 63, rtxPayloadType: -1, profile: '' };

/** One packet as the subscriber gets it. */
export interface Sent {
  ssrc: number;
  sequence: number;
  timestamp: number;
  payloadType: number;
  payload: Buffer;
  extensionIds: number[];
  marker: boolean;
  dependency: Buffer | undefined;
}

export let scratch: MediaScratch;
export let uplink: Uplink;
export let downlink: Downlink;
export let source: MediaSource;
export let sent: Sent[];
export let upRtcp: RtcpPacket[];
export let downRtcp: RtcpPacket[];
/** When the newest frame was sent. */
let clockMs = 0;
const rtp = new RtpWriter();

function read(packet: Buffer, length: number): Sent {
  const view = new RtpView();
  expect(view.parse(Buffer.from(packet.subarray(0, length)))).toBe(true);
  return {
    ssrc: view.ssrc,
    sequence: view.sequenceNumber,
    timestamp: view.timestamp,
    payloadType: view.payloadType,
    payload: Buffer.from(view.payload()),
    marker: view.marker,
    dependency: view.extension(IDS.dependencyDescriptor),
    extensionIds: Array.from({ length: view.extensionCount }, (_, i) => view.extensionId(i)),
  };
}

/** VP8 with picture id, TL0 and key index as Chromium writes them. */
export function vp8(key: boolean, pictureId: number, tl0 = 0): Buffer {
  const frame = key ? [0x10, 0, 0, 0x9d, 1, 0x2a, 0x40, 1, 0xb4, 0] : [0x11, 0, 0];
  return Buffer.from([0x90, 0xf0, 0x80 | (pictureId >> 8), pictureId & 0xff, tl0, 0, ...frame]);
}

/** A packet as a publisher sends it. */
export function packet(
  ssrc: number,
  sequence: number,
  timestamp: number,
  payload: Buffer,
  options: {
    payloadType?: number;
    mid?: string;
    rid?: string;
    repairedRid?: string;
    level?: number;
    transport?: number;
    marker?: boolean;
    dependency?: Buffer;
  } = {},
): Buffer {
  rtp.start(options.payloadType ?? 96, options.marker ?? true, sequence, timestamp, ssrc, true);
  if (options.mid) rtp.addExtension(IDS.mid, Buffer.from(options.mid), 0, options.mid.length);
  if (options.rid) rtp.addExtension(IDS.rid, Buffer.from(options.rid), 0, options.rid.length);
  if (options.repairedRid)
    rtp.addExtension(IDS.repairedRid, Buffer.from(options.repairedRid), 0, options.repairedRid.length);
  if (options.level !== undefined) rtp.addExtensionU8(IDS.audioLevel, options.level);
  if (options.transport !== undefined) rtp.addExtensionU16(IDS.transportSequence, options.transport);
  if (options.dependency) {
    rtp.addExtension(IDS.dependencyDescriptor, options.dependency, 0, options.dependency.length);
  }
  rtp.endHeader();
  rtp.append(payload, 0, payload.length);
  return rtp.toBuffer();
}

/** One publisher's track and one subscriber; to be called before each test. */
export function setUp(
  kind: 'audio' | 'video',
  codecs: PeerCodec[],
  peerCodecs: PeerCodec[],
  simulcast: boolean = kind === 'video',
): void {
  clockMs = 0;
  scratch = new MediaScratch();
  sent = [];
  upRtcp = [];
  downRtcp = [];
  uplink = new Uplink(scratch, 99, (bytes) => upRtcp.push(...parseRtcp(bytes)!));
  downlink = new Downlink(
    scratch,
    (bytes, length) => {
      sent.push(read(bytes, length));
      return true;
    },
    (bytes) => downRtcp.push(...parseRtcp(bytes)!),
    () => clockMs,
  );
  downlink.configure(peerCodecs, {
    transportSequence: 3,
    audioLevel: 1,
    orientation: 13,
    dependencyDescriptor: 12,
    allowMixed: true,
  });
  source = new MediaSource(kind);
  const section: UplinkSection = {
    mid: 'm',
    source,
    codecs,
    layerByRid: new Map(
      simulcast
        ? [
            ['q', 0],
            ['h', 1],
            ['f', 2],
          ]
        : [],
    ),
    ssrcs: [],
    repairs: new Map(),
  };
  uplink.configure([section], IDS);
}

/** A subscription of the track, not yet started. */
export function forwarder(firstSequence = 65_530): Forwarder {
  const made = new Forwarder({
    source,
    downlink,
    ssrc: 5_000,
    rtxSsrc: source.kind === 'video' ? 5_001 : 0,
    firstSequence,
  });
  downlink.add(made);
  return made;
}

/** One frame of one packet on a layer; the first packets of an SSRC carry mid and rid. */
export function frame(
  layer: 'q' | 'h' | 'f',
  sequence: number,
  timestamp: number,
  key: boolean,
  nowMs: number,
  pictureId = sequence,
): void {
  clockMs = nowMs;
  const ssrc = { q: 100, h: 200, f: 300 }[layer];
  uplink.onRtp(packet(ssrc, sequence, timestamp, vp8(key, pictureId & 0x7fff), { mid: 'm', rid: layer }), nowMs);
}
