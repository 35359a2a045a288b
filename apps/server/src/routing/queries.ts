import type { EngineerSkill, Skill } from '@alongside/contracts';
import { type ExpressionBuilder, sql } from 'kysely';
import type { DbOrTrx } from '../platform/database/database.ts';
import type { Database } from '../platform/database/schema.ts';
import type { EngineerProfileRow, SkillRow } from './tables.ts';
import { workingHoursAt } from './working-hours.queries.ts';

/** Somebody who has a skill. */
export type SkilledEngineer = {
  id: string;
  name: string;
  level: number;
  /** Within their working hours now. */
  workingNow: boolean;
  away: boolean;
};

/**
 * The active members of the team who have a skill, those who work now first, then by level and name. Who is away or
 * off is in the list too: whoever pages decides.
 * @param at.now for whom it is working time
 */
export async function findEngineersWithSkill(
  db: DbOrTrx,
  skillId: string,
  { now }: { now: Date },
): Promise<SkilledEngineer[]> {
  const rows = await db
    .selectFrom('engineerSkill')
    .innerJoin('engineerProfile', 'engineerProfile.staffId', 'engineerSkill.staffId')
    .innerJoin('staff', 'staff.id', 'engineerSkill.staffId')
    .select([
      'staff.id',
      'staff.name',
      'engineerSkill.level',
      'engineerProfile.awaySince',
      'engineerProfile.calendarId',
    ])
    .where('engineerSkill.skillId', '=', skillId)
    .where('staff.disabled', '=', false)
    .orderBy('level', 'desc')
    .orderBy('staff.name')
    .orderBy('staff.id')
    .execute();
  const hoursOf = await workingHoursAt(
    db,
    rows.map((row) => row.calendarId),
    now,
  );
  return rows
    .map(({ id, name, level, awaySince, calendarId }) => ({
      id,
      name,
      level,
      workingNow: hoursOf(calendarId).workingNow,
      away: awaySince !== null,
    }))
    .sort((a, b) => Number(b.workingNow) - Number(a.workingNow));
}

export async function findRoutingMode(db: DbOrTrx): Promise<'off' | 'suggest' | 'assign'> {
  return (await db.selectFrom('routingSetting').select('mode').executeTakeFirstOrThrow()).mode;
}

/** The workspace's skills in their order. */
export async function findSkills(db: DbOrTrx): Promise<Skill[]> {
  const rows: SkillRow[] = await db.selectFrom('skill').selectAll().orderBy('place').orderBy('id').execute();
  return rows.map(({ place: _, ...skill }) => skill);
}

/** A member of the team with their profile, if they have one. */
export type EngineerRow = {
  id: string;
  name: string;
  disabled: boolean;
  profile: (EngineerProfileRow & { skills: EngineerSkill[] }) | null;
  /** Those that do not wait for the customer. */
  openTickets: number;
};

/** The team, active ones first, by name. */
export async function findEngineers(db: DbOrTrx, ids?: readonly string[]): Promise<EngineerRow[]> {
  const rows = await db
    .selectFrom('staff')
    .leftJoin('engineerProfile', 'engineerProfile.staffId', 'staff.id')
    .selectAll('engineerProfile')
    .select(['staff.id', 'staff.name', 'staff.disabled', skillsOfStaff(), openTicketsOfStaff])
    .$if(ids !== undefined, (query) => query.where('staff.id', 'in', ids!))
    .orderBy('staff.disabled')
    .orderBy('staff.name')
    .orderBy('staff.id')
    .execute();
  return rows.map(({ id, name, disabled, openTickets, skills, ...profile }) => ({
    id,
    name,
    disabled,
    openTickets,
    profile: profile.staffId === null ? null : { ...(profile as EngineerProfileRow), skills },
  }));
}

export async function findEngineer(db: DbOrTrx, id: string): Promise<EngineerRow | undefined> {
  return (await findEngineers(db, [id]))[0];
}

// Keys inside JSON keep their spelling, so they are named here.
function skillsOfStaff() {
  return sql<EngineerSkill[]>`coalesce((
    select json_agg(json_build_object('skillId', skill.id, 'level', engineer_skill.level)
      order by engineer_skill.level desc, skill.place)
    from engineer_skill join skill on skill.id = engineer_skill.skill_id
    where engineer_skill.staff_id = staff.id), '[]')`.as('skills');
}

