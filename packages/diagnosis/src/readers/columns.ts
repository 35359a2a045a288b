import type { JsonPrimitive } from './json-walk.ts';

/** One member of a statistic through time, as cheap as its values allow. */
type Column = { length: number; at(index: number): JsonPrimitive };

/** One statistic through time. */
export type StatColumns = {
  id: string;
  type: string;
  fromMs: number;
  toMs: number;
  members: Map<string, Column>;
};

/** @param values a JSON array in text, as chrome://webrtc-internals writes each member; null where it is none */
export function parseColumn(values: string): Column | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(values);
  } catch {
    return null;
  }
  if (!Array.isArray(parsed) || parsed.length === 0) return null;
  const first = parsed[0];
  // Identifiers and states hardly ever change: an hour of them is one value.
  if (parsed.every((value) => value === first) && !(first instanceof Object))
    return { length: parsed.length, at: () => first as JsonPrimitive };
  if (parsed.every((value) => typeof value === 'number')) {
    const numbers = Float64Array.from(parsed as number[]);
    return { length: numbers.length, at: (index) => numbers[index] ?? null };
  }
  const mixed = parsed as JsonPrimitive[];
  return { length: mixed.length, at: (index) => mixed[index] ?? null };
}

/** @returns when a row was measured: by the statistic's own times where it has them, else evenly between its ends */
export function rowTimes(columns: StatColumns): Float64Array {
  const rows = [...columns.members.values()].reduce((most, { length }) => Math.max(most, length), 0);
  const told = columns.members.get('timestamp');
  const stepMs = rows > 1 ? (columns.toMs - columns.fromMs) / (rows - 1) : 0;
  return Float64Array.from({ length: rows }, (_, row) => {
    const at = told?.length === rows ? told.at(row) : null;
    return typeof at === 'number' ? at : columns.fromMs + row * stepMs;
  });
}

/** @returns one statistic as `getStats()` would have given it at that row; shorter members are those that came later */
export function rowOf(columns: StatColumns, row: number, rows: number): Record<string, JsonPrimitive> {
  const stat: Record<string, JsonPrimitive> = { id: columns.id, type: columns.type };
  for (const [member, column] of columns.members) {
    const index = row - (rows - column.length);
    if (index >= 0) stat[member] = column.at(index);
  }
  return stat;
}
