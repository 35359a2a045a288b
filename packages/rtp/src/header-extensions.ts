/** URIs of the header extensions we speak, as `a=extmap` names them. */
export const EXTENSION_URI = {
  audioLevel: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  absSendTime: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  absCaptureTime: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time',
  transportSequence: 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  mid: 'urn:ietf:params:rtp-hdrext:sdes:mid',
  rid: 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  repairedRid: 'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
  playoutDelay: 'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
  videoOrientation: 'urn:3gpp:video-orientation',
  videoContentType: 'http://www.webrtc.org/experiments/rtp-hdrext/video-content-type',
  colorSpace: 'http://www.webrtc.org/experiments/rtp-hdrext/color-space',
  dependencyDescriptor: 'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension',
  transmissionOffset: 'urn:ietf:params:rtp-hdrext:toffset',
} as const;

/**
 * The level in −dBov of an audio-level extension byte (RFC 6464): 0 is loudest, 127 silence.
 * Use with `RtpView.extensionU8(id)`, whose −1 for "absent" stays negative here.
 */
export function audioLevelDbov(byte: number): number {
  return byte < 0 ? -1 : byte & 0x7f;
}

/** The voice-activity bit of an audio-level extension byte (RFC 6464). */
export function audioVoiceActivity(byte: number): boolean {
  return byte >= 0 && (byte & 0x80) !== 0;
}
