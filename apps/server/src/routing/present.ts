import type {
  EngineerCard,
  EngineerProfile,
  EngineerProfileContent,
  LocalisedText,
  RankedEngineer,
  Skill,
} from '@alongside/contracts';
import type { RankedCandidate } from '@alongside/desk';
import type { PlanRow } from '../plans/list.queries.ts';
import type { CalendarVersionRow } from '../plans/queries.ts';
import type { EngineerRow } from './queries.ts';
import type { WorkingHours } from './working-hours.queries.ts';

const NOTHING: LocalisedText = { en: '', 'zh-CN': '' };

/** A member of the team as routing sees them, for the team. */
export function presentEngineer(
  { id, name, disabled, profile, openTickets }: EngineerRow,
  now: { hours: WorkingHours; onCall: string[]; photoUrl: string | null; mayEdit: boolean },
): EngineerProfile {
  return {
    engineer: { id, name, disabled },
    content: profile && presentContent(profile),
    photoUrl: now.photoUrl,
    awaySince: profile?.awaySince?.toISOString() ?? null,
    openTickets,
    workingNow: profile !== null && now.hours.workingNow,
    nextWorkingAt: profile === null ? null : now.hours.nextWorkingAt,
    onCall: now.onCall,
    may: { edit: now.mayEdit },
  };
}

function presentContent(profile: NonNullable<EngineerRow['profile']>): EngineerProfileContent {
  const { title, about, skills, languages, photoFileId, calendarId, planIds, capacity } = profile;
  return { title, about, skills, languages, photoFileId, calendarId, planIds, capacity };
}

/** What a profile can name, without what it promises. */
export function presentChoices(calendars: readonly CalendarVersionRow[], plans: readonly PlanRow[]) {
  return {
    calendars: calendars.map(({ calendarId, name }) => ({ id: calendarId, name })),
    plans: plans.filter(({ archived }) => !archived).map(({ planId, content }) => ({ id: planId, name: content.name })),
  };
}

/** What everybody may know about an engineer. Levels, load and hours stay with the team. */
export function presentCard(
  { id, name, profile }: EngineerRow,
  skills: readonly Skill[],
  photoUrl: string | null,
): EngineerCard {
  const names = new Map(skills.map((skill) => [skill.id, skill.name]));
  return {
    id,
    name,
    title: profile?.title ?? NOTHING,
    about: profile?.about ?? NOTHING,
    skills: profile?.skills.flatMap(({ skillId }) => names.get(skillId) ?? []) ?? [],
    languages: profile?.languages ?? [],
    photoUrl,
  };
}

/** Who a ticket could go to, with their names. */
export function presentRanked(ranked: readonly RankedCandidate[], team: readonly EngineerRow[]): RankedEngineer[] {
  const names = new Map(team.map(({ id, name }) => [id, name]));
  return ranked.map(({ engineerId, reasons, obstacle }) => ({
    engineer: { id: engineerId, name: names.get(engineerId) ?? '' },
    reasons,
    obstacle,
  }));
}
