import { z } from 'zod';
import { ActorRef, Id, Instant } from './actors.ts';
import { CallQuality, CallSide, CallState } from './calls.ts';
import { TicketClock } from './clock.ts';
import { FileRef } from './files.ts';
import { LocalisedText } from './locale.ts';
import { Priority } from './priority.ts';
import { RecordedBody } from './recorded.ts';
import { RecordingEnd } from './recordings.ts';
import { RoutingReasons } from './routing.ts';
import {
  Rating,
  RequestedPriority,
  TicketChannel,
  TicketContext,
  TicketRights,
  TicketState,
  Visibility,
} from './tickets.ts';

/**
 * What can happen to a ticket. One event = one row of its append-only log.
 * Writers reject unknown fields (a field nobody declared is a bug); readers must ignore event types they do not know.
 */
export const TicketEventBody = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('ticket.opened'),
    number: z.number().int().positive(),
    subject: z.string(),
    topic: z.string().nullable(),
    priority: Priority,
    channel: TicketChannel,
    organisation: z.strictObject({ id: Id, name: z.string() }).nullable(),
    contact: z.strictObject({ id: Id, name: z.string(), anonymous: z.boolean() }),
    context: TicketContext,
    /** The version of the plan in force: by it the ticket is judged. Missing in logs older than plans. */
    plan: z.strictObject({ versionId: Id, name: LocalisedText }).optional(),
    requested: RequestedPriority.optional(),
    drill: z.boolean().optional(),
  }),
  z.strictObject({
    type: z.literal('message.posted'),
    messageId: Id,
    visibility: Visibility,
    body: z.string(),
    files: z.array(FileRef),
  }),
  z.strictObject({
    type: z.literal('ticket.state_set'),
    from: TicketState,
    to: TicketState,
    /** True when a message or a clock moved it, not a person's choice. */
    automatic: z.boolean(),
  }),
  z.strictObject({
    type: z.literal('ticket.priority_set'),
    from: Priority,
    to: Priority,
    reason: z.string().max(2_000).optional(),
  }),
  z.strictObject({ type: z.literal('ticket.topic_set'), from: z.string().nullable(), to: z.string().nullable() }),
  z.strictObject({ type: z.literal('ticket.subject_set'), from: z.string(), to: z.string() }),
  z.strictObject({
    type: z.literal('ticket.assigned'),
    from: z.strictObject({ id: Id, name: z.string() }).nullable(),
    to: z.strictObject({ id: Id, name: z.string() }).nullable(),
    /** Set when routing chose, not a person. */
    routing: RoutingReasons.optional(),
  }),
  z.strictObject({
    type: z.literal('ticket.contact_claimed'),
    from: z.strictObject({ id: Id, name: z.string() }),
    contact: z.strictObject({ id: Id, name: z.string(), anonymous: z.boolean() }),
    organisation: z.strictObject({ id: Id, name: z.string() }).nullable(),
  }),
  z.strictObject({ type: z.literal('ticket.rated'), rating: Rating }),
  z.strictObject({
    type: z.literal('call.started'),
    callId: Id,
    rings: CallSide,
    video: z.boolean(),
    /** The customer's plan includes no (more) calls; the team calls all the same. */
    beyondPlan: z.boolean().optional(),
  }),
  /** `who` entered the media room; the first one of the rung side answers the call. */
  z.strictObject({ type: z.literal('call.joined'), callId: Id, who: ActorRef }),
  z.strictObject({ type: z.literal('call.left'), callId: Id, who: ActorRef, quality: CallQuality.nullable() }),
  z.strictObject({
    type: z.literal('call.finished'),
    callId: Id,
    outcome: CallState.extract(['ended', 'missed', 'declined', 'cancelled']),
    /** Last word on each participant's quality, by actor id. */
    qualities: z.record(Id, CallQuality),
  }),
  /** Whoever asks agrees. */
  z.strictObject({ type: z.literal('call.recording_asked'), callId: Id, recordingId: Id }),
  z.strictObject({ type: z.literal('call.recording_agreed'), callId: Id, recordingId: Id }),
  /** Everybody in the call has agreed. */
  z.strictObject({ type: z.literal('call.recording_started'), callId: Id, recordingId: Id }),
  z.strictObject({ type: z.literal('call.recording_ended'), callId: Id, recordingId: Id, because: RecordingEnd }),
  /** Its files are whole and can be watched. */
  z.strictObject({
    type: z.literal('call.recording_ready'),
    callId: Id,
    recordingId: Id,
    durationMs: z.number().int().nonnegative(),
  }),
  z.strictObject({ type: z.literal('call.recording_deleted'), callId: Id, recordingId: Id }),
  ...RecordedBody.options,
]);
export type TicketEventBody = z.infer<typeof TicketEventBody>;
export type TicketEventType = TicketEventBody['type'];
export type TicketEventOf<T extends TicketEventType> = Extract<TicketEventBody, { type: T }>;

/** An event as one reader receives it. */
export const TicketEvent = z.strictObject({
  id: Id,
  ticketId: Id,
  /** Gapless for this reader: staff count all events, customers only public ones. */
  seq: z.number().int().positive(),
  publicSeq: z.number().int().positive().nullable(),
  at: Instant,
  by: ActorRef,
  body: TicketEventBody,
  /** What this reader may do after it. */
  may: TicketRights,
  /** The clock after it. */
  clock: TicketClock.nullable(),
});
export type TicketEvent = z.infer<typeof TicketEvent>;
