import {
  isH264IdrSlice,
  type NtpTime,
  ntpToUnixMs,
  type RtpView,
  type SenderReport,
  sequenceDifference,
} from '@alongside/rtp';
import { AudioFrames } from './audio-frames.ts';
import type { PeerCodec } from './codecs.ts';
import { clockRateOf } from './codecs.ts';
import { DependencyStructures } from './dependency-structures.ts';
import { KeyFrameRequester } from './key-frame-requester.ts';
import { LayerMeter, MAX_SPATIAL_LAYERS } from './layer-meter.ts';
import { restoreFromRedundancy } from './lost-audio.ts';
import type { MediaSource } from './media-source.ts';
import { NackTracker } from './nack-tracker.ts';
import { PacketRing } from './packet-ring.ts';
import type { PayloadHead } from './payload-head.ts';
import { ReceptionStatistics } from './reception-statistics.ts';
import { redPrimaryOffset } from './red-payload.ts';
import type { MediaScratch } from './scratch.ts';

/** Grows to 1.5 s of whatever is sent, up to 2,700 packets a second. */
const VIDEO_RING_PACKETS = 256;
const VIDEO_RING_MAX_PACKETS = 4_096;
const AUDIO_RING_PACKETS = 128;
/** From this loss on, sound is asked for twice: the lost packet and the one that carries it as redundancy. */
const ASK_FOLLOWER_RATIO = 0.12;
/** A frame that comes later than this is shown and heard by nobody, and not even recorded. */
const REPAIR_MS = 1_500;
/** Simulcast senders stop a layer without a word; after this long without packets it counts as stopped. */
const ALIVE_CAMERA_MS = 700;
const ALIVE_SCREEN_MS = 2_500;
/**
 * Layers below it tell sooner: each picture of a camera comes in all of its layers, so that one which brought none of the
 * last five is off. Its encoder may leave out one or two; and what is late on a bad path comes within the time.
 */
