import {
  AppError,
  type Locale,
  type LocalisedText,
  type Priority,
  type RequestedPriority,
  SUBJECT_MAX_LENGTH,
  type TicketChannel,
  type TicketContext,
} from '@alongside/contracts';
import { priorityEntitlement } from '@alongside/desk';
import { lockContact } from '../customers/locks.ts';
import { organisationOf } from '../customers/present.ts';
import { type ContactRow, findContact } from '../customers/queries.ts';
import { contractFor, type JudgingVersion, planVersionAt, planVersionFor } from '../plans/queries.ts';
import type { Db, Trx } from '../platform/database/database.ts';
import { type Author, actorOf, addMessage, type Changed, type MessageInput, repeatOf } from './actions.ts';
import { changeTickets, type TicketLog } from './log.actions.ts';
import { findCurrentTicket, findTicketNumber, nextTicketNumber } from './queries.ts';
import { requireTopic } from './triage.actions.ts';

export type OpenTicketInput = {
  id: string;
  subject?: string | undefined;
  topic: string | null;
  priority: Priority;
  /** It concerns what runs in production. */
  production?: boolean;
  /** A rehearsal of this plan: real in every step, out of every figure. Never asked for from outside. */
  drill?: { planId: string };
  channel: TicketChannel;
  context: TicketContext;
  conversation: 'new' | 'current';
  message: MessageInput;
  /** Staff only: on whose behalf. */
  contactId?: string | undefined;
};

/** Subjects made of a message's first line stop here, in code points. */
const DERIVED_SUBJECT_LENGTH = 80;

const WITHOUT_WORDS: LocalisedText = { en: 'Files', 'zh-CN': '文件' };
const WHOSE: LocalisedText = { en: 'Say for whom the ticket is.', 'zh-CN': '请选择工单的客户。' };

/**
 * Opens a ticket with its first message, or adds the message to the contact's current one if so wanted. The same
 * again changes nothing and answers the same.
 * @param now for what is told of the past
 * @param alsoWithin what else must happen with it or not at all
 * @throws AppError `id_conflict`, `invalid_input` naming contactId or topic, `file_missing`, `file_sent`, `unauthenticated`
 *   when the visitor has become somebody else
 */
export async function openTicket(
  db: Db,
  author: Author,
  input: OpenTicketInput,
  locale: Locale,
  now?: () => Date,
  alsoWithin?: (trx: Trx, ticketId: string) => Promise<void>,
): Promise<Changed & { number: number }> {
  return changeTickets(
    db,
    async (log) => {
      const opened = await openTicketWithin(log, author, input, locale);
      await alsoWithin?.(log.trx, opened.ticketId);
      return opened;
    },
    now,
  );
}

/** As `openTicket`, as part of what else happens in a transaction. */
export async function openTicketWithin(
  log: TicketLog,
  author: Author,
  input: OpenTicketInput,
  locale: Locale,
): Promise<Changed & { number: number }> {
  const { trx } = log;
  // However many first messages of a contact arrive at once, each sees what the one before it did.
  const contact = await lockedContact(trx, author, input.contactId, locale);
  const repeated = await repeatOf(trx, author, input.message, 'public');
  if (repeated)
    return { ticketId: repeated.ticketId, events: [], number: (await findTicketNumber(trx, repeated.ticketId))! };

  const currentId = input.conversation === 'current' ? await findCurrentTicket(trx, contact.id) : null;
  if (currentId !== null) {
    const ticket = await log.lock(currentId);
    // It can have been solved while we waited for its lock; then a new one it is.
    if (ticket && ticket.state !== 'solved' && ticket.state !== 'closed')
      return { ...(await addMessage(log, author, ticket, input.message, 'public')), number: ticket.number };
  }
  return begin(log, author, contact, input, locale);
}

