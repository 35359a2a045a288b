import { createRequire } from 'node:module';

// Natively: the loader vitest reads this file with has no import.meta.resolve, by which PostgreSQL is found.
const { startRunDatabase } = createRequire(import.meta.url)('./testing.ts') as typeof import('./testing.ts');

/** What vitest calls once before the first file; returns what it calls after the last. */
export const setup = startRunDatabase;
