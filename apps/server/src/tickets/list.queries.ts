import { PRIORITIES, type Priority, QueueView } from '@alongside/contracts';
import type { Reader } from '@alongside/desk';
import { type ExpressionBuilder, type ExpressionWrapper, type SqlBool, sql } from 'kysely';
import { containing } from '../customers/queries.ts';
import type { DbOrTrx } from '../platform/database/database.ts';
import type { Database } from '../platform/database/schema.ts';
import { visibleTo } from './access.ts';
import type { TicketRow } from './tables.ts';

/** Lists are sent in pages of this many. */
export const TICKETS_PER_PAGE = 50;

export type TicketFilter = {
  view: QueueView;
  search?: string | undefined;
  contactId?: string | undefined;
  organisationId?: string | undefined;
};

/** Where a page ended, in the order of its view. */
export type Cursor =
  | {
      by: 'urgency';
      dueAt: string | null;
      priority: Priority;
      unansweredSince: string | null;
      openedAt: string;
      number: number;
    }
  | { by: 'change'; updatedAt: string; number: number };

type Condition = ExpressionWrapper<Database, 'ticket', SqlBool>;
type Builder = ExpressionBuilder<Database, 'ticket'>;

/** A page of tickets this reader may see, in the view's order; one more than a page when there is a next one. */
export async function findTicketPage(
  db: DbOrTrx,
  reader: Reader,
  filter: TicketFilter,
  after: Cursor | null,
): Promise<TicketRow[]> {
  const changed = changedColumn(reader);
  const query = db
    .selectFrom('ticket')
    .selectAll('ticket')
    .where(visibleTo(reader))
    .where((eb) => inViewSql(eb, filter.view, reader.id))
    .$if(filter.contactId !== undefined, (q) => q.where('contactId', '=', filter.contactId!))
    .$if(filter.organisationId !== undefined, (q) => q.where('organisationId', '=', filter.organisationId!))
    .$if(Boolean(filter.search?.trim()), (q) => q.where((eb) => matches(eb, filter.search!.trim(), reader)))
    .limit(TICKETS_PER_PAGE + 1);
  if (orderOf(filter.view) === 'urgency')
    return query
      .$if(after?.by === 'urgency', (q) => q.where(lessUrgentThan(after as Cursor & { by: 'urgency' }, reader)))
      .orderBy(dueOf(reader))
      .orderBy('priority')
      .orderBy(sql`coalesce(unanswered_since, 'infinity')`)
      .orderBy('openedAt')
      .orderBy('number')
      .execute();
  return query
    .$if(after?.by === 'change', (q) => {
      const { updatedAt, number } = after as Cursor & { by: 'change' };
      return q.where(sql<boolean>`(${sql.ref(changed)}, number) < (${updatedAt}::timestamptz, ${number}::integer)`);
    })
    .orderBy(changed, 'desc')
    .orderBy('number', 'desc')
    .execute();
}

/** How many tickets each view holds for this reader, whatever is searched for. */
export async function countViews(db: DbOrTrx, reader: Reader): Promise<Record<QueueView, number>> {
  const row = await db
    .selectFrom('ticket')
    .select((eb) =>
      QueueView.options.map((view, index) =>
        eb.fn
          .countAll<number>()
          .filterWhere(inViewSql(eb, view, reader.id))
          .as(columnOf(index)),
      ),
    )
    .where(visibleTo(reader))
    .executeTakeFirstOrThrow();
  const counts = QueueView.options.map((view, index) => [view, row[columnOf(index)]]);
  return Object.fromEntries(counts) as Record<QueueView, number>;
}

/** Names of views hold underscores, which would not come back from the database as they went in. */
function columnOf(index: number): `view${number}` {
  return `view${index}`;
}

/** The queue is worked through by urgency, every other list is read by last change. */
export function orderOf(view: QueueView): Cursor['by'] {
  return view === 'queue' ? 'urgency' : 'change';
}

