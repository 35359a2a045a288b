import type { Connection } from './connection.ts';
import {
  AUDIO_LEVEL_ID,
  AUDIO_PAYLOAD_TYPE,
  MID_ID,
  RTX_PAYLOAD_TYPE,
  TRANSPORT_SEQUENCE_ID,
  type Track,
  VIDEO_PAYLOAD_TYPE,
} from './track.ts';

/** One section of a description we make. */
export type Section = { kind: 'audio' | 'video'; mid: string; track?: Track; direction: 'sendonly' | 'recvonly' };

/** A description as a browser writes it, with what matters to a media server. */
export function describe(connection: Connection, sections: readonly Section[], setup: 'actpass' | 'active'): string {
  const { iceUfrag, icePwd, fingerprints } = connection.peer.remote;
  const transport = [
    'c=IN IP4 0.0.0.0',
    'a=rtcp:9 IN IP4 0.0.0.0',
    `a=ice-ufrag:${iceUfrag}`,
    `a=ice-pwd:${icePwd}`,
    'a=ice-options:trickle',
    `a=fingerprint:${fingerprints[0]!.algorithm} ${fingerprints[0]!.value}`,
    `a=setup:${setup}`,
  ];
  const lines = [
    'v=0',
    'o=- 4611731400430051336 2 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    `a=group:BUNDLE ${sections.map(({ mid }) => mid).join(' ')}`,
    'a=msid-semantic: WMS',
    ...sections.flatMap((section) => [...head(section), ...transport, ...tail(section)]),
  ];
  return `${lines.join('\r\n')}\r\n`;
}

function head({ kind }: Section): string[] {
  const formats = kind === 'audio' ? `${AUDIO_PAYLOAD_TYPE}` : `${VIDEO_PAYLOAD_TYPE} ${RTX_PAYLOAD_TYPE}`;
  return [`m=${kind} 9 UDP/TLS/RTP/SAVPF ${formats}`];
}

function tail({ kind, mid, track, direction }: Section): string[] {
  const codec =
    kind === 'audio'
      ? [
          `a=extmap:${AUDIO_LEVEL_ID} urn:ietf:params:rtp-hdrext:ssrc-audio-level`,
          `a=rtpmap:${AUDIO_PAYLOAD_TYPE} opus/48000/2`,
          `a=rtcp-fb:${AUDIO_PAYLOAD_TYPE} transport-cc`,
          `a=fmtp:${AUDIO_PAYLOAD_TYPE} minptime=10;useinbandfec=1`,
        ]
      : [
          `a=rtpmap:${VIDEO_PAYLOAD_TYPE} VP8/90000`,
          ...['transport-cc', 'ccm fir', 'nack', 'nack pli'].map((name) => `a=rtcp-fb:${VIDEO_PAYLOAD_TYPE} ${name}`),
          `a=rtpmap:${RTX_PAYLOAD_TYPE} rtx/90000`,
          `a=fmtp:${RTX_PAYLOAD_TYPE} apt=${VIDEO_PAYLOAD_TYPE}`,
        ];
  const sender = track
    ? [
        `a=msid:load ${track.id}`,
        ...(kind === 'video' ? [`a=ssrc-group:FID ${track.ssrc} ${track.rtxSsrc}`] : []),
        `a=ssrc:${track.ssrc} cname:load`,
        `a=ssrc:${track.ssrc} msid:load ${track.id}`,
        ...(kind === 'video'
          ? [`a=ssrc:${track.rtxSsrc} cname:load`, `a=ssrc:${track.rtxSsrc} msid:load ${track.id}`]
          : []),
      ]
    : [];
  return [
    `a=mid:${mid}`,
    `a=extmap:${TRANSPORT_SEQUENCE_ID} http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01`,
    `a=extmap:${MID_ID} urn:ietf:params:rtp-hdrext:sdes:mid`,
    `a=${direction}`,
    'a=rtcp-mux',
    'a=rtcp-rsize',
    ...codec,
    ...sender,
  ];
}
