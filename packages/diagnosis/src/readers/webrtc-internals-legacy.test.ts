import { expect, test } from 'vitest';
import type { Session } from '../model/session.ts';
import { pieces, T0 } from '../testing.ts';
import { diagnose } from '../verdict/report.ts';
import { readSessions } from './read-sessions.ts';

const SECONDS = 30;
const each = (value: (second: number) => unknown) => Array.from({ length: SECONDS }, (_, second) => value(second));

/** One statistic as Chromium up to 2022 writes it: a series for each member, with its ends and no times of its own. */
function stat(id: string, members: Record<string, (second: number) => unknown>): object {
  const series = Object.entries(members).map(([member, value]) => [
    `${id}-${member}`,
    {
      startTime: new Date(T0).toISOString(),
      endTime: new Date(T0 + (SECONDS - 1) * 1_000).toISOString(),
      values: JSON.stringify(each(value)),
    },
  ]);
  return Object.fromEntries(series);
}

async function read(stats: object, updateLog: object[] = []): Promise<Session> {
  const dump = {
    PeerConnections: { '7-1': { rtcConfiguration: '{ servers: [] }', stats, updateLog } },
    UserAgent: 'Chrome/57',
  };
  for await (const { session } of readSessions('dump', pieces(Buffer.from(JSON.stringify(dump))))) return session;
  throw new Error('nothing was read');
}

const PAIR = stat('Conn-audio-1-0', {
  googActiveConnection: () => true,
  googRtt: () => '42',
  bytesSent: (second) => String(second * 10_000),
  bytesReceived: (second) => String(second * 20_000),
  googLocalAddress: () => '192.168.1.5:50000',
  googLocalCandidateType: () => 'local',
  googRemoteAddress: () => '203.0.113.7:443',
  googRemoteCandidateType: () => 'relay',
  googTransportType: () => 'udp',
});

test('the goog dialect tells the same as the standard', async () => {
  const session = await read({
    ...PAIR,
    ...stat('bweforvideo', { googAvailableSendBandwidth: () => '300000' }),
    ...stat('ssrc_11_send', {
      mediaType: () => 'video',
      googCodecName: () => 'VP8',
      packetsSent: (second) => String(second * 50),
      packetsLost: (second) => String(second * 5),
      bytesSent: (second) => String(second * 12_500),
      googFrameRateInput: () => '30',
      googFrameRateSent: (second) => (second < 10 ? '24' : '6'),
      googFrameWidthSent: () => '640',
      googFrameHeightSent: () => '360',
      googAvgEncodeMs: () => '20',
      googCpuLimitedResolution: (second) => String(second >= 10),
      googBandwidthLimitedResolution: () => 'false',
      googRtt: () => '80',
    }),
    ...stat('ssrc_12_recv', {
      mediaType: () => 'audio',
      packetsReceived: (second) => second * 50,
      packetsLost: () => 0,
      bytesReceived: (second) => second * 4_000,
      googJitterReceived: () => '15',
      googJitterBufferMs: () => '60',
      googExpandRate: () => '0.25',
      googSpeechExpandRate: () => '0.05',
      audioOutputLevel: () => '16384',
    }),
  });
  expect(session.format).toBe('webrtc_internals_legacy');
  expect(session.problems).toEqual([]);
  const [connection] = session.connections;
  const at = 20;
  expect(connection!.samples.value('rttMs', at)).toBe(42);
  expect(connection!.samples.value('sentBps', at)).toBe(80_000);
  expect(connection!.samples.value('availableOutgoingBps', at)).toBe(300_000);
  expect(session.events.find(({ type }) => type === 'pair_selected')).toMatchObject({
    local: { type: 'host', address: '192.168.1.5', port: 50_000, protocol: 'udp' },
    remote: { type: 'relay', address: '203.0.113.7' },
  });
  const sent = session.tracks.find(({ direction }) => direction === 'send')!;
  const heard = session.tracks.find(({ direction }) => direction === 'receive')!;
  expect([sent.kind, sent.ssrc, sent.mimeType, heard.kind, heard.ssrc]).toEqual([
    'video',
    11,
    'video/VP8',
    'audio',
    12,
  ]);
  const of = ({ samples }: typeof sent, ...fields: Parameters<typeof sent.samples.value>[0][]) =>
    fields.map((field) => samples.value(field, at));
  expect(of(sent, 'sourceFramesPerSecond', 'widthPx', 'bitrateBps', 'remoteRttMs', 'remoteLossRatio')).toEqual([
    30, 640, 100_000, 80, 0.1,
  ]);
  expect(of(sent, 'processorLimitedRatio', 'bandwidthLimitedRatio')).toEqual([1, 0]);
  expect(sent.samples.value('framesPerSecond', at)).toBeCloseTo(6);
  expect(sent.samples.value('encodeMs', at)).toBeCloseTo(20);
  expect(of(heard, 'lossRatio', 'jitterMs', 'bitrateBps')).toEqual([0, 15, 32_000]);
  expect(heard.samples.value('bufferMs', at)).toBeCloseTo(60);
  // Four fifths of what was made up was made up while nobody spoke.
  expect(heard.samples.value('concealedRatio', at)).toBeCloseTo(0.05);
  expect(heard.samples.value('silentConcealedRatio', at)).toBeCloseTo(0.2);
  expect(heard.samples.value('audioLevel', at)).toBeCloseTo(0.5);
  expect(diagnose(session, 'en').findings.map(({ rule }) => rule)).toContain('processor-limited');
});

