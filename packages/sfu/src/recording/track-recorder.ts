import type { RtpView } from '@alongside/rtp';
import { clockRateOf } from '../media/codecs.ts';
import type { MediaSource, MediaTap } from '../media/media-source.ts';
import type { UplinkStream } from '../media/uplink-stream.ts';
import { AppendFile } from './append-file.ts';
import { OpusStream } from './opus-stream.ts';
import { mediaDistanceMs, type ParticipantClock } from './sender-clock.ts';
import { createSoundFile, type SoundFile } from './sound-file.ts';
import { type VideoFormat, videoFormatOf } from './video-format.ts';
import { type VideoFrame, VideoStream } from './video-stream.ts';
import { WebmWriter } from './webm-writer.ts';

/** How long a lost packet is waited for; what is asked for again comes within it or not at all. */
export const PATIENCE_MS = 1_500;
/** Waiting and writing together leave at most two seconds to lose when the process is killed. */
const FLUSH_MS = 200;
/** Where a player can start; more often would cost everybody in the call. */
const KEY_FRAME_INTERVAL_MS = 10_000;
const KEY_FRAME_RETRY_MS = 1_000;

/** How a recorded track stands, for the manifest. */
export interface TrackFacts {
  codec: string;
  width: number;
  height: number;
  /** By how much a player turns the picture clockwise: 0, 90, 180 or 270. Phones send theirs lying. */
  rotation: number;
  /** Unix ms on the engine's clock at which the file's time 0 was captured. */
  startedAtMs: number;
  durationMs: number;
  bytes: number;
  lostPackets: number;
  concealedMs: number;
  droppedFrames: number;
}

export interface TrackRecorderOptions {
  source: MediaSource;
  clock: ParticipantClock;
  /** Without extension where the codec decides on it; with one it is kept. */
  path: string;
  /** Engine's Unix time of a monotonic one. */
  wallOf(nowMs: number): number;
  /** Ends the file when the picture is turned, so that each file has one rotation. */
  endsWhenTurned?: boolean;
  onError(error: NodeJS.ErrnoException): void;
}

/** Writes one published track into one file, from when it is made until `stop` or the track's end. */
export class TrackRecorder implements MediaTap {
  readonly #options: TrackRecorderOptions;
  #file: AppendFile | undefined;
  #sound: SoundFile | undefined;
  #webm: WebmWriter | undefined;
  #opus: OpusStream | undefined;
  #opusStream: UplinkStream | undefined;
  /** The layer being written, and one that will be from its first key frame on. */
  #layer: LayerRecorder | undefined;
  #nextLayer: LayerRecorder | undefined;
  #first: { stream: UplinkStream; timestamp: number; arrivalMs: number } | undefined;
  #firstSenderMs: number | undefined;
  #last: { stream: UplinkStream; timestamp: number; arrivalMs: number; timeMs: number } | undefined;
  #writtenMs = -1;
  #size = { width: 0, height: 0, rotation: 0 };
  #rotation = 0;
  #codec = '';
  #lastFlushMs = 0;
  #lastKeyFrameMs = Number.NEGATIVE_INFINITY;
  #lastRequestMs = Number.NEGATIVE_INFINITY;
  #lastReport = -1;
  #stopped = false;

  constructor(options: TrackRecorderOptions) {
    this.#options = options;
    options.source.addTap(this);
  }

  /** The track is over or `stop` was called; `close` still has to be. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Undefined until something was recorded. */
  get path(): string | undefined {
    return this.#file?.path;
  }