/** The place behind this ticket. */
export function cursorAfter(row: TicketRow, view: QueueView, reader: Reader): string {
  const cursor: Cursor =
    orderOf(view) === 'urgency'
      ? {
          by: 'urgency',
          dueAt: (reader.kind === 'staff' ? row.clock : row.publicClock)?.nextDueAt ?? null,
          priority: row.priority,
          unansweredSince: row.unansweredSince?.toISOString() ?? null,
          openedAt: row.openedAt.toISOString(),
          number: row.number,
        }
      : { by: 'change', updatedAt: row[changedColumn(reader)].toISOString(), number: row.number };
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/** The highest number the database can hold. */
const NUMBER_MAX = 2_147_483_647;

/** @returns null for a text that is no cursor of this view */
export function readCursor(text: string, view: QueueView): Cursor | null {
  try {
    const cursor = JSON.parse(Buffer.from(text, 'base64url').toString()) as Cursor;
    if (cursor.by !== orderOf(view) || !Number.isInteger(cursor.number) || Math.abs(cursor.number) > NUMBER_MAX)
      return null;
    if (cursor.by === 'change') return isInstant(cursor.updatedAt) ? cursor : null;
    const isOrNone = (instant: unknown) => instant === null || isInstant(instant);
    const waits = isOrNone(cursor.dueAt) && isOrNone(cursor.unansweredSince);
    return waits && isInstant(cursor.openedAt) && PRIORITIES.includes(cursor.priority) ? cursor : null;
  } catch {
    return null;
  }
}

/** A customer's list must not move when staff write a note. */
function changedColumn(reader: Reader): 'updatedAt' | 'publicUpdatedAt' {
  return reader.kind === 'staff' ? 'updatedAt' : 'publicUpdatedAt';
}

/** desk's `inView` as a condition; a test holds the two together. */
function inViewSql(eb: Builder, view: QueueView, personId: string): Condition {
  const notDone = eb('ticket.state', 'not in', ['solved', 'closed']);
  switch (view) {
    case 'queue':
      return eb('ticket.state', '=', 'open');
    case 'mine':
      return eb.and([notDone, eb('ticket.assigneeId', '=', personId)]);
    case 'unassigned':
      return eb.and([notDone, eb('ticket.assigneeId', 'is', null)]);
    case 'waiting':
      return eb('ticket.state', '=', 'waiting_for_customer');
    case 'on_hold':
      return eb('ticket.state', '=', 'on_hold');
    case 'solved':
      return eb('ticket.state', 'in', ['solved', 'closed']);
    case 'all':
      return eb('ticket.number', '>', 0);
  }
}

/** Subject, number, people, and the words of messages; a customer finds nothing by what they cannot see. */
function matches(eb: Builder, search: string, reader: Reader): Condition {
  const pattern = containing(search);
  const number = /^#?([1-9]\d{0,8})$/.exec(search)?.[1];
  const said = eb
    .selectFrom('ticketEvent')
    .select('ticketEvent.id')
    .whereRef('ticketEvent.ticketId', '=', 'ticket.id')
    .where('ticketEvent.type', '=', 'message.posted')
    .$if(reader.kind === 'customer', (query) => query.where('ticketEvent.publicSeq', 'is not', null))
    .where(sql<boolean>`ticket_event.body ->> 'body' ilike ${pattern}`);
  const conditions = [
    eb('ticket.subject', 'ilike', pattern),
    eb('ticket.contactName', 'ilike', pattern),
    eb('ticket.organisationName', 'ilike', pattern),
    eb.exists(said),
  ];
  if (number !== undefined) conditions.push(eb('ticket.number', '=', Number(number)));
  // Addresses are not shown to colleagues, so they must not be guessable by searching either.
  if (reader.kind === 'staff')
    conditions.push(
      eb.exists(
        eb
          .selectFrom('contact')
          .select('contact.id')
          .whereRef('contact.id', '=', 'ticket.contactId')
          .where('contact.email', 'ilike', pattern),
      ),
    );
  return eb.or(conditions);
}

/** What the reader's clock says is due; a customer's knows nothing of what only the team did to it. */
function dueOf(reader: Reader) {
  if (reader.kind === 'staff') return sql<Date>`coalesce(next_due_at, 'infinity')`;
  return sql<Date>`coalesce((public_clock ->> 'nextDueAt')::timestamptz, 'infinity')`;
}

function lessUrgentThan(cursor: Cursor & { by: 'urgency' }, reader: Reader) {
  return sql<boolean>`(${dueOf(reader)}, priority, coalesce(unanswered_since, 'infinity'), opened_at, number) >
    (${cursor.dueAt ?? 'infinity'}::timestamptz, ${cursor.priority}::text, ${cursor.unansweredSince ?? 'infinity'}::timestamptz, ${cursor.openedAt}::timestamptz, ${cursor.number}::integer)`;
}

function isInstant(value: unknown): boolean {
  if (typeof value !== 'string' || !/^[1-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value)) return false;
  // The database refuses a 30th of February, which would be the 2nd of March here.
  const at = new Date(value);
  return !Number.isNaN(at.getTime()) && at.toISOString() === value;
}
