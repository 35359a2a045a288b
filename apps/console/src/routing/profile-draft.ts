import type { EngineerCard, EngineerProfile, EngineerProfileContent, Skill } from '@alongside/contracts';

/** What somebody who has no profile yet begins with. */
export function newProfile(language: string): EngineerProfileContent {
  return {
    title: { en: '', 'zh-CN': '' },
    about: { en: '', 'zh-CN': '' },
    skills: [],
    languages: [language.split('-')[0]!],
    photoFileId: null,
    calendarId: null,
    planIds: [],
    capacity: 8,
  };
}

/** Sets how well somebody knows something. @param level 0 = does not know it */
export function withLevel(
  skills: EngineerProfileContent['skills'],
  skillId: string,
  level: number,
): EngineerProfileContent['skills'] {
  const others = skills.filter((skill) => skill.skillId !== skillId);
  return level === 0 ? others : [...others, { skillId, level }];
}

/** The card customers will see, made of what is being written. */
export function cardOf(
  engineer: EngineerProfile['engineer'],
  draft: EngineerProfileContent,
  skills: readonly Skill[],
  photoUrl: string | null,
): EngineerCard {
  const place = new Map(skills.map(({ id }, index) => [id, index]));
  const names = new Map(skills.map(({ id, name }) => [id, name]));
  const bestFirst = draft.skills.toSorted(
    (a, b) => b.level - a.level || (place.get(a.skillId) ?? 0) - (place.get(b.skillId) ?? 0),
  );
  return {
    id: engineer.id,
    name: engineer.name,
    title: draft.title,
    about: draft.about,
    skills: bestFirst.flatMap(({ skillId }) => names.get(skillId) ?? []),
    languages: draft.languages,
    photoUrl,
  };
}
