import type {
  ActorRef,
  EscalationCause,
  EscalationEnd,
  EscalationPolicyContent,
  PageChannel,
  PageTrouble,
  RotationContent,
  SwapState,
} from '@alongside/contracts';
import type { ColumnType, Generated, Selectable } from 'kysely';
import type { Json, Timestamp } from '../platform/database/tables.ts';

/** A timestamptz column that may be empty. */
type Moment = ColumnType<Date | null, Date | null | undefined, Date | null>;

export type OncallTables = {
  rotation: { id: string; isDefault: Generated<boolean>; archivedAt: Moment; createdAt: Timestamp };
  /** Every saving of a rotation; only `withdrawn` ever changes, of one that never came into force. */
  rotationVersion: {
    rotationId: string;
    version: number;
    validFrom: Timestamp;
    content: Json<RotationContent>;
    by: Json<ActorRef> | null;
    savedAt: Timestamp;
    withdrawn: Generated<boolean>;
  };
  shiftSwap: {
    id: string;
    rotationId: string;
    askerId: string;
    colleagueId: string;
    startsAt: Timestamp;
    endsAt: Timestamp;
    backStartsAt: Moment;
    backEndsAt: Moment;
    note: string;
    state: SwapState;
    askedAt: Timestamp;
    answeredAt: Moment;
  };
  rotationOverride: {
    id: string;
    rotationId: string;
    staffId: string;
    startsAt: Timestamp;
    /** Equal to the start: taken back before it began. */
    endsAt: Timestamp;
    note: string;
    by: Json<ActorRef>;
    swapId: string | null;
    /** Of two that overlap the later one wins. */
    createdAt: Timestamp;
  };
  escalationPolicy: {
    id: string;
    place: number;
    enabled: boolean;
    content: Json<EscalationPolicyContent>;
    updatedBy: Json<ActorRef> | null;
    updatedAt: Timestamp;
  };
  pageHook: {
    id: string;
    name: string;
    url: string;
    secret: Buffer;
    enabled: Generated<boolean>;
    deletedAt: Moment;
    createdAt: Timestamp;
  };
  pageSetting: {
    staffId: string;
    console: boolean;
    email: boolean;
    push: boolean;
    offDuty: boolean;
    /** Grows when the secret addresses of their calendars are made anew. */
    calendarKey: Generated<number>;
  };
  pushDevice: {
    id: string;
    staffId: string;
    name: string;
    endpoint: string;
    p256dh: string;
    auth: string;
    quiet: Generated<boolean>;
    createdAt: Timestamp;
    lastSentAt: Moment;
  };
  /** How far a ticket's log has been looked through. */
  escalationCursor: { ticketId: string; seq: number };
  escalation: {
    id: string;
    kind: 'policy' | 'hand' | 'test';
    ticketId: string | null;
    policyId: string | null;
    /** The policy as it was at the start. */
    chain: Json<EscalationPolicyContent>;
    cause: EscalationCause;
    note: string;
    startedBy: Json<ActorRef>;
    state: 'running' | 'exhausted' | EscalationEnd;
    /** Performed last. */
    step: number;
    round: number;
    /** Null once it no longer runs. */
    nextStepAt: Moment;
    startedAt: Timestamp;
    endedAt: Moment;
    endedBy: Json<ActorRef> | null;
  };
  page: {
    id: string;
    escalationId: string;
    step: number;
    round: number;
    channel: PageChannel;
    staffId: string | null;
    deviceId: string | null;
    hookId: string | null;
    state: 'waiting' | 'sending' | 'retrying' | 'sent' | 'failed' | 'kept' | 'cancelled';
    attempts: Generated<number>;
    dueAt: Timestamp;
    nextTryAt: Moment;
    late: boolean;
    why: PageTrouble | null;
    detail: Generated<string>;
    mailId: string | null;
    /** When a worker last began to send it. */
    claimedAt: Moment;
    settledAt: Moment;
    seenAt: Moment;
    /** When the link in its mail, or the button of its push message, was used. */
    tokenUsedAt: Moment;
    createdAt: Timestamp;
  };
};

export type RotationVersionRow = Selectable<OncallTables['rotationVersion']>;
export type OverrideRow = Selectable<OncallTables['rotationOverride']>;
export type SwapRow = Selectable<OncallTables['shiftSwap']>;
export type PolicyRow = Selectable<OncallTables['escalationPolicy']>;
export type HookRow = Selectable<OncallTables['pageHook']>;
export type DeviceRow = Selectable<OncallTables['pushDevice']>;
export type EscalationRow = Selectable<OncallTables['escalation']>;
export type PageRow = Selectable<OncallTables['page']>;
