import {
  type AddTrackRequest,
  SimulcastCodecInfo,
  TrackInfo,
  TrackSource,
  TrackType,
  VideoQuality,
} from '@livekit/protocol';
import { type CodecName, matchCodec, mimeTypeOf, type PeerCodec, videoCodecOf } from '../media/codecs.ts';
import type { MediaSource } from '../media/media-source.ts';
import type { NegotiatedSection } from '../signal/answer.ts';
import { Dynacast } from './dynacast.ts';
import { newTrackId } from './ids.ts';
import type { Participant } from './participant.ts';
import { layersOf } from './track-request.ts';

/** A track a participant announced (`AddTrack`) and, once its section of the description is known, publishes. */
export class Publication {
  readonly participant: Participant;
  readonly cid: string;
  readonly info: TrackInfo;
  /** What the client means to send, undefined when it leaves the choice to us. */
  readonly preferredCodec: CodecName | undefined;
  /** What the client can send as well for those who cannot decode the first; it does so when it is asked to. */
  readonly backupCodec: CodecName | undefined;
  source: MediaSource | undefined;
  /** The client's name for the section of the backup codec, empty before it sends one. */
  backupCid = '';
  backup: MediaSource | undefined;
  /** Undefined for sound, and before it is published. */
  dynacast: Dynacast | undefined;
  /** The publisher was told that somebody listens. */
  announcedSubscriber = false;
  /** Somebody else muted it, and its client has not said yet that it did. */
  muteOwed = false;

  constructor(participant: Participant, request: AddTrackRequest) {
    this.participant = participant;
    this.cid = request.cid;
    const first = request.simulcastCodecs[0];
    this.preferredCodec = videoCodecOf(first?.codec ?? '');
    this.backupCodec = videoCodecOf(request.simulcastCodecs[1]?.codec ?? '');
    const layers = layersOf(request);
    this.info = new TrackInfo({
      sid: newTrackId(request.type, request.source),
      type: request.type,
      name: request.name.slice(0, 256),
      muted: request.muted,
      width: request.width,
      height: request.height,
      source: request.source,
      layers,
      simulcast: layers.length > 1,
      disableDtx: request.disableDtx,
      disableRed: request.disableRed,
      stereo: request.stereo,
      encryption: request.encryption,
      stream: request.stream || streamOf(request.source),
      audioFeatures: request.audioFeatures,
      backupCodecPolicy: request.backupCodecPolicy,
      packetTrailerFeatures: request.packetTrailerFeatures,
      mimeType: request.type === TrackType.AUDIO ? 'audio/opus' : mimeTypeOf(this.preferredCodec ?? 'vp8'),
    });
  }

  get sid(): string {
    return this.info.sid;
  }

  get kind(): 'audio' | 'video' {
    return this.info.type === TrackType.AUDIO ? 'audio' : 'video';
  }

  /** The codec it is sent in first, undefined before it is published. */
  get codec(): CodecName | undefined {
    return this.source?.codecs[0]?.name ?? this.preferredCodec;
  }

  get published(): boolean {
    return this.source !== undefined;
  }

  /** Ties the track to the section it is sent on. */
  bind(section: NegotiatedSection, source: MediaSource): void {
    this.source = source;
    source.isScreenShare = this.info.source === TrackSource.SCREEN_SHARE;
    const codec = section.codecs[0];
    this.info.mid = section.mid;
    if (codec) this.info.mimeType = mimeTypeOf(codec.name);
    this.info.simulcast = section.layerByRid.size > 1;
    if (this.kind === 'video') {
      this.info.codecs = [this.#codecInfo(this.info.mimeType, section.mid, this.cid)];
      if (codec) this.dynacast = new Dynacast(codec.name, this.backupCodec, this.participant.room.host.nowMs());
    }
  }

  /** Ties the backup codec to the section it is sent on. */
  bindBackup(section: NegotiatedSection, source: MediaSource): void {
    this.backup = source;
    source.isScreenShare = this.source?.isScreenShare ?? false;
    const mimeType = mimeTypeOf(section.codecs[0]?.name ?? this.backupCodec ?? 'vp8');
    this.info.codecs = [this.info.codecs[0]!, this.#codecInfo(mimeType, section.mid, this.backupCid)];
  }

  unbindBackup(): void {
    this.backup = undefined;
    this.backupCid = '';
    this.info.codecs = this.info.codecs.slice(0, 1);
  }

  /** Ends what is being recorded of it; a recording that goes on begins anew with the track when it may be had again. */
  endRecording(): void {
    this.source?.endTaps();
    this.backup?.endTaps();
  }

  #codecInfo(mimeType: string, mid: string, cid: string): SimulcastCodecInfo {
    return new SimulcastCodecInfo({ mimeType, mid, cid, layers: this.info.layers });
  }

  /** Whether whoever decodes `codecs` needs the backup codec. */
  needsBackup(codecs: readonly PeerCodec[]): boolean {
    const first = this.source?.codecs[0];
    const { backupCodec } = this;
    if (!first || !backupCodec || codecs.length === 0 || matchCodec(codecs, first)) return false;
    return codecs.some((codec) => codec.name === backupCodec);
  }

  /** What to send to whoever decodes `codecs`; undefined while the publisher does not send it yet. */
  sourceFor(codecs: readonly PeerCodec[]): MediaSource | undefined {
    return this.needsBackup(codecs) ? this.backup : this.source;
  }

  /** Pixel sizes of the layers, lowest first, as announced. */
  layerSizes(): { width: number; height: number }[] {
    return [...this.info.layers]
      .filter((layer) => layer.quality !== VideoQuality.OFF)
      .sort((a, b) => a.quality - b.quality)
      .map((layer) => ({ width: layer.width, height: layer.height }));
  }
}

function streamOf(source: TrackSource): string {
  return source === TrackSource.SCREEN_SHARE || source === TrackSource.SCREEN_SHARE_AUDIO ? 'screen_share' : 'camera';
}