  facts(): TrackFacts {
    const { clock, wallOf } = this.#options;
    const firstArrivalMs = this.#opus?.firstArrivalMs ?? this.#first?.arrivalMs ?? 0;
    const bySender = this.#firstSenderMs === undefined ? undefined : clock.wallMs(this.#firstSenderMs);
    return {
      codec: this.#codec,
      ...this.#size,
      startedAtMs: Math.round(bySender ?? wallOf(firstArrivalMs)),
      durationMs: Math.round(this.#sound?.endMs ?? this.#webm?.endMs ?? 0),
      bytes: this.#file?.length ?? 0,
      lostPackets: this.#opus?.lostPackets ?? this.#layer?.lostPackets ?? 0,
      concealedMs: Math.round((this.#opus?.concealedSamples ?? 0) / 48),
      droppedFrames: this.#layer?.droppedFrames ?? 0,
    };
  }

  take(stream: UplinkStream, view: RtpView, _keyFrame: boolean, nowMs: number): void {
    const codec = stream.codec?.name;
    if (codec === undefined || this.#stopped) return;
    if (this.#options.source.kind === 'audio') this.#takeSound(stream, view, codec === 'red', nowMs);
    else this.#takePicture(stream, view, codec, nowMs);
  }

  #takeSound(stream: UplinkStream, view: RtpView, red: boolean, nowMs: number): void {
    this.#opus ??= new OpusStream({
      patienceMs: PATIENCE_MS,
      emit: (packet, samples) => this.#addSound(packet, samples),
    });
    if (this.#opusStream !== undefined && this.#opusStream !== stream) this.#opus.newLine();
    this.#opusStream = stream;
    this.#opus.push(view.sequenceNumber, view.timestamp, copyOf(view), red, nowMs);
  }

  #addSound(packet: Buffer, samples: number): void {
    if (!this.#sound) {
      this.#codec = 'opus';
      this.#sound = createSoundFile(this.#open('.ogg'));
    }
    this.#sound.add(packet, samples);
  }

  #takePicture(stream: UplinkStream, view: RtpView, codec: string, nowMs: number): void {
    if (view.marker) this.#readRotation(view);
    const layer =
      this.#layer?.stream === stream ? this.#layer : this.#nextLayer?.stream === stream ? this.#nextLayer : undefined;
    const known = layer ?? this.#consider(stream, codec, nowMs);
    known?.frames.push(view.sequenceNumber, view.timestamp, view.marker, copyOf(view), nowMs);
  }

  /** Coordination of video orientation (3GPP TS 26.114 §7.4.5): in a frame's last packet, and left out while it is 0. */
  #readRotation(view: RtpView): void {
    const { orientationId } = this.#options.source;
    const byte = orientationId === 0 ? -1 : view.extensionU8(orientationId);
    if (byte >= 0) this.#rotation = (byte & 3) * 90;
  }

