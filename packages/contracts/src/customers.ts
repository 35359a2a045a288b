import { z } from 'zod';
import { Id, Instant } from './actors.ts';

/** A customer company. */
export const Organisation = z.strictObject({
  id: Id,
  name: z.string(),
  /** E-mail domains whose people belong to it, lower case. */
  domains: z.array(z.string()),
  contactCount: z.number().int(),
  createdAt: Instant,
});
export type Organisation = z.infer<typeof Organisation>;

/** A person of a customer, or a visitor nobody has named yet. */
export const Contact = z.strictObject({
  id: Id,
  name: z.string(),
  email: z.string().nullable(),
  /** True until the visitor signs in or the host page vouches for them. */
  anonymous: z.boolean(),
  /** The customer's own id of this person, from the signed identity. */
  externalId: z.string().nullable(),
  organisation: z.strictObject({ id: Id, name: z.string() }).nullable(),
  createdAt: Instant,
});
export type Contact = z.infer<typeof Contact>;

/** A secret with which a customer's back end signs identities; the secret itself is shown once. */
export const IdentityKey = z.strictObject({
  id: Id,
  name: z.string(),
  /** The one organisation for whose people it vouches; null = the workspace's own back end, which vouches for everybody. */
  organisation: z.strictObject({ id: Id, name: z.string() }).nullable(),
  createdAt: Instant,
  lastUsedAt: Instant.nullable(),
});
export type IdentityKey = z.infer<typeof IdentityKey>;