const MISSED = { pictures: 5, leastMs: 300 };

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
  /** The Opus frames of late, out of whatever wrapping; undefined for video. */
  readonly frames: AudioFrames | undefined;
  readonly meter: LayerMeter = new LayerMeter();
  /** Inside the stream, as its key frame announced. */
  spatialLayers = 1;
  /** Upper ones of them look at lower ones in key pictures alone. */
  layersApart = false;
  #layersSinceMs = Number.NEGATIVE_INFINITY;
  #structures: DependencyStructures | undefined;
  /** First packet that came before the structure it refers to, −1 for none. */
  #heldFrom = -1;
  codec: PeerCodec | undefined;
  clock: SenderClock | undefined;
  /** Sequence number of the first packet of the newest key frame, −1 before one came. */
  keyFrameSequence = -1;
  keyFrameAtMs = Number.NEGATIVE_INFINITY;
  highestSequence = -1;
  /** Packets that came after all, by retransmission or out of redundancy. */
  restored = 0;
  /** Pictures that came in a layer below since the last packet of this one. */
  #missedPictures = 0;

  constructor(source: MediaSource, ssrc: number, layerIndex: number, requestKeyFrame: (ssrc: number) => void) {
    const video = source.kind === 'video';
    this.source = source;
    this.ssrc = ssrc;
    this.layerIndex = layerIndex;
    this.ring = video ? new PacketRing(VIDEO_RING_PACKETS, VIDEO_RING_MAX_PACKETS) : new PacketRing(AUDIO_RING_PACKETS);
    this.frames = video ? undefined : new AudioFrames();
    this.nack = new NackTracker({
      maxTries: 10,
      lifetimeMs: REPAIR_MS,
      hasKeyFrames: source.kind === 'video',
    });
    this.statistics = new ReceptionStatistics(ssrc, clockRateOf(source.kind));
    this.keyFrames = new KeyFrameRequester(() => requestKeyFrame(ssrc));
  }

  get #aliveMs(): number {
    return this.source.isScreenShare ? ALIVE_SCREEN_MS : ALIVE_CAMERA_MS;
  }

  /** Whether the sender is sending on this layer now. */
  isAlive(nowMs: number): boolean {
    const silentMs = nowMs - this.statistics.lastArrivalMs;
    const isMissed = this.#missedPictures >= MISSED.pictures && silentMs >= MISSED.leastMs;
    return silentMs < this.#aliveMs && (!isMissed || this.source.isScreenShare);
  }

  /** A picture came in this layer: those above it have to bring theirs. */
  #missAbove(): void {
    const { streams } = this.source;
    for (let layer = this.layerIndex + 1; layer < streams.length; layer++) {
      const above = streams[layer];
      if (above) above.#missedPictures++;
    }
  }

  /** Whether the sender is sending this spatial layer inside the stream. */
  isLayerAlive(spatial: number, nowMs: number): boolean {
    return nowMs - this.meter.lastArrivalMs(spatial) < this.#aliveMs;
  }

  /**
   * The highest spatial layer inside the stream that can be had: those its key frame announced, once they had time to
   * come, without those that stopped coming.
   */
  highestSpatial(nowMs: number): number {
    if (this.spatialLayers === 1) return 0;
    let spatial = this.spatialLayers - 1;
    if (nowMs - this.#layersSinceMs < this.#aliveMs) return spatial;
    while (spatial > 0 && !this.isLayerAlive(spatial, nowMs)) spatial--;
    return spatial;
  }

  /**
   * Takes one packet of this SSRC (restored ones included) whose header is in `view`, and hands it to the source's
   * forwarders unless it was seen before.
   */
  accept(packet: Buffer, view: RtpView, scratch: MediaScratch, arrivalMs: number): void {
    const verdict = this.nack.onPacket(view.sequenceNumber, arrivalMs);
    if (verdict === 'duplicate') {
      // Known already, but asked for again because of what it carries besides.
      if (this.frames && this.nack.missingCount > 0) this.#restore(view, scratch, arrivalMs);
      return;
    }
    const first = this.highestSequence < 0;
    this.statistics.onPacket(view.sequenceNumber, view.timestamp, view.length, arrivalMs);
    if (verdict === 'recovered') this.restored++;
    else this.highestSequence = view.sequenceNumber;
    this.#missedPictures = 0;
    this.ring.put(view.sequenceNumber, packet, arrivalMs);
    if (this.codec?.payloadType !== view.payloadType) {
      this.codec = this.source.codecs.find((codec) => codec.payloadType === view.payloadType);
    }
    if (!this.codec) return;
    if (this.frames) {
      if (verdict === 'restart') this.frames.clear();
      if (this.nack.missingCount > 0) this.#restore(view, scratch, arrivalMs);
      if (!this.#keepFrame(view)) return;
    }
    const { head } = scratch;
    head.clear();
    if (this.source.kind === 'video' && view.payloadLength > 0) {
      head.read(this.codec.name, view, this.source.dependencyDescriptorId, this.#structuresOf(this.codec));
      if (head.layersApart >= 0) this.layersApart = head.layersApart === 1;
      this.meter.onPacket(head.spatial, head.temporal, view.length, head.countsFrame, arrivalMs);
      if (head.countsFrame && verdict !== 'recovered') this.#missAbove();
      if (verdict === 'restart') this.keyFrames.request(arrivalMs);
      if (head.structureMissing && (verdict !== 'recovered' || this.#heldFrom >= 0)) {
        // The packet that explains it is still on its way.
        if (this.#heldFrom < 0) this.#heldFrom = view.sequenceNumber;
        return;
      }
      if (head.keyFrame && this.codec.name === 'h264') head.keyFrame = this.#startsPicture(view);
      if (head.keyFrame) this.#noteKeyFrame(view, head, arrivalMs);
    }
    this.source.deliver(this, view, head, first, arrivalMs);
    if (this.#heldFrom >= 0 && head.structure && head.dependency.hasStructure) this.#releaseHeld(scratch, arrivalMs);
  }

  /** False for a payload that is no RED. Empty packets probe the path: there is nothing to keep, and nothing wrong. */
  #keepFrame(view: RtpView): boolean {
    if (view.payloadLength === 0) return true;
    const end = view.headerLength + view.payloadLength;
    const isRed = this.codec?.name === 'red';
    const at = isRed ? redPrimaryOffset(view.buffer, view.headerLength, end) : view.headerLength;
    if (at < 0) return false;
    if (end > at) this.frames?.put(view.sequenceNumber, view.timestamp, view.buffer, at, end - at);
    return true;
  }

  /** Lost frames that this packet carries too go their way before it. */
  #restore(view: RtpView, scratch: MediaScratch, arrivalMs: number): void {
    const { codec, frames, source } = this;
    const opus = source.codecs.find((candidate) => candidate.name === 'opus');
    const red = source.codecs.find((candidate) => candidate.payloadType === view.payloadType);
    if (!frames || !opus || red?.name !== 'red') return;
    const end = view.headerLength + view.payloadLength;
    if (!scratch.red.parse(view.buffer, view.headerLength, end)) return;
    restoreFromRedundancy(view, scratch.red, this.nack, frames, opus.payloadType, (packet) => {
      const restored = scratch.restoredView;
      if (!restored.parse(packet)) return;
      this.restored++;
      this.ring.put(restored.sequenceNumber, packet, arrivalMs);
      this.codec = opus;
      this.#keepFrame(restored);
      scratch.head.clear();
      source.deliver(this, restored, scratch.head, false, arrivalMs);
    });
    this.codec = codec;
  }

  #structuresOf(codec: PeerCodec): DependencyStructures | undefined {
    if (codec.name === 'av1') this.#structures ??= new DependencyStructures();
    return this.#structures;
  }

  /** H.264 marks no first packet: an IDR slice is one only when its parameter sets are not still on their way. */
  #startsPicture(view: RtpView): boolean {
    const before = this.ring.get((view.sequenceNumber - 1) & 0xffff);
    return before ? before.readUInt32BE(4) !== view.timestamp : !isH264IdrSlice(view.buffer, view.headerLength);
  }

  /** Reads a packet out of the ring as it was read when it came; false when it cannot be. */
  read(packet: Buffer, view: RtpView, head: PayloadHead): boolean {
    if (!view.parse(packet)) return false;
    head.clear();
    const codec = this.codec?.payloadType === view.payloadType ? this.codec : undefined;
    if (codec && this.source.kind === 'video' && view.payloadLength > 0) {
      head.read(codec.name, view, this.source.dependencyDescriptorId, this.#structures);
    }
    return true;
  }

  /** What came before the structure it needed goes its way now, in order. */
  #releaseHeld(scratch: MediaScratch, nowMs: number): void {
    const from = this.#heldFrom;
    this.#heldFrom = -1;
    const count = sequenceDifference(this.highestSequence, from) + 1;
    for (let i = 0; i < count; i++) {
      const packet = this.ring.get((from + i) & 0xffff);
      if (!packet || !this.read(packet, scratch.restoredView, scratch.restoredHead)) continue;
      this.source.deliver(this, scratch.restoredView, scratch.restoredHead, false, nowMs);
    }
  }

  #keyFrameTimestamp = -1;

  /** H.264 parameter sets and the picture after them are one key frame: its first packet is where a decoder starts. */
  #noteKeyFrame(view: RtpView, head: PayloadHead, arrivalMs: number): void {
    if (view.timestamp === this.#keyFrameTimestamp) return;
    this.#keyFrameTimestamp = view.timestamp;
    this.keyFrameSequence = view.sequenceNumber;
    this.keyFrameAtMs = arrivalMs;
    this.keyFrames.onKeyFrame();
    const layers = layersIn(head);
    if (layers !== this.spatialLayers) {
      this.spatialLayers = layers;
      this.#layersSinceMs = arrivalMs;
    }
  }

  /** Puts into `out` what to ask the sender for again now. */
  collectMissing(nowMs: number, roundTripMs: number, congested: boolean, out: number[]): void {
    const { abandoned } = this.nack;
    this.nack.collect(nowMs, roundTripMs, out, congested);
    // Nobody can decode past the hole. In a full path a key frame is what makes the next hole: who needs it will ask.
    if (this.source.kind === 'video' && this.nack.abandoned > abandoned && !congested) this.keyFrames.request(nowMs);
    if (this.codec?.name !== 'red' || this.nack.lossRatio < ASK_FOLLOWER_RATIO || congested) return;
    for (let i = out.length - 1; i >= 0; i--) {
      // It was restored out of its own follower; asked for again it brings the lost one along: a second chance.
      const follower = (out[i]! + 1) & 0xffff;
      if (!this.nack.isMissing(follower) && sequenceDifference(this.highestSequence, follower) > 0) out.push(follower);
    }
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

/** Spatial layers a key frame announces. */
function layersIn(head: PayloadHead): number {
  const announced = head.structure ? head.structure.maxSpatialId + 1 : head.announcedLayers;
  return Math.min(MAX_SPATIAL_LAYERS, Math.max(1, announced));
}

function ntpToMs(ntp: NtpTime): number {
  return ntpToUnixMs(ntp);
}
