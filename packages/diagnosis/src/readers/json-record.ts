import type { JsonPrimitive } from './json-walk.ts';

/** Puts a value back where it was in its record. Names a document must not give are left out. */
export function putBack(
  record: Record<string, unknown>,
  path: readonly (string | number)[],
  value: JsonPrimitive,
): void {
  if (path.includes('__proto__')) return;
  let at = record;
  for (const [index, name] of path.slice(0, -1).entries()) {
    const inner = Object.hasOwn(at, name) ? at[name] : undefined;
    const next = typeof inner === 'object' && inner !== null ? inner : typeof path[index + 1] === 'number' ? [] : {};
    at[name] = next;
    at = next as Record<string, unknown>;
  }
  at[path.at(-1)!] = value;
}
