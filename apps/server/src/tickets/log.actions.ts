import { randomUUID } from 'node:crypto';
import type { ActorRef, TicketEventBody } from '@alongside/contracts';
import type { Db, Trx } from '../platform/database/database.ts';
import { type Announcement, announce } from '../platform/realtime/feed.ts';
import type { TicketEventRow, TicketRow } from './tables.ts';

/** Kind of the feed's rows about events of tickets, and what they carry: what is needed to find who must hear of it. */
export const TICKET_EVENT = 'ticket.event';
export type TicketAnnouncement = {
  seq: number;
  publicSeq: number | null;
  contactIds: string[];
  organisationIds: string[];
};

/** Facts of a ticket's row that an event may change, beside what every event moves (numbers and times). */
export type TicketFacts = Partial<
  Pick<
    TicketRow,
    | 'subject'
    | 'topic'
    | 'priority'
    | 'state'
    | 'stateSetAt'
    | 'contactId'
    | 'contactName'
    | 'contactAnonymous'
    | 'organisationId'
    | 'organisationName'
    | 'assigneeId'
    | 'assigneeName'
    | 'unansweredSince'
    | 'lastMessage'
    | 'rating'
    | 'activeCall'
    | 'planVersionId'
    | 'excluded'
    | 'mergedInto'
  >
>;

/** A ticket that is about to be opened; `append` of its `ticket.opened` gives it its first numbers. */
export type NewTicket = Omit<
  TicketRow,
  | 'seq'
  | 'publicSeq'
  | 'updatedAt'
  | 'publicUpdatedAt'
  | 'openedAt'
  | 'stateSetAt'
  | 'clock'
  | 'publicClock'
  | 'nextDueAt'
  | 'nextMomentAt'
>;

/** The writing side of the logs of tickets, within one transaction. */
export type TicketLog = {
  readonly trx: Trx;
  /** The moment things happen at. */
  now(): Date;
  /**
   * Takes the lock every change of a ticket needs and returns the ticket as it is now. Lock several in the order of
   * their ids, or two transactions wait for each other.
   */
  lock(ticketId: string): Promise<Readonly<TicketRow> | null>;
  /** Begins a ticket that does not exist yet. */
  begin(ticket: NewTicket): Readonly<TicketRow>;
  /**
   * Appends one event to a locked ticket and changes the facts that go with it.
   * @returns the event with its numbers; it is written when the work is done
   */
  append(ticketId: string, by: ActorRef, body: TicketEventBody, facts?: TicketFacts, at?: Date): TicketEventRow;
};

/**
 * Changes tickets in one transaction: the rows, their logs and the feed, then tells everybody who listens.
 * Nothing is announced that was not committed, and nothing committed stays unannounced.
 * @param work appends events; whatever it throws undoes everything
 * @param now when it happens; for what is told of the past, such as the demo's
 */
export async function changeTickets<T>(
  db: Db,
  work: (log: TicketLog) => Promise<T>,
  now: () => Date = () => new Date(),
): Promise<T> {
  return db.transaction().execute((trx) => changeTicketsWithin(trx, work, now));
}

/** As `changeTickets`, as the last step of a transaction somebody else began. */
export async function changeTicketsWithin<T>(
  trx: Trx,
  work: (log: TicketLog) => Promise<T>,
  now: () => Date = () => new Date(),
): Promise<T> {
  const held = new Map<string, TicketRow>();
  const begun = new Set<string>();
  const events: TicketEventRow[] = [];

  const result = await work({
    trx,
    now,
    async lock(ticketId) {
      const known = held.get(ticketId);
      if (known) return known;
      const row = await trx.selectFrom('ticket').selectAll().where('id', '=', ticketId).forUpdate().executeTakeFirst();
      if (row) held.set(ticketId, row);
      return row ?? null;
    },
    begin(ticket) {
      const at = now();
      const row = {
        ...ticket,
        seq: 0,
        publicSeq: 0,
        openedAt: at,
        stateSetAt: at,
        updatedAt: at,
        publicUpdatedAt: at,
        clock: null,
        publicClock: null,
        nextDueAt: null,
        nextMomentAt: null,
      };
      held.set(ticket.id, row);
      begun.add(ticket.id);
      return row;
    },
    append(ticketId, by, body, facts = {}, at = now()) {
      const row = held.get(ticketId);
      if (!row) throw new Error(`ticket ${ticketId} is not locked`);
      const isPublic = !isInternal(body);
      Object.assign(row, facts, { seq: row.seq + 1, updatedAt: at });
      if (isPublic) Object.assign(row, { publicSeq: row.publicSeq + 1, publicUpdatedAt: at });
      if (body.type === 'ticket.opened') Object.assign(row, { openedAt: at, stateSetAt: at });
      const event: TicketEventRow = {
        id: randomUUID(),
        ticketId,
        seq: row.seq,
        publicSeq: isPublic ? row.publicSeq : null,
        at,
        actor: { kind: by.kind, id: by.id, name: by.name },
        type: body.type,
        body,
        messageId: body.type === 'message.posted' ? body.messageId : null,
        stateAfter: row.state,
        contactAfter: row.contactId,
        clockAfter: row.clock,
      };
      events.push(event);
      return event;
    },
  });

  await write(trx, held, begun, events);
  return result;
}

