import type { Month, StatementMonth } from '@alongside/contracts';
import { localReading, startOfLocalDate } from '@alongside/sla';

/** The zone of a contract from an instant on; of those begun, the highest version holds. */
export type ZoneSince = { version: number; validFrom: string; timeZone: string };

/** A month of a contract: half-open, in its zone. */
export type MonthSpan = { timeZone: string; from: string; to: string };

/** Where nothing was ever agreed. */
const ZONE_WITHOUT_CONTRACT = 'UTC';

/**
 * When a month of an organisation begins and ends. It begins at the first instant of its first day, in the zone the
 * contract had when that day began in UTC (the first contract's zone before there was one); it ends where the next
 * month begins. So months leave no hole and never overlap, even where a contract moved to another zone.
 * @param contracts every state of the contract, in any order
 */
export function monthSpan(month: Month, contracts: readonly ZoneSince[]): MonthSpan {
  const next = nextMonth(month);
  const [timeZone, nextZone] = [zoneOfMonth(month, contracts), zoneOfMonth(next, contracts)];
  return {
    timeZone,
    from: startOfLocalDate(timeZone, `${month}-01`),
    to: startOfLocalDate(nextZone, `${next}-01`),
  };
}

/** The month an instant belongs to. */
export function monthAt(instant: string, contracts: readonly ZoneSince[]): Month {
  // A zone is at most a day away from UTC, so it is this month, the one before or the one after.
  const utc = instant.slice(0, 7);
  const candidates = [previousMonth(utc), utc, nextMonth(utc)];
  return candidates.find((month) => {
    const { from, to } = monthSpan(month, contracts);
    return from <= instant && instant < to;
  })!;
}

/**
 * The months from one instant to the present, latest first; the running one is provisional.
 * @param since ISO; what happened before belongs to no statement
 * @param now ISO
 */
export function monthsSince(since: string, now: string, contracts: readonly ZoneSince[]): StatementMonth[] {
  const first = monthAt(since, contracts);
  const months: StatementMonth[] = [];
  const running = monthAt(now, contracts);
  for (let month = running; month >= first; month = previousMonth(month))
    months.push({ month, provisional: month === running });
  return months;
}

export function nextMonth(month: Month): Month {
  return shifted(month, 1);
}

export function previousMonth(month: Month): Month {
  return shifted(month, -1);
}

/** The local date of an instant. */
export function localDate(timeZone: string, instant: string): string {
  return localReading(timeZone, instant).wall.slice(0, 10);
}

function shifted(month: Month, by: number): Month {
  const count = Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1 + by;
  return `${String(Math.floor(count / 12)).padStart(4, '0')}-${String((count % 12) + 1).padStart(2, '0')}`;
}

function zoneOfMonth(month: Month, contracts: readonly ZoneSince[]): string {
  const first = contracts.toSorted((a, b) => a.version - b.version)[0];
  return (inForceAt(contracts, `${month}-01T00:00:00.000Z`) ?? first)?.timeZone ?? ZONE_WITHOUT_CONTRACT;
}

/** Of the versions begun at an instant, the last one saved. */
export function inForceAt<T extends { version: number; validFrom: string }>(
  versions: readonly T[],
  at: string,
): T | undefined {
  const begun = versions.filter(({ validFrom }) => validFrom <= at);
  return begun.toSorted((a, b) => a.version - b.version).at(-1);
}
