import type { KnownErrorContent } from '@alongside/contracts';
import type { Selectable } from 'kysely';
import type { Json, Timestamp } from '../platform/database/tables.ts';

export type CatalogueTables = {
  knownError: {
    id: string;
    code: string;
    /** With the code it is unique, in any case of letters. */
    component: string;
    audience: KnownErrorContent['audience'];
    /** What is said of it, in the form of the contracts. */
    says: Json<Pick<KnownErrorContent, 'meaning' | 'causes' | 'fix' | 'affectedVersions'>>;
    updatedAt: Timestamp;
  };
};

export type KnownErrorRow = Selectable<CatalogueTables['knownError']>;
