import type {
  ActorRef,
  Call,
  ExclusionReason,
  Priority,
  Rating,
  RequestedPriority,
  TicketChannel,
  TicketClock,
  TicketContext,
  TicketEventBody,
  TicketEventType,
  TicketHead,
  TicketState,
} from '@alongside/contracts';
import type { Generated, Selectable } from 'kysely';
import type { Json, Timestamp } from '../platform/database/tables.ts';

export type LastMessage = NonNullable<TicketHead['lastMessage']>;

export type TicketsTables = {
  /** The ticket as it is now, for lists and as the lock every change takes. */
  ticket: {
    id: string;
    number: number;
    subject: string;
    topic: string | null;
    priority: Priority;
    state: TicketState;
    stateSetAt: Timestamp;
    channel: TicketChannel;
    context: Json<TicketContext>;
    contactId: string;
    contactName: string;
    contactAnonymous: boolean;
    organisationId: string | null;
    organisationName: string | null;
    assigneeId: string | null;
    assigneeName: string | null;
    openedAt: Timestamp;
    /** Last event of all, and last one customers may know of. */
    updatedAt: Timestamp;
    publicUpdatedAt: Timestamp;
    unansweredSince: Date | null;
    lastMessage: Json<LastMessage> | null;
    rating: Json<Rating> | null;
    activeCall: Json<Call> | null;
    /** After the last event of all, and after the last public one. */
    clock: Json<TicketClock> | null;
    publicClock: Json<TicketClock> | null;
    /** The version of the plan the ticket is judged by now. */
    planVersionId: string | null;
    requested: Json<RequestedPriority> | null;
    drill: Generated<boolean>;
    excluded: ExclusionReason | null;
    mergedInto: Json<{ id: string; number: number }> | null;
    /** The earliest deadline that runs: the queue's order. */
    nextDueAt: Date | null;
    /** When the clock has the next thing to say: a warning or a breach. */
    nextMomentAt: Date | null;
    /** Last numbers given out: of all events, and of public ones. */
    seq: number;
    publicSeq: number;
  };
  /** What happened. Only ever appended to. */
  ticketEvent: {
    id: string;
    ticketId: string;
    seq: number;
    publicSeq: number | null;
    at: Timestamp;
    actor: Json<ActorRef>;
    type: TicketEventType;
    body: Json<TicketEventBody>;
    /** Of a message: its own id, made by the sender; a repeat finds it here. */
    messageId: string | null;
    /** What a reader's rights after this event depend on. */
    stateAfter: TicketState;
    contactAfter: string;
    clockAfter: Json<TicketClock> | null;
  };
  ticketMark: {
    ticketId: string;
    personId: string;
    personKind: 'staff' | 'customer';
    personName: string;
    deliveredSeq: number;
    readSeq: number;
  };
};

export type TicketRow = Selectable<TicketsTables['ticket']>;
export type TicketEventRow = Selectable<TicketsTables['ticketEvent']>;
