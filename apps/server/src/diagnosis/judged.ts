import {
  DIAGNOSIS_CAUSES_MAX,
  DIAGNOSIS_LANES_MAX,
  type Diagnosis,
  type DiagnosisCause,
  type DiagnosisFinding,
  type DiagnosisParticipant,
  type DiagnosisSummary,
} from '@alongside/contracts';
import {
  type Cause,
  type Finding,
  judge,
  type Lane,
  lanesOf,
  qualityOf,
  RULES,
  type Session,
} from '@alongside/diagnosis';
import { ENGINE_PARTICIPANT } from './stored-batch.ts';

/** Of one cause. */
const FINDINGS_MAX = 60;
const SUMMARY_CAUSES = 5;
const QUALITY_MAX = 50;
/** What is drawn of a call that is over. */
const KEPT = { lanes: 24, points: 240 };
/** What is drawn of each person while it goes on, and how thinly: of many people more is not seen. */
const LIVE = { lanesEach: 8, points: 160, manyPeople: 4, pointsOfMany: 60 };
/** What was found until this long before the last sample goes on, ms. */
const CURRENT_MS = 12_000;

export type Judging = {
  participants: readonly DiagnosisParticipant[];
  /** It goes on: only causes that have not ended, and the same lanes of everybody. */
  isLive: boolean;
};

/** Judges a session, and draws it as thinly as it is looked at. */
export function judged(session: Session, { participants, isLive }: Judging): Diagnosis {
  const verdict = judge(session, RULES);
  const causes = isLive ? verdict.causes.filter((cause) => isCurrent(session, cause)) : verdict.causes;
  const findings = causes.flatMap(({ finding, repeats, effects }) => [finding, ...repeats, ...effects]);
  const state = verdict.state === 'findings' && causes.length === 0 ? 'healthy' : verdict.state;
  const ids = new Set(session.participants.map(({ id }) => id));
  return {
    state,
    clock: session.clock,
    fromMs: session.fromMs,
    toMs: session.toMs,
    participants: participants
      .filter(({ id }) => ids.has(id))
      .map((one) => ({ ...one, userAgent: session.participants.find(({ id }) => id === one.id)?.userAgent ?? null })),
    causes: causes.slice(0, DIAGNOSIS_CAUSES_MAX).map(causeOf),
    lanes: (isLive ? liveLanes : keptLanes)(session, findings).map(({ points, max, ...lane }) => ({
      ...lane,
      max: rounded(max),
      points: points.map(([atMs, value]) => [Math.round(atMs), value === null ? null : rounded(value)]),
    })),
    quality: qualityOf(session)
      // What somebody sends is heard by others: how it sounded to them is told by what they received.
      .filter(({ subject }) => subject.participantId !== ENGINE_PARTICIPANT && subject.direction === 'receive')
      .slice(0, QUALITY_MAX)
      .map(({ subject: { participantId, trackId }, score, inputs }) => ({
        participantId,
        trackId,
        score,
        inputs: { ...inputs },
      })),
    seenByEngine: ids.has(ENGINE_PARTICIPANT),
    knownErrors: [],
  };
}

/** What the timeline tells of a diagnosis before it is fetched. */
export function summaryOf({ state, clock, fromMs, toMs, causes }: Diagnosis): DiagnosisSummary {
  return {
    state,
    clock,
    fromMs,
    toMs,
    causes: causes.slice(0, SUMMARY_CAUSES).map(({ finding, effects }) => ({
      rule: finding.rule,
      severity: finding.severity,
      confidence: finding.confidence,
      participantId: finding.subject.participantId,
      effects: effects.length,
    })),
  };
}

function causeOf({ finding, repeats, effects, weight, alternatives }: Cause): DiagnosisCause {
  return {
    finding: findingOf(finding),
    repeats: repeats.slice(0, FINDINGS_MAX).map(findingOf),
    effects: effects.slice(0, FINDINGS_MAX).map(findingOf),
    weight: rounded(weight),
    alternatives: [...alternatives],
  };
}

function findingOf(finding: Finding): DiagnosisFinding {
  return {
    ...finding,
    evidence: finding.evidence.map((one) => ({
      ...one,
      value: rounded(one.value),
      worst: one.worst === null ? null : rounded(one.worst),
    })),
  };
}

/** By the clock of whoever measured: a browser that is offline reports late. */
function isCurrent(session: Session, { finding, repeats, effects }: Cause): boolean {
  const lastMs = lastSampleMs(session, finding.subject.participantId) ?? session.toMs;
  return [finding, ...repeats, ...effects].some(({ toMs }) => toMs >= lastMs - CURRENT_MS);
}

/** When somebody's last sample was taken; null where there is none. */
function lastSampleMs(session: Session, participantId: string): number | null {
  let last: number | null = null;
  for (const one of [...session.connections, ...session.tracks]) {
    if (one.participantId !== participantId || one.samples.length === 0) continue;
    last = Math.max(last ?? 0, one.samples.atMs(one.samples.length - 1));
  }
  return last;
}

/** The same of everybody a diagnosis names. */
export function lastSamplesOf(session: Session, { participants }: Diagnosis): Record<string, number | null> {
  return Object.fromEntries(participants.map(({ id }) => [id, lastSampleMs(session, id)]));
}

function keptLanes(session: Session, findings: readonly Finding[]): Lane[] {
  return lanesOf(drawn(session, findings), findings, KEPT.lanes, KEPT.points);
}

/** Of everybody the same first, so that nothing jumps when a finding comes or goes. */
function liveLanes(session: Session, findings: readonly Finding[]): Lane[] {
  const shown = drawn(session, findings);
  const people = shown.participants.length;
  const points = people > LIVE.manyPeople ? LIVE.pointsOfMany : LIVE.points;
  const always = [
    ...shown.connections.flatMap(({ id: connectionId, participantId, samples }) =>
      LIVE_OF_CONNECTION.filter((measure) => samples.has(measure)).map((measure) => ({
        subject: { participantId, connectionId, trackId: null, direction: null, kind: null },
        evidence: [{ measure }],
      })),
    ),
    ...shown.tracks
      .filter(({ direction }) => direction === 'receive')
      .map(({ id: trackId, participantId, connectionId, direction, kind }) => ({
        subject: { participantId, connectionId, trackId, direction, kind },
        evidence: LIVE_OF_RECEIVED[kind].map((measure) => ({ measure })),
      })),
  ];
  const max = Math.min(DIAGNOSIS_LANES_MAX, people * LIVE.lanesEach);
  return lanesOf(shown, [...always, ...findings] as Finding[], max, points);
}

const LIVE_OF_CONNECTION = ['rttMs', 'receivedBps'] as const;
const LIVE_OF_RECEIVED = { audio: ['lossRatio'], video: ['lossRatio', 'framesPerSecond'] } as const;

/** The engine's streams are drawn where something was found in them. */
function drawn(session: Session, findings: readonly Finding[]): Session {
  const found = new Set(findings.flatMap(({ subject }) => [subject.connectionId, subject.trackId]));
  const isDrawn = (one: { id: string; participantId: string }) =>
    one.participantId !== ENGINE_PARTICIPANT || found.has(one.id);
  const isEngineFound = [...session.connections, ...session.tracks].some(
    ({ id, participantId }) => participantId === ENGINE_PARTICIPANT && found.has(id),
  );
  return {
    ...session,
    participants: session.participants.filter(({ id }) => id !== ENGINE_PARTICIPANT || isEngineFound),
    connections: session.connections.filter(isDrawn),
    tracks: session.tracks.filter(isDrawn),
  };
}

/** Four digits say all that is seen of a number. */
function rounded(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(4));
}
