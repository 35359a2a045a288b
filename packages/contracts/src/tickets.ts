import { z } from 'zod';
import { ActorRef, Id, Instant } from './actors.ts';
import { Call } from './calls.ts';
import { ExclusionReason, TicketClock } from './clock.ts';
import { FileRef } from './files.ts';
import { UncoveredReason } from './plans.ts';
import { Priority } from './priority.ts';
import { RecordedBody } from './recorded.ts';
import { RoutingReasons } from './routing.ts';

export const SUBJECT_MAX_LENGTH = 200;
export const MESSAGE_MAX_LENGTH = 20_000;

export const TICKET_STATES = ['open', 'waiting_for_customer', 'on_hold', 'solved', 'closed'] as const;
export const TicketState = z.enum(TICKET_STATES);
export type TicketState = z.infer<typeof TicketState>;

export const TicketChannel = z.enum(['widget', 'portal', 'console', 'api']);
export type TicketChannel = z.infer<typeof TicketChannel>;

/** What the customer's page and browser told about themselves when the ticket was opened; shown before it is sent. */
export const TicketContext = z.strictObject({
  browser: z.string().max(120).optional(),
  platform: z.string().max(120).optional(),
  userAgent: z.string().max(500).optional(),
  language: z.string().max(40).optional(),
  timeZone: z.string().max(60).optional(),
  pageUrl: z.string().max(2_000).optional(),
  pageTitle: z.string().max(300).optional(),
  /** Passed by the host page. */
  appVersion: z.string().max(120).optional(),
  screen: z.string().max(60).optional(),
  connection: z.string().max(120).optional(),
  /** Anything more the host page passes, shown as it is. */
  custom: z
    .record(z.string().max(60), z.string().max(500))
    .refine((custom) => Object.keys(custom).length <= 30, 'at most 30 entries')
    .optional(),
});
export type TicketContext = z.infer<typeof TicketContext>;

export const Rating = z.strictObject({ score: z.number().int().min(1).max(5), comment: z.string().max(2_000) });
export type Rating = z.infer<typeof Rating>;

/** A priority the customer asked for and the plan did not grant; the team may still raise it. */
export const RequestedPriority = z.strictObject({ priority: Priority, reason: UncoveredReason });
export type RequestedPriority = z.infer<typeof RequestedPriority>;

/** The ticket without its timeline, as lists show it. A customer's copy never depends on anything internal. */
export const TicketHead = z.strictObject({
  id: Id,
  number: z.number().int().positive(),
  subject: z.string(),
  topic: z.string().nullable(),
  priority: Priority,
  state: TicketState,
  channel: TicketChannel,
  organisation: z.strictObject({ id: Id, name: z.string() }).nullable(),
  contact: z.strictObject({ id: Id, name: z.string(), anonymous: z.boolean() }),
  assignee: z.strictObject({ id: Id, name: z.string() }).nullable(),
  openedAt: Instant,
  /** The last event this reader can see. */
  updatedAt: Instant,
  /** Since when the customer has been waiting for a public answer; null when the last public word is ours. */
  unansweredSince: Instant.nullable(),
  /** The last public message; an internal note is none. */
  lastMessage: z
    .strictObject({
      by: ActorRef,
      at: Instant,
      /** The beginning of its words; empty where it is nothing but files. */
      preview: z.string(),
      fileCount: z.number().int(),
      firstFile: FileRef.pick({ name: true, mediaType: true }).nullable(),
    })
    .nullable(),
  rating: Rating.nullable(),
  activeCall: Call.nullable(),
  /** What is promised and when; null where the plan promises no time, and once nothing is left to promise. */
  clock: TicketClock.nullable(),
  /** Asked for at opening, where the plan allowed less. */
  requested: RequestedPriority.nullable(),
  /** A drill: real in every step, out of every figure. */
  drill: z.boolean(),
  /** Out of the figures; customers never see it. */
  excluded: ExclusionReason.nullable(),
  /** The ticket it went into. */
  mergedInto: z.strictObject({ id: Id, number: z.number().int().positive() }).nullable(),
  /** The last sequence number of this reader's log of this ticket. */
  seq: z.number().int().nonnegative(),
  /** The last public sequence number: what read marks are counted in. Equals `seq` for customers. */
  publicSeq: z.number().int().nonnegative(),
});
export type TicketHead = z.infer<typeof TicketHead>;

