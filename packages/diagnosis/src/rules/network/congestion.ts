import type { ConnectionField, TrackField } from '../../model/fields.ts';
import type { ReadonlySeries } from '../../model/series.ts';
import type { Connection, Session } from '../../model/session.ts';
import { MAX_GAP_MS } from '../derived.ts';
import type { Subject } from '../finding.ts';
import type { Found, Rule } from '../rule.ts';
import { type Span, troubleSpans } from '../spans.ts';
import { confidenceOf, ofConnection, severityOf } from '../subjects.ts';

/**
 * A queue that stands longer than 100 ms is one that no burst explains (CoDel's interval, RFC 8289, section 4.3). It is
 * measured as the round trip above the call's own short ones (their 20th percentile), which the way itself needs.
 */
const QUEUE = { enterMs: 100, leaveMs: 50, majorMs: 250, criticalMs: 700, baseline: 0.2, minMs: 3_500 };

/**
 * What else must show that packets wait because there are too many: what is sent or received had to fall, or the delay goes
 * with the rate. Else the way just got longer, upon which libwebrtc lowers its estimate as well, for a while. What is sent
 * of a voice alone (Opus, with its headers, below 60 kbit/s) falls with every pause. In its first seconds a call tries out
 * how much it may send, more than its pictures want: what falls after that counts where a picture is held back.
 */
const SIGNS = {
  fallTo: 0.75,
  leastBps: 60_000,
  triesMs: 10_000,
  heldBack: 0.1,
  loss: 0.02,
  correlation: 0.5,
  rateSpread: 1.5,
  beforeMs: 20_000,
};

/**
 * A queue comes and goes with what is sent into it: a round trip that is longer and stays as it is, while nothing is lost,
 * is a longer way. A share of what was added, and the least that timers make of it.
 */
const FLAT = { share: 0.15, leastMs: 15 };

/** Fewer round trips have no short ones among them; and of fewer nobody knows what goes with what. */
const LEAST_SAMPLES = { baseline: 6, correlation: 8 };

/**
 * Packets wait in a queue: the delay rises with the rate, and the estimate of what the way takes falls. Something else uses
 * the line, or a router buffers too much; a line that is simply narrow settles, and is told as such.
 */
export const congestion: Rule = {
  id: 'congestion',
  area: 'network',
  thresholds: { ...QUEUE, rateFallsTo: SIGNS.fallTo, leastBps: SIGNS.leastBps, flatRatio: FLAT.share },
  explains: [
    'high-rtt',
    'high-jitter',
    'packet-loss',
    'bandwidth-limited',
    'downlink-limited',
    'choppy-audio',
    'video-freeze',
    'low-frame-rate',
    'low-resolution',
    'time-stretched-audio',
  ],
  find: (session) => session.connections.flatMap((connection) => queuesOf(session, connection)),
};

function queuesOf(session: Session, connection: Connection): Found[] {
  const { samples } = connection;
  const baselineMs = percentile(samples, 'rttMs', QUEUE.baseline);
  if (baselineMs === null) return [];
  return troubleSpans(samples, 'rttMs', {
    trouble: 'above',
    enter: Math.max(baselineMs * 2, baselineMs + QUEUE.enterMs),
    leave: baselineMs + QUEUE.leaveMs,
    minSamples: 2,
    minMs: QUEUE.minMs,
    maxGapMs: MAX_GAP_MS,
  }).flatMap((span) => {
    const signs = signsOf(session, connection, span, baselineMs);
    if (signs.send + signs.receive === 0) return [];
    const waitMs = span.mean - baselineMs;
    const direction: Subject['direction'] =
      signs.send > 0 && signs.receive === 0 ? 'send' : signs.receive > 0 && signs.send === 0 ? 'receive' : null;
    return [
      {
        subject: { ...ofConnection(connection), direction },
        fromMs: span.fromMs,
        toMs: span.toMs,
        severity: severityOf(waitMs, { major: QUEUE.majorMs, critical: QUEUE.criticalMs }),
        confidence: Math.min(
          0.95,
          confidenceOf(span.samples, span.mean / baselineMs / 2) + 0.05 * (signs.send + signs.receive - 1),
        ),
        evidence: [
          {
            measure: 'rttMs' as const,
            value: span.mean,
            worst: span.worst,
            threshold: Math.max(baselineMs * 2, baselineMs + QUEUE.enterMs),
            trouble: 'above' as const,
          },
        ],
        facts: { baselineMs: Math.round(baselineMs), waitMs: Math.round(waitMs) },
      },
    ];
  });
}