test('standard statistics of the years between, by their names alone, with what they keep in tracks', async () => {
  const session = await read({
    ...stat('RTCMediaStreamTrack_receiver_1', {
      frameWidth: () => 320,
      concealedSamples: (second) => second * 4_800,
      totalSamplesReceived: (second) => second * 48_000,
      silentConcealedSamples: (second) => second * 4_800,
    }),
    ...stat('RTCInboundRTPAudioStream_9', {
      mediaType: () => 'audio',
      trackId: () => 'RTCMediaStreamTrack_receiver_1',
      isRemote: () => false,
      packetsReceived: (second) => second * 50,
      packetsLost: () => 0,
    }),
  });
  expect(session.format).toBe('webrtc_internals');
  const [heard] = session.tracks;
  expect(heard).toMatchObject({ direction: 'receive', kind: 'audio' });
  expect(heard!.samples.value('concealedRatio', 10)).toBe(0);
  expect(heard!.samples.value('silentConcealedRatio', 10)).toBeCloseTo(0.1);
});

test('older words for states are understood', async () => {
  const entry = (second: number, type: string, value: string) => ({
    time: new Date(T0 + second * 1_000).toISOString(),
    type,
    value,
  });
  const { events } = await read(PAIR, [
    entry(1, 'iceConnectionStateChange', 'ICEConnectionStateChecking'),
    entry(9, 'iceConnectionStateChange', 'ICEConnectionStateFailed'),
  ]);
  expect(events.flatMap((event) => (event.type === 'ice_state' ? [event.state] : []))).toEqual(['checking', 'failed']);
});

test.each(['Asia/Kathmandu', 'America/St_Johns', 'Pacific/Auckland', 'UTC'])(
  'times written in %s stand beside the statistics of the same call',
  async (timeZone) => {
    // As `toLocaleString()` of an American browser.
    const entry = (second: number, value: string) => ({
      time: new Date(T0 + second * 1_000).toLocaleString('en-US', { timeZone }).replaceAll('\u202f', ' '),
      type: 'iceConnectionStateChange',
      value,
    });
    const { events } = await read(PAIR, [entry(-2, 'checking'), entry(1, 'connected'), entry(SECONDS, 'closed')]);
    const states = events.flatMap((event) => (event.type === 'ice_state' ? [(event.atMs - T0) / 1_000] : []));
    expect(states).toEqual([-2, 1, SECONDS]);
  },
);

test.each(['en-GB', 'de', 'zh-TW', 'fr'])('so do times in the words of %s', async (language) => {
  const entry = (second: number, value: string) => ({
    time: new Date(T0 + second * 1_000).toLocaleString(language, { timeZone: 'Asia/Tokyo' }),
    type: 'iceConnectionStateChange',
    value,
  });
  const { events } = await read(PAIR, [entry(-2, 'checking'), entry(1, 'failed')]);
  const states = events.flatMap((event) => (event.type === 'ice_state' ? [(event.atMs - T0) / 1_000] : []));
  expect(states).toEqual([-2, 1]);
});

test('a candidate tells from which server it came, where the dump does', async () => {
  const entry = (value: string) => ({ time: new Date(T0 + 1_000).toISOString(), type: 'icecandidate', value });
  const { events } = await read(PAIR, [
    entry(
      'sdpMid: 0, sdpMLineIndex: 0, candidate: candidate:1 1 udp 33562623 203.0.113.9 50000 typ relay raddr 0.0.0.0 rport 0, url: turn:t.example.com:3478?transport=tcp, relayProtocol: tcp',
    ),
    entry('sdpMid: 0, candidate: candidate:2 1 udp 2122 192.168.1.5 50001 typ host'),
  ]);
  expect(events.flatMap((event) => (event.type === 'candidate' ? [event.candidate] : []))).toMatchObject([
    { type: 'relay', url: 'turn:t.example.com:3478?transport=tcp', relayProtocol: 'tcp' },
    { type: 'host', url: null, relayProtocol: null },
  ]);
});

test('addresses that stand in the other end’s description are its candidates', async () => {
  const sdp = ['v=0', 'm=audio 9 RTP 0', ...['host', 'host', 'srflx'].map((type) => addressed(type)), 'a=mid:0'];
  const at = '2017-06-30T18:02:21.000Z';
  const { events } = await read(PAIR, [
    { time: at, type: 'setLocalDescription', value: `type: offer, sdp: ${sdp.join('\r\n')}` },
    { time: at, type: 'setRemoteDescription', value: `type: answer, sdp: ${sdp.join('\r\n')}` },
    { time: at, type: 'setRemoteDescriptionOnSuccess', value: '' },
  ]);
  const told = events.flatMap((event) => (event.type === 'candidate' ? [[event.side, event.candidate.type]] : []));
  expect(told).toEqual([
    ['remote', 'host'],
    ['remote', 'srflx'],
  ]);
  const newer = await read(PAIR, [
    { timestamp: 1_498_845_741_000, type: 'setRemoteDescription', value: JSON.stringify({ sdp: sdp.join('\r\n') }) },
  ]);
  expect(newer.events.filter(({ type }) => type === 'candidate')).toHaveLength(2);
});

const addressed = (type: string) => `a=candidate:1 1 udp 2122 203.0.113.7 5000 typ ${type}`;