async function lockedContact(
  trx: Trx,
  author: Author,
  contactId: string | undefined,
  locale: Locale,
): Promise<ContactRow> {
  const id = author.kind === 'customer' ? author.id : contactId;
  const refusal =
    author.kind === 'customer'
      ? new AppError('unauthenticated')
      : new AppError('invalid_input', { field: 'contactId' }, [{ field: 'contactId', message: WHOSE[locale] }]);
  if (id === undefined) throw refusal;
  await lockContact(trx, id);
  const contact = await findContact(trx, id);
  if (contact?.mergedInto !== null) throw refusal;
  return contact;
}

async function begin(
  log: TicketLog,
  author: Author,
  contact: ContactRow,
  input: OpenTicketInput,
  locale: Locale,
): Promise<Changed & { number: number }> {
  await requireTopic(log.trx, input.topic, locale);
  if ((await findTicketNumber(log.trx, input.id)) !== null) throw new AppError('id_conflict');
  const organisation = organisationOf(contact);
  const drill = input.drill !== undefined;
  const plan = input.drill
    ? await planVersionAt(log.trx, input.drill.planId, log.now())
    : await planVersionFor(log.trx, organisation?.id ?? null, log.now());
  if (!plan) throw new AppError('not_found');
  const { priority, requested } = await grantedPriority(log, author, organisation, plan, input);
  const { topic, channel, context } = input;
  const subject = input.subject ?? derivedSubject(input.message.body, locale);
  const ticket = log.begin({
    id: input.id,
    number: await nextTicketNumber(log.trx),
    subject,
    topic,
    priority,
    state: 'open',
    channel,
    context,
    contactId: contact.id,
    contactName: contact.name,
    contactAnonymous: contact.anonymous,
    organisationId: organisation?.id ?? null,
    organisationName: organisation?.name ?? null,
    assigneeId: null,
    assigneeName: null,
    unansweredSince: null,
    lastMessage: null,
    rating: null,
    activeCall: null,
    planVersionId: plan.versionId,
    requested,
    drill,
    excluded: null,
    mergedInto: null,
  });
  const { number } = ticket;
  const opened = log.append(ticket.id, actorOf(author), {
    type: 'ticket.opened',
    number,
    subject,
    topic,
    priority,
    channel,
    organisation,
    contact: { id: contact.id, name: contact.name, anonymous: contact.anonymous },
    context,
    plan: { versionId: plan.versionId, name: plan.name },
    ...(requested ? { requested } : {}),
    ...(drill ? { drill } : {}),
  });
  const { events } = await addMessage(log, author, ticket, input.message, 'public');
  return { ticketId: ticket.id, events: [opened, ...events], number };
}

/**
 * The priority a ticket is opened with: what a customer asks for, as far as their plan goes; what they asked for beyond
 * stays on record. Staff decide for themselves.
 */
async function grantedPriority(
  log: TicketLog,
  author: Author,
  organisation: { id: string } | null,
  plan: JudgingVersion,
  { priority, production = false, drill }: OpenTicketInput,
): Promise<{ priority: Priority; requested: RequestedPriority | null }> {
  if (author.kind !== 'customer' || drill) return { priority, requested: null };
  const contract = organisation && (await contractFor(log.trx, organisation.id, log.now()));
  const entitled = priorityEntitlement(plan.content, contract, { priority, contactId: author.id, production });
  if (entitled.covered) return { priority, requested: null };
  return { priority: entitled.offered, requested: { priority, reason: entitled.reason } };
}

/** The first line that says something; the reader of a queue sees this before anything else. */
export function derivedSubject(body: string, locale: Locale): string {
  const line = body
    .split(/[\r\n]+/)
    .map((text) => text.trim())
    .find((text) => text !== '');
  if (line === undefined) return WITHOUT_WORDS[locale];
  const characters = Array.from(line.slice(0, SUBJECT_MAX_LENGTH * 2));
  if (characters.length <= DERIVED_SUBJECT_LENGTH) return line;
  return `${characters.slice(0, DERIVED_SUBJECT_LENGTH - 1).join('')}…`;
}
