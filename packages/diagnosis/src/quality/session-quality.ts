import type { ReadonlySeries } from '../model/series.ts';
import type { Connection, Session, Track } from '../model/session.ts';
import { isUnheard } from '../rules/audio/pauses.ts';
import { sentAs } from '../rules/ends.ts';
import type { Subject } from '../rules/finding.ts';
import { quietTimes } from '../rules/quiet.ts';
import { ofTrack } from '../rules/subjects.ts';
import { DEFAULT_R, delayImpairment, lossImpairment, opinionScore } from './e-model.ts';

/** What an estimate was made of, as means over the time measured; what nobody measured is not in it. */
export type QualityInputs = {
  /** Mouth to ear, of what is known: the network's part, the buffer and coding. */
  delayMs: number;
  networkDelayMs?: number;
  bufferMs?: number;
  /** Lost on the way. */
  lossRatio?: number;
  /** Missing when it was to be played, audibly: what the rating is made of where it is known. */
  concealedRatio?: number;
  /** The transmission rating R the score is read from. */
  rating: number;
  measuredMs: number;
};

/** How good one stream of sound is estimated to have been. */
export type QualityEstimate = {
  subject: Subject;
  /** Mean opinion score of the whole time, 1 to 4.5. */
  score: number;
  /** Of its worst window. */
  worstScore: number;
  inputs: QualityInputs;
  /** [end of a window in ms, score] */
  overTime: [number, number][];
};

/** ITU-T P.800's conversations are judged by stretches of about this length; shorter ones jump, ms. */
const WINDOW_MS = 10_000;

/** Frames of 20 ms and 6.5 ms of look-ahead: what Opus needs by itself (RFC 6716, section 2.1.4). */
const CODING_DELAY_MS = 26.5;

/** Of a longer time without a sample nothing is told, and a source whose clock jumps has one of a million years, ms. */
const LONGEST_GAP_MS = 3_600_000;

/** A call is drawn with no more. */
const MAX_POINTS = 240;

type Window = { fromMs: number; toMs: number };
type Measured = Window & {
  delayMs: number;
  networkDelayMs: number | null;
  bufferMs: number | null;
  lossRatio: number | null;
  concealedRatio: number | null;
  rating: number;
};

/**
 * Estimates how every stream of sound was heard, by the E-model of ITU-T G.107 with what a browser measures: delay, what
 * the buffer adds, and what is missing. An estimate: it hears nothing, and knows no echo, no noise and no wrong device.
 * @returns one for each stream of sound measured for at least one window of ten seconds
 */
export function qualityOf(session: Session): QualityEstimate[] {
  const direct = directPaths(session);
  return session.tracks.flatMap((track) => {
    if (track.kind !== 'audio') return [];
    const windows = windowsOf(session, track, direct.has(track.id));
    if (windows.length === 0) return [];
    const rating = weighted(windows, (one) => one.rating)!;
    return [
      {
        subject: ofTrack(track),
        score: rounded(opinionScore(rating)),
        worstScore: rounded(
          windows.reduce((worst, one) => Math.min(worst, opinionScore(one.rating)), Number.POSITIVE_INFINITY),
        ),
        inputs: inputsOf(windows, rating),
        overTime: windows
          .slice(-MAX_POINTS)
          .map(({ toMs, rating: at }): [number, number] => [toMs, rounded(opinionScore(at))]),
      },
    ];
  });
}

function inputsOf(windows: readonly Measured[], rating: number): QualityInputs {
  const optional = Object.entries({
    networkDelayMs: weighted(windows, (one) => one.networkDelayMs),
    bufferMs: weighted(windows, (one) => one.bufferMs),
    lossRatio: weighted(windows, (one) => one.lossRatio),
    concealedRatio: weighted(windows, (one) => one.concealedRatio),
  }).flatMap(([name, value]) => (value === null ? [] : [[name, Number(value.toFixed(4))] as const]));
  return {
    delayMs: Math.round(weighted(windows, (one) => one.delayMs)!),
    rating: Math.round(rating * 10) / 10,
    measuredMs: Math.round(windows.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)),
    ...Object.fromEntries(optional),
  };
}

