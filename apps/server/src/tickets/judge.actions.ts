import { AppError, type Locale, type LocalisedText } from '@alongside/contracts';
import { planVersionAt, planVersionsById } from '../plans/queries.ts';
import type { Db } from '../platform/database/database.ts';
import { lockTicketFor } from './access.ts';
import { type Author, actorOf, type Changed } from './actions.ts';
import { changeTickets } from './log.actions.ts';
import { requireRight } from './rights.ts';
import { invalid } from './triage.actions.ts';

const MESSAGES = {
  plan: { en: 'There is no such plan.', 'zh-CN': '该方案不存在。' },
  note: { en: 'Say why it is to stay out of the figures.', 'zh-CN': '请说明不计入统计的原因。' },
} satisfies Record<string, LocalisedText>;

/**
 * Judges the ticket by another plan from now on (packages/sla, R18), as that plan is now.
 * @param planId null promises nothing more
 * @throws AppError `not_found`, `forbidden`, `invalid_input` naming planId
 */
export async function setPlan(
  db: Db,
  author: Author,
  ticketId: string,
  { planId, reason }: { planId: string | null; reason: string },
  locale: Locale,
  now?: () => Date,
): Promise<Changed> {
  return changeTickets(
    db,
    async (log) => {
      const ticket = await lockTicketFor(log, author, ticketId);
      requireRight(author, ticket, 'setPlan');
      const to = planId === null ? null : await planVersionAt(log.trx, planId, log.now());
      if (planId !== null && to === null) throw invalid('planId', MESSAGES.plan[locale]);
      if ((to?.versionId ?? null) === ticket.planVersionId) return { ticketId, events: [] };
      const [from] = await planVersionsById(log.trx, ticket.planVersionId === null ? [] : [ticket.planVersionId]);
      const named = (plan: typeof from | null) => (plan ? { versionId: plan.versionId, name: plan.name } : null);
      return {
        ticketId,
        events: [
          log.append(
            ticketId,
            actorOf(author),
            { type: 'ticket.plan_set', from: named(from), to: named(to), reason },
            { planVersionId: to?.versionId ?? null },
          ),
        ],
      };
    },
    now,
  );
}

/**
 * Takes the ticket out of the figures, or puts it back (packages/sla, R20). One reason is in force at a time; a lead's
 * own is a lead's to take back.
 * @throws AppError `not_found`, `forbidden`, `ticket_closed` for one that was merged, `invalid_input` naming the note
 */
export async function excludeTicket(
  db: Db,
  author: Author,
  ticketId: string,
  { excluded, because, note }: { excluded: boolean; because: 'spam' | 'lead'; note: string },
  locale: Locale,
  now?: () => Date,
): Promise<Changed> {
  return changeTickets(
    db,
    async (log) => {
      const ticket = await lockTicketFor(log, author, ticketId);
      requireRight(author, ticket, 'exclude');
      const before = ticket.excluded;
      if (before === 'merged') throw new AppError('ticket_closed');
      if (excluded ? before === because : before === null) return { ticketId, events: [] };
      const isLeads = before === 'lead' || (excluded && because === 'lead');
      if (isLeads) requireRight(author, ticket, 'excludeByChoice');
      if (excluded && because === 'lead' && note === '') throw invalid('note', MESSAGES.note[locale]);
      const by = actorOf(author);
      const events = [];
      if (before !== null)
        events.push(
          log.append(
            ticketId,
            by,
            { type: 'ticket.exclusion_set', excluded: false, because: before, note: excluded ? '' : note },
            { excluded: null },
          ),
        );
      if (excluded)
        events.push(
          log.append(
            ticketId,
            by,
            { type: 'ticket.exclusion_set', excluded: true, because, note },
            { excluded: because },
          ),
        );
      return { ticketId, events };
    },
    now,
  );
}

/**
 * Has the past judged anew by the calendars as they are now (packages/sla, R6).
 * @throws AppError `not_found`, `forbidden`
 */
export async function recalculateTicket(
  db: Db,
  author: Author,
  ticketId: string,
  reason: string,
  now?: () => Date,
): Promise<Changed> {
  return changeTickets(
    db,
    async (log) => {
      const ticket = await lockTicketFor(log, author, ticketId);
      requireRight(author, ticket, 'recalculate');
      return { ticketId, events: [log.append(ticketId, actorOf(author), { type: 'clock.recalculated', reason })] };
    },
    now,
  );
}
