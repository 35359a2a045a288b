import type { Session, Track } from '../../model/session.ts';
import { MAX_GAP_MS } from '../derived.ts';
import { sentAs } from '../ends.ts';
import { quietTimes } from '../quiet.ts';
import type { Found, Rule } from '../rule.ts';
import { troubleSpans } from '../spans.ts';
import { confidenceOf, ofTrack, severityOf } from '../subjects.ts';
import { hasQueue, type Losses, type LossField, lossesIn, lostPackets, waitedMs } from './loss-field.ts';
import { type LossPattern, lossPattern } from './loss-pattern.ts';

/**
 * Opus with its concealment is fine below 2 % and poor from 10 % (G.113, appendix I, for codecs like it); video with
 * retransmission shows freezes from about 5 %.
 */
const THRESHOLDS = { enter: 0.03, leave: 0.015, major: 0.08, critical: 0.2 };

/**
 * Losses in bursts leave good samples between bad ones: they count by what is lost over this time, with at least so many
 * bad samples in it (one alone is an accident). libwebrtc's own view of loss for its congestion control is as short.
 */
const BURSTS = { windowMs: 10_000, badSamples: 2 };

/**
 * Where somebody sends sound only, libwebrtc probes the way with padding on the sound's own numbers (RTPSender,
 * GeneratePadding), which servers drop: numbers are missing and no sound is. Opus makes 50 packets a second, so what exceeds
 * that was no sound, as long as nothing had to be concealed.
 */
const PADDING = { packetsPerSecond: 53, concealed: 0.01 };

const NARROW = new Set(['bandwidth-limited', 'downlink-limited']);

const MIN_MS = 2_000;

/** From here on a loss reported by who receives from a server is that of who sends to it; a report is so much later, ms. */
const LOST_BEFORE = 0.5;
const LATER_MS = 2_000;

/** Single packets are asked for again on any way: of few packets a sample two are 3 %. */
const LEAST_REPEATED = 8;
/** And chance takes two packets of fifty now and then, twice in a row. */
const LEAST_LOST = 6;

type Stretch = { fromMs: number; toMs: number };

/**
 * Packets are lost on the way: here, of what is received; as the other end reports it or asks for it again, of what is sent.
 * Before repair.
 */
export const packetLoss: Rule = {
  id: 'packet-loss',
  area: 'network',
  thresholds: { ...THRESHOLDS, minMs: MIN_MS, burstWindowMs: BURSTS.windowMs },
  explains: [
    'choppy-audio',
    'video-freeze',
    'low-frame-rate',
    'low-resolution',
    'bandwidth-limited',
    'downlink-limited',
  ],
  // What a full queue drops does not make the way narrow.
  accountsFor: (cause, effect) => !NARROW.has(effect.rule) || !hasQueue(cause),
  find(session) {
    const losses = lossesIn(session);
    return session.tracks.flatMap((track) => lossesOf(session, track, losses));
  },
};

function lossesOf(session: Session, track: Track, losses: Losses): Found[] {
  const field = losses.fieldOf(track);
  const telling = losses.beside(track).map((one) => [one, losses.fieldOf(one)] as const);
  const { samples } = track;
  if (!samples.has(field)) return [];
  const quiet = quietTimes(session, track);
  const isQuiet = (atMs: number) => quiet(atMs) || isPadding(track, samples.indexAt(atMs));
  const steady = troubleSpans(samples, field, {
    trouble: 'above',
    enter: THRESHOLDS.enter,
    leave: THRESHOLDS.leave,
    minSamples: 2,
    minMs: MIN_MS,
    maxGapMs: MAX_GAP_MS,
    isQuiet,
  });
  const stretches = joined([...steady, ...bursts(track, field, isQuiet)]).filter(
    ({ fromMs, toMs }) => !isFew(track, field, fromMs, toMs) && !wasLostBefore(session, track, field, fromMs, toMs),
  );
  return stretches.map(({ fromMs, toMs }) => {
    const { mean, worst, count } = lossIn(track, field, fromMs, toMs);
    return {
      subject: ofTrack(track),
      fromMs,
      toMs,
      severity: severityOf(mean, THRESHOLDS),
      confidence: confidenceOf(count, mean / THRESHOLDS.enter),
      evidence: [{ measure: field, value: mean, worst, threshold: THRESHOLDS.enter, trouble: 'above' as const }],
      facts: {
        pattern: patternOf(telling, fromMs, toMs),
        where: whereLost(session, track, losses, fromMs, toMs),
        waitMs: waitedMs(session, track, fromMs, toMs),
      },
    };
  });
}

function isFew(track: Track, field: LossField, fromMs: number, toMs: number): boolean {
  const isRepeated = field === 'retransmittedRatio';
  // Where nobody counts packets, a share is all there is.
  if (!isRepeated && !track.samples.has('packets')) return false;
  return lostPackets(track, field, fromMs, toMs) < (isRepeated ? LEAST_REPEATED : LEAST_LOST);
}

/**
 * What a server never got it cannot pass on: its receivers report that as lost too. Told where the server itself says what
 * it lost of the sender's way, and that is half of it or more.
 */
