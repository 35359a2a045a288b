import { z } from 'zod';
import { ActorRef, Id, Instant } from './actors.ts';
import { ExclusionReason } from './clock.ts';
import { LocalisedText } from './locale.ts';
import { SupportChannel, Target, UncoveredReason } from './plans.ts';

const PlanRef = z.strictObject({ versionId: Id, name: LocalisedText });
const TicketRef = z.strictObject({ id: Id, number: z.number().int().positive() });
const Person = z.strictObject({ id: Id, name: z.string() });
const Reason = z.string().max(2_000);

/** How a page reaches somebody. */
export const PageChannel = z.enum(['console', 'email', 'push', 'webhook']);
export type PageChannel = z.infer<typeof PageChannel>;

/**
 * Events that leave one line in the timeline and hold all that is shown of them: what the clock, the plan and the
 * on-call chain did to a ticket.
 */
export const RecordedBody = z.discriminatedUnion('type', [
  /** In business time, the plan's share of the budget is used up. `at` of the event is that instant. */
  z.strictObject({ type: z.literal('clock.warned'), cycleId: z.string(), target: Target, dueAt: Instant }),
  /** `at` of the event is the due instant, however late it was noticed; `noticedAt` says when. */
  z.strictObject({
    type: z.literal('clock.breached'),
    cycleId: z.string(),
    target: Target,
    dueAt: Instant,
    noticedAt: Instant,
  }),
  /** Running deadlines moved because the future of a calendar was edited. */
  z.strictObject({ type: z.literal('clock.moved'), calendar: z.strictObject({ id: Id, version: z.number().int() }) }),
  /** Somebody asked for the past to be judged anew by the calendars as they are now. */
  z.strictObject({ type: z.literal('clock.recalculated'), reason: Reason }),
  z.strictObject({
    type: z.literal('ticket.plan_set'),
    from: PlanRef.nullable(),
    to: PlanRef.nullable(),
    reason: Reason,
  }),
  /** Taken out of the figures, or put back. */
  z.strictObject({
    type: z.literal('ticket.exclusion_set'),
    excluded: z.boolean(),
    because: ExclusionReason,
    note: Reason,
  }),
  /** This ticket went into another one, and is closed with it. */
  z.strictObject({ type: z.literal('ticket.merged_into'), into: TicketRef }),
  /** Another ticket came in; the earlier start is kept. */
  z.strictObject({ type: z.literal('ticket.merged_from'), from: TicketRef, startAt: Instant, subject: z.string() }),
  /** A message and what followed it became a ticket of its own. */
  z.strictObject({ type: z.literal('ticket.split_off'), to: TicketRef, messageId: Id }),
  z.strictObject({ type: z.literal('ticket.split_from'), from: TicketRef, messageId: Id, startAt: Instant }),
  /** The customer wants a call their plan does not include; the team may still call, on record. */
  z.strictObject({
    type: z.literal('ticket.call_requested'),
    reason: UncoveredReason,
    offered: SupportChannel,
  }),
  z.strictObject({
    type: z.literal('escalation.started'),
    escalationId: Id,
    policy: z.strictObject({ id: Id, name: z.string() }),
    cause: z.enum(['opened', 'priority', 'warning', 'breach', 'reopened', 'person']),
  }),
  /** A step of the chain: whom it pages. `round` counts repeats from 1. */
  z.strictObject({
    type: z.literal('escalation.stepped'),
    escalationId: Id,
    step: z.number().int().positive(),
    round: z.number().int().positive(),
    people: z.array(Person),
    /** Nobody was on call, or nobody has the skill: it climbs on. */
    nobody: z.boolean(),
  }),
  z.strictObject({ type: z.literal('escalation.acknowledged'), escalationId: Id }),
  z.strictObject({
    type: z.literal('escalation.stopped'),
    escalationId: Id,
    because: z.enum(['acknowledged', 'answered', 'solved', 'excluded', 'person']),
  }),
  z.strictObject({ type: z.literal('escalation.exhausted'), escalationId: Id }),
  /** One delivery of one page. */
  z.strictObject({
    type: z.literal('page.delivered'),
    escalationId: Id.nullable(),
    pageId: Id,
    /** Null for a webhook. */
    person: Person.nullable(),
    channel: PageChannel,
    outcome: z.enum(['sent', 'retrying', 'failed']),
    /** Of a failure: what the other side said, without secrets. */
    detail: z.string().max(300),
    /** It was due while the server was away, and is sent late. */
    late: z.boolean(),
  }),
  z.strictObject({ type: z.literal('page.seen'), pageId: Id, person: ActorRef }),
]);
export type RecordedBody = z.infer<typeof RecordedBody>;
