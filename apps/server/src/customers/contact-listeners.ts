import type { Trx } from '../platform/database/database.ts';

/** A person of a customer is now known under another id or name. */
export type ContactChange = {
  /** Who they were: a visitor who has now been recognised, or the same person under an earlier name. */
  from: { id: string; name: string };
  contact: { id: string; name: string; anonymous: boolean };
  organisation: { id: string; name: string } | null;
};

/**
 * Follows changes of contacts within the transaction that makes them: a recognised visitor's tickets must be theirs in
 * the same moment, or the next page would show them an empty list. Runs as the transaction's last step.
 */
export type ContactListener = (trx: Trx, changes: readonly ContactChange[]) => Promise<void>;

/**
 * Says which of these contacts something still hangs on. A visitor whom nothing holds and who stays away is forgotten;
 * what a later feature keeps of people, only that feature knows.
 */
export type ContactHolder = (trx: Trx, contactIds: readonly string[]) => Promise<ReadonlySet<string>>;

declare module 'fastify' {
  interface FastifyInstance {
    /** Later features put theirs here while they register. */
    contactListeners: ContactListener[];
    /** The same. */
    contactHolders: ContactHolder[];
  }
}
