import {
  DIAGNOSIS_CAUSES_MAX,
  DIAGNOSIS_LANES_MAX,
  type Diagnosis,
  type DiagnosisCause,
  type DiagnosisLane,
} from '@alongside/contracts';
import {
  type ErrorMark,
  type ErrorMarks,
  judge,
  lanesOf,
  type MaskingReport,
  qualityOf,
  type ReadProblem,
  RULES,
  recogniseInLogs,
  type Session,
  type SessionFormat,
} from '@alongside/diagnosis';

/** What the worker makes of one document of a file, or of several of one call: plain data, since it crosses to the page. */
export type DiagnosedDocument = {
  name: string;
  format: SessionFormat;
  connections: number;
  tracks: number;
  problems: readonly ReadProblem[];
  diagnosis: Diagnosis;
};

/** A file of a call, judged after its secrets were taken out. */
export type DiagnosedFile = { masked: { file: File; report: MaskingReport }; documents: readonly DiagnosedDocument[] };

/** What is to be read, and whether it is to be masked first: then only what is left is judged. */
export type FileOrder = {
  /** Documents of one call among them are judged as one. */
  files: File[];
  masked: boolean;
  addresses: boolean;
  /** What the workspace's known errors are recognised by in logs. */
  marks: ErrorMarks<ErrorMark>;
};

/** What the worker tells the page. */
export type FileMessage =
  /** 0 to 1, over all passes. */
  | { type: 'progress'; share: number }
  /** The file without its secrets, in the form it had. */
  | { type: 'masked'; file: File; report: MaskingReport }
  | { type: 'document'; document: DiagnosedDocument }
  | { type: 'done' }
  | { type: 'failed'; code: string; place: string };

/** Faults again and again at more times than this say nothing new. */
const AGAIN_MAX = 60;
const ALTERNATIVES_MAX = 10;
const QUALITY_MAX = 50;

/** Judges a session and chooses what is drawn of it. */
export function diagnosisOf(session: Session, marks: ErrorMarks<ErrorMark>): Diagnosis {
  const { state, causes } = judge(session, RULES);
  const findings = causes.flatMap(({ finding, repeats, effects }) => [finding, ...repeats, ...effects]);
  const { clock, fromMs, toMs, participants } = session;
  return {
    state,
    clock,
    fromMs,
    toMs,
    participants: participants.slice(0, 50).map(({ id, name, userAgent }) => ({ id, name, side: null, userAgent })),
    causes: causes.slice(0, DIAGNOSIS_CAUSES_MAX).map(
      (cause): DiagnosisCause => ({
        ...cause,
        repeats: cause.repeats.slice(0, AGAIN_MAX),
        effects: cause.effects.slice(0, AGAIN_MAX),
        alternatives: cause.alternatives.slice(0, ALTERNATIVES_MAX),
      }),
    ),
    lanes: lanesOf(session, findings, DIAGNOSIS_LANES_MAX).map(
      ({ points, ...lane }): DiagnosisLane => ({
        ...lane,
        points: points.map(([atMs, value]) => [Math.round(atMs), value === null ? null : rounded(value)]),
      }),
    ),
    // What somebody sends is heard by another: only how it arrived tells how it sounded here.
    quality: qualityOf(session)
      .filter(({ subject }) => subject.direction === 'receive')
      .slice(0, QUALITY_MAX)
      .map(({ subject, score, inputs }) => ({
        participantId: subject.participantId,
        trackId: subject.trackId,
        score,
        inputs: { ...inputs },
      })),
    seenByEngine: false,
    knownErrors: recogniseInLogs(session.logs, marks).map(({ mark, count, firstAtMs }) => ({
      id: mark.id,
      count,
      firstAtMs,
    })),
  };
}

/** Four digits say all that is seen of a number. */
const rounded = (value: number) => Number(value.toPrecision(4));
