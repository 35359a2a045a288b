import type { DiagnosisParticipant } from '@alongside/contracts';
import type { Cause, Finding, Lane, Measure } from '@alongside/diagnosis';
import { findingsOf, unknownParticipant } from './evidence.ts';

/** One measure of one person: a line per stream, over one scale. */
export type GraphRow = {
  /** What is told here and what the other end reports of the same are one. */
  measure: Measure;
  /** On which side trouble lies. */
  trouble: 'above' | 'below';
  lines: Lane[];
  /** What the upper edge stands for. */
  top: number;
  /** Beyond it the rules speak of trouble; null where nothing was found by it. */
  threshold: number | null;
  bands: GraphBand[];
};

/** A finding as it is marked in a row. */
export type GraphBand = { finding: Finding; number: number; isEffect: boolean };

/** One rule's findings of one person, over the time line: a cause and its repeats, or what came of one. */
export type GraphMarks = { rule: string; number: number; isEffect: boolean; findings: Finding[] };

/** All of one person. */
export type GraphPart = {
  person: DiagnosisParticipant;
  marks: GraphMarks[];
  rows: GraphRow[];
  /** How many rows are left out, so that the picture can be taken in at a glance. */
  hiddenCount: number;
};

/** Told by the other end of what is sent here, or asked for again by it: the same measure to whoever reads it. */
const SAME: Partial<Record<Measure, Measure>> = {
  remoteLossRatio: 'lossRatio',
  retransmittedRatio: 'lossRatio',
  remoteJitterMs: 'jitterMs',
  remoteRttMs: 'rttMs',
};

/** Where little is bad. */
const TROUBLE_BELOW: ReadonlySet<Measure> = new Set<Measure>([
  'framesPerSecond',
  'sourceFramesPerSecond',
  'audioLevel',
  'bitrateBps',
  'sentBps',
  'receivedBps',
  'availableOutgoingBps',
  'availableIncomingBps',
  'widthPx',
  'heightPx',
]);

/** Of one person: more rows are not taken in at a glance. */
const ROWS_AT_FIRST = 4;
const ROWS_OF_UNTROUBLED = 3;

/** Rows of effects of one person. */
const EFFECTS_AT_FIRST = 3;

const SEVERITIES: readonly Finding['severity'][] = ['critical', 'major', 'minor'];

/** As the server names the media engine's own view. */
export const MEDIA_SERVER_ID = 'media-engine';

/** More lines in one row cannot be told apart. */
const LINES_AT_FIRST = 3;

/** What people ask first stands first. */
const ORDER: readonly Measure[] = [
  'rttMs',
  'lossRatio',
  'jitterMs',
  'availableOutgoingBps',
  'receivedBps',
  'sentBps',
  'bitrateBps',
  'concealedRatio',
  'audioLevel',
  'framesPerSecond',
  'freezeMs',
];

/** A lane whose largest value is small should look small: the least its upper edge stands for. */
const LEAST_TOP: Partial<Record<Measure, number>> = {
  rttMs: 300,
  jitterMs: 50,
  framesPerSecond: 30,
  sourceFramesPerSecond: 30,
  audioLevel: 0.2,
  freezeMs: 1_000,
};

/**
 * Orders what is drawn of a call: person by person, what was found first, then measure by measure.
 * @param isWhole everything there is, else what can be taken in at a glance: rows findings stand on first
 */
