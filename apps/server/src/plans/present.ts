import type {
  Contract,
  ContractVersion,
  HolidayFeed,
  LocalisedText,
  OfferedPlan,
  OwnPlan,
  Plan,
  PlanContent,
  PlanTerms,
  PlanVersion,
  PriorityOffer,
  SupportCalendar,
  SupportCalendarVersion,
} from '@alongside/contracts';
import { callsLeft, priorityEntitlement } from '@alongside/desk';
import type { PlanOfOwn } from './access.ts';
import type { HolidayFeedRow, PlanRow } from './list.queries.ts';
import type { CalendarVersionRow, ContractRow, PlanVersionRow } from './queries.ts';

/** Names by id of what contracts refer to. */
export type ContractNames = {
  plans: ReadonlyMap<string, LocalisedText>;
  contacts: ReadonlyMap<string, string>;
  staff: ReadonlyMap<string, string>;
};

/** @param plans as they are now, to tell which run on it */
export function presentCalendar(row: CalendarVersionRow, plans: readonly PlanRow[]): SupportCalendar {
  return {
    id: row.calendarId,
    name: row.name,
    version: row.version,
    validFrom: row.validFrom.toISOString(),
    content: row.content,
    usedBy: plans
      .filter((plan) => !plan.archived && calendarsOf(plan.content).includes(row.calendarId))
      .map((plan) => ({ planId: plan.planId, name: plan.content.name })),
  };
}

/** The calendars on which a plan promises anything. */
export function calendarsOf({ priorities }: Pick<PlanContent, 'priorities'>): string[] {
  const ids = Object.values(priorities)
    .filter(({ targetsMs }) => Object.keys(targetsMs).length > 0)
    .map(({ calendarId }) => calendarId);
  return [...new Set(ids)].filter((id) => id !== null);
}

export function presentCalendarVersion(row: CalendarVersionRow): SupportCalendarVersion {
  return {
    version: row.version,
    validFrom: row.validFrom.toISOString(),
    by: row.savedBy?.name ?? null,
    name: row.name,
    content: row.content,
  };
}

export function presentPlanVersion(row: PlanVersionRow): PlanVersion {
  return {
    id: row.id,
    planId: row.planId,
    version: row.version,
    validFrom: row.validFrom.toISOString(),
    by: row.savedBy?.name ?? null,
    content: row.content,
  };
}

export function presentPlan(row: PlanRow, contractCount: number): Plan {
  const { preset, archived, isDefault } = row;
  return { id: row.planId, preset, archived, isDefault, contractCount, current: presentPlanVersion(row) };
}

/** @returns null for a contract that ended */
export function presentContract(row: ContractRow, names: ContractNames): Contract | null {
  if (row.planId === null) return null;
  return {
    organisationId: row.organisationId,
    planId: row.planId,
    planName: names.plans.get(row.planId)!,
    timeZone: row.timeZone,
    startsOn: row.startsOn,
    monthlyFee: row.monthlyFee,
    namedContacts: namedIn(row.namedContactIds, names.contacts),
    manager: managerIn(row.managerId, names.staff),
    validFrom: row.validFrom.toISOString(),
  };
}

export function presentContractVersion(row: ContractRow, names: ContractNames): ContractVersion {
  return {
    version: row.version,
    validFrom: row.validFrom.toISOString(),
    savedAt: row.savedAt.toISOString(),
    by: row.savedBy.name,
    reason: row.reason,
    contract: presentContract(row, names),
  };
}

/** @param calendars as they are now; those the plan runs on are told */
export function presentTerms(content: PlanContent, calendars: readonly CalendarVersionRow[]): PlanTerms {
  const { name, summary, priorities, channels, callsPerYear, creditTiers } = content;
  const { urgentByNamedContacts, urgentForProduction } = content;
  const used = calendarsOf(content);
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
      .filter((calendar) => used.includes(calendar.calendarId))
      .map((calendar) => ({ id: calendar.calendarId, name: calendar.name, content: calendar.content })),
  };
}

export function presentOffered(row: PlanRow, calendars: readonly CalendarVersionRow[]): OfferedPlan {
  return { planId: row.planId, preset: row.preset, terms: presentTerms(row.content, calendars) };
}

export function presentOwnPlan(
  { plan, contract, callsUsed }: PlanOfOwn,
  calendars: readonly CalendarVersionRow[],
  names: Omit<ContractNames, 'plans'>,
  readerId: string,
): OwnPlan {
  const offer = (priority: 'P0' | 'P1', production: boolean): PriorityOffer => {
    const entitled = priorityEntitlement(plan.content, contract, { priority, contactId: readerId, production });
    return entitled.covered
      ? { offered: priority, reason: null }
      : { offered: entitled.offered, reason: entitled.reason };
  };
  const offersFor = (priority: 'P0' | 'P1') => ({ production: offer(priority, true), other: offer(priority, false) });
  return {
    terms: presentTerms(plan.content, calendars),
    contract: contract && {
      startsOn: contract.startsOn,
      timeZone: contract.timeZone,
      year: contract.year,
      namedContacts: namedIn(contract.namedContactIds, names.contacts),
      manager: managerIn(contract.managerId, names.staff),
    },
    mayRaiseUrgent: !plan.content.urgentByNamedContacts || (contract?.namedContactIds.includes(readerId) ?? false),
    urgent: { P0: offersFor('P0'), P1: offersFor('P1') },
    callsUsed,
    callsLeft: callsLeft(plan.content, callsUsed),
  };
}

/** Who is no longer with the organisation, or was removed, is not told. */
function namedIn(ids: readonly string[], names: ReadonlyMap<string, string>): { id: string; name: string }[] {
  return ids.flatMap((id) => (names.has(id) ? [{ id, name: names.get(id)! }] : []));
}

function managerIn(id: string | null, names: ReadonlyMap<string, string>): { id: string; name: string } | null {
  return id === null ? null : { id, name: names.get(id) ?? '' };
}

export function presentFeed(row: HolidayFeedRow): HolidayFeed {
  return {
    id: row.id,
    address: row.address,
    name: row.name,
    dayCount: row.days.length,
    addedBy: row.addedBy.name,
    addedAt: row.addedAt.toISOString(),
    triedAt: row.triedAt?.toISOString() ?? null,
    readAt: row.readAt?.toISOString() ?? null,
    failure: row.failure,
  };
}