function windowsOf(session: Session, track: Track, isDirect: boolean): Measured[] {
  const { samples } = track;
  if (samples.length < 2) return [];
  const isQuiet = quietTimes(session, track);
  const connection = session.connections.find(({ id }) => id === track.connectionId);
  const sent = isDirect ? [] : sentAs(session, track);
  const sender = session.connections.find(({ id }) => id === sent[0]?.connectionId);
  const windows: Measured[] = [];
  const firstMs = samples.atMs(0);
  const lastMs = samples.atMs(samples.length - 1);
  for (let fromMs = firstMs; fromMs + WINDOW_MS <= lastMs + 1; fromMs += WINDOW_MS) {
    const gapMs = samples.atMs(samples.indexAt(fromMs + 1)) - fromMs;
    if (gapMs > LONGEST_GAP_MS) {
      fromMs += (Math.floor((gapMs - 1) / WINDOW_MS) - 1) * WINDOW_MS;
      continue;
    }
    const window = { fromMs, toMs: fromMs + WINDOW_MS };
    if (!isQuiet(window.toMs)) {
      const measured = measuredIn(window, track, connection, sender);
      if (measured) windows.push(measured);
    }
  }
  return windows;
}

function measuredIn(
  window: Window,
  { samples, direction }: Track,
  connection: Connection | undefined,
  sender: Connection | undefined,
): Measured | null {
  const isReceived = direction === 'receive';
  const lossRatio = mean(samples, isReceived ? 'lossRatio' : 'remoteLossRatio', window);
  const concealedRatio =
    isReceived && samples.has('silentConcealedRatio') ? mean(samples, 'concealedRatio', window) : null;
  const isCut = isReceived && connection !== undefined && isDead(connection, window);
  // Nothing came because nothing was sent: there is nothing to judge.
  if (!isCut && mean(samples, 'packets', window) === 0) return null;
  // Nor is there where a silent room's pauses are left out, and silence is invented for them.
  if (!isCut && (concealedRatio ?? 0) > 0 && isUnheard(mean(samples, 'audioLevel', window), lossRatio)) return null;
  const missing = isCut ? 1 : (concealedRatio ?? lossRatio);
  if (missing === null) return null;
  const rttMs =
    (isReceived ? null : mean(samples, 'remoteRttMs', window)) ??
    (connection ? mean(connection.samples, 'rttMs', window) : null);
  const furtherRttMs = sender ? mean(sender.samples, 'rttMs', window) : null;
  const networkDelayMs = rttMs === null ? null : (rttMs + (furtherRttMs ?? 0)) / 2;
  const bufferMs = isReceived ? mean(samples, 'bufferMs', window) : null;
  const delayMs = (networkDelayMs ?? 0) + (bufferMs ?? 0) + CODING_DELAY_MS;
  return {
    ...window,
    delayMs,
    networkDelayMs,
    bufferMs,
    lossRatio,
    concealedRatio,
    // The model is of lines that carry something.
    rating: isCut ? 0 : Math.max(0, DEFAULT_R - delayImpairment(delayMs) - lossImpairment(missing)),
  };
}

/** Whether nothing came and checks of the connection went unanswered: who just does not send still answers. */
function isDead({ samples }: Connection, window: Window): boolean {
  return mean(samples, 'receivedBps', window) === 0 && (mean(samples, 'checksAnswered', window) ?? 1) === 0;
}

/** Streams that reach their receiver with the SSRC they were sent with: no server makes new ones of them. */
function directPaths(session: Session): Set<string> {
  const direct = session.tracks.filter(
    (track) => track.ssrc !== null && sentAs(session, track).some(({ ssrc }) => ssrc === track.ssrc),
  );
  return new Set(direct.map(({ id }) => id));
}

function mean<F extends string>(series: ReadonlySeries<F>, field: F, { fromMs, toMs }: Window): number | null {
  let [sum, count] = [0, 0];
  for (let index = series.indexAt(fromMs + 1); index < series.length && series.atMs(index) <= toMs; index++) {
    const value = series.value(field, index);
    if (value === null) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? null : sum / count;
}

function weighted(windows: readonly Measured[], of: (one: Measured) => number | null): number | null {
  const values = windows.map(of).filter((value) => value !== null);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

const rounded = (score: number) => Math.round(score * 100) / 100;
