import {
  type ActorRef,
  AppError,
  type Rating,
  SYSTEM_ACTOR,
  type TicketState,
  type Visibility,
} from '@alongside/contracts';
import { CLOSE_AFTER_SOLVED_MS, lastMessageOf, type Reader, rightsOf, stateAfterMessage } from '@alongside/desk';
import { wasMergedInto } from '../customers/queries.ts';
import { claimFilesForMessage } from '../files/actions.ts';
import type { Db, Trx } from '../platform/database/database.ts';
import { lockTicketFor } from './access.ts';
import { changeTickets, type TicketFacts, type TicketLog } from './log.actions.ts';
import { presentHead } from './present.ts';
import { findMessageEvent, findSolvedBefore } from './queries.ts';
import type { TicketEventRow, TicketRow } from './tables.ts';

/** Who changes a ticket: the reader their rights are decided for, with the name their deeds are recorded under. */
export type Author = Reader & { name: string };

/** What an action did; no events when it was a repeat or changed nothing. */
export type Changed = { ticketId: string; events: TicketEventRow[] };

export type MessageInput = { id: string; body: string; fileIds: readonly string[] };

export function actorOf(author: Author): ActorRef {
  return { kind: author.kind, id: author.id, name: author.name };
}

/**
 * Adds a message or, for staff, an internal note. The same id and content again changes nothing.
 * @throws AppError `not_found`, `forbidden` (a note by a customer), `ticket_closed`, `id_conflict`, `file_missing`,
 *   `file_sent`
 */
export async function postMessage(
  db: Db,
  author: Author,
  ticketId: string,
  message: MessageInput,
  visibility: Visibility,
  now?: () => Date,
): Promise<Changed> {
  return changeTickets(
    db,
    async (log) => {
      const ticket = await lockTicketFor(log, author, ticketId);
      return addMessage(log, author, ticket, message, visibility);
    },
    now,
  );
}

/** Adds a message to a locked ticket, with what follows from it: the first engineer to answer gets it, the state moves. */
export async function addMessage(
  log: TicketLog,
  author: Author,
  ticket: Readonly<TicketRow>,
  message: MessageInput,
  visibility: Visibility,
): Promise<Changed> {
  if (visibility === 'internal' && author.kind !== 'staff') throw new AppError('forbidden');
  const repeated = await repeatOf(log.trx, author, message, visibility);
  if (repeated && repeated.ticketId !== ticket.id) throw new AppError('id_conflict');
  if (repeated) return { ticketId: ticket.id, events: [] };

  const state = stateAfterMessage(author.kind, ticket.state, visibility);
  if (state === null) throw new AppError('ticket_closed');
  const files = await claimFilesForMessage(log.trx, {
    fileIds: [...message.fileIds],
    reader: author,
    ticketId: ticket.id,
    messageId: message.id,
    visibility,
  });
  const by = actorOf(author);
  const at = log.now();
  const lastWord: TicketFacts =
    visibility === 'internal'
      ? {}
      : {
          lastMessage: lastMessageOf(by, at.toISOString(), { body: message.body, files }),
          unansweredSince: author.kind === 'customer' ? (ticket.unansweredSince ?? at) : null,
        };
  const events = [
    log.append(
      ticket.id,
      by,
      { type: 'message.posted', messageId: message.id, visibility, body: message.body, files },
      lastWord,
      at,
    ),
  ];
  if (author.kind === 'staff' && visibility === 'public' && ticket.assigneeId === null)
    events.push(
      log.append(
        ticket.id,
        by,
        { type: 'ticket.assigned', from: null, to: { id: author.id, name: author.name } },
        { assigneeId: author.id, assigneeName: author.name },
        at,
      ),
    );
  if (state !== ticket.state)
    events.push(
      log.append(
        ticket.id,
        by,
        { type: 'ticket.state_set', from: ticket.state, to: state, automatic: true },
        { state, stateSetAt: at },
        at,
      ),
    );
  return { ticketId: ticket.id, events };
}

/**
 * The event of an earlier sending of this very message.
 * @returns undefined when the id is new
 * @throws AppError `id_conflict` when the id belongs to something else
 */
