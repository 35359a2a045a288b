import { isH264KeyFrame, type NtpTime, ntpToUnixMs, type RtpView, type SenderReport } from '@alongside/rtp';
import type { PeerCodec } from './codecs.ts';
import { clockRateOf } from './codecs.ts';
import { KeyFrameRequester } from './key-frame-requester.ts';
import { LayerMeter } from './layer-meter.ts';
import type { MediaSource } from './media-source.ts';
import { NackTracker } from './nack-tracker.ts';
import { PacketRing } from './packet-ring.ts';
import { ReceptionStatistics } from './reception-statistics.ts';
import type { MediaScratch } from './scratch.ts';

const VIDEO_RING_PACKETS = 1_024;
const AUDIO_RING_PACKETS = 256;
/** Simulcast senders stop a layer without a word; after this long without packets it counts as stopped. */
const ALIVE_CAMERA_MS = 700;
const ALIVE_SCREEN_MS = 2_500;

/** The sender's clock, from its last sender report. */
export interface SenderClock {
  ntpMs: number;
  rtpTimestamp: number;
  arrivalMs: number;
}

/** One SSRC a participant sends media on: a microphone, or one layer of a camera. */
export class UplinkStream {
  readonly ssrc: number;
  readonly layerIndex: number;
  readonly source: MediaSource;
  readonly ring: PacketRing;
  readonly nack: NackTracker;
  readonly statistics: ReceptionStatistics;
  readonly keyFrames: KeyFrameRequester;
  readonly meter: LayerMeter = new LayerMeter();
  codec: PeerCodec | undefined;
  clock: SenderClock | undefined;
  /** Sequence number of the first packet of the newest key frame, −1 before one came. */
  keyFrameSequence = -1;
  keyFrameAtMs = Number.NEGATIVE_INFINITY;
  highestSequence = -1;
  /** The sender's own path has the packet lost and restored count of the last interval. */
  restored = 0;

  constructor(source: MediaSource, ssrc: number, layerIndex: number, requestKeyFrame: (ssrc: number) => void) {
    const video = source.kind === 'video';
    this.source = source;
    this.ssrc = ssrc;
    this.layerIndex = layerIndex;
    this.ring = new PacketRing(video ? VIDEO_RING_PACKETS : AUDIO_RING_PACKETS);
    this.nack = new NackTracker(video ? { maxTries: 10, lifetimeMs: 1_200 } : { maxTries: 8, lifetimeMs: 600 });
    this.statistics = new ReceptionStatistics(ssrc, clockRateOf(source.kind));
    this.keyFrames = new KeyFrameRequester(() => requestKeyFrame(ssrc));
  }

  /** Whether the sender is sending on this layer now. */
  isAlive(nowMs: number): boolean {
    const limitMs = this.source.isScreenShare ? ALIVE_SCREEN_MS : ALIVE_CAMERA_MS;
    return nowMs - this.statistics.lastArrivalMs < limitMs;
  }

  /**
   * Takes one packet of this SSRC (restored ones included) whose header is in `view`, and hands it to the source's
   * forwarders unless it was seen before.
   */
  accept(packet: Buffer, view: RtpView, scratch: MediaScratch, arrivalMs: number): void {
    const verdict = this.nack.onPacket(view.sequenceNumber, arrivalMs);
    if (verdict === 'duplicate') return;
    const first = this.highestSequence < 0;
    this.statistics.onPacket(view.sequenceNumber, view.timestamp, view.length, arrivalMs);
    if (verdict === 'recovered') this.restored++;
    else this.highestSequence = view.sequenceNumber;
    this.ring.put(view.sequenceNumber, packet);
    if (this.codec?.payloadType !== view.payloadType) {
      this.codec = this.source.codecs.find((codec) => codec.payloadType === view.payloadType);
    }
    if (!this.codec) return;
    let keyFrame = false;
    let temporal = 0;
    if (this.source.kind === 'video' && view.payloadLength > 0) {
      const end = view.headerLength + view.payloadLength;
      if (this.codec.name === 'vp8') {
        keyFrame = scratch.vp8.parse(view.buffer, view.headerLength, end) && scratch.vp8.isKeyFrame;
        temporal = scratch.vp8.temporalId;
      } else {
        keyFrame = isH264KeyFrame(view.buffer, view.headerLength, end);
      }
      if (keyFrame) this.#noteKeyFrame(view, arrivalMs);
      this.meter.onPacket(0, temporal, view.length, view.marker, arrivalMs);
      if (verdict === 'restart') this.keyFrames.request(arrivalMs);
    }
    this.source.deliver(this, view, keyFrame, first, arrivalMs);
  }

  #keyFrameTimestamp = -1;

  /** H.264 parameter sets and the picture after them are one key frame: its first packet is where a decoder starts. */
  #noteKeyFrame(view: RtpView, arrivalMs: number): void {
    if (view.timestamp === this.#keyFrameTimestamp) return;
    this.#keyFrameTimestamp = view.timestamp;
    this.keyFrameSequence = view.sequenceNumber;
    this.keyFrameAtMs = arrivalMs;
    this.keyFrames.onKeyFrame();
  }

  onSenderReport(report: SenderReport, arrivalMs: number): void {
    this.statistics.onSenderReport(report.ntp, arrivalMs);
    this.clock = { ntpMs: ntpToMs(report.ntp), rtpTimestamp: report.rtpTimestamp, arrivalMs };
  }

  /** The sender's wall clock (ms) at an RTP timestamp, undefined before its first sender report. */
  senderTimeMs(timestamp: number): number | undefined {
    if (!this.clock) return undefined;
    return this.clock.ntpMs + (((timestamp - this.clock.rtpTimestamp) | 0) * 1000) / clockRateOf(this.source.kind);
  }
}

function ntpToMs(ntp: NtpTime): number {
  return ntpToUnixMs(ntp);
}
