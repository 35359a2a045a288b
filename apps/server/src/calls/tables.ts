import type { ActorRef, CallQuality, CallSide, CallState } from '@alongside/contracts';
import type { Generated, Selectable } from 'kysely';
import type { Json, Timestamp } from '../platform/database/tables.ts';

export type CallsTables = {
  call: {
    /** Made by the caller; also the name of the media room. */
    id: string;
    ticketId: string;
    state: CallState;
    startedBy: Json<ActorRef>;
    rings: CallSide;
    video: boolean;
    startedAt: Timestamp;
    answeredAt: Date | null;
    endedAt: Date | null;
    /** The team calls because the customer asked for it. */
    requested: Generated<boolean>;
    /** The customer's plan includes no (more) calls, and the team called all the same. */
    beyondPlan: Generated<boolean>;
  };
  callParticipant: {
    callId: string;
    personKind: CallSide;
    personId: string;
    personName: string;
    /** Their present connection to the media room; what an earlier one reports no longer counts. */
    mediaSid: string | null;
    /** First arrival in the media room. */
    joinedAt: Date | null;
    /** Out of the room, but not yet gone: they have until then to come back. */
    awayUntil: Date | null;
    leftAt: Date | null;
    quality: Json<CallQuality> | null;
  };
  /** Staff who do not take this call; it goes on ringing for the others. */
  callDecline: { callId: string; personId: string; at: Timestamp };
};

export type CallRow = Selectable<CallsTables['call']>;
export type CallParticipantRow = Selectable<CallsTables['callParticipant']>;
