import { sql } from 'kysely';
import type { DbOrTrx } from '../platform/database/database.ts';

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
 * @param now for whom it is working time
 */
export async function findEngineersWithSkill(
  db: DbOrTrx,
  skillId: string,
  _at: { now: Date },
): Promise<SkilledEngineer[]> {
  const rows = await db
    .selectFrom('engineerSkill')
    .innerJoin('engineerProfile', 'engineerProfile.staffId', 'engineerSkill.staffId')
    .innerJoin('staff', 'staff.id', 'engineerSkill.staffId')
    .select(['staff.id', 'staff.name', 'engineerSkill.level'])
    .select(sql<boolean>`engineer_profile.away_since is not null`.as('away'))
    .select(sql<boolean>`engineer_profile.calendar_id is null`.as('workingNow'))
    .where('engineerSkill.skillId', '=', skillId)
    .where('staff.disabled', '=', false)
    .orderBy('level', 'desc')
    .orderBy('staff.name')
    .orderBy('staff.id')
    .execute();
  return [...rows].sort((a, b) => Number(b.workingNow) - Number(a.workingNow));
}
