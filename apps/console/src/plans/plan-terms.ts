import type { PlanContent, PlanTerms, SupportCalendar } from '@alongside/contracts';

/** A plan that is being edited as customers would read it. */
export function termsOf(content: PlanContent, calendars: readonly SupportCalendar[]): PlanTerms {
  const { name, summary, priorities, channels, callsPerYear, creditTiers } = content;
  const { urgentByNamedContacts, urgentForProduction } = content;
  const used = Object.values(priorities)
    .filter(({ targetsMs }) => Object.keys(targetsMs).length > 0)
    .map(({ calendarId }) => calendarId);
  return {
    name,
    summary,
    priorities,
    channels,
    callsPerYear,
    urgentByNamedContacts,
    urgentForProduction,
    creditTiers,
    hours: calendars
      .filter(({ id }) => used.includes(id))
      .map((calendar) => ({ id: calendar.id, name: calendar.name, content: calendar.content })),
  };
}
