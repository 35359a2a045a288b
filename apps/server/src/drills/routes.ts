import type { LocalisedText } from '@alongside/contracts';
import * as contracts from '@alongside/contracts';
import type { FastifyInstance } from 'fastify';
import { latestPlans } from '../plans/list.queries.ts';
import { route } from '../platform/http/route.ts';
import { actorOf } from '../tickets/actions.ts';
import { drillFor } from './access.ts';
import { createDrill, stopDrill } from './actions.ts';
import type { DrillsDeps } from './deps.ts';
import { type PlanName, presentDrill, presentReport, presentSeries } from './present.ts';
import { findPromises } from './promises.queries.ts';
import {
  findDrillLogs,
  findDrills,
  findFormerDrills,
  findLiveSeries,
  findNextOf,
  type NumberedDrill,
} from './queries.ts';
import { createSeries, endSeries } from './series.actions.ts';
import type { SeriesRow } from './tables.ts';

const DRILLS_MAX = 100;
/** So many earlier ones are compared with. */
const FORMER_MAX = 12;

/** Drills, for those who lead. */
export function registerDrillRoutes(app: FastifyInstance, deps: DrillsDeps): void {
  const { db } = deps;

  async function planNames(): Promise<PlanName> {
    const names = new Map(
      (await latestPlans(db)).map(({ planId, content }): [string, LocalisedText] => [planId, content.name]),
    );
    return (planId) => names.get(planId)!;
  }
  async function presented(rows: readonly NumberedDrill[]) {
    const logs = await findDrillLogs(
      db,
      rows.flatMap(({ ticketId }) => ticketId ?? []),
    );
    const nameOf = await planNames();
    return rows.map((row) => presentDrill(row, logs.get(row.ticketId ?? '') ?? [], nameOf));
  }
  const oneDrill = async (row: NumberedDrill) => ({ drill: (await presented([row]))[0]! });
  const oneSeries = async (row: SeriesRow) => ({
    series: presentSeries(row, await findNextOf(db, row.id), await planNames()),
  });

  route(app, contracts.listDrills, async () => {
    const nameOf = await planNames();
    const series = [];
    for (const row of await findLiveSeries(db)) series.push(presentSeries(row, await findNextOf(db, row.id), nameOf));
    return { drills: await presented(await findDrills(db, DRILLS_MAX)), series };
  });

  route(app, contracts.getDrill, async ({ params }) => {
    const row = await drillFor(db, params.id);
    const { drill } = await oneDrill(row);
    if (row.ticketId === null || row.filedAt === null) return { report: presentReport(drill, [], [], []) };
    const former = await findFormerDrills(db, { planId: row.planId, before: row.filedAt, limit: FORMER_MAX });
    const logs = await findDrillLogs(db, [row.ticketId, ...former.map(({ ticketId }) => ticketId!)]);
    const promises = await findPromises(db, row.ticketId, row.filedAt);
    const earlier = former.map((one) => ({ row: one, log: logs.get(one.ticketId!)! }));
    return { report: presentReport(drill, logs.get(row.ticketId)!, promises, earlier) };
  });

  route(app, contracts.startDrill, async ({ body, caller }) =>
    oneDrill(await createDrill(deps, actorOf(caller), body, caller.locale)),
  );

  route(app, contracts.stopDrill, async ({ params, body, caller }) =>
    oneDrill(await stopDrill(deps, actorOf(caller), params.id, body.note)),
  );

  route(app, contracts.createDrillSeries, async ({ body, caller }) =>
    oneSeries(await createSeries(deps, actorOf(caller), body, caller.locale)),
  );

  route(app, contracts.endDrillSeries, async ({ params, caller }) =>
    oneSeries(await endSeries(deps, actorOf(caller), params.id)),
  );
}
