import { EXTENSION_URI, parseSdp } from '@alongside/rtp';
import { describe, expect, test } from 'vitest';
import type { CodecName } from '../media/codecs.ts';
import type { PipeLocal } from '../transport/pipe.ts';
import { type Answer, buildAnswer, type SectionSend } from './answer.ts';

const LOCAL: PipeLocal = {
  iceUfrag: 'ours',
  icePwd: 'our-password-our-password',
  iceLite: true,
  fingerprint: { algorithm: 'sha-256', value: 'AA:BB' },
  candidates: [],
  setup: 'actpass',
};

const VIDEO_CODECS = [
  'a=rtpmap:96 VP8/90000',
  'a=rtcp-fb:96 transport-cc',
  'a=rtcp-fb:96 nack',
  'a=rtcp-fb:96 nack pli',
  'a=fmtp:96 x-google-start-bitrate=1000',
  'a=rtpmap:97 rtx/90000',
  'a=fmtp:97 apt=96',
  'a=rtpmap:98 VP9/90000',
  'a=fmtp:98 profile-id=0',
  'a=rtpmap:100 VP9/90000',
  'a=fmtp:100 profile-id=2',
  'a=rtpmap:45 AV1/90000',
  'a=fmtp:45 level-idx=5;profile=0;tier=0',
  'a=rtpmap:46 AV1/90000',
  'a=fmtp:46 level-idx=5;profile=1;tier=0',
  'a=rtpmap:102 H264/90000',
  'a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f',
  'a=rtpmap:41 H264/90000',
  'a=fmtp:41 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=640034',
];

function section(kind: 'audio' | 'video', mid: string, direction: string, extra: string[] = []): string[] {
  const audio = [
    'm=audio 9 UDP/TLS/RTP/SAVPF 111 63 9',
    'a=rtpmap:111 opus/48000/2',
    'a=fmtp:111 minptime=10;useinbandfec=1;stereo=1',
    'a=rtcp-fb:111 transport-cc',
    'a=rtpmap:63 red/48000/2',
    'a=fmtp:63 111/111',
    'a=rtpmap:9 G722/8000',
    `a=extmap:1 ${EXTENSION_URI.audioLevel}`,
  ];
  const video = [
    'm=video 9 UDP/TLS/RTP/SAVPF 96 97 98 100 45 46 102 41',
    ...VIDEO_CODECS,
    `a=extmap:2 ${EXTENSION_URI.absSendTime}`,
    `a=extmap:10 ${EXTENSION_URI.rid}`,
    `a=extmap:11 ${EXTENSION_URI.repairedRid}`,
  ];
  return [
    ...(kind === 'audio' ? audio : video),
    `a=extmap:3 ${EXTENSION_URI.transportSequence}`,
    `a=extmap:4 ${EXTENSION_URI.mid}`,
    `a=mid:${mid}`,
    `a=${direction}`,
    'a=rtcp-mux',
    'a=ice-ufrag:x',
    'a=ice-pwd:yyyyyyyyyyyyyyyyyyyyyyyy',
    ...extra,
  ];
}

function answerTo(
  sections: string[][],
  sends: Record<string, SectionSend> = {},
  red = true,
  preferred: CodecName | undefined = undefined,
): Answer {
  const text = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0', ...sections.flat(), ''].join('\r\n');
  return buildAnswer({
    offer: parseSdp(text),
    local: LOCAL,
    candidates: ['candidate:1 1 udp 1 192.0.2.1 5000 typ host'],
    setup: 'passive',
    sessionId: '7',
    sessionVersion: 1,
    sends: new Map(Object.entries(sends)),
    receive: () => ({ preferred, red }),
    opus: { dtx: true, stereo: false },
  });
}

const SEND: SectionSend = { streamId: 'PA_x|TR_y', trackId: 'TR_y', cname: 'PA_x', ssrc: 1001, rtxSsrc: 1002 };

