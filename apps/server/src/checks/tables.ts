import type { ActorRef, CheckReport } from '@alongside/contracts';
import type { Selectable } from 'kysely';
import type { Json, Timestamp } from '../platform/database/tables.ts';

export type ChecksTables = {
  preCallCheck: {
    id: string;
    report: Json<CheckReport>;
    createdAt: Timestamp;
    /** Whoever of the team asked for it; null when somebody ran it on their own. */
    askId: string | null;
    /** Null while it is in no ticket. */
    ticketId: string | null;
  };
  checkAsk: {
    id: string;
    ticketId: string;
    by: Json<ActorRef>;
    createdAt: Timestamp;
  };
};

export type CheckRow = Selectable<ChecksTables['preCallCheck']>;
export type CheckAskRow = Selectable<ChecksTables['checkAsk']>;
