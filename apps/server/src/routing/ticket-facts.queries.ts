import { demandedSkills, type RoutableTicket, type RoutingCandidate, wantedLanguages } from '@alongside/desk';
import { findContact } from '../customers/queries.ts';
import { contractFor, planVersionsById } from '../plans/queries.ts';
import type { DbOrTrx } from '../platform/database/database.ts';
import type { TicketRow } from '../tickets/tables.ts';
import type { OnCallNow } from './on-call-now.ts';
import { findEngineers, findHandedBackBy, findSkills } from './queries.ts';
import { workingHoursAt } from './working-hours.queries.ts';

/** So many of those who helped a customer lately count as knowing them. */
const HELPERS_MAX = 8;

/** Everything a decision about a ticket needs to know of it. */
export async function loadTicketFacts(db: DbOrTrx, ticket: Readonly<TicketRow>, now: Date): Promise<RoutableTicket> {
  const { context } = ticket;
  const said = [ticket.subject, await findFirstMessage(db, ticket.id)];
  const told = [context.platform, context.browser, context.appVersion, ...Object.values(context.custom ?? {})];
  const texts = [...said, ...told].filter((text) => text !== undefined);
  const contact = await findContact(db, ticket.contactId);
  const contract = ticket.organisationId === null ? null : await contractFor(db, ticket.organisationId, now);
  const [plan] = ticket.planVersionId === null ? [] : await planVersionsById(db, [ticket.planVersionId]);
  return {
    priority: ticket.priority,
    skills: demandedSkills({ topic: ticket.topic, texts }, await findSkills(db)),
    languages: wantedLanguages(said.join('\n'), [context.language, contact?.locale]),
    planId: plan?.planId ?? null,
    managerId: contract?.managerId ?? null,
    helpedBy: await findHelpers(db, ticket),
    handedBackBy: await findHandedBackBy(db, ticket.id),
  };
}

/** Everybody who takes part in routing, as they are now. */
export async function loadCandidates(db: DbOrTrx, onCallNow: OnCallNow, now: Date): Promise<RoutingCandidate[]> {
  const team = (await findEngineers(db)).flatMap(({ profile, disabled, ...engineer }) =>
    profile === null || disabled ? [] : [{ ...engineer, profile }],
  );
  if (team.length === 0) return [];
  const hoursOf = await workingHoursAt(
    db,
    team.map(({ profile }) => profile.calendarId),
    now,
  );
  const onCall = new Map((await onCallNow(db, now)).map(({ staffId, rotation }) => [staffId, rotation]));
  return team.map(({ id, openTickets, profile }) => ({
    id,
    openTickets,
    skills: Object.fromEntries(profile.skills.map(({ skillId, level }) => [skillId, level])),
    languages: profile.languages,
    planIds: profile.planIds,
    capacity: profile.capacity,
    ...hoursOf(profile.calendarId),
    onCall: onCall.get(id) ?? null,
    away: profile.awaySince !== null,
    lastAssignedAt: profile.lastAssignedAt?.toISOString() ?? null,
  }));
}

async function findFirstMessage(db: DbOrTrx, ticketId: string): Promise<string> {
  const row = await db
    .selectFrom('ticketEvent')
    .select('body')
    .where('ticketId', '=', ticketId)
    .where('type', '=', 'message.posted')
    .where('publicSeq', 'is not', null)
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst();
  return row?.body.type === 'message.posted' ? row.body.body : '';
}

/** Those who had other tickets of this person, or of their organisation, the latest first. */
async function findHelpers(db: DbOrTrx, { id, contactId, organisationId }: Readonly<TicketRow>): Promise<string[]> {
  const rows = await db
    .selectFrom('ticket')
    .select('assigneeId')
    .where('id', '!=', id)
    .where('assigneeId', 'is not', null)
    .where((eb) =>
      organisationId === null
        ? eb('contactId', '=', contactId)
        : eb.or([eb('contactId', '=', contactId), eb('organisationId', '=', organisationId)]),
    )
    .groupBy('assigneeId')
    .orderBy((eb) => eb.fn.max('updatedAt'), 'desc')
    .limit(HELPERS_MAX)
    .execute();
  return rows.flatMap((row) => row.assigneeId ?? []);
}
