import { z } from 'zod';
import { ActorRef, Id, Instant } from './actors.ts';
import { Locale, LocalisedText } from './locale.ts';
import { WallTime, Weekday } from './oncall.ts';
import { LocalDate, Target } from './plans.ts';

/** The steps of a drill on the way every P0 goes, in the order they are expected. */
export const DRILL_STEPS = ['filed', 'routed', 'paged', 'acknowledged', 'first_response', 'call_joined'] as const;
export const DrillStepKind = z.enum(DRILL_STEPS);
export type DrillStepKind = z.infer<typeof DrillStepKind>;

/**
 * scheduled: its moment is chosen and stored. running: its ticket is filed. finished: every step was taken, the ticket
 * was solved, or its limit passed. stopped: a lead ended it. skipped: the server was away for the rest of its window, so
 * nobody was disturbed at another time.
 */
export const DrillState = z.enum(['scheduled', 'running', 'finished', 'stopped', 'skipped']);
export type DrillState = z.infer<typeof DrillState>;

/** What the mock customer writes; the server marks it as a drill. Empty = words that fit any team. */
export const DrillText = z.string().trim().max(2_000);

/** What happened at a step, as the ticket's own events say. */
export const DrillStep = z.strictObject({
  step: DrillStepKind,
  /** Null: not yet, or never. */
  at: Instant.nullable(),
  /** Since it was filed, ms. */
  afterMs: z.number().int().nullable(),
  /** Who took it. */
  by: z.string().nullable(),
  /** When the plan promises it; null for steps no plan promises. */
  dueAt: Instant.nullable(),
  /** late: taken after the plan's instant. missed: not taken before the drill was over. open: not yet. */
  outcome: z.enum(['taken', 'late', 'missed', 'open']),
});
export type DrillStep = z.infer<typeof DrillStep>;

/** A drill, as lists show it. */
export const Drill = z.strictObject({
  id: Id,
  /** The schedule it belongs to. */
  seriesId: Id.nullable(),
  state: DrillState,
  plan: z.strictObject({ id: Id, name: LocalisedText }),
  topic: z.string().nullable(),
  /** The moment lies in this window. Which moment stays a secret until it has come. One filed at once has none. */
  window: z.strictObject({ from: Instant, to: Instant, timeZone: z.string() }).nullable(),
  /** Language of what the mock customer writes. */
  locale: Locale,
  /** Whether an engineer is to start a call. */
  withCall: z.boolean(),
  /** Who scheduled or started it. */
  by: ActorRef,
  ticket: z.strictObject({ id: Id, number: z.number().int().positive() }).nullable(),
  filedAt: Instant.nullable(),
  /** When it ends even if nobody answers. */
  limitAt: Instant.nullable(),
  endedAt: Instant.nullable(),
  stoppedBy: ActorRef.nullable(),
  /** Why a lead ended it. */
  note: z.string(),
  /** Empty before it is filed. */
  steps: z.array(DrillStep),
});
export type Drill = z.infer<typeof Drill>;

/** A page, step or message of the drill's ticket, in short. */
export const DrillMoment = z.strictObject({
  at: Instant,
  kind: z.enum([
    'filed',
    'routed',
    'escalation_started',
    'paged',
    'page_failed',
    'nobody_to_page',
    'seen',
    'acknowledged',
    'exhausted',
    'warned',
    'breached',
    'answered',
    'call_started',
    'call_joined',
    'solved',
  ]),
  /** Who did it, or whom it was sent to. */
  who: z.string().nullable(),
  /** Of a page: by which channel. Of a warning or breach: which promise. */
  detail: z.string().nullable(),
});
export type DrillMoment = z.infer<typeof DrillMoment>;

/** What a drill showed. */
export const DrillReport = z.strictObject({
  drill: Drill,
  /** What the plan promised a P0, with the instant. */
  promises: z.array(z.strictObject({ target: Target, dueAt: Instant })),
  moments: z.array(DrillMoment),
  /** The last finished ones under the same plan before it, latest first. */
  former: z.array(z.strictObject({ id: Id, filedAt: Instant, steps: z.array(DrillStep) })),
});
export type DrillReport = z.infer<typeof DrillReport>;

/** Repeats of a drill, each at another moment inside the window, in a zone's local time. */
export const DrillRepeat = z.discriminatedUnion('every', [
  z.strictObject({ every: z.literal('week'), on: z.array(Weekday).min(1).max(7) }),
  /** In a month without that day, its last one. */
  z.strictObject({ every: z.literal('month'), on: z.number().int().min(1).max(31) }),
]);
export type DrillRepeat = z.infer<typeof DrillRepeat>;

/** A schedule of drills. */
export const DrillSeries = z.strictObject({
  id: Id,
  repeat: DrillRepeat,
  timeZone: z.string(),
  /** Local times; one that ends before it begins goes over midnight. */
  windowFrom: WallTime,
  windowTo: WallTime,
  startsOn: LocalDate,
  plan: z.strictObject({ id: Id, name: LocalisedText }),
  topic: z.string().nullable(),
  locale: Locale,
  withCall: z.boolean(),
  by: ActorRef,
  /** The next one, and its window; null once the schedule was ended. */
  next: z.strictObject({ drillId: Id, from: Instant, to: Instant }).nullable(),
  endedAt: Instant.nullable(),
});
export type DrillSeries = z.infer<typeof DrillSeries>;
