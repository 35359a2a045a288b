import { z } from 'zod';
import { Id, Instant } from '../actors.ts';
import { Cycle } from '../clock.ts';
import { TicketEvent } from '../events.ts';
import { MESSAGE_FILES_MAX } from '../files.ts';
import { LocalisedText } from '../locale.ts';
import { CalendarContent } from '../plans.ts';
import { Priority } from '../priority.ts';
import { route } from '../route.ts';
import {
  MESSAGE_MAX_LENGTH,
  Rating,
  ReadMark,
  SUBJECT_MAX_LENGTH,
  TicketChannel,
  TicketContext,
  TicketHead,
  TicketState,
  TicketView,
  Visibility,
} from '../tickets.ts';

const ById = z.strictObject({ id: Id });
const TopicId = z.string().max(40).nullable();
const Subject = z.string().trim().min(1).max(SUBJECT_MAX_LENGTH);

/** A message as it is sent. `id` is made by the sender: sending it again changes nothing and answers the same. */
export const NewMessage = z
  .strictObject({
    id: Id,
    body: z.string().max(MESSAGE_MAX_LENGTH),
    fileIds: z.array(Id).max(MESSAGE_FILES_MAX).default([]),
  })
  .refine((message) => message.body.trim().length > 0 || message.fileIds.length > 0, {
    path: ['body'],
    message: 'empty_message',
  });

const Reason = z.string().trim().max(2_000);

/** The reply to whatever changes a ticket: the event(s) it caused, as this reader sees them. Empty when it was a repeat. */
const Changed = z.strictObject({ ticketId: Id, events: z.array(TicketEvent) });

export const QueueView = z.enum(['queue', 'mine', 'unassigned', 'waiting', 'on_hold', 'solved', 'all']);
export type QueueView = z.infer<typeof QueueView>;

export const listTickets = route({
  method: 'GET',
  path: '/api/tickets',
  access: 'person',
  rate: 'read',
  summary:
    'Tickets this person may see. The queue is ordered by what is due next, then by priority and by how long the customer has been waiting; other views by last change. `position` is where to subscribe the inbox from.',
  query: z.strictObject({
    view: QueueView.default('all'),
    search: z.string().max(200).optional(),
    contactId: Id.optional(),
    organisationId: Id.optional(),
    // The queue's holds three instants.
    cursor: z.string().max(400).optional(),
  }),
  reply: z.strictObject({
    tickets: z.array(TicketHead),
    next: z.string().nullable(),
    counts: z.record(QueueView, z.number().int()),
    position: z.number().int(),
  }),
});

export const openTicket = route({
  method: 'POST',
  path: '/api/tickets',
  access: 'person',
  rate: 'write',
  summary:
    'Opens a ticket with its first message. `conversation: "current"` adds the message to the customer’s latest ticket that is not solved, if there is one: however many arrive at once, one conversation comes of it.',
  body: z.strictObject({
    id: Id,
    subject: Subject.optional(),
    topic: TopicId.default(null),
    /** What the plan does not grant is opened with the best it does; what was asked for stays on record. */
    priority: Priority.default('P2'),
    /** It concerns what runs in production: plans may keep P0 and P1 for that. */
    production: z.boolean().default(false),
    channel: TicketChannel,
    context: TicketContext.default({}),
    conversation: z.enum(['new', 'current']).default('new'),
    message: NewMessage,
    /** Staff only: on whose behalf. */
    contactId: Id.optional(),
    /** Customers only: the call of one’s own page it is about, which goes with it. */
    watchedSessionId: Id.optional(),
  }),
  reply: z.strictObject({ ticketId: Id, number: z.number().int() }),
});

export const getTicket = route({
  method: 'GET',
  path: '/api/tickets/:id',
  access: 'person',
  rate: 'read',
  summary: 'The whole ticket as this person sees it, with everybody’s read marks. `:id` is its id or its number.',
  params: z.strictObject({ id: z.union([Id, z.string().regex(/^[1-9][0-9]{0,9}$/)]) }),
  reply: z.strictObject({ view: TicketView, marks: z.array(ReadMark) }),
});

export const listTicketEvents = route({
  method: 'GET',
  path: '/api/tickets/:id/events',
  access: 'person',
  rate: 'read',
  summary: 'The log after a sequence number, oldest first, at most 500 at a time.',
  params: ById,
  query: z.strictObject({ since: z.coerce.number().int().nonnegative().max(2_147_483_647).default(0) }),
  reply: z.strictObject({ events: z.array(TicketEvent), complete: z.boolean() }),
});

export const postMessage = route({
  method: 'POST',
  path: '/api/tickets/:id/messages',
  access: 'person',
  rate: 'write',
  summary: 'Adds a message, or for staff an internal note.',
  params: ById,
  body: z.strictObject({ message: NewMessage, visibility: Visibility.default('public') }),
  reply: Changed,
});

export const setTicketState = route({
  method: 'POST',
  path: '/api/tickets/:id/state',
  access: 'person',
  rate: 'write',
  summary: 'Moves the ticket to another state, where the state machine and the person’s rights allow it.',
  params: ById,
  body: z.strictObject({ state: TicketState }),
  reply: Changed,
});

export const setTicketPriority = route({
  method: 'POST',
  path: '/api/tickets/:id/priority',
  access: 'engineer',
  rate: 'write',
  summary: 'Sets the priority. A lower one, while something is promised, needs a reason.',
  params: ById,
  body: z.strictObject({ priority: Priority, reason: Reason.default('') }),
  reply: Changed,
});

