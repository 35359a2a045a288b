import { type ActorRef, AppError, type CheckReport, SYSTEM_ACTOR } from '@alongside/contracts';
import { judgeCheck } from '@alongside/desk';
import type { Caller } from '../platform/http/caller.ts';
import { lockTicketFor, maySee, ticketFor } from '../tickets/access.ts';
import { actorOf, type Changed } from '../tickets/actions.ts';
import { changeTickets, type TicketLog } from '../tickets/log.actions.ts';
import { checkFor } from './access.ts';
import { ASK_LIFE_MS, type ChecksDeps, RESULTS_PER_ASK } from './deps.ts';
import { countResults, findAsk, findCheck } from './queries.ts';
import type { CheckAskRow, CheckRow } from './tables.ts';

/**
 * Keeps the result of a check, and puts it into the ticket of whoever asked for it. The same again changes nothing.
 * @param caller null for a stranger; the link is enough
 * @throws AppError `id_conflict` when the id belongs to another one
 */
export async function saveCheck(
  deps: ChecksDeps,
  caller: Caller | null,
  input: { id: string; report: CheckReport; ask: string | null },
): Promise<CheckRow> {
  const before = await findCheck(deps.db, input.id);
  if (before) return sameOrConflict(before, input.report);
  return changeTickets(
    deps.db,
    async (log) => {
      const ask = input.ask && (await askThatTakes(deps, log, input.ask));
      const row = await log.trx
        .insertInto('preCallCheck')
        .values({
          id: input.id,
          report: JSON.stringify(input.report),
          createdAt: deps.now(),
          askId: ask ? ask.id : null,
          ticketId: ask ? ask.ticketId : null,
        })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .returningAll()
        .executeTakeFirst();
      if (!row) return sameOrConflict(await checkFor(log.trx, input.id), input.report);
      if (ask) {
        const ticket = (await log.lock(ask.ticketId))!;
        // Whoever has the link may run it; only of whom the ticket is do we know who it was.
        const isTheirs = caller?.kind === 'customer' && maySee(caller, ticket);
        tell(log, isTheirs ? actorOf(caller) : SYSTEM_ACTOR, row, ask.ticketId, true);
      }
      return row;
    },
    deps.now,
  );
}

function sameOrConflict(row: CheckRow, report: CheckReport): CheckRow {
  if (row.report.startedAt !== report.startedAt || row.report.durationMs !== report.durationMs)
    throw new AppError('id_conflict');
  return row;
}

/** The asking, its ticket locked; null when it is over or had its results: the check is kept all the same. */
async function askThatTakes(deps: ChecksDeps, log: TicketLog, id: string): Promise<CheckAskRow | null> {
  const ask = await findAsk(log.trx, id, new Date(deps.now().getTime() - ASK_LIFE_MS));
  if (!ask || !(await log.lock(ask.ticketId))) return null;
  return (await countResults(log.trx, id)) < RESULTS_PER_ASK ? ask : null;
}

/**
 * Puts a check into a ticket, by somebody who sees it.
 * @throws AppError `not_found`, `id_conflict` when it stands in another ticket
 */
export async function attachCheck(
  deps: ChecksDeps,
  caller: Caller,
  { id, ticketId }: { id: string; ticketId: string },
): Promise<Changed> {
  return changeTickets(
    deps.db,
    async (log) => {
      await lockTicketFor(log, caller, ticketId);
      const check = await checkFor(log.trx, id);
      if (check.ticketId === ticketId) return { ticketId, events: [] };
      const { numUpdatedRows } = await log.trx
        .updateTable('preCallCheck')
        .set({ ticketId })
        .where('id', '=', id)
        .where('ticketId', 'is', null)
        .executeTakeFirst();
      if (numUpdatedRows === 0n) throw new AppError('id_conflict');
      return { ticketId, events: [tell(log, actorOf(caller), check, ticketId, false)] };
    },
    deps.now,
  );
}

function tell(log: TicketLog, by: ActorRef, { id, report }: CheckRow, ticketId: string, asked: boolean) {
  const { state, reasons } = judgeCheck(report);
  return log.append(ticketId, by, { type: 'check.attached', checkId: id, verdict: state, reasons, asked });
}

/**
 * Makes a link that puts results into a ticket. The same id again gives the same link.
 * @throws AppError `not_found`, `id_conflict`
 */
export async function askForCheck(
  deps: ChecksDeps,
  caller: Caller,
  { id, ticketId }: { id: string; ticketId: string },
): Promise<CheckAskRow> {
  await ticketFor(deps.db, caller, ticketId);
  await deps.db
    .insertInto('checkAsk')
    .values({ id, ticketId, by: JSON.stringify(actorOf(caller)), createdAt: deps.now() })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
  const ask = await findAsk(deps.db, id, new Date(0));
  if (!ask || ask.ticketId !== ticketId) throw new AppError('id_conflict');
  return ask;
}
