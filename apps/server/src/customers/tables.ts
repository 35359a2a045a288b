import type { Locale, Theme } from '@alongside/contracts';
import type { Generated } from 'kysely';
import type { Timestamp } from '../platform/database/tables.ts';

export type CustomersTables = {
  organisation: { id: string; name: string; createdAt: Timestamp };
  organisationDomain: { domain: string; organisationId: string };
  contact: {
    id: string;
    name: string;
    /** Proven by a magic link, vouched for by the host page, or entered by staff; while `anonymous`, only where to answer. */
    email: string | null;
    anonymous: boolean;
    externalId: string | null;
    organisationId: string | null;
    locale: Locale;
    theme: Generated<Theme>;
    /** A visitor who turned out to be somebody known; nothing new may hang on this row. */
    mergedInto: string | null;
    createdAt: Timestamp;
  };
  /** `secret` leaves this table once, in the reply to its making, and else only to check a signature. */
  identityKey: { id: string; name: string; secret: string; createdAt: Timestamp; lastUsedAt: Date | null };
};