function openTicketsOfStaff(eb: ExpressionBuilder<Database, 'staff'>) {
  return eb
    .selectFrom('ticket')
    .select((inner) => inner.fn.countAll<number>().as('count'))
    .whereRef('ticket.assigneeId', '=', 'staff.id')
    .where('ticket.state', '=', 'open')
    .$asScalar()
    .$castTo<number>()
    .as('openTickets');
}

/** What routing last made of a ticket. */
export async function findRoute(db: DbOrTrx, ticketId: string) {
  return db.selectFrom('ticketRoute').selectAll().where('ticketId', '=', ticketId).executeTakeFirst();
}
export type RouteRow = NonNullable<Awaited<ReturnType<typeof findRoute>>>;

/** Tickets that wait for somebody to become free, in the queue's order; with who handed them back. */
export async function findWaiting(db: DbOrTrx) {
  return (
    db
      .selectFrom('ticketRoute')
      .innerJoin('ticket', 'ticket.id', 'ticketRoute.ticketId')
      .select(['ticketRoute.ticketId', 'ticketRoute.ticketFacts'])
      .where('ticketRoute.outcome', '=', 'nobody')
      .where('ticket.assigneeId', 'is', null)
      .where('ticket.state', '=', 'open')
      // Nobody is found for these, and whoever is free is not to be kept free for them.
      .where('ticket.mergedInto', 'is', null)
      .where((eb) => eb.or([eb('ticket.excluded', 'is', null), eb('ticket.excluded', '!=', 'spam')]))
      .orderBy(sql`coalesce(ticket.next_due_at, 'infinity')`)
      .orderBy('ticket.priority')
      .orderBy('ticket.unansweredSince')
      .orderBy('ticket.number')
      .execute()
  );
}

/** Tickets routing suggested to an engineer, or to anybody, and nobody has taken. */
export async function findSuggested(db: DbOrTrx, engineerId?: string): Promise<string[]> {
  const rows = await db
    .selectFrom('ticketRoute')
    .innerJoin('ticket', 'ticket.id', 'ticketRoute.ticketId')
    .select('ticketRoute.ticketId')
    .where('ticketRoute.outcome', '=', 'suggested')
    .where('ticket.assigneeId', 'is', null)
    .where('ticket.state', '=', 'open')
    .$if(engineerId !== undefined, (query) => query.where('ticketRoute.engineerId', '=', engineerId!))
    .orderBy('ticket.number')
    .execute();
  return rows.map((row) => row.ticketId);
}

/**
 * Tickets of an engineer who is not there that need somebody now: those in which a customer waits, and of one who left
 * the team every one that is open or on hold.
 */
export async function findLeftBehind(db: DbOrTrx, engineerId: string, hasLeft: boolean): Promise<string[]> {
  const rows = await db
    .selectFrom('ticket')
    .select('id')
    .where('assigneeId', '=', engineerId)
    .$if(hasLeft, (query) => query.where('state', 'in', ['open', 'on_hold']))
    .$if(!hasLeft, (query) => query.where('state', '=', 'open').where('unansweredSince', 'is not', null))
    .orderBy('priority')
    .orderBy('number')
    .execute();
  return rows.map((row) => row.id);
}

/** Whether somebody has done anything in a ticket since then, or was given it by a person: then they are there after all. */
export async function hasActedSince(db: DbOrTrx, ticketId: string, staffId: string, since: Date): Promise<boolean> {
  const row = await db
    .selectFrom('ticketEvent')
    .select('id')
    .where('ticketId', '=', ticketId)
    .where('at', '>', since)
    .where((eb) =>
      eb.or([
        eb(sql<string>`actor ->> 'id'`, '=', staffId),
        eb.and([eb('type', '=', 'ticket.assigned'), eb(sql<string>`body -> 'to' ->> 'id'`, '=', staffId)]),
      ]),
    )
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Who handed a ticket back. */
export async function findHandedBackBy(db: DbOrTrx, ticketId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('ticketHandBack')
    .select('staffId')
    .where('ticketId', '=', ticketId)
    .orderBy('at')
    .execute();
  return rows.map((row) => row.staffId);
}

/** Whether a picture is in somebody's profile. */
export async function isPhotoOfAnyone(db: DbOrTrx, fileId: string): Promise<boolean> {
  const row = await db
    .selectFrom('engineerProfile')
    .select('staffId')
    .where('photoFileId', '=', fileId)
    .executeTakeFirst();
  return row !== undefined;
}
