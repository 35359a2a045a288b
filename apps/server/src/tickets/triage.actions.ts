import {
  type ActorRef,
  AppError,
  type Locale,
  type LocalisedText,
  PRIORITIES,
  type Priority,
  type RoutingReasons,
  type TicketEventBody,
  type TicketRights,
} from '@alongside/contracts';
import { findStaff, loadWorkspace } from '../people/queries.ts';
import type { Db, DbOrTrx } from '../platform/database/database.ts';
import { lockTicketFor } from './access.ts';
import { type Author, actorOf, type Changed } from './actions.ts';
import { changeTickets, type TicketFacts, type TicketLog } from './log.actions.ts';
import { requireRight } from './rights.ts';
import type { TicketEventRow, TicketRow } from './tables.ts';

const MESSAGES = {
  topic: { en: 'There is no such topic.', 'zh-CN': '该主题不存在。' },
  assignee: { en: 'There is nobody of the team behind this.', 'zh-CN': '该成员不存在或已停用。' },
  lowered: {
    en: 'Say why: a lower priority moves what is promised to a later time.',
    'zh-CN': '请说明原因：降低优先级会推迟已承诺的时限。',
  },
} satisfies Record<string, LocalisedText>;

/** What a change of one fact comes to, or null when it changes nothing. */
type FactChange = { body: TicketEventBody; facts: TicketFacts } | null;

/** Staff's changes of single facts all go this way: see it, may it, did it change, say so. */
async function changeFact(
  db: Db,
  author: Author,
  ticketId: string,
  right: Exclude<keyof TicketRights, 'states'>,
  decide: (ticket: Readonly<TicketRow>) => FactChange,
  now?: () => Date,
): Promise<Changed> {
  return changeTickets(
    db,
    async (log) => {
      const ticket = await lockTicketFor(log, author, ticketId);
      const change = decide(ticket);
      if (change === null) return { ticketId, events: [] };
      requireRight(author, ticket, right);
      return { ticketId, events: [log.append(ticketId, actorOf(author), change.body, change.facts)] };
    },
    now,
  );
}

/**
 * Sets the priority (packages/sla, R16 and R17). Lowered while something is promised, it gives the team more time and
 * takes it from the customer: that needs a reason.
 * @throws AppError `not_found`, `forbidden`, `ticket_closed`, `invalid_input` naming the reason
 */
export async function setPriority(
  db: Db,
  author: Author,
  ticketId: string,
  to: Priority,
  { reason = '', locale = 'en', now }: { reason?: string; locale?: Locale; now?: () => Date } = {},
): Promise<Changed> {
  return changeFact(
    db,
    author,
    ticketId,
    'setPriority',
    ({ priority: from, clock }) => {
      if (from === to) return null;
      const isLowered = PRIORITIES.indexOf(to) > PRIORITIES.indexOf(from);
      if (isLowered && clock !== null && reason === '') throw invalid('reason', MESSAGES.lowered[locale]);
      return {
        body: { type: 'ticket.priority_set', from, to, ...(reason === '' ? {} : { reason }) },
        facts: { priority: to },
      };
    },
    now,
  );
}

/** @throws AppError `not_found`, `forbidden`, `invalid_input` naming the topic */
export async function setTopic(
  db: Db,
  author: Author,
  ticketId: string,
  to: string | null,
  locale: Locale,
): Promise<Changed> {
  await requireTopic(db, to, locale);
  return changeFact(db, author, ticketId, 'setTopic', ({ topic: from }) =>
    from === to ? null : { body: { type: 'ticket.topic_set', from, to }, facts: { topic: to } },
  );
}

/** @throws AppError `not_found`, `forbidden` */
export async function setSubject(db: Db, author: Author, ticketId: string, to: string): Promise<Changed> {
  return changeFact(db, author, ticketId, 'setSubject', ({ subject: from }) =>
    from === to ? null : { body: { type: 'ticket.subject_set', from, to }, facts: { subject: to } },
  );
}

/**
 * Gives the ticket to a member of the team, or to nobody.
 * @throws AppError `not_found`, `forbidden`, `invalid_input` naming the assignee
 */
export async function assignTicket(
  db: Db,
  author: Author,
  ticketId: string,
  assigneeId: string | null,
  locale: Locale,
  now?: () => Date,
): Promise<Changed> {
  const staff = assigneeId === null ? null : await findStaff(db, assigneeId);
  if (staff === undefined || staff?.disabled) throw invalid('assigneeId', MESSAGES.assignee[locale]);
  const to = staff && { id: staff.id, name: staff.name };
  return changeFact(
    db,
    author,
    ticketId,
    'assign',
    (ticket) => {
      if (ticket.assigneeId === assigneeId) return null;
      const from = ticket.assigneeId === null ? null : { id: ticket.assigneeId, name: ticket.assigneeName ?? '' };
      return {
        body: { type: 'ticket.assigned', from, to },
        facts: { assigneeId: to?.id ?? null, assigneeName: to?.name ?? null },
      };
    },
    now,
  );
}

/**
 * Gives a locked ticket to whom routing chose, or back to the queue; for the feature that routes, which decides itself.
 * @param by the system, or the person who followed a suggestion or handed it back
 */
export function appendRoutedAssignment(
  log: TicketLog,
  ticket: Readonly<TicketRow>,
  by: ActorRef,
  to: { id: string; name: string } | null,
  routing: RoutingReasons,
): TicketEventRow {
  const from = ticket.assigneeId === null ? null : { id: ticket.assigneeId, name: ticket.assigneeName ?? '' };
  return log.append(
    ticket.id,
    by,
    { type: 'ticket.assigned', from, to, routing },
    { assigneeId: to?.id ?? null, assigneeName: to?.name ?? null },
  );
}

/** @throws AppError `invalid_input` when the workspace has no such topic */
export async function requireTopic(db: DbOrTrx, topic: string | null, locale: Locale): Promise<void> {
  if (topic === null || (await loadWorkspace(db)).topics.some(({ id }) => id === topic)) return;
  throw invalid('topic', MESSAGES.topic[locale]);
}

/** A refusal that names one field, with words for it. */
export function invalid(field: string, message: string): AppError {
  return new AppError('invalid_input', { field }, [{ field, message }]);
}
