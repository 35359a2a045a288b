import type { Participant, Session, Track } from '../../model/session.ts';
import { derivedOf, MAX_GAP_MS, meanOver } from '../derived.ts';
import type { Found } from '../rule.ts';
import { mayBeScreen } from '../screen-like.ts';
import { troubleSpans } from '../spans.ts';

/**
 * What comes late where a program gets too little of the processor. Each has other causes too (a dark room, a busy network,
 * a larger picture); three of them at the same time have not.
 */
const LATE = {
  /** Of the frames the camera brought at its best. */
  framesKept: 0.76,
  encode: { timesBest: 3, leastMs: 15 },
  decode: { timesBest: 3, leastMs: 4 },
  droppedShare: 0.1,
  bufferMs: 400,
  soundTimeRatio: 0.96,
  glitchRatio: 0.02,
};

const LEAST_SIGNS = 3;
const MIN_MS = 5_000;

/** Readings of one instant come together, ms. */
const TOGETHER_MS = 1_000;

/**
 * A larger picture costs more, about by its area, and a layer that is switched on later is no busy processor. Pictures
 * smaller than the least cost as much as it: what is done for each picture, whatever its size, prevails there.
 */
const AREA = { ofPx: 1_280 * 720, leastPx: 320 * 180 };

type Sign = (track: Track, index: number, best: number, leastCost: number) => boolean;

/**
 * Capturing, encoding, decoding and playing: each sign counts once, however many streams show it. Buffers of sound are
 * emptied together: one that is long beside others is so for its sender or its way, and all have to be.
 */
const SIGNS: readonly {
  field: Parameters<Track['samples']['value']>[0];
  best: 'most' | 'least';
  isOfAll?: true;
  isLate: Sign;
}[] = [
  {
    field: 'sourceFramesPerSecond',
    best: 'most',
    isLate({ samples }, index, best) {
      const brought = samples.value('sourceFramesPerSecond', index) ?? best;
      // A camera that is off brings nothing, and a busy processor still lets something through.
      return best >= 5 && brought > 0 && brought < best * LATE.framesKept;
    },
  },
  {
    field: 'encodeMs',
    best: 'least',
    isLate: (track, index, best, leastCost) => isSlow(track, 'encodeMs', index, best, leastCost, LATE.encode),
  },
  {
    field: 'decodeMs',
    best: 'least',
    isLate(track, index, best, leastCost) {
      const { samples } = track;
      const dropped = samples.value('framesDropped', index) ?? 0;
      const shown = (samples.value('framesReceived', index) ?? 0) || (samples.value('framesPerSecond', index) ?? 0) * 2;
      const isDropping = dropped > shown * LATE.droppedShare && (samples.value('lossRatio', index) ?? 0) < 0.02;
      return isDropping || isSlow(track, 'decodeMs', index, best, leastCost, LATE.decode);
    },
  },
  {
    field: 'bufferMs',
    best: 'least',
    isOfAll: true,
    isLate({ samples }, index) {
      const pace = samples.value('soundTimeRatio', index) ?? 1;
      return (
        (samples.value('bufferMs', index) ?? 0) > LATE.bufferMs ||
        (pace > 0.2 && pace < LATE.soundTimeRatio) ||
        (samples.value('playoutGlitchRatio', index) ?? 0) > LATE.glitchRatio
      );
    },
  },
];

