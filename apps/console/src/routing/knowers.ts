import type { EngineerProfile, Skill } from '@alongside/contracts';

/** How well somebody knows something, 1 to 3; 0 = not. */
export function levelOf({ content }: EngineerProfile, skill: Pick<Skill, 'id'>): number {
  return content?.skills.find(({ skillId }) => skillId === skill.id)?.level ?? 0;
}

/** Those of a team who know it at all. */
export function knowersOf(skill: Pick<Skill, 'id'>, team: readonly EngineerProfile[]): EngineerProfile[] {
  return team.filter((profile) => levelOf(profile, skill) > 0);
}
