import { type RtpView, rewriteVp8, sequenceDifference, timestampDifference, type Vp8Head } from '@alongside/rtp';
import { AudioSender } from './audio-sender.ts';
import { clockRateOf, matchCodec, type PeerCodec } from './codecs.ts';
import type { Downlink } from './downlink.ts';
import { MAX_SPATIAL_LAYERS, MAX_TEMPORAL_LAYERS } from './layer-meter.ts';
import { HighestAllowedLayer, type LayerChoice, type LayerLimits, type LayerSelector } from './layer-selector.ts';
import type { MediaSource } from './media-source.ts';
import { type RewriteSpan, SendHistory } from './send-history.ts';
import type { UplinkStream } from './uplink-stream.ts';

const VIDEO_HISTORY_PACKETS = 1_024;
const AUDIO_HISTORY_PACKETS = 256;
/** A key frame older than this starts a subscriber with stale pictures: asking for a new one is quicker to watch. */
const REPLAY_MAX_AGE_MS = 2_000;
const REPLAY_MAX_PACKETS = 400;

export interface ForwarderOptions {
  source: MediaSource;
  downlink: Downlink;
  ssrc: number;
  /** 0 when there is no retransmission stream (audio). */
  rtxSsrc: number;
  selector?: LayerSelector;
  /** First sequence number of the outgoing stream. */
  firstSequence: number;
}

/**
 * One subscription's packets: takes those of the chosen layer, renumbers them into one unbroken stream of its own SSRC,
 * and sends them down. Sequence numbers keep the holes of the source (the subscriber asks for them, we ask upstream);
 * timestamps of different layers are laid on one line by their sender reports.
 */
export class Forwarder {
  readonly source: MediaSource;
  readonly ssrc: number;
  readonly rtxSsrc: number;
  readonly limits: LayerLimits = { wanted: everything(), affordable: everything() };
  /** What is being sent, −1 for nothing. */
  readonly current: LayerChoice = { spatial: -1, temporal: -1 };
  /** From the track settings: higher ones are served first. */
  priority = 0;
  readonly #downlink: Downlink;
  readonly #selector: LayerSelector;
  readonly #history: SendHistory;
  #active = false;
  #paused = false;
  #needsKeyFrame: boolean;
  #span: RewriteSpan | undefined;
  #target: UplinkStream | undefined;
  #sourceCodec: PeerCodec | undefined;
  #codec: PeerCodec | undefined;
  #lastSequence: number;
  #lastTimestamp = 0;
  #lastSentMs = 0;
  #sent = false;
  /** How far the stream moved on since the last renumbering: older packets belong to the numbering before. */
  #sinceSwitch = 0;
  #rtxSequence: number;
  #lastPictureId = -1;
  #lastTl0 = -1;
  #lastKeyIndex = -1;
  /** Builds the packets where the source is a microphone. */
  readonly audio: AudioSender | undefined;
  packets = 0;
  octets = 0;
  resent = 0;
  switches = 0;
  /** From the subscriber's last report, 0 to 1. */
  lossRatio = 0;
  /** Whether the subscriber reported to receive this stream. */
  confirmed = false;

  constructor(options: ForwarderOptions) {
    this.source = options.source;
    this.ssrc = options.ssrc;
    this.rtxSsrc = options.rtxSsrc;
    this.#downlink = options.downlink;
    this.audio = this.source.kind === 'audio' ? new AudioSender(this.source, options.downlink, this.ssrc) : undefined;
    this.#selector = options.selector ?? new HighestAllowedLayer();
    this.#history = new SendHistory(this.source.kind === 'video' ? VIDEO_HISTORY_PACKETS : AUDIO_HISTORY_PACKETS);
    this.#needsKeyFrame = this.source.kind === 'video';
    this.#lastSequence = (options.firstSequence - 1) & 0xffff;
    this.#rtxSequence = options.firstSequence;
  }

  get active(): boolean {
    return this.#active;
  }

  /** Whether the subscriber shows it; what is not shown is not sent. */
  get shown(): boolean {
    return !this.#paused;
  }

  /** Begins to send. The subscriber's description must already have this stream. */
  start(nowMs: number): void {
    if (this.source.closed) return;
    this.#active = true;
    this.source.addForwarder(this);
    this.#begin(nowMs);
  }

