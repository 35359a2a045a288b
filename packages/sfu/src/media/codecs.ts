import { type SdpCodec, sdpParameter } from '@alongside/rtp';

/** The codecs the engine forwards. `red` carries `opus`. */
export type CodecName = 'opus' | 'red' | 'vp8' | 'h264' | 'vp9' | 'av1';

const VIDEO_CODECS: readonly CodecName[] = ['vp8', 'h264', 'vp9', 'av1'];

/** One negotiated codec of a peer, in that peer's own payload types. */
export interface PeerCodec {
  name: CodecName;
  payloadType: number;
  /** −1 when the peer negotiated no retransmission stream for it. */
  rtxPayloadType: number;
  /** H.264: what must agree between sender and receiver (profile and packetization mode); empty otherwise. */
  profile: string;
}

/** The codec of an `a=rtpmap`, undefined when it is none we forward. */
export function codecNameOf(codec: SdpCodec): CodecName | undefined {
  switch (codec.name.toLowerCase()) {
    case 'opus':
      return codec.clockRate === 48_000 ? 'opus' : undefined;
    case 'red':
      // Video has a RED of its own (90 kHz, for ULPFEC); only the audio one is forwarded.
      return codec.clockRate === 48_000 ? 'red' : undefined;
    case 'vp8':
      return 'vp8';
    case 'h264':
      return 'h264';
    case 'vp9':
      // The other profiles (more bits or colours) are decoded by few.
      return (sdpParameter(codec.parameters, 'profile-id') ?? '0') === '0' ? 'vp9' : undefined;
    case 'av1':
      return (sdpParameter(codec.parameters, 'profile') ?? '0') === '0' ? 'av1' : undefined;
    default:
      return undefined;
  }
}

/**
 * What two H.264 descriptions must share to be forwarded without transcoding: the packetization mode and the profile
 * (first two bytes of profile-level-id, constraint bits of the browser's variants included); the level may differ.
 */
export function h264Profile(codec: SdpCodec): string {
  const mode = sdpParameter(codec.parameters, 'packetization-mode') ?? '0';
  const id = (sdpParameter(codec.parameters, 'profile-level-id') ?? '42001f').toLowerCase();
  // 42e0 (constrained baseline) is a subset of 4200 (baseline) and every decoder of one takes the other.
  const profile = id.startsWith('42') ? '42' : id.slice(0, 4);
  return `${mode}/${profile}`;
}

/** The codec of a name as signalling writes it, with or without `video/`; undefined when it is none we forward. */
export function videoCodecOf(name: string): CodecName | undefined {
  const bare = name.toLowerCase().replace(/^video\//, '');
  return VIDEO_CODECS.find((codec) => codec === bare);
}

/** LiveKit's spelling for `TrackInfo.mime_type`. */
export function mimeTypeOf(name: CodecName): string {
  switch (name) {
    case 'opus':
      return 'audio/opus';
    case 'red':
      return 'audio/red';
    case 'vp8':
      return 'video/VP8';
    case 'h264':
      return 'video/H264';
    case 'vp9':
      return 'video/VP9';
    case 'av1':
      return 'video/AV1';
  }
}

/** RTP clock rate in Hz. */
export function clockRateOf(kind: 'audio' | 'video'): number {
  return kind === 'audio' ? 48_000 : 90_000;
}

/** The peer's codec that can carry what `source` sends; undefined when it negotiated none. */
export function matchCodec(codecs: readonly PeerCodec[], source: PeerCodec): PeerCodec | undefined {
  return codecs.find((codec) => codec.name === source.name && codec.profile === source.profile);
}