export function graphParts(
  participants: readonly DiagnosisParticipant[],
  lanes: readonly Lane[],
  causes: readonly Cause[],
  isWhole: boolean,
): GraphPart[] {
  const found = findingsOf(causes);
  const known = new Set(participants.map(({ id }) => id));
  const unknown = [...lanes, ...found.map(({ finding }) => finding)]
    .map(({ subject }) => subject.participantId)
    .filter((id) => !known.has(id));
  const all = [...participants, ...[...new Set(unknown)].map(unknownParticipant)];
  return all.flatMap((person) => {
    const theirs = found.filter(({ finding }) => finding.subject.participantId === person.id);
    const rows = rowsOf(
      lanes.filter(({ subject }) => subject.participantId === person.id),
      theirs,
      isWhole,
    );
    if (rows.length === 0 && theirs.length === 0) return [];
    const wanted = rows
      .toSorted((a, b) => Number(b.bands.length > 0) - Number(a.bands.length > 0) || orderOf(a) - orderOf(b))
      .slice(0, isWhole ? rows.length : roomFor(person.id, theirs.length > 0, found.length > 0));
    const shown = rows.filter((row) => wanted.includes(row));
    const marks = marksOf(theirs);
    const seen = isWhole ? marks : worstMarks(marks, causes);
    const hiddenCount = rows.length - shown.length + marks.length - seen.length;
    return [{ person, marks: seen, rows: shown, hiddenCount }];
  });
}

/** Whoever has no trouble where others have is there to be compared with; the media server only where it tells of some. */
function roomFor(participantId: string, hasMarks: boolean, isTroubled: boolean): number {
  if (hasMarks || (!isTroubled && participantId !== MEDIA_SERVER_ID)) return ROWS_AT_FIRST;
  return participantId === MEDIA_SERVER_ID ? 0 : ROWS_OF_UNTROUBLED;
}

function rowsOf(lanes: readonly Lane[], found: readonly GraphBand[], isWhole: boolean): GraphRow[] {
  const groups = Map.groupBy(lanes, ({ measure }) => familyOf(measure));
  const rows = [...groups].map(([measure, all]): GraphRow => {
    const bands = found.filter(({ finding }) => all.some((lane) => standsOn(finding, lane)));
    const compared = bands.flatMap(({ finding }) =>
      finding.evidence.filter((one) => familyOf(one.measure) === measure),
    );
    const weight = (lane: Lane) => (bands.some(({ finding }) => standsOn(finding, lane)) ? 1e12 : 0) + lane.max;
    const kept = isWhole ? all : all.toSorted((a, b) => weight(b) - weight(a)).slice(0, LINES_AT_FIRST);
    const lines = all.filter((lane) => kept.includes(lane));
    const threshold = compared[0]?.threshold ?? null;
    const trouble = compared[0]?.trouble ?? (TROUBLE_BELOW.has(measure) ? 'below' : 'above');
    return { measure, trouble, lines, threshold, bands, top: topOf({ measure, lines, threshold }) };
  });
  return rows.sort((a, b) => orderOf(a) - orderOf(b));
}

export const familyOf = (measure: Measure) => SAME[measure] ?? measure;

const orderOf = ({ measure }: { measure: Measure }) => (ORDER.indexOf(measure) + ORDER.length + 1) % (ORDER.length + 1);

/** Whether a lane shows what a finding was concluded from. */
function standsOn({ subject, evidence }: Finding, lane: Lane): boolean {
  if (!evidence.some(({ measure }) => measure === lane.measure)) return false;
  if (subject.trackId !== null) return subject.trackId === lane.subject.trackId;
  return subject.connectionId === null || subject.connectionId === lane.subject.connectionId;
}

function marksOf(found: readonly GraphBand[]): GraphMarks[] {
  const marks = new Map<string, GraphMarks>();
  for (const { finding, number, isEffect } of found) {
    const key = `${number} ${isEffect} ${finding.rule}`;
    const row = marks.get(key) ?? { rule: finding.rule, number, isEffect, findings: [] };
    row.findings.push(finding);
    marks.set(key, row);
  }
  return [...marks.values()].sort((a, b) => a.number - b.number || Number(a.isEffect) - Number(b.isEffect));
}