function wasLostBefore(session: Session, track: Track, field: LossField, fromMs: number, toMs: number): boolean {
  if (track.direction !== 'send' || track.senderId === null) return false;
  const lost = lossIn(track, field, fromMs, toMs).mean;
  return session.tracks.some(
    (one) =>
      one.direction === 'receive' &&
      one.participantId === track.participantId &&
      one.senderId === track.senderId &&
      one.kind === track.kind &&
      lossIn(one, 'lossRatio', fromMs - LATER_MS, toMs).mean >= lost * LOST_BEFORE,
  );
}

function isPadding({ samples, kind, direction }: Track, index: number): boolean {
  const packets = samples.value('packets', index);
  const concealed = samples.value('concealedRatio', index);
  const spanMs = samples.atMs(index) - samples.atMs(index - 1);
  if (kind !== 'audio' || direction !== 'receive' || packets === null || concealed === null || !(spanMs > 0))
    return false;
  const missing = concealed + (samples.value('silentConcealedRatio', index) ?? 0);
  const numbered = packets / Math.max(0.01, 1 - (samples.value('lossRatio', index) ?? 0));
  return missing <= PADDING.concealed && (numbered * 1_000) / spanMs > PADDING.packetsPerSecond;
}

/** Stretches from the first to the last bad sample of times in which too much is lost over all. */
function bursts({ samples }: Track, field: LossField, isQuiet: (atMs: number) => boolean): Stretch[] {
  const found: Stretch[] = [];
  let window: { fromMs: number; atMs: number; ratio: number; weight: number }[] = [];
  for (let index = 1; index < samples.length; index++) {
    const atMs = samples.atMs(index);
    const fromMs = samples.atMs(index - 1);
    if (isQuiet(atMs) || atMs - fromMs > MAX_GAP_MS) window = [];
    const ratio = samples.value(field, index);
    if (ratio === null || isQuiet(atMs) || atMs - fromMs > MAX_GAP_MS) continue;
    window = window.filter((row) => row.atMs > atMs - BURSTS.windowMs);
    window.push({ fromMs, atMs, ratio, weight: Math.max(1, samples.value('packets', index) ?? atMs - fromMs) });
    const bad = window.filter((row) => row.ratio > THRESHOLDS.enter);
    const weight = window.reduce((sum, row) => sum + row.weight, 0);
    const mean = window.reduce((sum, row) => sum + row.ratio * row.weight, 0) / weight;
    if (bad.length >= BURSTS.badSamples && mean > THRESHOLDS.enter)
      found.push({ fromMs: bad[0]!.fromMs, toMs: bad.at(-1)!.atMs });
  }
  return found.filter(({ fromMs, toMs }) => toMs - fromMs >= MIN_MS);
}

function joined(stretches: readonly Stretch[]): Stretch[] {
  const sorted = stretches.toSorted((a, b) => a.fromMs - b.fromMs);
  const merged: Stretch[] = [];
  for (const { fromMs, toMs } of sorted) {
    const last = merged.at(-1);
    if (last && fromMs - last.toMs <= BURSTS.windowMs) last.toMs = Math.max(last.toMs, toMs);
    else merged.push({ fromMs, toMs });
  }
  return merged;
}

function lossIn(
  { samples }: Track,
  field: LossField,
  fromMs: number,
  toMs: number,
): { mean: number; worst: number; count: number } {
  let [weights, sum, worst, count] = [0, 0, 0, 0];
  for (let index = samples.indexAt(fromMs + 1); index < samples.length && samples.atMs(index) <= toMs; index++) {
    const ratio = samples.value(field, index);
    if (ratio === null) continue;
    const weight = index > 0 ? samples.atMs(index) - samples.atMs(index - 1) : 1;
    weights += weight;
    sum += ratio * weight;
    worst = Math.max(worst, ratio);
    count += 1;
  }
  return { mean: weights > 0 ? sum / weights : 0, worst, count };
}

/**
 * What most of the streams on a way say that say anything; of as many, what the one says of which most was lost. Where
 * whoever receives counted for itself, reports and requests of it tell no more.
 */
function patternOf(telling: readonly (readonly [Track, LossField])[], fromMs: number, toMs: number): LossPattern {
  const patternsBy = (isCounted: boolean) =>
    telling
      .filter(([, field]) => (field === 'lossRatio') === isCounted)
      .map(([track, field]) => lossPattern(track, field, fromMs, toMs))
      .filter((pattern) => pattern !== 'loss-pattern-unknown');
  const counted = patternsBy(true);
  const said = counted.length > 0 ? counted : patternsBy(false);
  const bursts = said.filter((pattern) => pattern === 'loss-bursts').length;
  if (said.length === 0) return 'loss-pattern-unknown';
  if (bursts * 2 === said.length) return said[0]!;
  return bursts * 2 > said.length ? 'loss-bursts' : 'loss-random';
}

/** On whose side it happens, where the sender's measurements are here too and tell that its way was clean. */
function whereLost(session: Session, track: Track, losses: Losses, fromMs: number, toMs: number): string {
  const reported = sentAs(session, track)
    .map((sent) => lossIn(sent, losses.fieldOf(sent), fromMs, toMs))
    .filter(({ count }) => count > 0);
  const isClean = reported.length > 0 && reported.every(({ mean }) => mean < THRESHOLDS.leave);
  return isClean ? 'lost-on-the-way-in' : 'lost-somewhere';
}