/** How many signs of too many packets there are on the way out, and how many on the way in. */
function signsOf(
  session: Session,
  connection: Connection,
  span: Span,
  baselineMs: number,
): { send: number; receive: number } {
  const { samples, id } = connection;
  const before = { fromMs: span.fromMs - SIGNS.beforeMs, toMs: span.fromMs };
  const fellSince = (fromMs: number, field: ConnectionField, leastBps = 0) => {
    const [was, is] = [meanIn(samples, field, { ...before, fromMs }), meanIn(samples, field, span)];
    return was !== null && is !== null && was > leastBps && is <= was * SIGNS.fallTo;
  };
  const fell = (field: ConnectionField, leastBps = 0) => fellSince(before.fromMs, field, leastBps);
  const tracksOf = (direction: 'send' | 'receive') =>
    session.tracks.filter((track) => track.connectionId === id && track.direction === direction);
  const lost = (direction: 'send' | 'receive', field: TrackField) =>
    tracksOf(direction).some(({ samples }) => (meanIn(samples, field, span) ?? 0) >= SIGNS.loss);
  const heldBack = () => {
    const shares = tracksOf('send').map(({ samples }) => meanIn(samples, 'bandwidthLimitedRatio', span));
    const known = shares.filter((share) => share !== null);
    return known.length === 0 || known.some((share) => share >= SIGNS.heldBack);
  };
  const triedUntilMs = samples.atMs(0) + SIGNS.triesMs;
  const gaveWay = () =>
    fellSince(Math.max(before.fromMs, triedUntilMs), 'sentBps', SIGNS.leastBps) ||
    (fell('sentBps', SIGNS.leastBps) && heldBack());
  // The sample before it has a short round trip and any rate: the two would go together by chance.
  const within = { fromMs: span.fromMs + 1, toMs: span.toMs };
  const rises = (field: ConnectionField) =>
    spread(samples, field, within) >= SIGNS.rateSpread &&
    correlation(samples, 'rttMs', field, within) >= SIGNS.correlation;
  const round = valuesIn(samples, 'rttMs', span).sort((a, b) => a - b);
  const variesMs = round[Math.floor((round.length - 1) * 0.9)]! - round[Math.floor(round.length * 0.2)]!;
  const isFlat = variesMs <= Math.max(FLAT.leastMs, (span.mean - baselineMs) * FLAT.share);
  if (isFlat && !lost('send', 'remoteLossRatio') && !lost('receive', 'lossRatio')) return { send: 0, receive: 0 };
  // Loss by itself is no queue: a weak radio link loses as much at any rate.
  const send = Number(gaveWay()) + Number(rises('sentBps'));
  const receive = Number(fell('receivedBps') && lost('receive', 'lossRatio')) + Number(rises('receivedBps'));
  return {
    send: send > 0 ? send + Number(lost('send', 'remoteLossRatio')) + Number(fell('availableOutgoingBps')) : 0,
    receive: receive > 0 ? receive + Number(lost('receive', 'lossRatio')) + Number(fell('availableIncomingBps')) : 0,
  };
}

type Stretch = { fromMs: number; toMs: number };

function valuesIn<F extends string>(series: ReadonlySeries<F>, field: F, { fromMs, toMs }: Stretch): number[] {
  const values: number[] = [];
  for (let index = series.indexAt(fromMs); index < series.length && series.atMs(index) <= toMs; index++) {
    const value = series.value(field, index);
    if (value !== null) values.push(value);
  }
  return values;
}

function meanIn<F extends string>(series: ReadonlySeries<F>, field: F, stretch: Stretch): number | null {
  const values = valuesIn(series, field, stretch);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function percentile<F extends string>(series: ReadonlySeries<F>, field: F, share: number): number | null {
  const values = valuesIn(series, field, { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY });
  if (values.length < LEAST_SAMPLES.baseline) return null;
  return values.sort((a, b) => a - b)[Math.floor((values.length - 1) * share)]!;
}

/** How many times the low values the high ones are. */
function spread<F extends string>(series: ReadonlySeries<F>, field: F, stretch: Stretch): number {
  const values = valuesIn(series, field, stretch).sort((a, b) => a - b);
  const at = (share: number) => values[Math.floor((values.length - 1) * share)] ?? 0;
  return at(0.1) > 0 ? at(0.9) / at(0.1) : 0;
}

/** Pearson's, of two measures of the same samples; 0 where one of them does not move. */
function correlation<F extends string>(series: ReadonlySeries<F>, one: F, other: F, { fromMs, toMs }: Stretch): number {
  let [n, x, y, xx, yy, xy] = [0, 0, 0, 0, 0, 0];
  for (let index = series.indexAt(fromMs); index < series.length && series.atMs(index) <= toMs; index++) {
    const [a, b] = [series.value(one, index), series.value(other, index)];
    if (a === null || b === null) continue;
    n += 1;
    x += a;
    y += b;
    xx += a * a;
    yy += b * b;
    xy += a * b;
  }
  const spread = (n * xx - x * x) * (n * yy - y * y);
  return n < LEAST_SAMPLES.correlation || spread <= 0 ? 0 : (n * xy - x * y) / Math.sqrt(spread);
}
