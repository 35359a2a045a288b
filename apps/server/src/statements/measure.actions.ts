import { measureTicket, type TicketMeasure, ticketClockAt } from '@alongside/desk';
import { lockNames } from '../customers/locks.ts';
import type { Db, Trx } from '../platform/database/database.ts';
import { findClockBasis } from '../tickets/clock.queries.ts';
import { findMeasuredLogs, findUnmeasured } from './measure.queries.ts';
import type { StatementsTables } from './tables.ts';

/** Raise it when tickets are measured in another way: all are measured anew. */
export const MEASURE_VERSION = 1;
const BATCH = 200;

/**
 * Measures tickets by their logs as they stand now. Doing it again changes nothing.
 * @param now what the clocks are judged at; what they say of later is measured when it has come
 */
export async function measureTickets(trx: Trx, ticketIds: readonly string[], now: Date): Promise<void> {
  const ids = [...new Set(ticketIds)];
  if (ids.length === 0) return;
  // Two at once would both remove and both add.
  await lockNames(trx, ['statements.measure']);
  const logs = await findMeasuredLogs(trx, ids);
  const basis = await findClockBasis(trx, logs.values());
  const rows = noRows();
  for (const [ticketId, log] of logs) {
    if (log.length === 0) continue;
    const { state } = ticketClockAt(log, basis, now.toISOString());
    addRows(rows, ticketId, log.at(-1)!.seq, measureTicket(log, state));
  }
  await trx.deleteFrom('ticketMeasure').where('ticketId', 'in', ids).execute();
  if (rows.measures.length > 0) await trx.insertInto('ticketMeasure').values(rows.measures).execute();
  if (rows.turns.length > 0) await trx.insertInto('ticketTurn').values(rows.turns).execute();
  if (rows.spans.length > 0) await trx.insertInto('ticketOpenSpan').values(rows.spans).execute();
  if (rows.cycles.length > 0) await trx.insertInto('ticketCycle').values(rows.cycles).execute();
}

/**
 * Measures what never was, or was in an older way: after an update, or a restored backup.
 * @returns how many tickets
 */
export async function measureMissing(
  db: Db,
  { now = () => new Date(), isOver = () => false }: { now?: () => Date; isOver?: () => boolean } = {},
): Promise<number> {
  let count = 0;
  for (let after: string | null = null; !isOver(); ) {
    const ids: string[] = await findUnmeasured(db, MEASURE_VERSION, { after, limit: BATCH });
    if (ids.length === 0) break;
    await db.transaction().execute((trx) => measureTickets(trx, ids, now()));
    count += ids.length;
    after = ids.at(-1)!;
  }
  return count;
}

type Rows = {
  measures: StatementsTables['ticketMeasure'][];
  turns: StatementsTables['ticketTurn'][];
  spans: StatementsTables['ticketOpenSpan'][];
  cycles: StatementsTables['ticketCycle'][];
};

function noRows(): Rows {
  return { measures: [], turns: [], spans: [], cycles: [] };
}

function addRows(rows: Rows, ticketId: string, seq: number, measure: TicketMeasure): void {
  const { turns, openSpans, decided, rating, openedAt, firstSolvedAt, solvedAt, ...facts } = measure;
  rows.measures.push({
    ...facts,
    ticketId,
    version: MEASURE_VERSION,
    seq,
    openedAt: new Date(openedAt),
    firstSolvedAt: dateOf(firstSolvedAt),
    solvedAt: dateOf(solvedAt),
    score: rating?.score ?? null,
    ratedAt: dateOf(rating?.at ?? null),
  });
  for (const [n, { kind, startAt, answeredAt, by }] of turns.entries())
    rows.turns.push({
      ticketId,
      n,
      kind,
      answeredAt: new Date(answeredAt),
      waitMs: Date.parse(answeredAt) - Date.parse(startAt),
      answeredBy: by,
    });
  for (const [n, { from, to }] of openSpans.entries())
    rows.spans.push({ ticketId, n, fromAt: new Date(from), toAt: dateOf(to) });
  for (const { cycleId, target, priority, decidedAt, met, by } of decided)
    rows.cycles.push({ ticketId, cycleId, target, priority, decidedAt: new Date(decidedAt), met, keptBy: by });
}

function dateOf(instant: string | null): Date | null {
  return instant === null ? null : new Date(instant);
}
