import { type RtpView, sequenceDifference } from '@alongside/rtp';
import { AudioSender } from './audio-sender.ts';
import { clockRateOf, matchCodec } from './codecs.ts';
import type { Downlink } from './downlink.ts';
import {
  HighestAllowedLayer,
  highestLayers,
  type LayerChoice,
  type LayerLimits,
  type LayerSelector,
  type LayerTarget,
} from './layer-selector.ts';
import type { MediaSource } from './media-source.ts';
import type { PayloadHead } from './payload-head.ts';
import { Renumbering } from './renumbering.ts';
import type { RewriteSpan } from './rewrite-span.ts';
import { createRewriter } from './rewriters/rewriter.ts';
import { SendHistory } from './send-history.ts';
import { TimeLine } from './time-line.ts';
import type { UplinkStream } from './uplink-stream.ts';
import { VideoSender } from './video-sender.ts';

const VIDEO_HISTORY_PACKETS = 1_024;
const AUDIO_HISTORY_PACKETS = 256;
/** A key frame older than this starts a subscriber with stale pictures: asking for a new one is quicker to watch. */
const REPLAY_MAX_AGE_MS = 2_000;
const REPLAY_MAX_PACKETS = 400;
/** A key frame that came without bringing what was waited for is asked for again after this. */
const ASK_AGAIN_MS = 1_000;

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
 * One subscription's packets: takes those of the chosen layers, renumbers them into one unbroken stream of its own SSRC,
 * and sends them down. What is left out takes no number; what is missing keeps one (the subscriber asks for it, we ask
 * upstream); timestamps of different streams are laid on one line.
 */
export class Forwarder {
  readonly source: MediaSource;
  readonly ssrc: number;
  readonly rtxSsrc: number;
  readonly limits: LayerLimits = { wanted: highestLayers(), wantedFramesPerSecond: 0, affordable: highestLayers() };
  /** What is being sent, −1 for nothing. */
  readonly current: LayerChoice = { spatial: -1, temporal: -1 };
  /** From the track settings: higher ones are served first. */
  priority = 0;
  /** Builds the packets where the source is a microphone. */
  readonly audio: AudioSender | undefined;
  readonly #video: VideoSender | undefined;
  readonly #downlink: Downlink;
  readonly #selector: LayerSelector;
  readonly history: SendHistory;
  readonly #numbers: Renumbering;
  readonly #timeLine: TimeLine;
  readonly #target: LayerTarget = { stream: undefined, ...highestLayers() };
  #active = false;
  #paused = false;
  #span: RewriteSpan | undefined;
  /** The next packet begins a new span: for video that takes a key frame. */
  #begins = true;
  #askedStream: UplinkStream | undefined;
  #askedSpatial = 0;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  packets = 0;
  octets = 0;
  resent = 0;
  switches = 0;
  /** From the subscriber's last report, 0 to 1. */
  lossRatio = 0;
  /** As reported since the subscription began: packets missing, and the highest number seen (RFC 3550 §6.4.1). */
  reportedLost = 0;
  reportedHighest = 0;
  /** Whether the subscriber reported to receive this stream. */
  confirmed = false;

  constructor(options: ForwarderOptions) {
    const { source, downlink, ssrc, rtxSsrc, firstSequence } = options;
    const isAudio = source.kind === 'audio';
    const history = isAudio ? AUDIO_HISTORY_PACKETS : VIDEO_HISTORY_PACKETS;
    this.source = source;
    this.ssrc = ssrc;
    this.rtxSsrc = rtxSsrc;
    this.#downlink = downlink;
    this.audio = isAudio ? new AudioSender(source, downlink, ssrc) : undefined;
    this.#video = isAudio ? undefined : new VideoSender(source, downlink, ssrc, rtxSsrc, firstSequence);
    this.#selector = options.selector ?? new HighestAllowedLayer();
    this.history = new SendHistory(history);
    this.#numbers = new Renumbering(history, firstSequence);
    this.#timeLine = new TimeLine(clockRateOf(source.kind));
  }

  get active(): boolean {
    return this.#active;
  }

  /** Whether the subscriber shows it; what is not shown is not sent. */
  get shown(): boolean {
    return !this.#paused;
  }

