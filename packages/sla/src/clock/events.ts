import type { Calendar } from '../calendar.ts';

/** What a plan can promise a ticket. */
export const TARGETS = ['first_response', 'next_response', 'update', 'resolve'] as const;
export type Target = (typeof TARGETS)[number];

/** P0 production down, P1 serious, P2 ordinary, P3 a question: the most urgent first. */
export const PRIORITIES = ['P0', 'P1', 'P2', 'P3'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** Who speaks. An autoresponder never answers; an assistant answers only where the plan says so (R10). */
export type Speaker = 'customer' | 'engineer' | 'assistant' | 'autoresponder';

/** Why a ticket is out of the figures (R20). */
export type ExclusionReason = 'spam' | 'drill' | 'merged' | 'lead';

/** What one priority is promised under one version of a plan. */
export type PriorityPromise = {
  /** The hours the targets run on; null = round the clock. */
  calendarId: string | null;
  /** Whole milliseconds of business time for each target; a target that is absent is not promised. */
  targetsMs: Partial<Record<Target, number>>;
};

/** One version of a plan. It never changes: an edit makes a new version with another id (R6). */
export type PolicyVersion = {
  /** Of the version, not of the plan: what the `opened` and `policy` events of a ticket name. */
  id: string;
  priorities: Record<Priority, PriorityPromise>;
  /** Whether a public message of the assistant is an answer (R10). */
  assistantCounts: boolean;
  /** Whether update and resolve stand still while the ticket is on hold (R15). */
  pausesOnHold: boolean;
  /** A warning comes when this share of the budget is used up in business time; between 0 and 1, as a rule 0.75 (R21). */
  warnAtShare: number;
};

/** One saved version of a calendar: in force from the instant it was saved until the next one was (R6). */
export type CalendarVersion = {
  calendarId: string;
  /** Counts up within a calendar; decides between versions saved at the same instant. */
  version: number;
  /** The instant it was saved, ISO. */
  validFrom: string;
  /** Keep one object per version: what is worked out for it is remembered by its identity. */
  calendar: Calendar;
};

/** What happened to a ticket, as far as its clock cares. `at` is an ISO instant; `seq` orders what shares one (R7). */
export type ClockEvent = { at: string; seq: number } & (
  | {
      type: 'opened';
      /** The plan's version in force; null = nothing is promised. */
      policyId: string | null;
      priority: Priority;
      /** Whose ticket it is: an engineer who opens on a customer's behalf starts no first response (R11). */
      by: Speaker;
    }
  /** The opening text needs no message of its own. */
  | { type: 'message'; by: Speaker; visibility: 'public' | 'internal' }
  /** An engineer and the customer are in a call: an answer (R10). */
  | { type: 'call_answered' }
  | {
      type: 'state';
      to: 'open' | 'waiting_for_customer' | 'on_hold' | 'solved' | 'closed';
      by: 'customer' | 'engineer' | 'system';
    }
  | { type: 'priority'; to: Priority }
  /** The plan was switched for this ticket, or the ticket moved to another organisation (R18). */
  | { type: 'policy'; policyId: string | null }
  | {
      type: 'merged';
      /** When the ticket that was merged into this one began, ISO; the earlier start is kept (R19). */
      startAt: string;
      /** Whether that ticket had had its first answer: then only its restore time is inherited. False unless said. */
      answered?: boolean;
    }
  /** Taken out of the figures, or put back (R20). Each reason is switched on its own. */
  | { type: 'excluded'; reason: ExclusionReason; excluded: boolean }
  /** Explicit recalculation: from here on past calendar edits count as if always in force (R6). */
  | { type: 'recalculated' }
);

/** All that a ticket's clock follows from (R7). */
export type ClockInput = {
  /** In any order. What lies after `now` has not happened yet. */
  events: ClockEvent[];
  /** At least the versions the events name. */
  policy: PolicyVersion[];
  /** At least the calendars those versions name. What was saved after `now` is not known yet. */
  calendars: CalendarVersion[];
  /** ISO instant. */
  now: string;
};
