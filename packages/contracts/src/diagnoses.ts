import { z } from 'zod';
import { Id, Instant } from './actors.ts';

/** Who or what of a session something concerns, seen from the participant. */
const Subject = z.strictObject({
  participantId: z.string().max(100),
  connectionId: z.string().max(200).nullable(),
  trackId: z.string().max(300).nullable(),
  direction: z.enum(['send', 'receive']).nullable(),
  kind: z.enum(['audio', 'video']).nullable(),
});

const Measure = z.string().max(60);
const RuleId = z.string().regex(/^[a-z0-9-]{1,60}$/);
export const DiagnosisSeverity = z.enum(['minor', 'major', 'critical']);

/** A fault that a rule of `@alongside/diagnosis` found, without words: every reader's page says it in their language. */
export const DiagnosisFinding = z.strictObject({
  rule: RuleId,
  area: z.enum(['network', 'connection', 'audio', 'video', 'sync', 'device']),
  subject: Subject,
  fromMs: z.number(),
  toMs: z.number(),
  severity: DiagnosisSeverity,
  /** 0 to 1. */
  confidence: z.number().min(0).max(1),
  evidence: z
    .array(
      z.strictObject({
        measure: Measure,
        value: z.number(),
        worst: z.number().nullable(),
        threshold: z.number().nullable(),
        trouble: z.enum(['above', 'below']),
      }),
    )
    .max(20),
  /** For the words of the finding: names, addresses, codes. */
  facts: z
    .record(z.string().max(40), z.union([z.string().max(500), z.number()]))
    .refine((facts) => Object.keys(facts).length <= 20, 'at most 20 entries'),
});
export type DiagnosisFinding = z.infer<typeof DiagnosisFinding>;

export const DIAGNOSIS_CAUSES_MAX = 60;
export const DIAGNOSIS_LANES_MAX = 60;
export const LANE_POINTS_MAX = 600;

/** A fault with what it brought about. */
export const DiagnosisCause = z.strictObject({
  finding: DiagnosisFinding,
  repeats: z.array(DiagnosisFinding).max(60),
  effects: z.array(DiagnosisFinding).max(60),
  /** Rules that account for the same effects about as well. */
  alternatives: z.array(RuleId).max(20),
  /** What orders causes. */
  weight: z.number(),
});
export type DiagnosisCause = z.infer<typeof DiagnosisCause>;

/** One measure of one stream or connection as it is drawn. */
export const DiagnosisLane = z.strictObject({
  id: z.string().max(600),
  measure: Measure,
  subject: Subject,
  /** [instant in ms, value], in order; null where nothing was measured for a while. */
  points: z.array(z.tuple([z.number(), z.number().nullable()])).max(LANE_POINTS_MAX),
  max: z.number(),
});
export type DiagnosisLane = z.infer<typeof DiagnosisLane>;

/** Somebody who measured; findings and lanes name them by `id`. */
export const DiagnosisParticipant = z.strictObject({
  id: z.string().max(100),
  name: z.string().max(200).nullable(),
  side: z.enum(['staff', 'customer']).nullable(),
  userAgent: z.string().max(500).nullable(),
});
export type DiagnosisParticipant = z.infer<typeof DiagnosisParticipant>;

/** What is wrong with a call, with what is drawn of it. */
export const Diagnosis = z.strictObject({
  state: z.enum(['healthy', 'findings', 'not_enough_data']),
  /** `relative`: the source tells no date, instants count from its beginning. */
  clock: z.enum(['wall', 'relative']),
  fromMs: z.number(),
  toMs: z.number(),
  participants: z.array(DiagnosisParticipant).max(50),
  /** Most important first. */
  causes: z.array(DiagnosisCause).max(DIAGNOSIS_CAUSES_MAX),
  lanes: z.array(DiagnosisLane).max(DIAGNOSIS_LANES_MAX),
  /** Estimated opinion scores with what they were made of; none where too little was measured. */
  quality: z
    .array(
      z.strictObject({
        participantId: z.string().max(100),
        trackId: z.string().max(300).nullable(),
        score: z.number().min(1).max(5),
        inputs: z.record(z.string().max(40), z.number()),
      }),
    )
    .max(50),
  /** The media engine's own view of the streams is in it; never with a media server elsewhere. */
  seenByEngine: z.boolean(),
  /** Errors of the catalogue that logs among what was read speak of. Their meaning is fetched: it may have been mended since. */
  knownErrors: z
    .array(z.strictObject({ id: Id, count: z.number().int().positive(), firstAtMs: z.number().nullable() }))
    .max(20)
    .default([]),
});
export type Diagnosis = z.infer<typeof Diagnosis>;

/** What a diagnosis was made of. */
export const DiagnosisSource = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('call'), callId: Id }),
  /** A call of the customer's own product. */
  z.strictObject({ kind: z.literal('watched'), watchedSessionId: Id, label: z.string().max(200) }),
  /** A dump, HAR or log, read in the browser of whoever added it; the masked file is attached. */
  z.strictObject({
    kind: z.literal('file'),
    fileId: Id,
    fileName: z.string().max(255),
    format: z.string().max(40),
    /** How many values were masked, by what they were. */
    masked: z.record(z.string().max(40), z.number().int().nonnegative()),
  }),
]);
export type DiagnosisSource = z.infer<typeof DiagnosisSource>;

/** What a timeline shows before the whole is fetched. */
export const DiagnosisSummary = z.strictObject({
  state: Diagnosis.shape.state,
  clock: Diagnosis.shape.clock,
  fromMs: z.number(),
  toMs: z.number(),
  /** The most important ones. */
  causes: z
    .array(
      z.strictObject({
        rule: RuleId,
        severity: DiagnosisSeverity,
        confidence: z.number().min(0).max(1),
        participantId: z.string().max(100),
        effects: z.number().int().nonnegative(),
      }),
    )
    .max(5),
});
export type DiagnosisSummary = z.infer<typeof DiagnosisSummary>;

/** A diagnosis kept with a ticket. Only the team sees it. */
export const RecordedDiagnosis = z.strictObject({
  id: Id,
  ticketId: Id,
  source: DiagnosisSource,
  recordedAt: Instant,
  diagnosis: Diagnosis,
});
export type RecordedDiagnosis = z.infer<typeof RecordedDiagnosis>;
