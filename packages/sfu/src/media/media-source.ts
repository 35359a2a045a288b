import { audioLevelDbov, type RtpView } from '@alongside/rtp';
import { AudioMeter } from './audio-meter.ts';
import type { PeerCodec } from './codecs.ts';
import type { Forwarder } from './forwarder.ts';
import { MAX_SPATIAL_LAYERS, MAX_TEMPORAL_LAYERS } from './layer-meter.ts';
import type { PayloadHead } from './payload-head.ts';
import { PictureDelay } from './picture-delay.ts';
import type { TopSpeakers } from './top-speakers.ts';
import type { UplinkStream } from './uplink-stream.ts';

/** Of what a silent microphone sent last, so much goes along when it is heard again: words begin below any threshold. */
const PRE_ROLL_PACKETS = 3;

/** Somebody inside the engine who takes a track's packets as they come: the recorder. */
export interface MediaTap {
  /** One fresh packet of any layer; `view` and its buffer are only lent. */
  take(stream: UplinkStream, view: RtpView, keyFrame: boolean, nowMs: number): void;
  /** The track is over. */
  onSourceClosed(): void;
}

/**
 * One published track inside the engine: up to three layers coming in, any number of forwarders going out. It lives as
 * long as the section of its publisher's session description that carries it.
 */
