import type { Priority, ReportDimension, ReportFigure, ReportFigures, ReportTicket } from '@alongside/contracts';
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { DbOrTrx } from '../platform/database/database.ts';

/** What a report looks at: a half-open stretch of time, and which part of the desk. */
export type ReportPart = {
  from: Date;
  to: Date;
  /** `none` = those without one. */
  organisation?: string | undefined;
  priority?: Priority | undefined;
  engineer?: string | undefined;
  topic?: string | undefined;
};

/** By what figures are told apart: not at all, by stretches that begin at these instants, or by one of the dimensions. */
export type ReportGrouping = 'all' | { starts: readonly Date[] } | ReportDimension;

/** The key of everything under 'all', and of what has none of its kind. */
export const ALL = 'all';
export const NONE = 'none';

type Sql = RawBuilder<unknown>;
/** Rows that happened at an instant, and what they are told apart by. */
type Source = { rows: Sql; at: Sql; engineer: Sql; priority: Sql; of: Sql };

const TICKETS = sql`ticket_measure m`;
const OWN = { engineer: sql`m.assignee_id`, priority: sql`m.priority` };
const TURNS = sql`ticket_turn t join ticket_measure m using (ticket_id)`;
const turns = (kind: string): Source => ({
  rows: TURNS,
  at: sql`t.answered_at`,
  engineer: sql`t.answered_by`,
  priority: OWN.priority,
  of: sql`t.kind = ${kind}`,
});

/** What each figure counts, and when; the backlog, which has no instant, is below. */
const SOURCES: Record<Exclude<ReportFigure, 'backlog'>, Source> = {
  first_response: turns('first'),
  next_response: turns('next'),
  resolve: { rows: TICKETS, at: sql`m.solved_at`, ...OWN, of: sql`true` },
  first_contact: { rows: TICKETS, at: sql`m.first_solved_at`, ...OWN, of: sql`true` },
  reopened: { rows: TICKETS, at: sql`m.first_solved_at`, ...OWN, of: sql`true` },
  attainment: {
    rows: sql`ticket_cycle c join ticket_measure m using (ticket_id)`,
    at: sql`c.decided_at`,
    engineer: sql`coalesce(c.kept_by, m.assignee_id)`,
    priority: sql`c.priority`,
    of: sql`true`,
  },
  satisfaction: { rows: TICKETS, at: sql`m.rated_at`, ...OWN, of: sql`true` },
};
const BACKLOG: Source = {
  rows: sql`ticket_open_span s join ticket_measure m using (ticket_id)`,
  at: sql`s.from_at`,
  ...OWN,
  of: sql`true`,
};

const AT_FIRST_CONTACT = sql`m.answers_to_solve <= 1 and m.reopened = 0`;

/**
 * All figures of a part of the desk, by group. Keys are ids, priorities, topics, `none`, `all`, or the number of the
 * stretch, from 0. A group in which nothing happened is missing.
 */
export async function findFigures(
  db: DbOrTrx,
  part: ReportPart,
  grouping: ReportGrouping,
): Promise<ReadonlyMap<string, ReportFigures>> {
  const found = new Map<string, ReportFigures>();
  const of = (key: string) => {
    const figures = found.get(key) ?? noFigures();
    found.set(key, figures);
    return figures;
  };
  for (const [figure, value] of [
    ['first_response', sql`t.wait_ms`],
    ['next_response', sql`t.wait_ms`],
    ['resolve', sql`m.resolve_ms`],
  ] as const) {
    type Row = { key: string; count: number; quantiles: number[] };
    const rows = await aggregate<Row>(
      db,
      SOURCES[figure],
      part,
      grouping,
      sql`
      count(*) as count, percentile_cont(array[0.5, 0.9]) within group (order by ${value}) as quantiles`,
    );
    for (const { key, count, quantiles } of rows)
      of(key)[figure] = { count, medianMs: Math.round(quantiles[0]!), p90Ms: Math.round(quantiles[1]!) };
  }
  type Solved = { key: string; total: number; atFirst: number; reopened: number };
  for (const { key, total, atFirst, reopened } of await aggregate<Solved>(
    db,
    SOURCES.first_contact,
    part,
    grouping,
    sql`count(*) as total, count(*) filter (where ${AT_FIRST_CONTACT}) as at_first,
      count(*) filter (where m.reopened > 0) as reopened`,
  )) {
    of(key).first_contact = { part: atFirst, total };
    of(key).reopened = { part: reopened, total };
  }
  type Kept = { key: string; total: number; met: number };
  for (const { key, total, met } of await aggregate<Kept>(
    db,
    SOURCES.attainment,
    part,
    grouping,
    sql`count(*) as total, count(*) filter (where c.met) as met`,
  ))
    of(key).attainment = { met, total };
  type Rated = { key: string; count: number; mean: number };
  for (const { key, count, mean } of await aggregate<Rated>(
    db,
    SOURCES.satisfaction,
    part,
    grouping,
    sql`count(*) as count, avg(m.score)::float8 as mean`,
  ))
    of(key).satisfaction = { count, mean };
  for (const [key, open] of await findBacklog(db, part, grouping)) of(key).backlog = open;
  return found;
}

