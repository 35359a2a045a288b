import { AppError } from '@alongside/contracts';
import type { Reader } from '@alongside/desk';
import type { Trx } from '../platform/database/database.ts';

/** What a later feature keeps of calls that customers' pages watch. */
export type WatchProviders = {
  /**
   * Says, in the transaction that opens a ticket, that it is about a call the person's own page has watched.
   * @throws AppError `not_found` for another's as for none
   */
  attach: (trx: Trx, person: Reader, ticketId: string, watchedSessionId: string) => Promise<void>;
};

declare module 'fastify' {
  interface FastifyInstance {
    /** A later feature replaces it while it registers. */
    watchProviders: WatchProviders;
  }
}

/** Without that feature nothing is watched. */
export function noWatchProviders(): WatchProviders {
  return {
    attach: async () => {
      throw new AppError('not_found');
    },
  };
}
