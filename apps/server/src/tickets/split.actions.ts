import { randomUUID } from 'node:crypto';
import { AppError, type Locale, type LocalisedText } from '@alongside/contracts';
import { lastMessageOf } from '@alongside/desk';
import { planVersionFor } from '../plans/queries.ts';
import type { Db } from '../platform/database/database.ts';
import { lockTicketFor } from './access.ts';
import { type Author, actorOf } from './actions.ts';
import { changeTickets, type TicketLog } from './log.actions.ts';
import { derivedSubject } from './open.actions.ts';
import { findEvents, findTicketNumber, nextTicketNumber } from './queries.ts';
import { requireRight } from './rights.ts';
import type { TicketEventRow, TicketRow } from './tables.ts';
import { invalid } from './triage.actions.ts';

const MESSAGES = {
  message: { en: 'This is no message the customer wrote here.', 'zh-CN': '这不是客户在本工单中发送的消息。' },
  first: { en: 'The ticket begins with this message.', 'zh-CN': '这是本工单的第一条消息，无法拆分。' },
} satisfies Record<string, LocalisedText>;

type Said = TicketEventRow & { body: { type: 'message.posted' } };

/**
 * Makes a ticket of its own of a customer's message and what the customer wrote after it; it starts at that message,
 * under the plan in force then. The messages stay where they are too. The same id again changes nothing.
 * @param split.id the new ticket's
 * @throws AppError `not_found`, `forbidden`, `id_conflict`, `invalid_input` naming messageId
 */
export async function splitTicket(
  db: Db,
  author: Author,
  ticketId: string,
  split: { id: string; messageId: string },
  locale: Locale,
  now?: () => Date,
): Promise<{ ticketId: string; number: number }> {
  return changeTickets(
    db,
    async (log) => {
      const source = await lockTicketFor(log, author, ticketId);
      requireRight(author, source, 'split');
      const repeated = await repeatOf(log, source, split);
      if (repeated !== null) return { ticketId: split.id, number: repeated };
      const said = await findSaid(log, source, split.messageId, locale);
      return { ticketId: split.id, number: await begin(log, author, source, split, said, locale) };
    },
    now,
  );
}

/** @returns the number of the ticket an earlier sending of the same made, or null */
async function repeatOf(
  log: TicketLog,
  source: Readonly<TicketRow>,
  { id, messageId }: { id: string; messageId: string },
): Promise<number | null> {
  const number = await findTicketNumber(log.trx, id);
  if (number === null) return null;
  const events = await findEvents(log.trx, id, { since: 0, publicOnly: false });
  const isSame = events.some(
    ({ body }) => body.type === 'ticket.split_from' && body.from.id === source.id && body.messageId === messageId,
  );
  if (!isSame) throw new AppError('id_conflict');
  return number;
}

/** The customer's messages from this one on, oldest first. */
async function findSaid(
  log: TicketLog,
  source: Readonly<TicketRow>,
  messageId: string,
  locale: Locale,
): Promise<Said[]> {
  const events = await findEvents(log.trx, source.id, { since: 0, publicOnly: true });
  const said = events.filter(
    (event): event is Said => event.type === 'message.posted' && event.actor.kind === 'customer',
  );
  const first = said.findIndex((event) => event.messageId === messageId);
  if (first < 0) throw invalid('messageId', MESSAGES.message[locale]);
  if (events.find(({ type }) => type === 'message.posted')?.messageId === messageId)
    throw invalid('messageId', MESSAGES.first[locale]);
  return said.slice(first);
}

async function begin(
  log: TicketLog,
  author: Author,
  source: Readonly<TicketRow>,
  split: { id: string; messageId: string },
  said: readonly Said[],
  locale: Locale,
): Promise<number> {
  const [first] = said as [Said, ...Said[]];
  const { topic, priority, channel, context, drill, contactId, contactName, contactAnonymous } = source;
  const { organisationId, organisationName } = source;
  const plan = await planVersionFor(log.trx, organisationId, first.at);
  const number = await nextTicketNumber(log.trx);
  const subject = derivedSubject(first.body.body, locale);
  log.begin({
    ...{ id: split.id, number, subject, topic, priority, channel, context, drill },
    ...{ contactId, contactName, contactAnonymous, organisationId, organisationName },
    ...{ assigneeId: null, assigneeName: null, unansweredSince: null, lastMessage: null, rating: null },
    ...{ activeCall: null, requested: null, excluded: null, mergedInto: null },
    state: 'open',
    planVersionId: plan.versionId,
  });
  log.append(
    split.id,
    first.actor,
    {
      type: 'ticket.opened',
      ...{ number, subject, topic, priority, channel, context, drill },
      organisation: organisationId === null ? null : { id: organisationId, name: organisationName ?? '' },
      contact: { id: contactId, name: contactName, anonymous: contactAnonymous },
      plan: { versionId: plan.versionId, name: plan.name },
    },
    {},
    first.at,
  );
  for (const { actor, at, body } of said)
    log.append(
      split.id,
      actor,
      { ...body, messageId: randomUUID() },
      {
        unansweredSince: first.at,
        lastMessage: lastMessageOf(actor, at.toISOString(), body),
      },
      at,
    );
  const by = actorOf(author);
  const from = { id: source.id, number: source.number };
  const startAt = first.at.toISOString();
  log.append(split.id, by, { type: 'ticket.split_from', from, messageId: split.messageId, startAt });
  log.append(source.id, by, {
    type: 'ticket.split_off',
    to: { id: split.id, number },
    messageId: split.messageId,
  });
  return number;
}