/** Figures of nothing. */
export function noFigures(): ReportFigures {
  const none = { count: 0, medianMs: null, p90Ms: null };
  return {
    first_response: none,
    next_response: none,
    resolve: none,
    first_contact: { part: 0, total: 0 },
    reopened: { part: 0, total: 0 },
    backlog: 0,
    attainment: { met: 0, total: 0 },
    satisfaction: { count: 0, mean: null },
  };
}

async function aggregate<Row>(
  db: DbOrTrx,
  source: Source,
  part: ReportPart,
  grouping: ReportGrouping,
  values: Sql,
): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select ${keyOf(source, grouping)} as key, ${values} from ${source.rows}
    where m.counted and ${source.of} and ${source.at} >= ${part.from} and ${source.at} < ${part.to}
      and ${isIn(source, part)}
    group by 1`.execute(db);
  return rows;
}

/** How many were open at the end of each stretch: those opened before it less those done before it. */
async function findBacklog(
  db: DbOrTrx,
  part: ReportPart,
  grouping: ReportGrouping,
): Promise<ReadonlyMap<string, number>> {
  const isByTime = typeof grouping === 'object';
  const ends = isByTime ? [...grouping.starts.slice(1), part.to] : [part.to];
  const key = isByTime ? sql`''` : keyOf(BACKLOG, grouping);
  type Row = { key: string; place: number; change: number };
  const { rows } = await sql<Row>`
    select ${key} as key, width_bucket(at, ${ends}::timestamptz[]) as place, sum(change)::integer as change
    from ticket_open_span s join ticket_measure m using (ticket_id)
      cross join lateral (values (s.from_at, 1), (s.to_at, -1)) as moves (at, change)
    where m.counted and at < ${part.to} and ${isIn(BACKLOG, part)}
    group by 1, 2`.execute(db);
  const open = new Map<string, number>();
  if (!isByTime) {
    for (const { key, change } of rows) open.set(key, (open.get(key) ?? 0) + change);
    return new Map([...open].filter(([, count]) => count > 0));
  }
  for (let place = 0, count = 0; place < ends.length; place += 1) {
    count += rows.find((row) => row.place === place)?.change ?? 0;
    open.set(String(place), count);
  }
  return open;
}

/** The tickets behind a figure, latest first, and how many there are. */
export async function findFigureTickets(
  db: DbOrTrx,
  part: ReportPart,
  figure: ReportFigure,
  { offset, limit }: { offset: number; limit: number },
): Promise<{ tickets: ReportTicket[]; total: number }> {
  const source = figure === 'backlog' ? BACKLOG : SOURCES[figure];
  const { value, isPart, target } = columnsOf(figure);
  const happened =
    figure === 'backlog'
      ? sql`s.from_at < ${part.to} and (s.to_at is null or s.to_at >= ${part.to})`
      : sql`${source.at} >= ${part.from} and ${source.at} < ${part.to}`;
  type Row = Omit<ReportTicket, 'at' | 'organisation' | 'engineer'> & {
    at: Date;
    organisationId: string | null;
    organisationName: string | null;
    engineerId: string | null;
    engineerName: string | null;
    total: number;
  };
  const { rows } = await sql<Row>`
    select ticket.id, ticket.number, ticket.subject, ${source.priority} as priority,
      m.organisation_id, organisation.name as organisation_name,
      ${source.engineer} as engineer_id, staff.name as engineer_name,
      ${figure === 'backlog' ? sql`m.opened_at` : source.at} as at,
      ${value} as value, ${isPart} as is_part, ${target} as target, count(*) over () as total
    from ${source.rows} join ticket on ticket.id = m.ticket_id
      left join organisation on organisation.id = m.organisation_id
      left join staff on staff.id = ${source.engineer}
    where m.counted and ${source.of} and ${happened} and ${isIn(source, part)}
    order by ${source.at} desc, ticket.number desc, ${target}
    limit ${limit} offset ${offset}`.execute(db);
  const named = (id: string | null, name: string | null) => (id === null ? null : { id, name: name ?? '' });
  return {
    total: rows[0]?.total ?? 0,
    tickets: rows.map((row) => ({
      id: row.id,
      number: row.number,
      subject: row.subject,
      priority: row.priority,
      organisation: named(row.organisationId, row.organisationName),
      engineer: named(row.engineerId, row.engineerName),
      at: row.at.toISOString(),
      value: row.value,
      isPart: row.isPart,
      target: row.target,
    })),
  };
}

function columnsOf(figure: ReportFigure): { value: Sql; isPart: Sql; target: Sql } {
  const none = { value: sql`null::float8`, isPart: sql`null::boolean`, target: sql`null::text` };
  switch (figure) {
    case 'first_response':
    case 'next_response':
      return { ...none, value: sql`t.wait_ms::float8` };
    case 'resolve':
      return { ...none, value: sql`m.resolve_ms::float8` };
    case 'first_contact':
      return { ...none, isPart: sql`(${AT_FIRST_CONTACT})` };
    case 'reopened':
      return { ...none, isPart: sql`(m.reopened > 0)` };
    case 'attainment':
      return { ...none, isPart: sql`c.met`, target: sql`c.target` };
    case 'satisfaction':
      return { ...none, value: sql`m.score::float8` };
    case 'backlog':
      return none;
  }
}

/** What the keys of a dimension are called; those without a name of their own are missing. */
export async function findGroupNames(
  db: DbOrTrx,
  dimension: ReportDimension,
  keys: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const ids = keys.filter((key) => key !== NONE);
  if (ids.length === 0 || (dimension !== 'organisation' && dimension !== 'engineer')) return new Map();
  const table = dimension === 'organisation' ? 'organisation' : 'staff';
  const rows = await db.selectFrom(table).select(['id', 'name']).where('id', 'in', ids).execute();
  return new Map(rows.map(({ id, name }) => [id, name]));
}

function keyOf(source: Source, grouping: ReportGrouping): Sql {
  if (grouping === 'all') return sql`'all'`;
  if (typeof grouping === 'object')
    return sql`(width_bucket(${source.at}, ${grouping.starts}::timestamptz[]) - 1)::text`;
  return sql`coalesce(${dimensionOf(source, grouping)}::text, 'none')`;
}

function dimensionOf(source: Source, dimension: ReportDimension): Sql {
  switch (dimension) {
    case 'organisation':
      return sql`m.organisation_id`;
    case 'priority':
      return source.priority;
    case 'engineer':
      return source.engineer;
    case 'topic':
      return sql`m.topic`;
  }
}

function isIn(source: Source, part: ReportPart): RawBuilder<SqlBool> {
  const wanted = (['organisation', 'priority', 'engineer', 'topic'] as const).flatMap((dimension) => {
    const value = part[dimension];
    if (value === undefined) return [];
    const column = dimensionOf(source, dimension);
    return [value === NONE ? sql<SqlBool>`${column} is null` : sql<SqlBool>`${column} = ${value}`];
  });
  return sql<SqlBool>`(${sql.join([sql`true`, ...wanted], sql` and `)})`;
}
