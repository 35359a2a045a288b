import { AppError, type Locale, type LocalisedText } from '@alongside/contracts';
import { clockEvents, type LoggedEvent, startOf, wasAnswered } from '@alongside/desk';
import type { Db } from '../platform/database/database.ts';
import { lockTicketFor } from './access.ts';
import { type Author, actorOf, type Changed } from './actions.ts';
import { findClockLogs } from './clock.queries.ts';
import { changeTickets, type TicketLog } from './log.actions.ts';
import { requireRight } from './rights.ts';
import type { TicketRow } from './tables.ts';
import { invalid } from './triage.actions.ts';

const MESSAGES = {
  itself: { en: 'A ticket cannot go into itself.', 'zh-CN': '工单不能合并到自身。' },
  closed: { en: 'That ticket is closed.', 'zh-CN': '目标工单已关闭。' },
  stranger: {
    en: 'That ticket belongs to another customer, who would see this one mentioned.',
    'zh-CN': '目标工单属于其他客户，合并后会向其透露本工单。',
  },
} satisfies Record<string, LocalisedText>;

/**
 * Merges a ticket into another one of the same customer or organisation: it is closed and leads there; the other keeps
 * the earlier start (packages/sla, R19) and, if somebody was waiting here, is open and waits for an answer.
 * Messages stay where they are. The same again changes nothing.
 * @throws AppError `not_found`, `forbidden`, `ticket_closed`, `call_active`, `invalid_input` naming intoId
 */
export async function mergeTicket(
  db: Db,
  author: Author,
  ticketId: string,
  intoId: string,
  locale: Locale,
  now?: () => Date,
): Promise<Changed> {
  return changeTickets(
    db,
    async (log) => {
      await log.lockAll([ticketId, intoId]);
      const source = await lockTicketFor(log, author, ticketId);
      const into = await lockTicketFor(log, author, intoId);
      if (source.mergedInto?.id === into.id) return { ticketId, events: [] };
      requireRight(author, source, 'merge');
      if (source.activeCall) throw new AppError('call_active', { callId: source.activeCall.id });
      requireGoal(source, into, locale);
      const logged = (await findClockLogs(log.trx, [source.id])).get(source.id)!;
      appendFrom(log, author, source, into, logged);
      return { ticketId, events: appendInto(log, author, source, into) };
    },
    now,
  );
}

function requireGoal(source: Readonly<TicketRow>, into: Readonly<TicketRow>, locale: Locale): void {
  const refuse = (why: keyof typeof MESSAGES) => invalid('intoId', MESSAGES[why][locale]);
  if (into.id === source.id) throw refuse('itself');
  if (into.state === 'closed') throw refuse('closed');
  const isSameOrganisation = into.organisationId !== null && into.organisationId === source.organisationId;
  if (into.contactId !== source.contactId && !isSameOrganisation) throw refuse('stranger');
  // Whoever sees the one must see the other: colleagues must not hear of what somebody asked in another organisation, or
  // before they belonged to any.
  if (source.organisationId !== into.organisationId) throw refuse('stranger');
}

/** The end of the ticket that goes away. */
function appendInto(log: TicketLog, author: Author, source: Readonly<TicketRow>, into: Readonly<TicketRow>) {
  const by = actorOf(author);
  const at = log.now();
  const goal = { id: into.id, number: into.number };
  const from = source.state;
  return [
    log.append(source.id, by, { type: 'ticket.merged_into', into: goal }, { mergedInto: goal }, at),
    log.append(
      source.id,
      by,
      { type: 'ticket.exclusion_set', excluded: true, because: 'merged', note: '' },
      { excluded: 'merged' },
      at,
    ),
    log.append(
      source.id,
      by,
      { type: 'ticket.state_set', from, to: 'closed', automatic: true },
      { state: 'closed', stateSetAt: at, unansweredSince: null },
      at,
    ),
  ];
}

/** What the ticket that stays takes over. */
function appendFrom(
  log: TicketLog,
  author: Author,
  source: Readonly<TicketRow>,
  into: Readonly<TicketRow>,
  logged: readonly LoggedEvent[],
): void {
  const by = actorOf(author);
  const at = log.now();
  const waiting = [into.unansweredSince, source.unansweredSince].filter((since) => since !== null);
  const unansweredSince = waiting.length === 0 ? null : new Date(Math.min(...waiting.map((since) => since.getTime())));
  const events = clockEvents(logged);
  log.append(
    into.id,
    by,
    {
      type: 'ticket.merged_from',
      from: { id: source.id, number: source.number },
      startAt: startOf(events) ?? source.openedAt.toISOString(),
      subject: source.subject,
      answered: wasAnswered(events),
      unansweredSince: source.unansweredSince?.toISOString() ?? null,
    },
    { unansweredSince },
    at,
  );
  if (source.unansweredSince === null || into.state === 'open') return;
  log.append(
    into.id,
    by,
    { type: 'ticket.state_set', from: into.state, to: 'open', automatic: true },
    { state: 'open', stateSetAt: at },
    at,
  );
}
