import type {
  Report,
  ReportDimension,
  ReportFigures,
  ReportGroup,
  ReportScope,
  Statement,
  StatementSummary,
} from '@alongside/contracts';
import { type Period, type Reader, seesInternal, statementForCustomer } from '@alongside/desk';
import { NONE } from './report.queries.ts';

/** A statement as this reader may read it. */
export function presentStatement(statement: Statement, reader: Reader): Statement {
  return seesInternal(reader) ? statement : statementForCustomer(statement);
}

/** What a statement comes to. */
export function presentSummary({
  month,
  provisional,
  contract,
  attainment,
  credits,
  rows,
}: Statement): StatementSummary {
  return {
    month,
    provisional,
    planName: contract?.planName ?? null,
    attainment: attainment.overall,
    credits: { percent: credits.percent, amount: credits.amount },
    excluded: rows.filter(({ outcome }) => outcome === 'excluded').length,
  };
}

/** The report of a period. @param buckets figures by stretch, in order */
export function presentReport(
  scope: ReportScope,
  parts: {
    unit: Report['unit'];
    figures: ReportFigures;
    before: Period & { figures: ReportFigures };
    buckets: readonly (Period & { figures: ReportFigures })[];
    madeAt: Date;
  },
): Report {
  return { ...parts, scope, buckets: [...parts.buckets], madeAt: parts.madeAt.toISOString() };
}

const PRIORITY_ORDER = ['P0', 'P1', 'P2', 'P3'];

/** Groups with their names: priorities in their order, the others by name, what has none last. */
export function presentGroups(
  dimension: ReportDimension,
  figures: ReadonlyMap<string, ReportFigures>,
  names: ReadonlyMap<string, string>,
): ReportGroup[] {
  const groups = [...figures].map(([key, of]) => ({ key, name: names.get(key) ?? null, figures: of }));
  if (dimension === 'priority')
    return groups.toSorted((a, b) => PRIORITY_ORDER.indexOf(a.key) - PRIORITY_ORDER.indexOf(b.key));
  const nameOf = ({ key, name }: ReportGroup) => name ?? key;
  return groups.toSorted(
    (a, b) =>
      Number(a.key === NONE) - Number(b.key === NONE) || nameOf(a).localeCompare(nameOf(b)) || (a.key < b.key ? -1 : 1),
  );
}