describe('buildAnswer', () => {
  test('keeps sections and mids in order; unused ones are inactive and never rejected', () => {
    const { sdp, sections } = answerTo([
      section('audio', '7', 'recvonly'),
      section('video', '3', 'recvonly'),
      ['m=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'a=mid:6', 'a=sctp-port:5000'],
    ]);
    const answer = parseSdp(sdp);
    expect(answer.media.map((media) => media.mid)).toEqual(['7', '3', '6']);
    expect(answer.media.map((media) => media.port)).toEqual([9, 9, 9]);
    expect(answer.media[0]!.direction).toBe('inactive');
    expect(answer.bundle).toEqual(['7', '3', '6']);
    expect(answer.iceLite).toBe(true);
    expect(
      answer.media.flatMap((media) => media.candidates),
      'once, in the first section',
    ).toHaveLength(1);
    expect(sections.map((settled) => settled.weSend)).toEqual([false, false]);
  });

  test('a section with something for it sends, with stream id, SSRCs and their pairing', () => {
    const { sdp } = answerTo([section('video', '3', 'recvonly')], { 3: SEND });
    const [video] = parseSdp(sdp).media;
    expect(video!.direction).toBe('sendonly');
    expect(video!.msid).toEqual({ streamId: 'PA_x|TR_y', trackId: 'TR_y' });
    expect(video!.ssrcGroups).toEqual([{ semantics: 'FID', ssrcs: [1001, 1002] }]);
  });

  test('receives simulcast layers, lowest first whatever the order offered', () => {
    const { sdp, sections } = answerTo([
      section('video', '8', 'sendonly', ['a=rid:f send', 'a=rid:h send', 'a=rid:q send', 'a=simulcast:send f;h;q']),
    ]);
    const [video] = parseSdp(sdp).media;
    expect(video!.direction).toBe('recvonly');
    expect(video!.simulcastRecv).toEqual(['f', 'h', 'q']);
    expect([...sections[0]!.layerByRid]).toEqual([
      ['f', 2],
      ['h', 1],
      ['q', 0],
    ]);
  });

  test('only codecs that are forwarded, VP8 first, with retransmission; vendor parameters are not echoed', () => {
    const { sections, sdp } = answerTo([section('video', '8', 'sendonly')]);
    expect(sections[0]!.codecs.map((codec) => [codec.name, codec.payloadType, codec.rtxPayloadType])).toEqual([
      ['vp8', 96, 97],
      ['h264', 102, -1],
      ['vp9', 98, -1],
      ['av1', 45, -1],
    ]);
    expect(sdp).not.toContain('x-google');
    expect(sdp).not.toContain('640034');
  });

  test('every Opus section of a bundle has the same parameters, and nack although nobody offers it', () => {
    const { sdp } = answerTo([section('audio', '0', 'recvonly'), section('audio', '9', 'sendonly')]);
    const opus = parseSdp(sdp).media.map((media) => media.codecs.find((codec) => codec.name === 'opus')!);
    expect(new Set(opus.map((codec) => codec.parameters)).size).toBe(1);
    expect(opus[0]!.feedback).toContain('nack');
  });

  test('RED first when wanted, left out when not', () => {
    const names = (answer: Answer): string[] => answer.sections[0]!.codecs.map((codec) => codec.name);
    expect(names(answerTo([section('audio', '9', 'sendonly')]))).toEqual(['red', 'opus']);
    expect(names(answerTo([section('audio', '9', 'sendonly')], {}, false))).toEqual(['opus']);
  });

  test('settles the same extensions on sections of both directions, only offered ones, with the offered ids', () => {
    const { sections } = answerTo([section('video', '3', 'recvonly'), section('video', '8', 'sendonly')]);
    expect(sections[0]!.extensions).toEqual(sections[1]!.extensions);
    expect(sections[0]!.extensions.map((extension) => extension.id).sort((a, b) => a - b)).toEqual([3, 4, 10, 11]);
  });

  test('the dependency descriptor is for AV1 alone, and for whatever is received', () => {
    const line = `a=extmap:12 ${EXTENSION_URI.dependencyDescriptor}`;
    const offered = [section('video', '0', 'recvonly', [line]), section('video', '1', 'sendonly', [line])];
    const has = (preferred: CodecName): boolean[] =>
      answerTo(offered, {}, true, preferred).sections.map(({ extensions }) =>
        extensions.some(({ uri }) => uri === EXTENSION_URI.dependencyDescriptor),
      );
    expect(has('vp8')).toEqual([true, false]);
    expect(has('vp9')).toEqual([true, false]);
    expect(has('av1')).toEqual([true, true]);
  });

  test('rejects what it cannot serve and leaves it out of the bundle', () => {
    const foreign = ['m=audio 9 UDP/TLS/RTP/SAVPF 9', 'a=rtpmap:9 G722/8000', 'a=mid:1', 'a=rtcp-mux', 'a=sendonly'];
    const stopped = section('video', '2', 'inactive');
    stopped[0] = 'm=video 0 UDP/TLS/RTP/SAVPF 96';
    const { sdp } = answerTo([foreign, stopped, section('audio', '3', 'recvonly')]);
    const answer = parseSdp(sdp);
    expect(answer.media.map((media) => media.port)).toEqual([0, 0, 9]);
    expect(answer.bundle).toEqual(['3']);
  });
});
