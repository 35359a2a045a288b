import type { Contact, IdentityKey, Me, Organisation } from '@alongside/contracts';
import type { ContactRow, IdentityKeyRow, OrganisationRow } from './queries.ts';

export function presentContact(row: ContactRow): Contact {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    anonymous: row.anonymous,
    externalId: row.externalId,
    organisation: organisationOf(row),
    createdAt: row.createdAt.toISOString(),
  };
}

/** A customer's person as themselves. */
export function presentContactMe(row: ContactRow): Me {
  return {
    id: row.id,
    role: 'customer',
    name: row.name,
    email: row.email,
    anonymous: row.anonymous,
    organisation: organisationOf(row),
    locale: row.locale,
    theme: row.theme,
  };
}

export function presentOrganisation(row: OrganisationRow): Organisation {
  return {
    id: row.id,
    name: row.name,
    domains: row.domains,
    contactCount: row.contactCount,
    createdAt: row.createdAt.toISOString(),
  };
}

export function presentIdentityKey(row: Omit<IdentityKeyRow, 'secret'>): IdentityKey {
  return {
    id: row.id,
    name: row.name,
    organisation: organisationOf(row),
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  };
}

export function organisationOf(row: Pick<ContactRow, 'organisationId' | 'organisationName'>) {
  return row.organisationId === null ? null : { id: row.organisationId, name: row.organisationName ?? '' };
}