export async function repeatOf(
  trx: Trx,
  author: Author,
  message: MessageInput,
  visibility: Visibility,
): Promise<TicketEventRow | undefined> {
  const event = await findMessageEvent(trx, message.id);
  if (event?.body.type !== 'message.posted') return undefined;
  const { body } = event;
  // As the files were stored with it: each once, in the order asked for.
  const fileIds = [...new Set(message.fileIds.map((id) => id.toLowerCase()))];
  const isSame =
    body.body === message.body &&
    body.visibility === visibility &&
    body.files.length === fileIds.length &&
    body.files.every((file, index) => file.id === fileIds[index]);
  // Someone recognised since may send again what they sent as a visitor.
  const isTheirs = event.actor.id === author.id || (await wasMergedInto(trx, event.actor.id, author.id));
  if (!isSame || !isTheirs) throw new AppError('id_conflict');
  return event;
}

/** @throws AppError `not_found`, `state_not_allowed` */
export async function setState(
  db: Db,
  author: Author,
  ticketId: string,
  to: TicketState,
  now?: () => Date,
): Promise<Changed> {
  return changeTickets(
    db,
    async (log) => {
      const ticket = await lockTicketFor(log, author, ticketId);
      const from = ticket.state;
      if (to === from) return { ticketId, events: [] };
      if (!rightsOf(author, presentHead(ticket, author)).states.includes(to))
        throw new AppError('state_not_allowed', { from, to });
      return { ticketId, events: [appendState(log, ticket, actorOf(author), to, false)] };
    },
    now,
  );
}

/** Moves a locked ticket to a state, whoever may: for those who decided that already. @param automatic nobody chose it */
export function appendState(
  log: TicketLog,
  ticket: Readonly<TicketRow>,
  by: ActorRef,
  to: TicketState,
  automatic: boolean,
): TicketEventRow {
  const at = log.now();
  const isDone = to === 'solved' || to === 'closed';
  const waitsAgain = to === 'open' && by.kind === 'customer';
  const unansweredSince = isDone ? null : (ticket.unansweredSince ?? (waitsAgain ? at : null));
  return log.append(
    ticket.id,
    by,
    { type: 'ticket.state_set', from: ticket.state, to, automatic },
    { state: to, stateSetAt: at, unansweredSince },
    at,
  );
}

/**
 * The customer's rating; a later one replaces it.
 * @throws AppError `not_found`, `not_rateable` before the ticket is solved, `forbidden` to colleagues of the contact
 */
export async function rateTicket(
  db: Db,
  author: Author,
  ticketId: string,
  rating: Rating,
  now?: () => Date,
): Promise<Changed> {
  return changeTickets(
    db,
    async (log) => {
      const ticket = await lockTicketFor(log, author, ticketId);
      if (ticket.contactId !== author.id) throw new AppError('forbidden');
      if (!rightsOf(author, presentHead(ticket, author)).rate) throw new AppError('not_rateable');
      if (ticket.rating?.score === rating.score && ticket.rating.comment === rating.comment)
        return { ticketId, events: [] };
      return {
        ticketId,
        events: [log.append(ticketId, actorOf(author), { type: 'ticket.rated', rating }, { rating })],
      };
    },
    now,
  );
}

/**
 * Closes solved tickets that nobody reopened in time; each on its own, so that one in use holds up no other.
 * @returns how many were closed
 */
export async function closeSolvedTickets(db: Db, now = new Date()): Promise<number> {
  const before = new Date(now.getTime() - CLOSE_AFTER_SOLVED_MS);
  let closed = 0;
  const failures: unknown[] = [];
  for (const id of await findSolvedBefore(db, before)) {
    try {
      closed += await changeTickets(db, async (log) => {
        const ticket = await log.lock(id);
        // Looked at again under the lock: the customer may have come back meanwhile.
        if (ticket?.state !== 'solved' || ticket.stateSetAt >= before) return 0;
        appendState(log, ticket, SYSTEM_ACTOR, 'closed', true);
        return 1;
      });
    } catch (error) {
      // One that cannot be closed must not keep open those that come after it.
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} solved tickets could not be closed`);
  return closed;
}
