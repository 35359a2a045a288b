import type { Locale, Statement, StatementRow } from '@alongside/contracts';
import { type Cell, csv } from './csv.ts';
import { offsetText } from './format.ts';
import { EXCLUSION_WORDS, OUTCOME_WORDS, PAUSE_WORDS, TARGET_WORDS, WORDS } from './words.ts';

const COLUMNS = [
  'ticket',
  'subject',
  'priority',
  'target',
  'plan',
  'start',
  'due',
  'actual',
  'outcome',
  'because',
  'budgetMinutes',
  'usedMinutes',
  'pausedMinutes',
  'pauses',
] as const satisfies readonly (keyof typeof WORDS)[];

/** The targets of a statement as a table, one line each, in the statement's order. */
export function statementCsv(statement: Statement, locale: Locale): Buffer {
  return csv(
    COLUMNS.map((column) => WORDS[column][locale]),
    statement.rows.map((row) => cellsOf(row, statement.timeZone, locale)),
  );
}

function cellsOf(row: StatementRow, timeZone: string, locale: Locale): Cell[] {
  const at = (instant: string | null) => (instant === null ? null : offsetText(timeZone, instant));
  const pauses = row.pauses.map(({ from, to, reason }) => `${at(from)} – ${at(to)} (${PAUSE_WORDS[reason][locale]})`);
  return [
    row.ticket.number,
    row.ticket.subject,
    row.priority,
    TARGET_WORDS[row.target][locale],
    row.plan.name[locale],
    at(row.startAt),
    at(row.dueAt),
    at(row.actualAt),
    OUTCOME_WORDS[row.outcome][locale],
    row.because && EXCLUSION_WORDS[row.because][locale],
    minutes(row.budgetMs),
    minutes(row.usedMs),
    minutes(row.pausedMs),
    pauses.join('; '),
  ];
}

function minutes(ms: number): number {
  return Math.round(ms / 60) / 1_000;
}
