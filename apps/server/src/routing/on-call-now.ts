import type { DbOrTrx } from '../platform/database/database.ts';
import type { Platform } from '../platform/platform.ts';

/** Somebody who is on call at a moment, and by which rotation. */
export type OnCallPerson = { staffId: string; rotation: string };

/** Who is on call at `at`; nobody as long as no feature knows. */
export type OnCallNow = (db: DbOrTrx, at: Date) => Promise<OnCallPerson[]>;

declare module 'fastify' {
  interface FastifyInstance {
    /** The later feature that keeps the rotations puts its answer here while it registers. */
    onCallNow: OnCallNow;
  }
}

/** Until somebody knows better, nobody is on call. */
export function decorateOnCallNow({ app }: Pick<Platform, 'app'>): void {
  app.decorate('onCallNow', async () => []);
}
