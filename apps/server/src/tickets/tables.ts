import type {
  ActorRef,
  Call,
  Priority,
  Rating,
  TicketChannel,
  TicketContext,
  TicketEventBody,
  TicketEventType,
  TicketState,
} from '@alongside/contracts';
import type { Selectable } from 'kysely';
import type { Json, Timestamp } from '../platform/database/tables.ts';

export type LastMessage = { by: ActorRef; at: string; preview: string; fileCount: number };

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
