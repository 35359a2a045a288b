import type { ReadonlySeries } from '../../model/series.ts';
import type { Session, Track } from '../../model/session.ts';
import { derivedOf, foundOf, MAX_GAP_MS, meanOver } from '../derived.ts';
import { sentAs } from '../ends.ts';
import type { Evidence } from '../finding.ts';
import { quietTimes } from '../quiet.ts';
import type { Found, Rule } from '../rule.ts';
import { troubleSpans } from '../spans.ts';

/**
 * Of the loud moments of what may return so many do. Of 300 pairs of unrelated voices over 12 s each, 1 % came above 0.39;
 * half of those with an echo under a voice that speaks most of the time came above 0.5 (stats/echo.test.ts).
 */
const THRESHOLDS = { enter: 0.35, leave: 0.3, major: 0.35, critical: 0.8 };

/**
 * An echo stays, chance passes: looks of half a minute that are sure of the same delay are added up. In 13 hours of made-up
 * talk of unrelated people nothing was taken for an echo; two looks that are sure by 0.4 each took 23, as those four seconds
 * apart share most of what they look at. Of 1,200 echoes 6 to 20 dB down each was found within a minute, half of them after
 * 20 s; by two looks after 12 (echo.test.ts with `ECHO_PAIRS=400`).
 */
const CONFIDENCE = { counts: 0.3, together: 2.4 };
const TOGETHER_MS = 30_000;

/** An echo comes back at the same delay, chance at any, ms. */
const SAME_DELAY_MS = 120;

/**
 * From one's own loudspeaker into one's own microphone sound takes the buffers of both and, wireless, some 300 ms more; from
 * the other end the way there and back and two jitter buffers are added, which is known where both ends measured theirs.
 * What seems to come back later than this is chance, ms.
 */
const LONGEST_MS = { send: 800, receive: 1_500 };

/** The buffers of a loudspeaker and a microphone alone are some tens of ms long: what comes back at once is chance as well. */
const SHORTEST_MS = 20;

/**
 * Each look is at the last 12 s (`sound-probe.ts` of the client). Where what is played was missing for a part of them, few
 * loud moments are left to compare, and chance makes more of those.
 */
const LOOK_MS = 12_000;
const MISSING = 0.5;

/**
 * What is heard comes back: of a microphone, what this person's loudspeaker plays (the others hear themselves); of what
 * is received, this person's own voice (the other end returns it). By comparing the envelopes, which a client takes.
 */
export const echo: Rule = {
  id: 'echo',
  area: 'audio',
  explains: [],
  thresholds: {
    ...THRESHOLDS,
    confidence: CONFIDENCE.counts,
    together: CONFIDENCE.together,
    togetherMs: TOGETHER_MS,
    missing: MISSING,
    sameDelayMs: SAME_DELAY_MS,
    shortestMs: SHORTEST_MS,
    longestHereMs: LONGEST_MS.send,
    longestThereMs: LONGEST_MS.receive,
  },
  find: (session) => session.tracks.flatMap((track) => echoesOf(session, track)),
};

function echoesOf(session: Session, track: Track): Found[] {
  const { samples } = track;
  if (track.kind !== 'audio' || !samples.has('echoCorrelation')) return [];
  const wasHeard = heardBefore(session, track);
  const longestMs = longestOf(session, track);
  const looks = looksOf(track, longestMs, wasHeard);
  const echoing = echoingAmong(looks);
  const heard = heardOf(looks, echoing);
  return troubleSpans(
    derivedOf(samples, (index) => heard.get(index) ?? null),
    'value',
    {
      trouble: 'above',
      enter: THRESHOLDS.enter,
      leave: THRESHOLDS.leave,
      minSamples: 1,
      minMs: 0,
      maxGapMs: MAX_GAP_MS,
      isQuiet: quietTimes(session, track),
    },
  ).flatMap((span) => {
    const delays = echoing.filter(({ atMs }) => atMs > span.fromMs && atMs <= span.toMs).map(({ delayMs }) => delayMs);
    const delayMs = delays.sort((a, b) => a - b)[delays.length >> 1] ?? 0;
    const lossDb = meanOver(samples, 'echoReturnLossDb', span.fromMs + 1, span.toMs);
    const also: Evidence[] = [
      { measure: 'echoDelayMs', value: delayMs, worst: null, threshold: null, trouble: 'above' },
    ];
    if (lossDb !== null)
      also.push({ measure: 'echoReturnLossDb', value: lossDb, worst: null, threshold: null, trouble: 'below' });
    const facts = {
      delay: `${Math.round(delayMs)} ms`,
      whose: track.direction === 'send' ? 'echo-made-here' : 'echo-made-there',
    };
    const { enter: threshold } = THRESHOLDS;
    return [
      foundOf(track, span, { measure: 'echoCorrelation', threshold, trouble: 'above', steps: THRESHOLDS, facts, also }),
    ];
  });
}

