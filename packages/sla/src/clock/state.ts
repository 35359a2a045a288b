import type { Interval } from '../business-time.ts';
import type { ExclusionReason, Priority, Target } from './events.ts';

/** Why a clock stands still (R15). */
export type PauseReason = 'waiting_for_customer' | 'on_hold' | 'solved';

/** A stretch that did not count, and why. `solved` is the time until a reopening (R5). */
export type Pause = Interval & { reason: PauseReason };

/**
 * running: the budget is being used up. paused: it stands still. met: satisfied at or before the due instant.
 * breached: the due instant passed unsatisfied, still open while `endedAt` is null (R4). cancelled: asked for no longer.
 */
export type CycleState = 'running' | 'paused' | 'met' | 'breached' | 'cancelled';

/** One promise being kept or broken: one turn of one target. All instants ISO, all amounts whole milliseconds. */
export type Cycle = {
  /** Target and number, `first_response:1`; stays the same however often the clock is evaluated. */
  id: string;
  target: Target;
  /** Counts from 1 within the target. */
  n: number;
  /** The ticket's priority while the cycle ran, at its end the last one. */
  priority: Priority;
  /** The plan's version it runs under. */
  policyId: string;
  /** The hours it runs on; null = round the clock. */
  calendarId: string | null;
  /** When the promise began. */
  startAt: string;
  /** From when the budget counts: `startAt`, unless a raise or a switch gave a fresh budget from then on (R16, R18). */
  countedFrom: string;
  /** The budget that counts from `countedFrom`, in business time. */
  budgetMs: number;
  /**
   * dueAt(hours, countedFrom, budgetMs, pauses); what it was for an ended cycle.
   * Null while paused, for it follows from when the ticket resumes, and where the hours never open long enough again.
   */
  dueAt: string | null;
  /** When the warning comes or came; null where none will come any more, and while paused (R21). */
  warnAt: string | null;
  state: CycleState;
  /** The due instant that passed unsatisfied, whenever it was noticed (R4). */
  breachedAt: string | null;
  /** When it was satisfied or cancelled; null while it is open. */
  endedAt: string | null;
  /** Those that are over, in order. */
  pauses: Pause[];
  /** Since when it stands still; null unless it does. A breached cycle may stand still too. */
  pausedSince: string | null;
  pauseReason: PauseReason | null;
  /** Business time left at `now`, at the pause or at the end; 0 once the due instant passed. */
  leftMs: number;
  /** Business time used since `countedFrom`, to `now`, to the pause or to the end; past a breach it goes on counting. */
  usedMs: number;
};

/** Something the clock says at an instant. `cycleId`, `kind` and `at` together name it: it happens exactly once. */
export type Moment = { at: string; kind: 'warning' | 'breach'; cycleId: string; target: Target };

/** Where a ticket's clock stands. */
export type ClockState = {
  /** All there were, by start, then in the order of TARGETS. */
  cycles: Cycle[];
  /** All that have come, in order: none lies after `now`. */
  moments: Moment[];
  /** The one that comes if nothing else happens; set a timer for it. */
  next: Moment | null;
  /** Why the ticket is out of the figures; null when it counts (R20). */
  excluded: ExclusionReason | null;
};
