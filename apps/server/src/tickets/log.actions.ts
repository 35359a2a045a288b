import { randomUUID } from 'node:crypto';
import type { ActorRef, TicketEventBody, TicketEventType } from '@alongside/contracts';
import { sql } from 'kysely';
import type { Db, Trx } from '../platform/database/database.ts';
import { type Announcement, announce } from '../platform/realtime/feed.ts';
import type { FeedRow } from '../platform/realtime/feed-reader.ts';
import { findClockBasis, findClockLogs } from './clock.queries.ts';
import { tellWithClock } from './clock-telling.ts';
import { WOKEN_AHEAD_MS, wakeClocks } from './clock-waking.ts';
import type { TicketEventRow, TicketRow } from './tables.ts';

/** Kind of the feed's rows about events of tickets, and what they carry: what is needed to find who must hear of it. */
export const TICKET_EVENT = 'ticket.event';
export type TicketAnnouncement = {
  seq: number;
  /** Absent in rows of before it was told. */
  type?: TicketEventType;
  publicSeq: number | null;
  contactIds: string[];
  organisationIds: string[];
};

/** For followers of the feed: tells of a row whether it is about an event of one of these types, or may be. */
export function isAbout(types: readonly TicketEventType[]): (row: FeedRow) => boolean {
  return ({ kind, payload }) => {
    const { type } = payload as Partial<TicketAnnouncement>;
    return kind === TICKET_EVENT && (type === undefined || types.includes(type));
  };
}

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

/**
 * The writing side of the logs of tickets, within one transaction. Warnings, breaches and moved deadlines that passed
 * before an event are recorded before it, whoever writes.
 */
export type TicketLog = {
  readonly trx: Trx;
  /** The moment things happen at. */
  now(): Date;
  /**
   * Takes the lock every change of a ticket needs and returns the ticket as it is now. Lock several in the order of
   * their ids, or two transactions wait for each other.
   */
  lock(ticketId: string): Promise<Readonly<TicketRow> | null>;
  /** The same for many at once, in the order that holds up nobody. @returns those there are */
  lockAll(ticketIds: readonly string[]): Promise<Readonly<TicketRow>[]>;
  /** Begins a ticket that does not exist yet. */
  begin(ticket: NewTicket): Readonly<TicketRow>;
  /**
   * Appends one event to a locked ticket and changes the facts that go with it.
   * @returns the event; it is written when the work is done, and has its numbers and its clock only then
   */
  append(ticketId: string, by: ActorRef, body: TicketEventBody, facts?: TicketFacts, at?: Date): TicketEventRow;
  /** Has what time alone did to a locked ticket recorded, even where nothing else happens to it. */
  settle(ticketId: string): void;
};

/** A ticket within the transaction: as it is after all that was appended, and as it was before. */
type Held = { row: TicketRow; before: TicketRow; isNew: boolean; events: TicketEventRow[]; isSettled: boolean };

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
  const held = new Map<string, Held>();
  const hold = (row: TicketRow, isNew: boolean) => {
    held.set(row.id, { row, before: { ...row }, isNew, events: [], isSettled: false });
    return row;
  };
  const heldOf = (ticketId: string) => {
    const known = held.get(ticketId);
    if (!known) throw new Error(`ticket ${ticketId} is not locked`);
    return known;
  };

  const result = await work({
    trx,
    now,
    async lock(ticketId) {
      const known = held.get(ticketId);
      if (known) return known.row;
      const row = await trx.selectFrom('ticket').selectAll().where('id', '=', ticketId).forUpdate().executeTakeFirst();
      return row ? hold(row, false) : null;
    },
    async lockAll(ticketIds) {
      const missing = ticketIds.filter((id) => !held.has(id));
      if (missing.length > 0) {
        const query = trx.selectFrom('ticket').selectAll().where('id', 'in', missing).orderBy('id').forUpdate();
        for (const row of await query.execute()) hold(row, false);
      }
      return ticketIds.flatMap((id) => held.get(id)?.row ?? []);
    },
    begin(ticket) {
      const at = now();
      const numbers = { seq: 0, publicSeq: 0, openedAt: at, stateSetAt: at, updatedAt: at, publicUpdatedAt: at };
      const clock = { clock: null, publicClock: null, nextDueAt: null, nextMomentAt: null };
      return hold({ ...ticket, ...numbers, ...clock }, true);
    },
    append(ticketId, by, body, facts = {}, at = now()) {
      const { row, events } = heldOf(ticketId);
      Object.assign(row, facts, body.type === 'ticket.opened' ? { openedAt: at, stateSetAt: at } : {});
      // Counted on, so that they tell the order; the numbers that stay are given when it is known what the clock says.
      row.seq += 1;
      const event: TicketEventRow = {
        id: randomUUID(),
        ticketId,
        seq: row.seq,
        publicSeq: null,
        at,
        actor: { kind: by.kind, id: by.id, name: by.name },
        type: body.type,
        body,
        messageId: body.type === 'message.posted' ? body.messageId : null,
        stateAfter: row.state,
        contactAfter: row.contactId,
        clockAfter: null,
      };
      events.push(event);
      return event;
    },
    settle(ticketId) {
      heldOf(ticketId).isSettled = true;
    },
  });

  const changed = [...held.values()].filter(({ events, isSettled }) => events.length > 0 || isSettled);
  await letClocksSpeak(trx, changed, now());
  for (const { row, before, events } of changed) number(row, before, events);
  await write(trx, changed);
  await wakeAt(trx, changed, now());
  return result;
}

