import { z } from 'zod';
import { ActorRef, Id, Instant } from './actors.ts';
import { MediaAddressReport } from './calls.ts';
import { CheckReason, CheckVerdictState } from './checks.ts';
import { ExclusionReason } from './clock.ts';
import { DiagnosisSource, DiagnosisSummary } from './diagnoses.ts';
import { LocalisedText } from './locale.ts';
import { SupportChannel, Target, UncoveredReason } from './plans.ts';
import { RoutingReasons, WaitReason } from './routing.ts';

const PlanRef = z.strictObject({ versionId: Id, name: LocalisedText });
const TicketRef = z.strictObject({ id: Id, number: z.number().int().positive() });
const Person = z.strictObject({ id: Id, name: z.string() });
const Reason = z.string().max(2_000);

/** How a page reaches somebody. */
export const PageChannel = z.enum(['console', 'email', 'push', 'webhook']);
export type PageChannel = z.infer<typeof PageChannel>;

/** What became of a delivery; `kept`: no mail server is set up, the mail lies in the outbox. */
export const PageOutcome = z.enum(['sent', 'retrying', 'failed', 'kept']);
export type PageOutcome = z.infer<typeof PageOutcome>;

/** Why a delivery failed. */
export const PageTrouble = z.enum([
  /** No console of theirs was open. */
  'no_console',
  /** The browser no longer takes our messages. */
  'device_gone',
  'address_private',
  'name_unknown',
  'unreachable',
  'timeout',
  /** The other side answered that it does not want it. */
  'refused',
]);
export type PageTrouble = z.infer<typeof PageTrouble>;

/** What set an escalation going. */
export const EscalationCause = z.enum(['opened', 'priority', 'warning', 'breach', 'reopened', 'person']);
export type EscalationCause = z.infer<typeof EscalationCause>;

/** Why an escalation is over; `priority`: it was lowered to one the policy is not for. */
export const EscalationEnd = z.enum(['acknowledged', 'answered', 'solved', 'excluded', 'priority', 'person']);
export type EscalationEnd = z.infer<typeof EscalationEnd>;

/** Why a drill is over. */
export const DrillEnd = z.enum(['complete', 'solved', 'limit', 'stopped']);
export type DrillEnd = z.infer<typeof DrillEnd>;

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
    /** Set when nobody chose it: the ticket came to another organisation. */
    because: z.enum(['organisation']).optional(),
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
  z.strictObject({
    type: z.literal('ticket.merged_from'),
    from: TicketRef,
    startAt: Instant,
    subject: z.string(),
    /** That ticket had had its first answer. */
    answered: z.boolean(),
    /** Since when its customer has been waiting for an answer; null when they were not. */
    unansweredSince: Instant.nullable(),
  }),
  /** A message and what followed it became a ticket of its own. */
  z.strictObject({ type: z.literal('ticket.split_off'), to: TicketRef, messageId: Id }),
  z.strictObject({ type: z.literal('ticket.split_from'), from: TicketRef, messageId: Id, startAt: Instant }),
  /** The customer wants a call their plan does not include; the team may still call, on record. */
  z.strictObject({
    type: z.literal('ticket.call_requested'),
    reason: UncoveredReason,
    offered: SupportChannel,
  }),
  /** Somebody's page failed at addresses of the media server; `reached`: the one that served in the end, if any did. */
  z.strictObject({
    type: z.literal('call.addresses_failed'),
    callId: Id,
    failed: z.array(MediaAddressReport),
    reached: z.string().nullable(),
  }),
  /** The result of a pre-call check was put here; `asked`: by the link somebody of the team gave out. */
  z.strictObject({
    type: z.literal('check.attached'),
    checkId: Id,
    verdict: CheckVerdictState,
    reasons: z.array(CheckReason).max(60),
    asked: z.boolean(),
  }),
  /** A call or a file was judged. Only the team sees it; the whole is fetched by its id. */
  z.strictObject({
    type: z.literal('diagnosis.recorded'),
    diagnosisId: Id,
    source: DiagnosisSource,
    summary: DiagnosisSummary,
  }),
  z.strictObject({
    type: z.literal('escalation.started'),
    escalationId: Id,
    /** Null when somebody paged by hand. */
    policy: z.strictObject({ id: Id, name: z.string() }).nullable(),
    cause: EscalationCause,
    /** What was written to those who are paged. */
    note: z.string().max(500).optional(),
  }),
  /** A step of the chain: whom it pages. `round` counts repeats from 1. */
  z.strictObject({
    type: z.literal('escalation.stepped'),
    escalationId: Id,
    step: z.number().int().positive(),
    round: z.number().int().positive(),
    people: z.array(Person),
    /** Names of the webhooks it calls. */
    hooks: z.array(z.string()).optional(),
    /** Nobody was on call, or nobody has the skill: it climbs on. */
    nobody: z.boolean(),
    /** When it climbs on unless somebody acknowledges. */
    nextAt: Instant.optional(),
  }),
  z.strictObject({ type: z.literal('escalation.acknowledged'), escalationId: Id }),
  z.strictObject({
    type: z.literal('escalation.stopped'),
    escalationId: Id,
    because: EscalationEnd,
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
    /** The webhook's name. */
    hook: z.string().optional(),
    outcome: PageOutcome,
    why: PageTrouble.optional(),
    /** Of a failure: what the other side said, without secrets. */
    detail: z.string().max(300),
    /** It was due while the server was away, and is sent late. */
    late: z.boolean(),
  }),
  z.strictObject({ type: z.literal('page.seen'), pageId: Id, person: ActorRef }),
  /** The rehearsal is over: nothing more is asked of anybody. `note` is the lead's who stopped it. */
  z.strictObject({ type: z.literal('drill.ended'), drillId: Id, because: DrillEnd, note: z.string().max(500) }),
  /** Who fits, where people give the tickets themselves. */
  z.strictObject({ type: z.literal('routing.suggested'), engineer: Person, reasons: RoutingReasons }),
  /** Nobody can take it now: it stays in the queue, and is looked at again when somebody can, `nextAt` at the latest. */
  z.strictObject({
    type: z.literal('routing.waiting'),
    why: WaitReason,
    /** Demanded, where that is what nobody has. */
    skills: z.array(LocalisedText),
    nextAt: Instant.nullable(),
  }),
]);
export type RecordedBody = z.infer<typeof RecordedBody>;
