import {
  type AddTrackRequest,
  SimulcastCodecInfo,
  TrackInfo,
  TrackSource,
  TrackType,
  VideoQuality,
} from '@livekit/protocol';
import { type CodecName, mimeTypeOf, videoCodecOf } from '../media/codecs.ts';
import type { MediaSource } from '../media/media-source.ts';
import type { NegotiatedSection } from '../signal/answer.ts';
import { newTrackId } from './ids.ts';
import type { Participant } from './participant.ts';

/** A track a participant announced (`AddTrack`) and, once its section of the description is known, publishes. */
export class Publication {
  readonly participant: Participant;
  readonly cid: string;
  readonly info: TrackInfo;
  /** What the client means to send, undefined when it leaves the choice to us. */
  readonly preferredCodec: CodecName | undefined;
  source: MediaSource | undefined;
  /** The publisher was told that somebody listens. */
  announcedSubscriber = false;

  constructor(participant: Participant, request: AddTrackRequest) {
    this.participant = participant;
    this.cid = request.cid;
    const first = request.simulcastCodecs[0];
    this.preferredCodec = videoCodecOf(first?.codec ?? '');
    const layers = request.layers.length > 0 ? request.layers : (first?.layers ?? []);
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
      this.info.codecs = [
        new SimulcastCodecInfo({
          mimeType: this.info.mimeType,
          mid: section.mid,
          cid: this.cid,
          layers: this.info.layers,
        }),
      ];
    }
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
