import type { Locale, StaffRole, Theme, Topic } from '@alongside/contracts';
import type { Generated } from 'kysely';
import type { Json, Timestamp } from '../platform/database/tables.ts';

export type PeopleTables = {
  /** Exactly one row. */
  workspace: {
    onlyOne: Generated<boolean>;
    name: string;
    topics: Json<Topic[]>;
    widgetOrigins: string[];
    demo: boolean;
  };
  staff: {
    id: string;
    name: string;
    email: string;
    role: StaffRole;
    passwordHash: string;
    disabled: Generated<boolean>;
    locale: Locale;
    theme: Generated<Theme>;
    createdAt: Timestamp;
  };
  /** Who is signed in where. The token itself is nowhere in the database: reading it gives no way in. */
  session: {
    id: string;
    tokenHash: Buffer;
    personKind: 'staff' | 'customer';
    personId: string;
    via: 'cookie' | 'bearer';
    /** The key that vouched for the person; what it opened ends with it. */
    identityKeyId: string | null;
    createdAt: Timestamp;
    seenAt: Timestamp;
    expiresAt: Timestamp;
  };
  /** One-time links. A customer's link names an address, since the contact may only come into being with its use. */
  signInLink: {
    tokenHash: Buffer;
    personKind: 'staff' | 'customer';
    staffId: string | null;
    email: string | null;
    locale: Locale;
    /** The anonymous visitor who asked for the link: their tickets come along. */
    visitorId: string | null;
    createdAt: Timestamp;
    expiresAt: Timestamp;
    usedAt: Date | null;
  };
};