/** Has each ticket's clock say what came before and between its events, and puts the clock after each of them. */
async function letClocksSpeak(trx: Trx, changed: readonly Held[], now: Date): Promise<void> {
  const clocked = changed.filter(({ before, row }) => before.clock !== null || row.planVersionId !== null);
  const logs = await findClockLogs(
    trx,
    clocked.flatMap(({ row, isNew }) => (isNew ? [] : row.id)),
  );
  const logOf = ({ row }: Held) => logs.get(row.id) ?? [];
  const basis = await findClockBasis(
    trx,
    clocked.flatMap((ticket) => [logOf(ticket), ticket.events]),
  );
  for (const ticket of clocked) {
    const { row, before, events: happened } = ticket;
    const { events, ...clock } = tellWithClock({ before, log: logOf(ticket), basis, happened, now }, isPublic);
    const due = clock.clock?.nextDueAt ?? null;
    Object.assign(row, clock, { nextDueAt: due === null ? null : new Date(due) });
    ticket.events = events;
  }
}

/** Gives the events their numbers, gapless for each kind of reader, and the ticket those of its last ones. */
function number(row: TicketRow, before: TicketRow, events: readonly TicketEventRow[]): void {
  Object.assign(row, { seq: before.seq, publicSeq: before.publicSeq });
  for (const event of events) {
    row.seq += 1;
    Object.assign(row, { updatedAt: event.at });
    event.seq = row.seq;
    if (!isPublic(event.body)) continue;
    row.publicSeq += 1;
    Object.assign(row, { publicUpdatedAt: event.at });
    event.publicSeq = row.publicSeq;
  }
}

/** Sends what wakes the clocks that speak soon. Those of later stand in their rows and are sent for in time. */
async function wakeAt(trx: Trx, changed: readonly Held[], now: Date): Promise<void> {
  const soon = new Date(now.getTime() + WOKEN_AHEAD_MS);
  const waking = changed.filter(
    ({ row, before, isSettled }) =>
      row.nextMomentAt !== null &&
      row.nextMomentAt <= soon &&
      (isSettled || row.nextMomentAt.getTime() !== before.nextMomentAt?.getTime()),
  );
  await wakeClocks(
    trx,
    waking.map(({ row }) => ({ id: row.id, nextMomentAt: row.nextMomentAt! })),
  );
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
  'drill.ended',
  'routing.suggested',
  'routing.waiting',
  'call.addresses_failed',
  'diagnosis.recorded',
]);

/** Whether customers may learn that this happened. */
function isPublic(body: TicketEventBody): boolean {
  return !INTERNAL.has(body.type) && !(body.type === 'message.posted' && body.visibility === 'internal');
}

async function write(trx: Trx, changed: readonly Held[]): Promise<void> {
  for (const { row, isNew } of changed) {
    if (!isNew) continue;
    const values = {
      ...row,
      context: JSON.stringify(row.context),
      lastMessage: jsonOrNull(row.lastMessage),
      rating: jsonOrNull(row.rating),
      activeCall: jsonOrNull(row.activeCall),
      clock: jsonOrNull(row.clock),
      publicClock: jsonOrNull(row.publicClock),
      requested: jsonOrNull(row.requested),
      mergedInto: jsonOrNull(row.mergedInto),
    };
    await trx.insertInto('ticket').values(values).execute();
  }
  await updateTickets(
    trx,
    changed
      .filter(
        ({ isNew, events, row, before }) =>
          !isNew && (events.length > 0 || row.nextMomentAt?.getTime() !== before.nextMomentAt?.getTime()),
      )
      .map(({ row }) => row),
  );
  const events = changed.flatMap((ticket) => ticket.events);
  if (events.length === 0) return;
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
  const organisations = await organisationsOf(
    trx,
    changed.map(({ row }) => row),
  );
  await announce(
    trx,
    events.map((event): Announcement => {
      const payload: TicketAnnouncement = {
        seq: event.seq,
        type: event.body.type,
        publicSeq: event.publicSeq,
        contactIds: contactsOf(event),
        organisationIds: organisations.get(event.ticketId)!,
      };
      return { kind: TICKET_EVENT, ticketId: event.ticketId, payload };
    }),
  );
}

/**
 * Writes rows down in one statement, however many: clocks of a whole desk are brought up to date by the thousand, and
 * going there and back for each row was most of it.
 */
async function updateTickets(trx: Trx, rows: readonly TicketRow[]): Promise<void> {
  if (rows.length === 0) return;
  // What a ticket was opened with never changes.
  const told = rows.map(({ context: _, ...row }) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [columnOf(name), value])),
  );
  const columns = Object.keys(told[0]!).filter((column) => column !== 'id');
  const set = sql.join(columns.map((column) => sql`${sql.ref(column)} = told.${sql.ref(column)}`));
  await sql`update ticket set ${set}
    from jsonb_populate_recordset(null::ticket, ${JSON.stringify(told)}::jsonb) as told
    where ticket.id = told.id`.execute(trx);
}

function columnOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Whose lists the event concerns: the contact's, and of a claim the visitor's it was. */
function contactsOf({ body, contactAfter }: TicketEventRow): string[] {
  return body.type === 'ticket.contact_claimed' ? [...new Set([body.from.id, contactAfter])] : [contactAfter];
}

/** The organisations whose people may see the tickets: the ticket's own, and the one the contact is in now. */
async function organisationsOf(trx: Trx, tickets: readonly TicketRow[]): Promise<Map<string, string[]>> {
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