const INTERNAL: ReadonlySet<TicketEventBody['type']> = new Set([
  'clock.warned',
  'clock.breached',
  'ticket.exclusion_set',
  'escalation.started',
  'escalation.stepped',
  'escalation.acknowledged',
  'escalation.stopped',
  'escalation.exhausted',
  'page.delivered',
  'page.seen',
  'routing.suggested',
  'routing.waiting',
]);

/** Whether customers must not even learn that this happened. */
function isInternal(body: TicketEventBody): boolean {
  return INTERNAL.has(body.type) || (body.type === 'message.posted' && body.visibility === 'internal');
}

async function write(
  trx: Trx,
  held: ReadonlyMap<string, TicketRow>,
  begun: ReadonlySet<string>,
  events: readonly TicketEventRow[],
): Promise<void> {
  if (events.length === 0) return;
  for (const id of new Set(events.map((event) => event.ticketId))) {
    const { context, ...row } = held.get(id)!;
    const values = {
      ...row,
      lastMessage: jsonOrNull(row.lastMessage),
      rating: jsonOrNull(row.rating),
      activeCall: jsonOrNull(row.activeCall),
      clock: jsonOrNull(row.clock),
      publicClock: jsonOrNull(row.publicClock),
      requested: jsonOrNull(row.requested),
      mergedInto: jsonOrNull(row.mergedInto),
    };
    if (begun.has(id))
      await trx
        .insertInto('ticket')
        .values({ ...values, context: JSON.stringify(context) })
        .execute();
    else await trx.updateTable('ticket').set(values).where('id', '=', id).execute();
  }
  await trx
    .insertInto('ticketEvent')
    .values(
      events.map((event) => ({
        ...event,
        actor: JSON.stringify(event.actor),
        body: JSON.stringify(event.body),
        clockAfter: jsonOrNull(event.clockAfter),
      })),
    )
    .execute();
  const organisations = await organisationsOf(trx, held, events);
  await announce(
    trx,
    events.map((event): Announcement => {
      const payload: TicketAnnouncement = {
        seq: event.seq,
        publicSeq: event.publicSeq,
        contactIds: contactsOf(event),
        organisationIds: organisations.get(event.ticketId)!,
      };
      return { kind: TICKET_EVENT, ticketId: event.ticketId, payload };
    }),
  );
}

/** Whose lists the event concerns: the contact's, and of a claim the visitor's it was. */
function contactsOf({ body, contactAfter }: TicketEventRow): string[] {
  return body.type === 'ticket.contact_claimed' ? [...new Set([body.from.id, contactAfter])] : [contactAfter];
}

/** The organisations whose people may see the tickets: the ticket's own, and the one the contact is in now. */
async function organisationsOf(
  trx: Trx,
  held: ReadonlyMap<string, TicketRow>,
  events: readonly TicketEventRow[],
): Promise<Map<string, string[]>> {
  const tickets = [...new Set(events.map((event) => event.ticketId))].map((id) => held.get(id)!);
  const contactIds = [...new Set(tickets.map((ticket) => ticket.contactId))];
  const rows = await trx.selectFrom('contact').select(['id', 'organisationId']).where('id', 'in', contactIds).execute();
  const current = new Map(rows.map((row) => [row.id, row.organisationId]));
  return new Map(
    tickets.map(({ id, contactId, organisationId }) => {
      const ids = [organisationId, current.get(contactId) ?? null].filter((known) => known !== null);
      return [id, [...new Set(ids)]];
    }),
  );
}

function jsonOrNull(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}
