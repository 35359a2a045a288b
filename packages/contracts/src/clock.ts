import { z } from 'zod';
import { Id, Instant } from './actors.ts';
import { LocalisedText } from './locale.ts';
import { Target } from './plans.ts';
import { Priority } from './priority.ts';

export const PauseReason = z.enum(['waiting_for_customer', 'on_hold', 'solved']);
export type PauseReason = z.infer<typeof PauseReason>;

/**
 * A promise that is running or paused. Holds nothing that changes by the mere passing of time: whoever shows it
 * compares `dueAt` with the present.
 */
export const OpenCycle = z.strictObject({
  /** `<target>:<n>`, the n-th of its kind in this ticket. */
  id: z.string(),
  target: Target,
  priority: Priority,
  /** Null = round the clock. */
  calendarId: Id.nullable(),
  startAt: Instant,
  budgetMs: z.number().int(),
  /** Null while paused. */
  dueAt: Instant.nullable(),
  warnAt: Instant.nullable(),
  pausedSince: Instant.nullable(),
  pauseReason: PauseReason.nullable(),
  /** Wall time of the pauses that are over. */
  pausedMs: z.number().int(),
  /** Business time left, while paused. */
  leftMs: z.number().int().nullable(),
});
export type OpenCycle = z.infer<typeof OpenCycle>;

/** The ticket's clock, as lists show it. */
export const TicketClock = z.strictObject({
  /** The version of the plan it is judged by. */
  plan: z.strictObject({ versionId: Id, name: LocalisedText }),
  /** The earliest `dueAt` of the cycles; null when nothing runs. What queues are sorted by. */
  nextDueAt: Instant.nullable(),
  cycles: z.array(OpenCycle),
});
export type TicketClock = z.infer<typeof TicketClock>;

export const CycleState = z.enum(['running', 'paused', 'met', 'breached', 'cancelled']);
export type CycleState = z.infer<typeof CycleState>;

/** A promise with its whole story, running or over. */
export const Cycle = OpenCycle.extend({
  state: CycleState,
  planVersionId: Id,
  /** From when the budget counts: its start, unless a raised priority or another plan gave a fresh budget. */
  countedFrom: Instant,
  endedAt: Instant.nullable(),
  breachedAt: Instant.nullable(),
  /** Business time used, until its end or now. */
  usedMs: z.number().int(),
  /** Those that are over; null = a reason of the team's own. */
  pauses: z.array(z.strictObject({ from: Instant, to: Instant, reason: PauseReason.nullable() })),
});
export type Cycle = z.infer<typeof Cycle>;

/** Why a ticket is out of the figures. */
export const ExclusionReason = z.enum(['spam', 'drill', 'merged', 'lead']);
export type ExclusionReason = z.infer<typeof ExclusionReason>;
