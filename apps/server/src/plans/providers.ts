import type { OpenCycle } from '@alongside/contracts';
import type { DbOrTrx } from '../platform/database/database.ts';

/** What this feature shows and later ones know. */
export type PlanProviders = {
  /** Calls of an organisation's people that were answered in a stretch of time, half-open. */
  callsUsed: (db: DbOrTrx, organisationId: string, year: { from: Date; to: Date }) => Promise<number>;
  /** Promises that run now, on whichever calendar. */
  runningCycles: (db: DbOrTrx) => Promise<OpenCycle[]>;
};

declare module 'fastify' {
  interface FastifyInstance {
    /** Later features replace what is theirs while they register. */
    planProviders: PlanProviders;
  }
}

/** Without those features nothing is used and nothing runs. */
export function noProviders(): PlanProviders {
  return { callsUsed: async () => 0, runningCycles: async () => [] };
}
