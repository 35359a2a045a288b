import type { SessionBuilder } from '../model/session-builder.ts';
import { StatsIngest } from '../stats/ingest.ts';
import { type AboutWebrtcCall, idOfCall, MOST_ROWS, type Stream, tellCall, tellStreams } from './about-webrtc-call.ts';
import { AboutWebrtcLog } from './about-webrtc-log.ts';
import { callOf, type Report, statsOf, streamsOf } from './about-webrtc-stats.ts';
import { putBack } from './json-record.ts';
import { JsonTrouble, walkJson } from './json-walk.ts';
import type { Reader } from './reader.ts';

/** A report with more values is none, nor are there more connections in a page. */
const MAX_VALUES = 200_000;
const MOST_CALLS = 200;

/** What is known of one connection: its last report, what the ones before told, and how it went. */
type Known = { call: AboutWebrtcCall; ingest: StatsIngest; reports: number; streams: Stream[] };

/**
 * Reads what “Copy Report” and “Copy Report History” of Firefox's about:webrtc put on the clipboard: one report of one
 * connection (`RTCStatsReportInternal`, dom/webidl/WebrtcGlobalInformation.webidl), or `{reports: [report, …]}`.
 */
export const aboutWebrtcReport: Reader = {
  format: 'about_webrtc',
  recognises: (head) =>
    /^\s*[[{]/.test(head) &&
    /"(?:iceCandidatePairStats|(?:in|out)boundRtpStreamStats|bandwidthEstimations)"\s*:\s*\[/i.test(head),
  async read(bytes, into) {
    into.participant('self');
    const known = new Map<string, Known>();
    let report: Report = {};
    let values = 0;
    const finish = () => {
      if (values > 0) take(into, known, report);
      report = {};
      values = 0;
    };
    try {
      await walkJson(bytes, {
        value(path, value) {
          const base = depthOf(path);
          if (path.length > base && ++values < MAX_VALUES) putBack(report, path.slice(base), value);
        },
        left(path) {
          if (path.length === depthOf(path)) finish();
        },
      });
    } catch (thrown) {
      if (!(thrown instanceof JsonTrouble)) throw thrown;
      into.problem(thrown.code, thrown.place);
    }
    finish();
    const told = [...known.values()].flatMap(({ call, reports, streams }) => {
      const one = tellCall(into, call);
      // Of several, what happened between them is told already.
      if (one && reports === 1) tellStreams(into, one, streams, call.pictures);
      return one ?? [];
    });
    // Without the page's log, the tables say what they can.
    new AboutWebrtcLog().settle(into, told);
  },
};

/** @returns how deep the report lies that a value is of: in a list, in `reports` of a history, or alone */
function depthOf([first, second]: readonly (string | number)[]): number {
  if (typeof first === 'number') return 1;
  return (first === 'reports' || first === 'sdpHistories') && typeof second === 'number' ? 2 : 0;
}

function take(into: SessionBuilder, known: Map<string, Known>, report: Report): void {
  const call = callOf(report);
  if (call === null) return;
  const id = call.name;
  const before = known.get(id);
  if (!before && known.size >= MOST_CALLS) {
    into.problem('too_large', 'connections');
    return;
  }
  const now = before ?? { call, ingest: new StatsIngest(into, idOfCall(id), 'self'), reports: 0, streams: [] };
  if (before) before.call = joined(before.call, call);
  const stats = statsOf(report);
  if (stats.length > 0 && call.atMs !== null) {
    now.reports += 1;
    now.streams = now.reports === 1 ? streamsOf(stats) : [];
    now.ingest.report(call.atMs, stats);
  }
  known.set(id, now);
}

/** The later report says how things stand; what was said once need not be said again. */
function joined(before: AboutWebrtcCall, now: AboutWebrtcCall): AboutWebrtcCall {
  const both = <T>(one: readonly T[], other: readonly T[]) => [...new Set([...one, ...other])].slice(0, MOST_ROWS);
  const dated = new Map(
    [...before.descriptions, ...now.descriptions].map((one) => [`${one.atMs} ${one.isLocal}`, one]),
  );
  return {
    ...now,
    url: now.url ?? before.url,
    atMs: now.atMs ?? before.atMs,
    isClosed: now.isClosed || before.isClosed,
    iceServers: both(before.iceServers, now.iceServers),
    pairs: now.pairs.length > 0 ? now.pairs : before.pairs,
    localCandidates: both(before.localCandidates, now.localCandidates),
    remoteCandidates: both(before.remoteCandidates, now.remoteCandidates),
    descriptions: [...dated.values()].slice(0, MOST_ROWS),
    pictures: now.pictures.length > 0 ? now.pictures : before.pictures,
  };
}
