import type { SessionEventType } from '../model/events.ts';
import { CANDIDATE_SHAPE, EVENT_SHAPES, type MemberShape } from './event-shapes.ts';
import { ROWS_LIMITS, type SampleRows, TEXT_MAX, type WireColumns, type WireEvent } from './sample-rows.ts';
import { CONNECTION_DIGITS, DEVICE_DIGITS, TRACK_DIGITS } from './steps.ts';

/** A longer time than this no batch tells of, ms: an hour offline is sent in several. */
const LONGEST_MS = 3_600_000;

/** What is wrong with a batch, and where: a dotted path. */
export type RowsProblem = {
  field: string;
  code:
    | 'unknown_measure'
    | 'wrong_length'
    | 'unknown_event'
    | 'unknown_member'
    | 'wrong_type'
    | 'too_long'
    | 'unknown_id';
};

/**
 * Looks at what a stranger sent, beyond its outer shape (packages/contracts/src/watching.ts): measures that exist, columns
 * as long as there are instants, events with just their members.
 * @returns the first problem; null: it can be read
 */
export function checkRows(rows: SampleRows): RowsProblem | null {
  const count = rows.instants.length;
  if (rows.instants.reduce((sum, step) => sum + step, 0) > LONGEST_MS) return { field: 'instants', code: 'too_long' };
  const ids = new Set(rows.connections.map(({ id }) => id));
  for (const [index, { columns }] of rows.connections.entries()) {
    const problem = checkColumns(columns, CONNECTION_DIGITS, count, `connections.${index}.columns`);
    if (problem) return problem;
  }
  for (const [index, { connection, columns }] of rows.tracks.entries()) {
    if (!ids.has(connection)) return { field: `tracks.${index}.connection`, code: 'unknown_id' };
    const problem = checkColumns(columns, TRACK_DIGITS, count, `tracks.${index}.columns`);
    if (problem) return problem;
  }
  const problem = checkColumns(rows.device, DEVICE_DIGITS, count, 'device');
  if (problem) return problem;
  for (const [index, event] of rows.events.entries()) {
    const problem = checkEvent(event, `events.${index}`);
    if (problem) return problem;
  }
  return null;
}

function checkColumns(
  columns: WireColumns,
  digits: Readonly<Record<string, number>>,
  count: number,
  field: string,
): RowsProblem | null {
  for (const [measure, column] of Object.entries(columns)) {
    if (!Object.hasOwn(digits, measure)) return { field: `${field}.${measure}`, code: 'unknown_measure' };
    if (column.length !== count || count > ROWS_LIMITS.instants)
      return { field: `${field}.${measure}`, code: 'wrong_length' };
  }
  return null;
}

function checkEvent(event: WireEvent, field: string): RowsProblem | null {
  if (!Object.hasOwn(EVENT_SHAPES, event.type)) return { field: `${field}.type`, code: 'unknown_event' };
  if (Math.abs(event.at) > LONGEST_MS) return { field: `${field}.at`, code: 'too_long' };
  return checkMembers(event, EVENT_SHAPES[event.type as SessionEventType], field, ['type', 'at']);
}

type Shapes = Readonly<Record<string, MemberShape | 'number?' | readonly (string | null)[]>>;

function checkMembers(
  value: Readonly<Record<string, unknown>>,
  shapes: Shapes,
  field: string,
  also: readonly string[] = [],
): RowsProblem | null {
  for (const member of Object.keys(value))
    if (!Object.hasOwn(shapes, member) && !also.includes(member))
      return { field: `${field}.${member}`, code: 'unknown_member' };
  for (const [member, shape] of Object.entries(shapes)) {
    const problem = checkMember(value[member], shape, `${field}.${member}`);
    if (problem) return problem;
  }
  return null;
}

function checkMember(value: unknown, shape: Shapes[string], field: string): RowsProblem | null {
  if (typeof shape !== 'string') return shape.includes(value as string) ? null : { field, code: 'wrong_type' };
  if (shape === 'candidate') {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return { field, code: 'wrong_type' };
    return checkMembers(value as Record<string, unknown>, CANDIDATE_SHAPE, field);
  }
  if (shape.endsWith('?') && value === null) return null;
  if (shape === 'boolean') return typeof value === 'boolean' ? null : { field, code: 'wrong_type' };
  if (shape.startsWith('number')) return Number.isFinite(value) ? null : { field, code: 'wrong_type' };
  if (typeof value !== 'string') return { field, code: 'wrong_type' };
  if (value.length > (shape === 'id' ? TEXT_MAX.id : TEXT_MAX.text)) return { field, code: 'too_long' };
  return null;
}