export class MediaSource {
  readonly kind: 'audio' | 'video';
  /** By layer, lowest first; holes where a layer never sent. */
  readonly streams: (UplinkStream | undefined)[] = [];
  readonly forwarders: Forwarder[] = [];
  /** They want the best layer there is, whatever subscribers want. */
  readonly taps: MediaTap[] = [];
  readonly meter: AudioMeter = new AudioMeter();
  /** The publisher's payload types, of the last answer. */
  codecs: PeerCodec[] = [];
  isScreenShare = false;
  /** Extension ids in the publisher's packets, 0 when not negotiated. */
  audioLevelId = 0;
  orientationId = 0;
  /** How late subscribers shall show it, for the publisher's path. */
  readonly pictureDelay: PictureDelay = new PictureDelay();
  dependencyDescriptorId = 0;
  /** Called once per layer, when its first packet came. */
  onLayerStarted: ((stream: UplinkStream) => void) | undefined;
  closed = false;
  /** In rooms with many microphones: says whether this one is to be heard. */
  gate: TopSpeakers<MediaSource> | undefined;
  #heard = true;
  readonly #rates: number[][] = Array.from({ length: MAX_SPATIAL_LAYERS }, () =>
    new Array<number>(MAX_TEMPORAL_LAYERS).fill(0),
  );

  constructor(kind: 'audio' | 'video') {
    this.kind = kind;
  }

  /** Its resolutions are streams of their own; otherwise they are layers of one stream, if there are any. */
  get isSimulcast(): boolean {
    return this.streams.length > 1;
  }

  addStream(stream: UplinkStream): void {
    this.streams[stream.layerIndex] = stream;
  }

  addForwarder(forwarder: Forwarder): void {
    if (!this.forwarders.includes(forwarder)) this.forwarders.push(forwarder);
  }

  removeForwarder(forwarder: Forwarder): void {
    const index = this.forwarders.indexOf(forwarder);
    if (index >= 0) this.forwarders.splice(index, 1);
  }

  /** Hands a fresh packet to everyone subscribed. */
  deliver(stream: UplinkStream, view: RtpView, head: PayloadHead, first: boolean, nowMs: number): void {
    let level = -1;
    if (this.kind === 'audio' && this.audioLevelId !== 0) {
      level = audioLevelDbov(view.extensionU8(this.audioLevelId));
      this.meter.onLevel(level);
    }
    if (first) {
      const arriving = head.keyFrame ? stream : undefined;
      for (const forwarder of this.forwarders) forwarder.reselect(nowMs, arriving);
      this.onLayerStarted?.(stream);
    }
    const wasHeard = this.#heard;
    // A frame restored from redundancy says no level: it is no reason to be heard where the others say theirs.
    const unknown = level < 0 && this.audioLevelId !== 0;
    this.#heard = this.gate === undefined || (unknown ? wasHeard : this.gate.hears(this, level, nowMs));
    if (this.#heard && !wasHeard) {
      const from = (view.sequenceNumber - PRE_ROLL_PACKETS) & 0xffff;
      for (let i = 0; i < this.forwarders.length; i++) this.forwarders[i]!.resumeFrom(stream, from, nowMs);
    } else if (this.#heard) {
      for (let i = 0; i < this.forwarders.length; i++) this.forwarders[i]!.forward(stream, view, head, nowMs);
    }
    for (let i = 0; i < this.taps.length; i++) this.taps[i]!.take(stream, view, head.keyFrame, nowMs);
  }

  addTap(tap: MediaTap): void {
    this.taps.push(tap);
  }

  removeTap(tap: MediaTap): void {
    const index = this.taps.indexOf(tap);
    if (index >= 0) this.taps.splice(index, 1);
  }

  /** For the recorders the track is over, whatever its publisher goes on sending; subscribers notice nothing. */
  endTaps(): void {
    for (const tap of this.taps.splice(0)) tap.onSourceClosed();
  }

  /**
   * What each choice costs a subscriber now, `[spatial][temporal]` in bit/s, measured over the last second: the choice
   * with all it needs below it. 0 means that nobody sends this resolution at present. The arrays are reused: copy what
   * must outlive the next call.
   */
  layerRates(nowMs: number): readonly (readonly number[])[] {
    const inStream = this.isSimulcast ? undefined : this.streams[0];
    for (let spatial = 0; spatial < MAX_SPATIAL_LAYERS; spatial++) {
      const row = this.#rates[spatial]!;
      const stream = inStream ?? this.streams[spatial];
      const own = inStream ? spatial : 0;
      const alive = stream?.isLayerAlive(own, nowMs) ?? false;
      let rateBps = 0;
      for (let temporal = 0; temporal < MAX_TEMPORAL_LAYERS; temporal++) {
        if (alive && stream) rateBps += stream.meter.bitrateBps(own, temporal, nowMs);
        row[temporal] = rateBps;
      }
    }
    if (inStream) this.#addLowerLayers(inStream.layersApart);
    return this.#rates;
  }

  /**
   * Spatial layers in one stream go out with those below them.
   * @param baseOnly with no more than their base frames
   */
  #addLowerLayers(baseOnly: boolean): void {
    for (let spatial = MAX_SPATIAL_LAYERS - 1; spatial > 0; spatial--) {
      const row = this.#rates[spatial]!;
      if (row[MAX_TEMPORAL_LAYERS - 1] === 0) continue;
      for (let temporal = 0; temporal < MAX_TEMPORAL_LAYERS; temporal++) {
        for (let below = 0; below < spatial; below++) {
          row[temporal] = row[temporal]! + this.#rates[below]![baseOnly ? 0 : temporal]!;
        }
      }
    }
  }

  /** For who is about to be subscribed: key frames of the living layers up to the one they will show. */
  prepareKeyFrames(highest: number, nowMs: number): void {
    if (this.kind === 'audio') return;
    for (const stream of this.streams)
      if (stream && stream.layerIndex <= highest && stream.isAlive(nowMs)) stream.keyFrames.request(nowMs);
  }

  /** Pictures again after the publisher unmuted: a key frame of each layer that somebody is on or waits for. */
  requestKeyFrames(nowMs: number): void {
    if (this.kind === 'audio') return;
    for (const forwarder of this.forwarders) forwarder.requestKeyFrame(nowMs);
  }

  close(): void {
    this.closed = true;
    for (const forwarder of [...this.forwarders]) forwarder.stop();
    this.forwarders.length = 0;
    this.endTaps();
  }
}