/** What one comparison of twelve seconds found. */
type Look = { index: number; atMs: number; correlation: number; delayMs: number; confidence: number };

function looksOf({ samples }: Track, longestMs: number, wasHeard: (atMs: number) => boolean): Look[] {
  const looks: Look[] = [];
  for (let index = 0; index < samples.length; index++) {
    const atMs = samples.atMs(index);
    const correlation = samples.value('echoCorrelation', index);
    if (correlation === null || !wasHeard(atMs)) continue;
    const delayMs = samples.value('echoDelayMs', index) ?? longestMs;
    const isInTime = delayMs >= SHORTEST_MS && delayMs <= longestMs;
    const confidence = isInTime ? (samples.value('echoConfidence', index) ?? 1) : 0;
    looks.push({ index, atMs, correlation, delayMs, confidence });
  }
  return looks;
}

/** @returns those that together are sure of an echo, in order */
function echoingAmong(looks: readonly Look[]): Look[] {
  const echoing = new Set<Look>();
  const counting = looks.filter(({ confidence }) => confidence >= CONFIDENCE.counts);
  let first = 0;
  for (const [nth, last] of counting.entries()) {
    while (last.atMs - counting[first]!.atMs > TOGETHER_MS) first += 1;
    const recent = counting.slice(first, nth + 1);
    const alike = recent.filter(({ delayMs }) => Math.abs(delayMs - last.delayMs) <= SAME_DELAY_MS);
    if (alike.reduce((sum, { confidence }) => sum + confidence, 0) < CONFIDENCE.together) continue;
    for (const look of alike) echoing.add(look);
  }
  return counting.filter((look) => echoing.has(look));
}

/**
 * By sample what of an echo was heard then. A look between two that heard it says nothing when it is not sure; any other one
 * says that there is none.
 */
function heardOf(looks: readonly Look[], echoing: readonly Look[]): Map<number, number> {
  const heard = new Map<number, number>();
  let nth = 0;
  for (const look of looks) {
    const [before, next] = [echoing[nth - 1], echoing[nth]];
    if (look === next) {
      nth += 1;
      heard.set(look.index, look.correlation);
    } else if (!before || !next || next.atMs - before.atMs > TOGETHER_MS) heard.set(look.index, 0);
  }
  return heard;
}

/** @returns how late an echo can come back in this track, ms */
function longestOf(session: Session, track: Track): number {
  const { direction, connectionId } = track;
  const other = direction === 'receive' ? sentAs(session, track)[0] : undefined;
  if (!other) return LONGEST_MS[direction];
  const ways = session.connections.filter(({ id }) => id === connectionId || id === other.connectionId);
  const heardThere = session.tracks.filter(
    (one) => one.direction === 'receive' && one.kind === 'audio' && one.participantId === other.participantId,
  );
  const tripsMs = ways.map(({ samples }) => largestOf(samples, 'rttMs'));
  const buffersMs = [[track], heardThere].map((ear) =>
    Math.max(...ear.map(({ samples }) => largestOf(samples, 'bufferMs'))),
  );
  const wayMs = [...tripsMs, ...buffersMs].reduce((sum, ms) => sum + ms, 0);
  // Of what nobody measured nothing is known (−∞), and then the longest of all counts.
  return wayMs > 0 ? Math.min(LONGEST_MS.receive, LONGEST_MS.send + wayMs) : LONGEST_MS.receive;
}

/** @returns −∞ where it was not measured */
function largestOf<F extends string>(samples: ReadonlySeries<F>, field: F): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < samples.length; index++) {
    largest = Math.max(largest, samples.value(field, index) ?? Number.NEGATIVE_INFINITY);
  }
  return largest;
}

/** @returns whether at an instant all there was to play had come for as long as a look goes back */
function heardBefore(session: Session, { participantId }: Track): (atMs: number) => boolean {
  const missing: number[] = [];
  for (const { participantId: owner, direction, kind, samples } of session.tracks) {
    if (owner !== participantId || direction !== 'receive' || kind !== 'audio') continue;
    for (let index = 0; index < samples.length; index++) {
      const ratio = (samples.value('concealedRatio', index) ?? 0) + (samples.value('silentConcealedRatio', index) ?? 0);
      if (ratio > MISSING) missing.push(samples.atMs(index));
    }
  }
  return (atMs) => !missing.some((missedMs) => missedMs > atMs - LOOK_MS && missedMs <= atMs);
}