/** When nearly everything somebody's browser does comes late, though no encoder says that it holds back. */
export function starvationsOf(session: Session, participant: Participant): Found[] {
  const tracks = session.tracks.filter(({ participantId }) => participantId === participant.id);
  // The stream that is measured most often gives the beat.
  const beat = tracks.reduce<Track | null>(
    (most, track) => (track.samples.length > (most?.samples.length ?? 0) ? track : most),
    null,
  );
  if (!beat) return [];
  const signs = SIGNS.map(({ field, best, isOfAll = false, isLate }) => ({
    isOfAll,
    isLate,
    tracks: tracks
      .filter((track) => track.samples.has(field) && (!isOfAll || track.kind === 'audio'))
      // What a screen brings goes with what moves on it.
      .filter((track) => field !== 'sourceFramesPerSecond' || !mayBeScreen(session, track))
      .map((track) => ({ track, best: bestOf(track, field, best), leastCost: leastCostOf(track, field) })),
  }));
  const counts = derivedOf(beat.samples, (nth) => {
    const atMs = beat.samples.atMs(nth);
    return signs.filter(({ isLate, isOfAll, tracks }) => {
      if (!isOfAll) return tracks.some((of) => isLateAt(isLate, of, atMs));
      const heard = tracks.filter(({ track }) => isHeardAt(track, atMs));
      return heard.length > 0 && heard.every((of) => isLateAt(isLate, of, atMs));
    }).length;
  });
  return troubleSpans(counts, 'value', {
    trouble: 'above',
    enter: LEAST_SIGNS - 0.5,
    leave: LEAST_SIGNS - 1.5,
    minSamples: 3,
    minMs: MIN_MS,
    maxGapMs: MAX_GAP_MS,
  }).map((span) => ({
    subject: { participantId: participant.id, connectionId: null, trackId: null, direction: null, kind: null },
    fromMs: span.fromMs,
    toMs: span.toMs,
    severity: 'major' as const,
    confidence: Math.min(0.9, 0.6 + span.samples * 0.04),
    evidence: [
      {
        measure: 'durationMs' as const,
        value: span.toMs - span.fromMs,
        worst: null,
        threshold: MIN_MS,
        trouble: 'above' as const,
      },
      ...framesIn(tracks, span.fromMs, span.toMs),
    ],
    facts: { how: 'everything-late' },
  }));
}

type Usual = { track: Track; best: number; leastCost: number };

function isLateAt(isLate: Sign, { track, best, leastCost }: Usual, atMs: number): boolean {
  const index = indexNear(track, atMs);
  return index !== null && isLate(track, index, best, leastCost);
}

/** Of a stream that brings nothing, older dumps go on telling what was. */
function isHeardAt(track: Track, atMs: number): boolean {
  const index = indexNear(track, atMs);
  return index !== null && (track.samples.value('packets', index) ?? 1) > 0;
}

function indexNear({ samples }: Track, atMs: number): number | null {
  const index = samples.indexAt(atMs - TOGETHER_MS);
  return index < samples.length && samples.atMs(index) <= atMs + TOGETHER_MS ? index : null;
}

/** Both by the time itself and by what it is for so large a picture: small ones cost more for their size than large ones. */
function isSlow(
  track: Track,
  field: Cost,
  index: number,
  best: number,
  leastCost: number,
  limit: { timesBest: number; leastMs: number },
): boolean {
  const eachMs = track.samples.value(field, index) ?? 0;
  const isLong = eachMs > Math.max(limit.leastMs, best * limit.timesBest);
  return isLong && (costOf(track, field, index) ?? 0) > leastCost * limit.timesBest;
}

type Cost = 'encodeMs' | 'decodeMs';

/** @returns what a picture of 1280×720 would cost; as it is where nobody tells the size, null where nothing was done */
function costOf({ samples }: Track, field: Cost, index: number): number | null {
  const eachMs = samples.value(field, index) ?? 0;
  if (eachMs <= 0) return null;
  const [widthPx, heightPx] = [samples.value('widthPx', index), samples.value('heightPx', index)];
  const px = widthPx === null || heightPx === null ? AREA.ofPx : Math.max(AREA.leastPx, widthPx * heightPx);
  return (eachMs * AREA.ofPx) / px;
}

function leastCostOf(track: Track, field: Parameters<Track['samples']['value']>[0]): number {
  let least = Number.POSITIVE_INFINITY;
  if (field !== 'encodeMs' && field !== 'decodeMs') return least;
  for (let index = 0; index < track.samples.length; index++)
    least = Math.min(least, costOf(track, field, index) ?? least);
  return least;
}

/** At its best over the whole session; of a layer that is off nothing is told. */
function bestOf({ samples }: Track, field: Parameters<Track['samples']['value']>[0], which: 'most' | 'least'): number {
  let best = which === 'most' ? 0 : Number.POSITIVE_INFINITY;
  for (let index = 0; index < samples.length; index++) {
    const value = samples.value(field, index);
    if (value === null || value <= 0) continue;
    best = which === 'most' ? Math.max(best, value) : Math.min(best, value);
  }
  return best;
}

function framesIn(tracks: readonly Track[], fromMs: number, toMs: number) {
  for (const { direction, kind, samples } of tracks) {
    if (direction !== 'send' || kind !== 'video') continue;
    const value = meanOver(samples, 'sourceFramesPerSecond', fromMs + 1, toMs);
    if (value === null) continue;
    return [
      { measure: 'sourceFramesPerSecond' as const, value, worst: null, threshold: null, trouble: 'below' as const },
    ];
  }
  return [];
}