export const setTicketTopic = route({
  method: 'POST',
  path: '/api/tickets/:id/topic',
  access: 'engineer',
  rate: 'write',
  summary: 'Sets what the ticket concerns.',
  params: ById,
  body: z.strictObject({ topic: TopicId }),
  reply: Changed,
});

export const setTicketSubject = route({
  method: 'POST',
  path: '/api/tickets/:id/subject',
  access: 'engineer',
  rate: 'write',
  summary: 'Sets the subject.',
  params: ById,
  body: z.strictObject({ subject: Subject }),
  reply: Changed,
});

export const assignTicket = route({
  method: 'POST',
  path: '/api/tickets/:id/assignee',
  access: 'engineer',
  rate: 'write',
  summary: 'Gives the ticket to a member of staff, or to nobody.',
  params: ById,
  body: z.strictObject({ assigneeId: Id.nullable() }),
  reply: Changed,
});

export const rateTicket = route({
  method: 'POST',
  path: '/api/tickets/:id/rating',
  access: 'customer',
  rate: 'write',
  summary: 'The customer’s rating of a solved ticket; a later one replaces it.',
  params: ById,
  body: Rating,
  reply: Changed,
});

export const markTicket = route({
  method: 'POST',
  path: '/api/tickets/:id/marks',
  access: 'person',
  rate: 'write',
  summary: 'Tells how far one has received and read, in public sequence numbers. Also a socket frame.',
  params: ById,
  body: z.strictObject({ deliveredSeq: z.number().int().nonnegative(), readSeq: z.number().int().nonnegative() }),
  reply: z.strictObject({ marks: z.array(ReadMark) }),
});

export const getTicketClock = route({
  method: 'GET',
  path: '/api/tickets/:id/clock',
  access: 'person',
  rate: 'read',
  summary:
    'Every promise made for the ticket, running or over: when it began, was due and ended, and what did not count. With the versions of plans and calendars it was judged by.',
  params: ById,
  reply: z.strictObject({
    /** The instant at which it stood like this. */
    at: Instant,
    /** In order of their start. */
    cycles: z.array(
      Cycle.extend({
        /**
         * When the team was closed, from the start to the due instant, the end or now, whichever is last; by the hours
         * that judged it. Null where these are too many to tell.
         */
        closed: z.array(z.strictObject({ from: Instant, to: Instant })).nullable(),
      }),
    ),
    plans: z.array(z.strictObject({ planId: Id, versionId: Id, version: z.number().int(), name: LocalisedText })),
    /** Each as it is now. */
    calendars: z.array(
      z.strictObject({
        id: Id,
        version: z.number().int(),
        name: LocalisedText,
        validFrom: Instant,
        content: CalendarContent,
      }),
    ),
  }),
});

export const previewTicketClock = route({
  method: 'GET',
  path: '/api/tickets/:id/clock/preview',
  access: 'engineer',
  rate: 'read',
  summary: 'What a change would do to the ticket’s promises if it were made now. Nothing is saved.',
  params: ById,
  query: z.discriminatedUnion('change', [
    z.strictObject({ change: z.literal('recalculation') }),
    /** Without `planId` nothing more is promised. */
    z.strictObject({ change: z.literal('plan'), planId: Id.optional() }),
    z.strictObject({ change: z.literal('priority'), priority: Priority }),
  ]),
  reply: z.strictObject({ before: z.array(Cycle), after: z.array(Cycle) }),
});

export const setTicketPlan = route({
  method: 'POST',
  path: '/api/tickets/:id/plan',
  access: 'lead',
  rate: 'write',
  summary:
    'Judges the ticket by another plan from now on, as that plan is now; null promises nothing more. What is over stays as it was.',
  params: ById,
  body: z.strictObject({ planId: Id.nullable(), reason: Reason.min(1) }),
  reply: Changed,
});

export const excludeTicket = route({
  method: 'POST',
  path: '/api/tickets/:id/exclusion',
  access: 'engineer',
  rate: 'write',
  summary:
    'Takes the ticket out of the figures, as spam or by a lead’s decision, or puts it back. Its clock stops with it and goes on as if it never had.',
  params: ById,
  body: z.strictObject({ excluded: z.boolean(), because: z.enum(['spam', 'lead']), note: Reason.default('') }),
  reply: Changed,
});

export const mergeTicket = route({
  method: 'POST',
  path: '/api/tickets/:id/merge',
  access: 'engineer',
  rate: 'write',
  summary:
    'Merges the ticket into another one of the same customer or organisation. It is closed and leads there; the other one keeps the earlier start. Cannot be undone.',
  params: ById,
  body: z.strictObject({ intoId: Id }),
  reply: Changed,
});

export const splitTicket = route({
  method: 'POST',
  path: '/api/tickets/:id/split',
  access: 'engineer',
  rate: 'write',
  summary:
    'Makes a ticket of its own of a customer’s message and what the customer wrote after it; it starts at that message. The messages also stay where they are. The same `id` again changes nothing and answers the same.',
  params: ById,
  body: z.strictObject({ id: Id, messageId: Id }),
  reply: z.strictObject({ ticketId: Id, number: z.number().int() }),
});

export const recalculateTicket = route({
  method: 'POST',
  path: '/api/tickets/:id/recalculation',
  access: 'lead',
  rate: 'write',
  summary: 'Judges the ticket’s past anew by the calendars as they are now. What was recorded before stays on record.',
  params: ById,
  body: z.strictObject({ reason: Reason.min(1) }),
  reply: Changed,
});
