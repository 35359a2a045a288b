import type { EscalationCause, Priority } from '@alongside/contracts';
import type { DbOrTrx } from '../platform/database/database.ts';
import { findTicket } from '../tickets/queries.ts';
import type { EscalationRow } from './tables.ts';

/** What a page tells, by whatever channel. */
export type PageFacts = {
  escalationId: string;
  /** Null for a test page. */
  ticket: {
    id: string;
    number: number;
    subject: string;
    priority: Priority;
    contact: string;
    organisation: string | null;
    drill: boolean;
  } | null;
  cause: EscalationCause;
  /** The policy's name; null for a page by hand and a test. */
  policy: string | null;
  /** Of a page by hand: who wants one. */
  by: { id: string; name: string } | null;
  note: string;
  step: number;
  round: number;
};

/** @param escalation with the place it is at */
export async function factsOf(db: DbOrTrx, escalation: EscalationRow): Promise<PageFacts> {
  const { id, ticketId, kind, cause, chain, startedBy, note, step, round } = escalation;
  const ticket = ticketId === null ? undefined : await findTicket(db, ticketId);
  return {
    escalationId: id,
    ticket: ticket
      ? {
          id: ticket.id,
          number: ticket.number,
          subject: ticket.subject,
          priority: ticket.priority,
          contact: ticket.contactName,
          organisation: ticket.organisationName,
          drill: ticket.drill,
        }
      : null,
    cause,
    policy: kind === 'policy' ? chain.name : null,
    by: cause === 'person' && kind !== 'test' ? { id: startedBy.id, name: startedBy.name } : null,
    note,
    step,
    round,
  };
}
