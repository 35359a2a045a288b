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
    /** False where only an organisation's own key says so, about an address outside its domains: signs nobody in. */
    emailProven: Generated<boolean>;
    anonymous: boolean;
    /** The customer's own id of the person; unique among those whose key the same organisation holds. */
    externalId: string | null;
    /** Whose own key vouches under `externalId`; null: a key of the workspace. */
    externalOrganisationId: string | null;
    organisationId: string | null;
    locale: Locale;
    theme: Generated<Theme>;
    /** A visitor who turned out to be somebody known; nothing new may hang on this row. */
    mergedInto: string | null;
    /** In whose name a drill is filed: nobody, and in no list. */
    mock: Generated<boolean>;
    createdAt: Timestamp;
  };
  /** `secret` leaves this table once, in the reply to its making, and else only to check a signature. */
  identityKey: {
    id: string;
    name: string;
    secret: string;
    /** The one organisation for whose people it vouches; null: everybody's. */
    organisationId: string | null;
    createdAt: Timestamp;
    lastUsedAt: Date | null;
  };
};
