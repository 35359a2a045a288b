import type { Drill, DrillReport, DrillSeries, LocalisedText } from '@alongside/contracts';
import { drillMoments, drillSteps, type LoggedEvent } from '@alongside/desk';
import type { NumberedDrill } from './queries.ts';
import { runOf } from './run.ts';
import type { DrillRow, SeriesRow } from './tables.ts';

/** What the present version of a plan is called. */
export type PlanName = (planId: string) => LocalisedText;

/**
 * A drill as leads see it. Its moment is not in it until it has come.
 * @param log of its ticket; empty before it is filed
 */
export function presentDrill(row: NumberedDrill, log: readonly LoggedEvent[], nameOf: PlanName): Drill {
  const { windowFrom, windowTo, timeZone, ticketId, ticketNumber } = row;
  const isWindowed = windowFrom !== null && windowTo !== null && timeZone !== null;
  return {
    id: row.id,
    seriesId: row.seriesId,
    state: row.state,
    plan: { id: row.planId, name: nameOf(row.planId) },
    topic: row.topic,
    window: isWindowed ? { from: windowFrom.toISOString(), to: windowTo.toISOString(), timeZone } : null,
    locale: row.locale,
    withCall: row.withCall,
    by: row.by,
    ticket: ticketId !== null && ticketNumber !== null ? { id: ticketId, number: ticketNumber } : null,
    filedAt: row.filedAt?.toISOString() ?? null,
    limitAt: row.limitAt?.toISOString() ?? null,
    endedAt: row.endedAt?.toISOString() ?? null,
    stoppedBy: row.stoppedBy,
    note: row.note,
    steps: row.filedAt === null ? [] : drillSteps(log, runOf(row)),
  };
}

/**
 * @param drill as presented; filed or not
 * @param former finished ones before it with their tickets' logs, the latest first
 */
export function presentReport(
  drill: Drill,
  log: readonly LoggedEvent[],
  promises: DrillReport['promises'],
  former: readonly { row: DrillRow; log: readonly LoggedEvent[] }[],
): DrillReport {
  return {
    drill,
    promises,
    moments: drill.filedAt === null ? [] : drillMoments(log, drill.endedAt),
    former: former.map(({ row, log: told }) => ({
      id: row.id,
      filedAt: row.filedAt!.toISOString(),
      steps: drillSteps(told, runOf(row)),
    })),
  };
}

/** @param next the drill of it that waits */
export function presentSeries(row: SeriesRow, next: DrillRow | undefined, nameOf: PlanName): DrillSeries {
  const { id, repeat, timeZone, windowFrom, windowTo, startsOn, planId, topic, locale, withCall, by, endedAt } = row;
  return {
    ...{ id, repeat, timeZone, windowFrom, windowTo, startsOn, topic, locale, withCall, by },
    plan: { id: planId, name: nameOf(planId) },
    next:
      next?.windowFrom && next.windowTo
        ? { drillId: next.id, from: next.windowFrom.toISOString(), to: next.windowTo.toISOString() }
        : null,
    endedAt: endedAt?.toISOString() ?? null,
  };
}
