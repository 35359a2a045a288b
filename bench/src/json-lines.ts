import { appendFileSync, readFileSync } from 'node:fs';

/**
 * What a run before left in a file, one JSON value per line. What could not be measured is NaN, which JSON has not: it
 * comes back where `null` stands.
 * @returns nothing where there is no such file
 * @throws SyntaxError where a line is not JSON
 */
export function readJsonLines<T>(path: string, { nullIsNaN = false } = {}): T[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const revive = nullIsNaN ? (_: string, value: unknown) => value ?? Number.NaN : undefined;
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line, revive) as T);
}

/** Adds a line to such a file, which is made where there is none. */
export function appendJsonLine(path: string, value: unknown): void {
  appendFileSync(path, `${JSON.stringify(value)}\n`);
}
