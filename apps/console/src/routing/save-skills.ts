import { type Api, ApiError } from '@alongside/client';
import { getRouting, type RouteReply, type Skill, updateRouting } from '@alongside/contracts';
import { isSame } from '../plans/same.ts';

/** How often a list is put together anew because a colleague was faster each time. */
const TRIES_MAX = 5;

/** What becomes of the skills the server has by now. */
export type SkillsChange = (now: readonly Skill[]) => Skill[];

/**
 * Saves a change of the skills onto what the server has by now, as often as a colleague saves in between: the list is
 * saved as a whole, and the page's may be old.
 * @throws ApiError
 */
export async function saveSkills(
  api: Pick<Api, 'call'>,
  change: SkillsChange,
): Promise<RouteReply<typeof updateRouting>> {
  for (let tries = 1; ; tries += 1) {
    const { skills: now } = await api.call(getRouting, {});
    try {
      return await api.call(updateRouting, { body: { skills: change(now), skillsBefore: now } });
    } catch (thrown) {
      const isOvertaken = thrown instanceof ApiError && thrown.code === 'skills_changed';
      if (!isOvertaken || tries === TRIES_MAX) throw thrown;
    }
  }
}

/**
 * One's own changes of a skill laid onto what a colleague made of it meanwhile; where both changed the same, one's own
 * stays.
 * @param before what the editing began from
 */
export function mergedSkill(mine: Skill, before: Skill, now: Skill): Skill {
  const either = <Field extends keyof Skill>(field: Field): Skill[Field] =>
    isSame(mine[field], before[field]) ? now[field] : mine[field];
  return {
    id: now.id,
    kind: either('kind'),
    name: either('name'),
    topics: either('topics'),
    keywords: either('keywords'),
  };
}