/** All causes, and of the effects the worst that are not the cause's own fault on another stream. */
function worstMarks(marks: readonly GraphMarks[], causes: readonly Cause[]): GraphMarks[] {
  const rank = ({ findings }: GraphMarks) => Math.min(...findings.map(({ severity }) => SEVERITIES.indexOf(severity)));
  const effects = marks
    .filter(({ isEffect, rule, number }) => isEffect && rule !== causes[number - 1]?.finding.rule)
    .toSorted((a, b) => rank(a) - rank(b))
    .slice(0, EFFECTS_AT_FIRST);
  return marks.filter((one) => !one.isEffect || effects.includes(one));
}

/** A round number at or above all values and the threshold: 1, 2 or 5 times a power of ten, shares at most the whole. */
export function topOf({ measure, lines, threshold }: Pick<GraphRow, 'measure' | 'lines' | 'threshold'>): number {
  const isShare = measure.endsWith('Ratio');
  const least = LEAST_TOP[measure] ?? (isShare ? 0.1 : 0);
  const most = Math.max(least, (threshold ?? 0) * 1.25, ...lines.map(({ max }) => max));
  if (most <= 0) return 1;
  if (most === least) return least;
  const power = 10 ** Math.floor(Math.log10(most));
  const top = [1, 2, 3, 5, 10].map((step) => step * power).find((one) => one >= most * 0.999)!;
  // 10 ** -2 * 3 is not 0.03.
  const round = Number(top.toPrecision(3));
  return isShare ? Math.min(1, round) : round;
}

/** Which of several connections a line without a stream is, counted from 1; null where there is only one. */
export function connectionNumber(lines: readonly Lane[], lane: Lane): number | null {
  const whole = lines.filter(({ subject }) => subject.trackId === null);
  return whole.length > 1 && lane.subject.trackId === null ? whole.indexOf(lane) + 1 : null;
}

/** The value nearest to trouble: what a line is remembered by. Null where nothing was measured. */
export function worstOf({ points }: Pick<Lane, 'points'>, trouble: GraphRow['trouble']): number | null {
  let worst: number | null = null;
  for (const [, value] of points)
    if (value !== null && (worst === null || (trouble === 'above' ? value > worst : value < worst))) worst = value;
  return worst;
}

/**
 * What a line shows at an instant: the nearest sample.
 * @param withinMs how far away it may be
 * @returns null where nothing was measured then
 */
export function valueAt({ points }: Pick<Lane, 'points'>, atMs: number, withinMs: number): number | null {
  let nearest: readonly [number, number | null] | null = null;
  for (const point of points)
    if (nearest === null || Math.abs(point[0] - atMs) < Math.abs(nearest[0] - atMs)) nearest = point;
  return nearest !== null && Math.abs(nearest[0] - atMs) <= withinMs ? nearest[1] : null;
}

/**
 * The stretches of a line, as coordinates in a box of the given size, broken where nothing was measured.
 * @param y0 of the zero line, `y1` of the upper edge
 */
export function strokesOf(
  { points }: Pick<Lane, 'points'>,
  x: (atMs: number) => number,
  y: (value: number) => number,
): [number, number][][] {
  const strokes: [number, number][][] = [[]];
  for (const [atMs, value] of points)
    if (value === null) strokes.push([]);
    else strokes.at(-1)!.push([Number(x(atMs).toFixed(1)), Number(y(value).toFixed(1))]);
  return strokes.filter((stroke) => stroke.length > 0);
}

/** Where a stretch of time lies on a time line, in percent: never too thin to be seen or pressed. */
export function placeOf(
  { fromMs, toMs }: { fromMs: number; toMs: number },
  line: { fromMs: number; toMs: number },
): { startPercent: number; widthPercent: number } {
  const spanMs = Math.max(1, line.toMs - line.fromMs);
  const within = (atMs: number) => Math.min(100, Math.max(0, ((atMs - line.fromMs) / spanMs) * 100));
  const start = within(fromMs);
  const width = Math.max(0.6, within(toMs) - start);
  return { startPercent: Math.min(start, 100 - width), widthPercent: width };
}
