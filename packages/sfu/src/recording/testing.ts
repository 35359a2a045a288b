import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RtpView, RtpWriter } from '@alongside/rtp';
import { TrackSource } from '@livekit/protocol';
import type { PeerCodec } from '../media/codecs.ts';
import { MediaSource } from '../media/media-source.ts';
import { MediaScratch } from '../media/scratch.ts';
import { UplinkStream } from '../media/uplink-stream.ts';
import type { Room } from '../room/room.ts';
import { ParticipantClock } from './sender-clock.ts';
import { TrackRecorder } from './track-recorder.ts';

const scratch = new MediaScratch();
const view = new RtpView();
const writer = new RtpWriter();

/** A published track fed by hand. */
export interface TestTrack {
  source: MediaSource;
  /** Key frames asked for. */
  requests: number;
  /** One RTP packet of a layer. */
  send(
    sequence: number,
    timestamp: number,
    payload: Buffer,
    options: { nowMs: number; marker?: boolean; layer?: number; payloadType?: number; orientation?: number },
  ): void;
  /** The sender's report: its clock says `ntpMs` at `timestamp`. */
  report(ntpMs: number, timestamp: number, nowMs: number, layer?: number): void;
}

export function testTrack(kind: 'audio' | 'video', codec: string, layers = 1): TestTrack {
  const source = new MediaSource(kind);
  const named = (name: string, payloadType: number): PeerCodec =>
    ({ name, payloadType, rtxPayloadType: -1, profile: '' }) as PeerCodec;
  source.orientationId = 13;
  source.codecs = [named(codec, 96), named('red', 63)];
  const track: TestTrack = {
    source,
    requests: 0,
    send(sequence, timestamp, payload, { nowMs, marker = true, layer = 0, payloadType = 96, orientation }) {
      writer.start(payloadType, marker, sequence & 0xffff, timestamp >>> 0, 100 + layer);
      if (orientation !== undefined) writer.addExtensionU8(13, orientation);
      writer.endHeader();
      writer.append(payload, 0, payload.length);
      const packet = writer.toBuffer();
      if (view.parse(packet)) source.streams[layer]!.accept(packet, view, scratch, nowMs);
    },
    report(ntpMs, timestamp, nowMs, layer = 0) {
      source.streams[layer]!.clock = { ntpMs, rtpTimestamp: timestamp, arrivalMs: nowMs };
    },
  };
  for (let layer = 0; layer < layers; layer++) {
    source.addStream(
      new UplinkStream(source, 100 + layer, layer, () => {
        track.requests++;
      }),
    );
  }
  return track;
}

/** A room of one person who publishes these tracks; its clock is `clock`, or the real one. */
export function recordableRoom(tracks: readonly TestTrack[], clock?: { nowMs: number }): Room {
  const publications = tracks.map(({ source }, i) => ({
    sid: `TR_${i}`,
    kind: source.kind,
    source,
    participant: { identity: 'p', name: 'P' },
    info: { source: source.kind === 'audio' ? TrackSource.MICROPHONE : TrackSource.CAMERA },
  }));
  return {
    name: 'room',
    sid: 'RM_1',
    ended: false,
    publications: () => publications.values(),
    setRecording: () => {},
    host: {
      nowMs: () => clock?.nowMs ?? performance.now(),
      wallMs: () => (clock ? 1_000_000 + clock.nowMs : Date.now()),
      log: () => {},
    },
  } as unknown as Room;
}

/** A recorder of `track` on a clock that starts at 1,000,000 ms of Unix time. */
export function record(
  track: TestTrack,
  path: string,
  clock: ParticipantClock = new ParticipantClock(),
): TrackRecorder {
  return new TrackRecorder({
    source: track.source,
    clock,
    path,
    wallOf: (nowMs) => 1_000_000 + nowMs,
    onError: (error) => {
      throw error;
    },
  });
}

/** A folder of its own, removed afterwards. */
export async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'recording-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A VP8 payload whose first bytes are true: descriptor, frame tag, and of a key frame the size. */
export function vp8Payload(key: boolean, width = 320, height = 180): Buffer {
  const size = [width & 0xff, width >> 8, height & 0xff, height >> 8];
  return Buffer.from([0x10, ...(key ? [0x10, 2, 0, 0x9d, 1, 0x2a, ...size, 7, 7] : [0x11, 2, 0, 7, 7])]);
}

/** A 20 ms Opus packet (SILK wideband) with a mark to know it by. */
export function opusPayload(mark: number): Buffer {
  return Buffer.from([0x48, mark & 0xff, mark >> 8, 1, 2, 3]);
}

/** Opus packets of an Ogg file, headers left out. */
export function oggPackets(bytes: Buffer): Buffer[] {
  const packets: Buffer[] = [];
  let parts: Buffer[] = [];
  for (let at = 0; at + 27 <= bytes.length; ) {
    const segments = bytes[at + 26]!;
    let body = at + 27 + segments;
    for (let i = 0; i < segments; i++) {
      const length = bytes[at + 27 + i]!;
      parts.push(bytes.subarray(body, body + length));
      body += length;
      if (length < 255) {
        packets.push(Buffer.concat(parts));
        parts = [];
      }
    }
    at = body;
  }
  return packets.slice(2);
}

/** Frames of an IVF file. */
export function ivfFrames(bytes: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  for (let at = bytes.readUInt16LE(6); at + 12 <= bytes.length; ) {
    const length = bytes.readUInt32LE(at);
    frames.push(bytes.subarray(at + 12, at + 12 + length));
    at += 12 + length;
  }
  return frames;
}