/** What this reader may do with this ticket now. Comes with the object; no front end works it out. */
export const TicketRights = z.strictObject({
  reply: z.boolean(),
  note: z.boolean(),
  assign: z.boolean(),
  setPriority: z.boolean(),
  setTopic: z.boolean(),
  setSubject: z.boolean(),
  /** The states this reader may move it to. */
  states: z.array(TicketState),
  rate: z.boolean(),
  call: z.boolean(),
  /** Judge it by another plan. */
  setPlan: z.boolean(),
  /** Mark it as spam, which takes it out of the figures, or take that back. */
  exclude: z.boolean(),
  /** Take it out of the figures for a reason of one's own, or put it back. */
  excludeByChoice: z.boolean(),
  merge: z.boolean(),
  split: z.boolean(),
  /** Have the past judged anew by the calendars as they are now. */
  recalculate: z.boolean(),
  /** Page somebody about it. */
  page: z.boolean(),
});
export type TicketRights = z.infer<typeof TicketRights>;

export const Visibility = z.enum(['public', 'internal']);
export type Visibility = z.infer<typeof Visibility>;

/** How far a person has got in a ticket, in public sequence numbers. */
export const ReadMark = z.strictObject({
  who: ActorRef,
  deliveredSeq: z.number().int().nonnegative(),
  readSeq: z.number().int().nonnegative(),
});
export type ReadMark = z.infer<typeof ReadMark>;

const entryBase = {
  id: Id,
  seq: z.number().int().positive(),
  publicSeq: z.number().int().positive().nullable(),
  at: Instant,
  by: ActorRef,
};

export const MessageEntry = z.strictObject({
  kind: z.literal('message'),
  ...entryBase,
  visibility: Visibility,
  body: z.string(),
  files: z.array(FileRef),
});
export type MessageEntry = z.infer<typeof MessageEntry>;

/** One changed fact of the ticket; `from` is null where there was none. */
export const TicketChange = z.discriminatedUnion('what', [
  z.strictObject({
    what: z.literal('opened'),
    channel: TicketChannel,
    requested: RequestedPriority.nullable(),
    drill: z.boolean(),
  }),
  z.strictObject({ what: z.literal('state'), from: TicketState, to: TicketState, automatic: z.boolean() }),
  z.strictObject({ what: z.literal('priority'), from: Priority, to: Priority, reason: z.string() }),
  z.strictObject({ what: z.literal('topic'), from: z.string().nullable(), to: z.string().nullable() }),
  z.strictObject({ what: z.literal('subject'), from: z.string(), to: z.string() }),
  z.strictObject({
    what: z.literal('assignee'),
    from: z.string().nullable(),
    to: z.string().nullable(),
    routing: RoutingReasons.nullable(),
  }),
  z.strictObject({ what: z.literal('contact'), from: z.string(), to: z.string() }),
  z.strictObject({ what: z.literal('rating'), rating: Rating }),
  z.strictObject({ what: z.literal('recorded'), body: RecordedBody }),
]);
export type TicketChange = z.infer<typeof TicketChange>;

export const ChangeEntry = z.strictObject({ kind: z.literal('change'), ...entryBase, change: TicketChange });
export type ChangeEntry = z.infer<typeof ChangeEntry>;

/** A call is one entry that grows while the call goes on; `seq` is that of its start. */
export const CallEntry = z.strictObject({ kind: z.literal('call'), ...entryBase, call: Call });
export type CallEntry = z.infer<typeof CallEntry>;

export const TimelineEntry = z.discriminatedUnion('kind', [MessageEntry, ChangeEntry, CallEntry]);
export type TimelineEntry = z.infer<typeof TimelineEntry>;

/** The whole ticket as one reader sees it: snapshot of the fold. */
export const TicketView = z.strictObject({
  ticket: TicketHead,
  context: TicketContext,
  may: TicketRights,
  /** Oldest first. */
  entries: z.array(TimelineEntry),
});
export type TicketView = z.infer<typeof TicketView>;