  /** Whether to move to a layer: a better one, or any when the one being written is not sent any more. */
  #consider(stream: UplinkStream, codec: string, nowMs: number): LayerRecorder | undefined {
    // One file holds one codec: a publisher's backup codec is another track to it.
    if (this.#layer && this.#layer.codec !== codec) return undefined;
    const best = this.#nextLayer ?? this.#layer;
    if (best?.stream.isAlive(nowMs) && stream.layerIndex <= best.stream.layerIndex) return undefined;
    const format = this.#layer?.format ?? videoFormatOf(codec);
    if (!format) return undefined;
    const made: LayerRecorder = new LayerRecorder(stream, codec, format, (frame) => this.#onFrame(made, frame));
    if (this.#layer) this.#nextLayer = made;
    else this.#layer = made;
    stream.keyFrames.request(nowMs);
    return made;
  }

  #onFrame(layer: LayerRecorder, frame: VideoFrame): void {
    if (layer === this.#nextLayer) {
      if (!frame.keyFrame) return;
      this.#layer = layer;
      this.#nextLayer = undefined;
    }
    if (layer !== this.#layer) return;
    if (!this.#webm && !this.#openPicture(layer, frame)) return;
    const at = { stream: layer.stream, timestamp: frame.timestamp, arrivalMs: frame.arrivalMs };
    this.#first ??= at;
    const distanceMs = this.#last ? mediaDistanceMs(this.#last, at, clockRateOf('video')) : 0;
    const timeMs = (this.#last?.timeMs ?? 0) + distanceMs;
    this.#last = { ...at, timeMs };
    // Times go on, whatever clocks say.
    this.#writtenMs = Math.max(this.#writtenMs + 1, timeMs);
    if (frame.keyFrame) this.#lastKeyFrameMs = frame.arrivalMs;
    this.#webm!.addFrame(this.#writtenMs, 33, frame.keyFrame, frame.data);
  }

  #openPicture(layer: LayerRecorder, frame: VideoFrame): boolean {
    const picture = layer.format.describe(frame.data);
    if (!picture) return false;
    this.#codec = layer.codec;
    this.#size = { width: picture.width, height: picture.height, rotation: this.#rotation };
    const file = this.#open(`.${layer.format.extension}`);
    this.#webm = new WebmWriter(file, { kind: 'video', codecId: layer.format.codecId, ...picture });
    return true;
  }

  #open(extension: string): AppendFile {
    const { path, onError } = this.#options;
    const named = /\.(ogg|webm|mkv)$/.test(path) ? path : path + extension;
    this.#file = new AppendFile({ path: named, mode: 'new', onError });
    return this.#file;
  }

  onSourceClosed(): void {
    // What cannot be ended fails its own recording; the publisher's other tracks are to end as well.
    try {
      this.#end();
    } catch (error) {
      this.#options.onError(error as Error);
    }
  }

  /** Every few ten milliseconds: gives up lost packets, asks for key frames, writes. */
  tick(nowMs: number): void {
    if (this.#stopped) return;
    if (this.#options.endsWhenTurned && this.#webm && this.#rotation !== this.#size.rotation) {
      this.stop();
      return;
    }
    this.#opus?.poll(nowMs);
    this.#layer?.frames.poll(nowMs);
    this.#nextLayer?.frames.poll(nowMs);
    this.#readClock();
    this.#askForKeyFrame(nowMs);
    if (nowMs - this.#lastFlushMs < FLUSH_MS) return;
    this.#lastFlushMs = nowMs;
    this.#sound?.flush();
    this.#file?.flush();
  }

  #askForKeyFrame(nowMs: number): void {
    const layer = this.#nextLayer ?? this.#layer;
    if (!layer?.stream.isAlive(nowMs)) return;
    const wanted =
      this.#nextLayer !== undefined || layer.needsKeyFrame || nowMs - this.#lastKeyFrameMs >= KEY_FRAME_INTERVAL_MS;
    if (!wanted || nowMs - this.#lastRequestMs < KEY_FRAME_RETRY_MS) return;
    this.#lastRequestMs = nowMs;
    layer.needsKeyFrame = false;
    layer.stream.keyFrames.request(nowMs);
  }

  /** Sender reports come every second or so; a look now and then misses none that matters. */
  #readClock(): void {
    const stream = this.#opusStream ?? this.#layer?.stream;
    const report = stream?.clock;
    if (!stream || !report || report.arrivalMs === this.#lastReport) return;
    this.#lastReport = report.arrivalMs;
    this.#options.clock.onReport(report.ntpMs, this.#options.wallOf(report.arrivalMs));
    if (this.#firstSenderMs !== undefined) return;
    // The report nearest the beginning says best when that was.
    if (this.#opus?.firstTimestamp !== undefined) {
      this.#firstSenderMs = stream.senderTimeMs(this.#opus.firstTimestamp);
    } else if (this.#first?.stream === stream) this.#firstSenderMs = stream.senderTimeMs(this.#first.timestamp);
  }

  /** Ends the file where it stands. */
  stop(): void {
    this.#options.source.removeTap(this);
    this.#end();
  }

  #end(): void {
    if (this.#stopped) return;
    this.#opus?.finish();
    this.#layer?.frames.finish();
    this.#readClock();
    this.#stopped = true;
    this.#sound?.finish();
    this.#webm?.finish();
    this.#file?.flush();
  }

  /** After the end: all is on the disk and the file closed. */
  async close(): Promise<void> {
    await this.#file?.close();
  }
}

/** One layer on its way into the file. */
class LayerRecorder {
  readonly stream: UplinkStream;
  readonly codec: string;
  readonly format: VideoFormat;
  readonly frames: VideoStream;
  needsKeyFrame = false;

  constructor(stream: UplinkStream, codec: string, format: VideoFormat, emit: (frame: VideoFrame) => void) {
    this.stream = stream;
    this.codec = codec;
    this.format = format;
    this.frames = new VideoStream({
      format,
      patienceMs: PATIENCE_MS,
      emit,
      requestKeyFrame: () => {
        this.needsKeyFrame = true;
      },
    });
  }

  get lostPackets(): number {
    return this.frames.lostPackets;
  }

  get droppedFrames(): number {
    return this.frames.droppedFrames;
  }
}

/** The packet's buffer is only lent. */
function copyOf(view: RtpView): Buffer {
  return Buffer.from(view.buffer.subarray(view.headerLength, view.headerLength + view.payloadLength));
}
