import type { Candidate } from '../model/events.ts';
import { candidateOf } from '../stats/ingest.ts';
import { numberOf, type Stat, scaled, textOf } from '../stats/reading.ts';
import { type AboutWebrtcCall, freshCall, MOST_ROWS, type Stream } from './about-webrtc-call.ts';

/** `RTCStatsReportInternal`, as far as it is there. */
export type Report = Record<string, unknown>;

const isObject = (value: unknown): value is Stat =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @returns the objects in a list of a report; none where there is no such list */
const listed = (report: Stat, name: string): Stat[] => {
  const value = report[name];
  return Array.isArray(value) ? value.filter(isObject) : [];
};

/** @returns texts in a list of a report */
const texts = (report: Stat, name: string): string[] => {
  const value = report[name];
  return Array.isArray(value)
    ? [...new Set(value.filter((one): one is string => typeof one === 'string' && one !== ''))].slice(0, MOST_ROWS)
    : [];
};

/** @returns all statistics of a report; those that came late are listed once more in `trickledIceCandidateStats` */
export function statsOf(report: Report): Stat[] {
  return Object.keys(report)
    .filter((name) => name.endsWith('Stats') && !name.startsWith('trickled'))
    .flatMap((name) => listed(report, name))
    .filter((stat) => typeof stat.type === 'string' && typeof stat.id === 'string');
}

/** @returns what a report says of its connection; null where it names none */
export function callOf(report: Report): AboutWebrtcCall | null {
  const name = textOf(report, 'pcid');
  const stats = statsOf(report);
  // Cut short, a report does not come to its name.
  if (name === null && stats.length === 0) return null;
  const call = freshCall(name ?? 'connection');
  const times = stats
    .filter(({ type }) => !String(type).startsWith('remote-'))
    .map((stat) => numberOf(stat, 'timestamp') ?? 0);
  const latestMs = times.reduce((latest, atMs) => Math.max(latest, atMs), 0);
  call.atMs = numberOf(report, 'timestamp') ?? (latestMs > 0 ? latestMs : null);
  call.url = /\burl=([^)]+)/.exec(call.name)?.[1]?.slice(0, 2_000) ?? null;
  call.isClosed = report.closed === true;
  configure(call, report.configuration);
  const candidates = new Map(
    stats
      .filter(({ type }) => /^(?:local|remote)-?candidate$/.test(String(type)))
      .map((stat): [string, Candidate] => [String(stat.id), candidateOf(stat)]),
  );
  call.pairs = listed(report, 'iceCandidatePairStats')
    .slice(0, MOST_ROWS)
    .map((pair) => ({
      state: String(pair.state),
      isNominated: pair.nominated === true,
      isSelected: pair.selected === true,
      local: candidates.get(String(pair.localCandidateId)) ?? null,
      remote: candidates.get(String(pair.remoteCandidateId)) ?? null,
    }));
  // Where ICE found no way, or lost it, Firefox says that it is closed and DTLS failed, though the connection is open.
  call.hasFailed = listed(report, 'transportStats').some(
    ({ iceState, dtlsState }) =>
      iceState === 'failed' || (iceState === 'closed' && dtlsState === 'failed' && !call.isClosed),
  );
  call.localCandidates = texts(report, 'rawLocalCandidates');
  call.remoteCandidates = texts(report, 'rawRemoteCandidates');
  call.descriptions = listed(report, 'sdpHistory')
    .slice(0, MOST_ROWS)
    .flatMap(({ timestamp, isLocal, sdp }) =>
      typeof timestamp === 'number' && typeof sdp === 'string'
        ? [{ atMs: timestamp, isLocal: isLocal === true, sdp }]
        : [],
    );
  call.pictures = listed(report, 'videoFrameHistories')
    .flatMap((history) => listed(history, 'entries'))
    .slice(-MOST_ROWS)
    .flatMap((entry) => {
      const fromMs = numberOf(entry, 'firstFrameTimestamp');
      const toMs = numberOf(entry, 'lastFrameTimestamp');
      if (fromMs === null || toMs === null) return [];
      const count = numberOf(entry, 'consecutiveFrames') ?? 0;
      const [ssrc, widthPx, heightPx] = [
        numberOf(entry, 'localSsrc'),
        numberOf(entry, 'width'),
        numberOf(entry, 'height'),
      ];
      return [{ ssrc, fromMs, toMs, count, widthPx, heightPx }];
    });
  const [estimate] = listed(report, 'bandwidthEstimations');
  // By their names bits, by what Firefox puts there bytes a second.
  const bits = (member: string) => scaled(estimate ? numberOf(estimate, member) || null : null, 8);
  if (estimate)
    call.estimate = {
      outgoingBps: bits('sendBandwidthBps'),
      incomingBps: bits('receiveBandwidthBps'),
      rttMs: numberOf(estimate, 'rttMs'),
    };
  return call;
}

function configure(call: AboutWebrtcCall, configuration: unknown): void {
  if (!isObject(configuration)) return;
  if (configuration.iceTransportPolicy === 'relay') call.transportPolicy = 'relay';
  call.iceServers = listed(configuration, 'iceServers')
    .flatMap(({ urls }) => (Array.isArray(urls) ? urls : [urls]))
    .filter((url): url is string => typeof url === 'string')
    .slice(0, 50);
}

/** @returns the streams of a report with all that was counted since they began */
export function streamsOf(stats: readonly Stat[]): Stream[] {
  const byId = new Map(stats.map((stat) => [String(stat.id), stat]));
  return stats.flatMap((stat): Stream[] => {
    const kind = stat.kind ?? stat.mediaType;
    const isSent = stat.type === 'outbound-rtp';
    if ((!isSent && stat.type !== 'inbound-rtp') || (kind !== 'audio' && kind !== 'video')) return [];
    const remote = byId.get(String(stat.remoteId));
    const ms = (of: Stat | undefined, member: string) => scaled(numberOf(of, member), 1_000);
    return [
      {
        id: String(stat.id),
        direction: isSent ? 'send' : 'receive',
        kind,
        ssrc: numberOf(stat, 'ssrc'),
        mimeType: textOf(byId.get(String(stat.codecId)), 'mimeType'),
        packets: numberOf(stat, isSent ? 'packetsSent' : 'packetsReceived'),
        packetsLost: numberOf(stat, 'packetsLost'),
        jitterMs: ms(stat, 'jitter'),
        bitrateBps: null,
        framesDropped: numberOf(stat, 'framesDropped'),
        remote: {
          packets: numberOf(remote, 'packetsReceived'),
          packetsLost: numberOf(remote, 'packetsLost'),
          jitterMs: ms(remote, 'jitter'),
          rttMs: ms(remote, 'roundTripTime'),
        },
      },
    ];
  });
}