  stop(): void {
    this.#active = false;
    this.source.removeForwarder(this);
  }

  /** A subscriber that shows nothing gets nothing; the stream goes on where it stood. */
  setPaused(paused: boolean, nowMs: number): void {
    if (paused === this.#paused) return;
    this.#paused = paused;
    if (paused) this.#noteCurrent(undefined);
    if (paused || !this.#active) return;
    this.#needsKeyFrame = this.source.kind === 'video';
    this.#begin(nowMs);
  }

  /** What the subscriber shows: the layers above cost nothing. */
  setWanted(spatial: number, temporal: number, nowMs: number): void {
    this.limits.wanted.spatial = spatial;
    this.limits.wanted.temporal = temporal;
    this.reselect(nowMs);
  }

  /** What the subscriber's path carries, −1 for nothing: set by whoever shares out its bandwidth. */
  setAffordable(spatial: number, temporal: number, nowMs: number): void {
    this.limits.affordable.spatial = spatial;
    this.limits.affordable.temporal = temporal;
    this.reselect(nowMs);
  }

  /** Chooses the layer anew; moving there waits for its key frame, which is asked for. */
  reselect(nowMs: number): void {
    if (!this.#active || this.#paused || this.source.kind === 'audio') return;
    const target = this.#choose(nowMs);
    if (target === this.#target) return;
    this.#target = target;
    if (target && target !== this.#span?.stream) target.keyFrames.request(nowMs);
  }

  #noteCurrent(stream: UplinkStream | undefined): void {
    this.current.spatial = stream ? stream.layerIndex : -1;
    this.current.temporal = stream ? MAX_TEMPORAL_LAYERS - 1 : -1;
  }

  #choose(nowMs: number): UplinkStream | undefined {
    return this.#selector.select(this.source, this.limits, this.#span?.stream, nowMs);
  }

  /** The subscriber cannot decode: give it a key frame of the layer it is on. */
  requestKeyFrame(nowMs: number): void {
    if (!this.#active || this.#paused) return;
    const stream = this.#needsKeyFrame ? (this.#target ?? this.#span?.stream) : (this.#span?.stream ?? this.#target);
    stream?.keyFrames.request(nowMs);
  }

  /**
   * From a key frame that is still in the ring (first picture at once), else by asking for one. Of several it is the
   * lowest layer's: its burst is the smallest and quickest to show, and the layer meant follows at its next key frame.
   */
  #begin(nowMs: number): void {
    if (this.source.kind === 'audio') return;
    const target = this.#choose(nowMs);
    this.#target = target;
    if (!target) return;
    const stream = this.#lowestReplayable(target, nowMs);
    if (stream !== target) target.keyFrames.request(nowMs);
    if (!stream) return;
    const from = stream.keyFrameSequence;
    const count = sequenceDifference(stream.highestSequence, from) + 1;
    const { resendView } = this.#downlink.scratch;
    for (let i = 0; i < count; i++) {
      const packet = stream.ring.get((from + i) & 0xffff);
      if (packet && resendView.parse(packet)) this.#forward(stream, resendView, i === 0, nowMs);
    }
  }

  #lowestReplayable(target: UplinkStream, nowMs: number): UplinkStream | undefined {
    return this.source.streams.find((stream) => {
      if (!stream || stream.layerIndex > target.layerIndex || stream.keyFrameSequence < 0) return false;
      const count = sequenceDifference(stream.highestSequence, stream.keyFrameSequence) + 1;
      return nowMs - stream.keyFrameAtMs <= REPLAY_MAX_AGE_MS && count > 0 && count <= REPLAY_MAX_PACKETS;
    });
  }

  /** One fresh packet of any of the source's layers. */
  forward(stream: UplinkStream, view: RtpView, keyFrame: boolean, nowMs: number): void {
    if (this.#active && !this.#paused) this.#forward(stream, view, keyFrame, nowMs);
  }

  #forward(stream: UplinkStream, view: RtpView, keyFrame: boolean, nowMs: number): void {
    let span = this.#span;
    if (span === undefined || span.stream !== stream || this.#needsKeyFrame) {
      if (this.source.kind === 'video') {
        if (!keyFrame) return;
        // Without a picture any key frame up to the target layer is welcome; with one, only the target's.
        const welcome =
          stream === this.#target ||
          (this.#needsKeyFrame && (this.#target === undefined || stream.layerIndex <= this.#target.layerIndex));
        if (!welcome) return;
      }
      if (!this.#setCodec(stream)) return;
      span = this.#switchTo(stream, view, nowMs);
    } else if (stream.codec !== this.#sourceCodec && !this.#setCodec(stream)) {
      return;
    }
    const sequence = (view.sequenceNumber + span.sequenceOffset) & 0xffff;
    const advance = this.#sent ? sequenceDifference(sequence, this.#lastSequence) : 1;
    if (advance <= 0 && -advance >= this.#sinceSwitch) return;
    const timestamp = (view.timestamp + span.timestampOffset) >>> 0;
    const left = this.audio
      ? this.audio.send(span.stream, view, sequence, timestamp, false)
      : this.#send(view, span, sequence, timestamp, false);
    if (!left) return;
    this.packets++;
    this.octets += view.payloadLength;
    this.#history.put(sequence, span, nowMs);
    if (advance > 0) {
      this.#sinceSwitch += advance;
      this.#lastSequence = sequence;
      this.#lastTimestamp = timestamp;
      this.#lastSentMs = nowMs;
      this.#sent = true;
    }
  }

  #setCodec(stream: UplinkStream): boolean {
    const source = stream.codec;
    if (!source) return false;
    if (this.#sourceCodec !== source) {
      this.#sourceCodec = source;
      this.#codec = this.audio ? source : matchCodec(this.#downlink.codecs, source);
    }
    return this.audio ? this.audio.possible : this.#codec !== undefined;
  }

  #switchTo(stream: UplinkStream, view: RtpView, nowMs: number): RewriteSpan {
    const before = this.#span;
    const span: RewriteSpan = {
      stream,
      sequenceOffset: (this.#lastSequence + 1 - view.sequenceNumber) & 0xffff,
      timestampOffset: this.#sent && before ? this.#timestampOffset(before, stream, view.timestamp, nowMs) : 0,
      pictureIdOffset: 0,
      tl0Offset: 0,
      keyIndexOffset: 0,
    };
    if (stream.codec?.name === 'vp8') this.#continueVp8(span, view);
    this.#span = span;
    this.#noteCurrent(stream);
    this.#needsKeyFrame = false;
    this.#sinceSwitch = 0;
    if (before) this.switches++;
    return span;
  }

  /** Lays the new layer on the old one's time line by both sender clocks, or by elapsed time while they are unknown. */
  #timestampOffset(before: RewriteSpan, stream: UplinkStream, timestamp: number, nowMs: number): number {
    if (before.stream === stream) return before.timestampOffset;
    const rate = clockRateOf(this.source.kind);
    const elapsed = Math.max(1, Math.round(((nowMs - this.#lastSentMs) * rate) / 1000));
    let out = (this.#lastTimestamp + elapsed) >>> 0;
    const newMs = stream.senderTimeMs(timestamp);
    const oldClock = before.stream.clock;
    if (newMs !== undefined && oldClock) {
      const aligned =
        (oldClock.rtpTimestamp + Math.round(((newMs - oldClock.ntpMs) * rate) / 1000) + before.timestampOffset) >>> 0;
      const ahead = timestampDifference(aligned, this.#lastTimestamp);
      // A broken report must not throw the picture seconds ahead, nor back.
      if (ahead > 0 && ahead < elapsed + rate) out = aligned;
      else if (ahead <= 0 && ahead > -rate) out = (this.#lastTimestamp + 1) >>> 0;
    }
    return (out - timestamp) >>> 0;
  }

  #continueVp8(span: RewriteSpan, view: RtpView): void {
    const head = this.#parseVp8(view);
    if (!head || this.#lastPictureId < 0) return;
    if (head.pictureId >= 0) span.pictureIdOffset = (this.#lastPictureId + 1 - head.pictureId) & 0x7fff;
    if (head.tl0PictureIndex >= 0) span.tl0Offset = (this.#lastTl0 + 1 - head.tl0PictureIndex) & 0xff;
    if (head.keyIndex >= 0) span.keyIndexOffset = (this.#lastKeyIndex + 1 - head.keyIndex) & 0x1f;
  }

  #parseVp8(view: RtpView): Vp8Head | undefined {
    const head = this.#downlink.scratch.resendVp8;
    return head.parse(view.buffer, view.headerLength, view.headerLength + view.payloadLength) ? head : undefined;
  }

  /** Builds the outgoing packet in the thread's scratch and hands it to the pipe. */
  #send(view: RtpView, span: RewriteSpan, sequence: number, timestamp: number, asRepair: boolean): boolean {
    const downlink = this.#downlink;
    const codec = this.#codec!;
    const writer = downlink.scratch.writer;
    if (asRepair) {
      this.#rtxSequence = (this.#rtxSequence + 1) & 0xffff;
      writer.start(codec.rtxPayloadType, view.marker, this.#rtxSequence, timestamp, this.rtxSsrc);
    } else {
      writer.start(codec.payloadType, view.marker, sequence, timestamp, this.ssrc);
    }
    const ids = downlink.extensions;
    if (ids.transportSequence !== 0) writer.addExtensionU16(ids.transportSequence, downlink.nextTransportSequence());
    if (ids.orientation !== 0 && this.source.orientationId !== 0) {
      const orientation = view.extensionU8(this.source.orientationId);
      if (orientation >= 0) writer.addExtensionU8(ids.orientation, orientation);
    }
    writer.endHeader();
    if (asRepair) writer.appendU16(sequence);
    const payloadStart = writer.length;
    writer.append(view.buffer, view.headerLength, view.payloadLength);
    if (writer.overflowed) return false;
    if (codec.name === 'vp8') this.#renumberVp8(writer.buffer, payloadStart, view, span, asRepair);
    return downlink.send(writer.buffer, writer.length);
  }

  #renumberVp8(out: Buffer, payloadStart: number, view: RtpView, span: RewriteSpan, asRepair: boolean): void {
    const head = this.#parseVp8(view);
    if (!head) return;
    const pictureId = (head.pictureId + span.pictureIdOffset) & 0x7fff;
    const tl0 = (head.tl0PictureIndex + span.tl0Offset) & 0xff;
    const keyIndex = (head.keyIndex + span.keyIndexOffset) & 0x1f;
    const unchanged = span.pictureIdOffset === 0 && span.tl0Offset === 0 && span.keyIndexOffset === 0;
    if (!unchanged) rewriteVp8(out, payloadStart, head, pictureId, tl0, keyIndex);
    if (asRepair) return;
    if (head.pictureId >= 0) this.#lastPictureId = pictureId;
    if (head.tl0PictureIndex >= 0) this.#lastTl0 = tl0;
    if (head.keyIndex >= 0) this.#lastKeyIndex = keyIndex;
  }

  /** Sends one packet again that the subscriber says it lost. */
  resend(sequence: number, minIntervalMs: number, nowMs: number): void {
    if (!this.#active || !this.#codec) return;
    const span = this.#history.takeForResend(sequence, minIntervalMs, nowMs);
    const packet = span?.stream.ring.get((sequence - span.sequenceOffset) & 0xffff);
    const view = this.#downlink.scratch.resendView;
    if (!span || !packet || !view.parse(packet)) return;
    const timestamp = (view.timestamp + span.timestampOffset) >>> 0;
    const asRepair = this.rtxSsrc !== 0 && this.#codec.rtxPayloadType >= 0;
    const left = this.audio
      ? this.audio.send(span.stream, view, sequence, timestamp, true)
      : this.#send(view, span, sequence, timestamp, asRepair);
    if (left) this.resent++;
  }

  /**
   * What the next sender report says: the source's clock at `nowMs` on our time line, so that sound and picture of one
   * publisher stay together. Undefined while the publisher has reported nothing.
   */
  senderClock(nowMs: number): { ntpMs: number; rtpTimestamp: number } | undefined {
    const clock = this.#span?.stream.clock;
    if (!this.#active || !this.#span || !clock || this.packets === 0) return undefined;
    const elapsedMs = nowMs - clock.arrivalMs;
    const elapsedTicks = Math.round((elapsedMs * clockRateOf(this.source.kind)) / 1000);
    return {
      ntpMs: clock.ntpMs + elapsedMs,
      rtpTimestamp: (clock.rtpTimestamp + elapsedTicks + this.#span.timestampOffset) >>> 0,
    };
  }
}

function everything(): LayerChoice {
  return { spatial: MAX_SPATIAL_LAYERS - 1, temporal: MAX_TEMPORAL_LAYERS - 1 };
}
