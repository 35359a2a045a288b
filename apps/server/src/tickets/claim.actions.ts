import { SYSTEM_ACTOR } from '@alongside/contracts';
import type { ContactChange } from '../customers/contact-listeners.ts';
import { passFilesOn } from '../files/actions.ts';
import { type JudgingVersion, planVersionFor, planVersionsById } from '../plans/queries.ts';
import type { Trx } from '../platform/database/database.ts';
import { changeTicketsWithin, type TicketLog } from './log.actions.ts';
import { findTicketIdsOfContact } from './queries.ts';
import type { TicketRow } from './tables.ts';

/**
 * Follows contacts (a `ContactListener`): a recognised visitor's tickets become that person's, and a new name shows in
 * the tickets that are not closed. Each ticket says so in its log.
 */
export async function followContacts(trx: Trx, changes: readonly ContactChange[]): Promise<void> {
  await changeTicketsWithin(trx, async (log) => {
    const work: { ticketId: string; change: ContactChange }[] = [];
    for (const change of changes) {
      const isRename = change.from.id === change.contact.id;
      const ids = await findTicketIdsOfContact(trx, change.from.id, { closedToo: !isRename });
      work.push(...ids.map((ticketId) => ({ ticketId, change })));
    }
    // All locks first and in one order: appending takes none, so that no two claims can wait for each other.
    for (const ticketId of work.map((item) => item.ticketId).sort()) await log.lock(ticketId);
    // After the tickets, as a message takes its files: the other way round the two wait for each other.
    for (const { from, contact } of changes) if (from.id !== contact.id) await passFilesOn(trx, from.id, contact.id);
    for (const { ticketId, change } of work) {
      const ticket = (await log.lock(ticketId))!;
      const { contact } = change;
      const isNews = ticket.contactName !== contact.name || ticket.contactAnonymous !== contact.anonymous;
      if (ticket.contactId !== change.from.id || (contact.id === change.from.id && !isNews)) continue;
      // A ticket stays with the organisation it was opened for, or with none: whoever only has a new name shows nobody
      // else what was theirs alone. A visitor's had none yet.
      const own =
        ticket.organisationId === null ? null : { id: ticket.organisationId, name: ticket.organisationName ?? '' };
      const organisation = own ?? (contact.id === change.from.id ? null : change.organisation);
      log.append(
        ticketId,
        { kind: 'customer', id: contact.id, name: contact.name },
        {
          type: 'ticket.contact_claimed',
          from: { id: ticket.contactId, name: ticket.contactName },
          contact,
          organisation,
        },
        {
          contactId: contact.id,
          contactName: contact.name,
          contactAnonymous: contact.anonymous,
          organisationId: organisation?.id ?? null,
          organisationName: organisation?.name ?? null,
        },
      );
      if (ticket.state !== 'closed') await followPlan(log, ticket);
      if (contact.id !== change.from.id) await moveMarks(trx, ticketId, change);
    }
  });
}

/** A ticket that came to another organisation is judged by that one's plan from now on (packages/sla, R18). */
async function followPlan(log: TicketLog, ticket: Readonly<TicketRow>): Promise<void> {
  const to = await planVersionFor(log.trx, ticket.organisationId, log.now());
  if (ticket.planVersionId === null || to.versionId === ticket.planVersionId) return;
  const [from] = await planVersionsById(log.trx, [ticket.planVersionId]);
  // A later version of the same plan does not touch tickets that were opened under an earlier one.
  if (!from || from.planId === to.planId) return;
  const named = ({ versionId, name }: JudgingVersion) => ({ versionId, name });
  log.append(
    ticket.id,
    SYSTEM_ACTOR,
    { type: 'ticket.plan_set', from: named(from), to: named(to), reason: '', because: 'organisation' },
    { planVersionId: to.versionId },
  );
}

/** How far the visitor had read, the person has read. */
async function moveMarks(trx: Trx, ticketId: string, { from, contact }: ContactChange): Promise<void> {
  const mark = await trx
    .deleteFrom('ticketMark')
    .where('ticketId', '=', ticketId)
    .where('personId', '=', from.id)
    .returning(['deliveredSeq', 'readSeq'])
    .executeTakeFirst();
  if (!mark) return;
  await trx
    .insertInto('ticketMark')
    .values({ ticketId, personId: contact.id, personKind: 'customer', personName: contact.name, ...mark })
    .onConflict((conflict) =>
      conflict.columns(['ticketId', 'personId']).doUpdateSet((eb) => ({
        deliveredSeq: eb.fn('greatest', ['ticketMark.deliveredSeq', 'excluded.deliveredSeq']),
        readSeq: eb.fn('greatest', ['ticketMark.readSeq', 'excluded.readSeq']),
      })),
    )
    .execute();
}