  /** Whether packets flow: they are agreed upon, shown, and there is room for them. */
  get #open(): boolean {
    return this.#active && !this.#paused && this.limits.affordable.spatial >= 0;
  }

  /** Begins to send. The subscriber's description must already have this stream. */
  start(nowMs: number): void {
    if (this.source.closed) return;
    this.#active = true;
    this.source.addForwarder(this);
    if (this.#open) this.#begin(nowMs);
  }

  stop(): void {
    this.#active = false;
    this.source.removeForwarder(this);
  }

  /** A subscriber that shows nothing gets nothing; the stream goes on where it stood. */
  setPaused(paused: boolean, nowMs: number): void {
    const wasOpen = this.#open;
    this.#paused = paused;
    this.#reopen(wasOpen, nowMs);
  }

  /**
   * What the subscriber shows: the layers above cost nothing.
   * @param framesPerSecond 0 for all there are
   */
  setWanted(spatial: number, temporal: number, nowMs: number, framesPerSecond = 0): void {
    this.limits.wanted.spatial = spatial;
    this.limits.wanted.temporal = temporal;
    this.limits.wantedFramesPerSecond = framesPerSecond;
    this.reselect(nowMs);
  }

  /** What the subscriber's path carries, −1 for nothing: set by whoever shares out its bandwidth. */
  setAffordable(spatial: number, temporal: number, nowMs: number): void {
    const wasOpen = this.#open;
    this.limits.affordable.spatial = spatial;
    this.limits.affordable.temporal = temporal;
    this.#reopen(wasOpen, nowMs);
    this.reselect(nowMs);
  }

  #reopen(wasOpen: boolean, nowMs: number): void {
    if (this.#open === wasOpen) return;
    this.#begins = true;
    this.#noteCurrent();
    if (this.#open) this.#begin(nowMs);
    else this.#fillHoles(nowMs);
  }

  #noteCurrent(): void {
    const span = this.#begins || !this.#open ? undefined : this.#span;
    const { current } = this;
    current.spatial = span ? (this.source.isSimulcast ? span.stream.layerIndex : (span.rewriter?.spatial ?? 0)) : -1;
    current.temporal = span ? (span.rewriter?.temporal ?? 0) : -1;
  }

  /** Chooses the layers anew; going up waits for a key frame, which is asked for where none is just `arriving`. */
  reselect(nowMs: number, arriving?: UplinkStream): void {
    if (!this.#open || !this.#video) return;
    this.#selector.select(this.source, this.limits, nowMs, this.#target);
    this.#noteCurrent();
    const { stream, spatial } = this.#target;
    if (!stream) return;
    const above = this.#begins || stream !== this.#span?.stream || spatial > (this.#span.rewriter?.spatial ?? 0);
    if (!above) {
      this.#askedStream = undefined;
      return;
    }
    const asked = stream === this.#askedStream && spatial === this.#askedSpatial;
    if (stream === arriving || (asked && nowMs - this.#askedAtMs < ASK_AGAIN_MS)) return;
    this.#askedStream = stream;
    this.#askedSpatial = spatial;
    this.#askedAtMs = nowMs;
    stream.keyFrames.request(nowMs);
  }

  /** The subscriber cannot decode: give it a key frame of the layer it is on. */
  requestKeyFrame(nowMs: number): void {
    if (!this.#open) return;
    const { stream } = this.#target;
    (this.#begins ? (stream ?? this.#span?.stream) : (this.#span?.stream ?? stream))?.keyFrames.request(nowMs);
  }

  /**
   * From a key frame that is still in the ring (first picture at once), else by asking for one. Of several it is the
   * lowest layer's: its burst is the smallest and quickest to show, and the layer meant follows at its next key frame.
   */
  #begin(nowMs: number): void {
    if (!this.#video) return;
    this.#selector.select(this.source, this.limits, nowMs, this.#target);
    const { stream: target } = this.#target;
    const stream = target && this.#lowestReplayable(target, nowMs);
    if (stream) this.#replay(stream, stream.keyFrameSequence, nowMs);
    this.reselect(nowMs);
  }

  #lowestReplayable(target: UplinkStream, nowMs: number): UplinkStream | undefined {
    return this.source.streams.find((stream) => {
      if (!stream || stream.layerIndex > target.layerIndex || stream.keyFrameSequence < 0) return false;
      // What was seen before the pause is not shown again.
      if (stream.keyFrameAtMs <= this.#timeLine.lastMs) return false;
      const count = sequenceDifference(stream.highestSequence, stream.keyFrameSequence) + 1;
      return nowMs - stream.keyFrameAtMs <= REPLAY_MAX_AGE_MS && count > 0 && count <= REPLAY_MAX_PACKETS;
    });
  }

  /** Packets that are here already, from `from` to the newest. */
  #replay(stream: UplinkStream, from: number, nowMs: number): void {
    const count = sequenceDifference(stream.highestSequence, from) + 1;
    const { resendView, resendHead } = this.#downlink.scratch;
    for (let i = 0; i < count; i++) {
      const packet = stream.ring.get((from + i) & 0xffff);
      if (!packet || !stream.read(packet, resendView, resendHead)) continue;
      if (!this.#needsSpan(stream) || this.#beginSpan(stream, resendView, resendHead, nowMs)) {
        this.#forward(resendView, resendHead, nowMs);
      }
    }
  }

  /** One fresh packet of any of the source's layers. */
  forward(stream: UplinkStream, view: RtpView, head: PayloadHead, nowMs: number): void {
    if (!this.#open) return;
    if (!this.#needsSpan(stream)) {
      this.#forward(view, head, nowMs);
      return;
    }
    if (!this.#beginSpan(stream, view, head, nowMs)) return;
    this.#forward(view, head, nowMs);
    // A key frame whose first packet came late: the rest of it has passed by already.
    if (stream.highestSequence !== view.sequenceNumber) this.#replay(stream, view.sequenceNumber + 1, nowMs);
  }

  /** A microphone that was not forwarded for a while is again: its packets from this one on follow what left last. */
  resumeFrom(stream: UplinkStream, sequenceNumber: number, nowMs: number): void {
    if (!this.#open || !this.audio) return;
    this.#begins = true;
    this.#replay(stream, sequenceNumber, nowMs);
  }

  #needsSpan(stream: UplinkStream): boolean {
    const span = this.#span;
    if (span === undefined || span.stream !== stream || this.#begins) return true;
    // The publisher went over to another codec.
    this.#begins = this.#video !== undefined && span.sourceCodec !== stream.codec;
    return this.#begins;
  }

  /** Whether the subscriber moves to this stream with this packet. */
  #beginSpan(stream: UplinkStream, view: RtpView, head: PayloadHead, nowMs: number): boolean {
    const { codec: sourceCodec } = stream;
    if (!sourceCodec || (this.#video && !(head.keyFrame && this.#isWelcome(stream, nowMs)))) return false;
    const codec = this.#video ? matchCodec(this.#downlink.codecs, sourceCodec) : sourceCodec;
    if (!codec || (this.audio && !this.audio.possible)) return false;
    this.#fillHoles(nowMs);
    const before = this.#span;
    const timestampOffset = this.#timeLine.offsetFor(stream, before, view.timestamp, nowMs);
    const { dependencyDescriptorId } = this.source;
    // The key frame may have told of layers nobody knew.
    if (this.#video) this.#selector.select(this.source, this.limits, nowMs, this.#target);
    const rewriter = this.#video
      ? createRewriter(codec.name, head, this.#target, dependencyDescriptorId, before?.rewriter)
      : undefined;
    const firstTimestamp = (view.timestamp + timestampOffset) >>> 0;
    this.#span = { stream, sourceCodec, codec, timestampOffset, firstTimestamp, rewriter };
    this.#numbers.begin(view.sequenceNumber);
    this.#begins = false;
    this.#noteCurrent();
    if (before) this.switches++;
    return true;
  }

  /** What is still missing of the stream left behind would come in vain: nobody shall wait for it. */
  #fillHoles(nowMs: number): void {
    const span = this.#span;
    if (!span || !this.#video) return;
    for (let sequence = this.#numbers.abandonHole(); sequence >= 0; sequence = this.#numbers.abandonHole()) {
      this.#sendEmpty(span, sequence, nowMs);
    }
  }

  #sendEmpty(span: RewriteSpan, sequence: number, nowMs: number): void {
    this.history.put(sequence, -1, span, nowMs);
    this.#video?.sendEmpty(span, sequence);
  }

  /** Without a picture any key frame up to the target layer is welcome; with one, only the target's. */
  #isWelcome(stream: UplinkStream, nowMs: number): boolean {
    const { stream: target } = this.#target;
    if (stream === target) return true;
    const without = this.#begins || !this.#span?.stream.isAlive(nowMs);
    return without && (target === undefined || stream.layerIndex <= target.layerIndex);
  }

  #forward(view: RtpView, head: PayloadHead, nowMs: number): void {
    const span = this.#span!;
    const ahead = this.#numbers.ahead(view.sequenceNumber);
    const sequence = this.#place(span, view, head, ahead, nowMs);
    if (sequence < 0) return;
    const timestamp = (view.timestamp + span.timestampOffset) >>> 0;
    if (!this.#send(span, view, head, sequence, timestamp, false)) return;
    this.packets++;
    this.octets += view.payloadLength;
    this.history.put(sequence, view.sequenceNumber, span, nowMs, head.keyFrame);
    this.#downlink.repairs.onSent(this, sequence);
    if (ahead > 0) this.#timeLine.note(timestamp, nowMs);
  }

  /** The outgoing number of a packet, −1 when it is not to be sent. */
  #place(span: RewriteSpan, view: RtpView, head: PayloadHead, ahead: number, nowMs: number): number {
    const { rewriter } = span;
    const source = view.sequenceNumber;
    if (Renumbering.isRestart(ahead)) {
      this.#begins = rewriter !== undefined;
      if (this.#begins) return -1;
      this.#numbers.begin(source);
    }
    if (ahead > 0) {
      // Without a picture browsers probe with empty packets among those of the sound: what is not passed on leaves no gap.
      const admitted =
        view.payloadLength > 0 && (!rewriter || (!this.#floods(span) && rewriter.admit(view, head, this.#target)));
      if (admitted) return this.#numbers.take(source, nowMs);
      this.#numbers.leaveOut(source, nowMs);
    } else {
      const sequence = this.#numbers.late(source);
      if (sequence < 0) return -1;
      if (!rewriter || (view.payloadLength > 0 && rewriter.admitLate(view, head))) return sequence;
      this.#sendEmpty(span, sequence, nowMs);
    }
    if (rewriter?.broken) this.#begins = true;
    return -1;
  }

  /** What keeps a full path full ends before the key frame of the layer below is here, which would wait behind it. */
  #floods({ stream }: RewriteSpan): boolean {
    const tooMuch = this.source.isSimulcast && stream.layerIndex > this.limits.affordable.spatial;
    return tooMuch && this.#downlink.bandwidth.estimator.congested;
  }

  #send(
    span: RewriteSpan,
    view: RtpView,
    head: PayloadHead,
    sequence: number,
    timestamp: number,
    again: boolean,
  ): boolean {
    if (this.audio) return this.audio.send(span.stream, view, sequence, timestamp, again);
    return this.#video?.send(span, view, head, sequence, timestamp, again) ?? false;
  }

  /** Sends one packet again that the subscriber says it lost. Of a layer left behind nobody needs what is missing. */
  resend(sequence: number, minIntervalMs: number, nowMs: number): void {
    const span = this.#active ? this.history.takeForResend(sequence, minIntervalMs, nowMs) : undefined;
    if (!span || (this.#video && span !== this.#span)) return;
    const source = this.history.sourceOf(sequence);
    if (source < 0) {
      if (this.#video?.sendEmpty(span, sequence)) this.resent++;
      return;
    }
    const packet = span.stream.ring.get(source);
    const { resendView: view, resendHead: head } = this.#downlink.scratch;
    if (!packet || !span.stream.read(packet, view, head)) return;
    const timestamp = (view.timestamp + span.timestampOffset) >>> 0;
    if (this.#send(span, view, head, sequence, timestamp, true)) this.resent++;
  }

  /** Sends 1 to 255 bytes of padding beside the stream, to probe the path; returns bytes sent, 0 when it can not be. */
  sendPadding(lengthBytes: number): number {
    if (!this.#active || !this.#span || !this.#video) return 0;
    return this.#video.sendPadding(this.#span, this.#timeLine.newest, lengthBytes);
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
