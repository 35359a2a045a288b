import { z } from 'zod';
import { Id } from '../actors.ts';
import { Contact, IdentityKey, Organisation } from '../customers.ts';
import { Locale } from '../locale.ts';
import { Email, Me, PersonName } from '../people.ts';
import { route } from '../route.ts';
import { TicketHead } from '../tickets.ts';

const ById = z.strictObject({ id: Id });
const Domains = z
  .array(
    z
      .string()
      .trim()
      .toLowerCase()
      .regex(/^[a-z0-9.-]+\.[a-z]{2,}$/),
  )
  .max(50);

export const openWidgetSession = route({
  method: 'POST',
  path: '/api/widget/session',
  access: 'anyone',
  rate: 'write',
  summary:
    'Starts or continues the widget’s session: by the host page’s signed identity, by the token of an earlier visit, or as a new anonymous visitor. An identity together with an anonymous visit claims that visit’s tickets.',
  body: z.strictObject({
    /** A JWT (HS256) by the customer’s back end: sub, name?, email?, organisation?, exp. Signed with one of the identity keys (kid), which may be bound to one organisation. */
    identity: z.string().max(8_000).optional(),
    /** The token this route gave at an earlier visit. */
    token: z.string().max(200).optional(),
    locale: Locale,
  }),
  reply: z.strictObject({ token: z.string(), me: Me }),
});

export const listOrganisations = route({
  method: 'GET',
  path: '/api/organisations',
  access: 'engineer',
  rate: 'read',
  summary: 'Customer organisations, by name.',
  query: z.strictObject({ search: z.string().max(200).optional() }),
  reply: z.strictObject({ organisations: z.array(Organisation) }),
});

export const createOrganisation = route({
  method: 'POST',
  path: '/api/organisations',
  access: 'lead',
  rate: 'write',
  summary: 'Adds a customer organisation.',
  body: z.strictObject({ id: Id, name: PersonName, domains: Domains }),
  reply: z.strictObject({ organisation: Organisation }),
});

export const updateOrganisation = route({
  method: 'PATCH',
  path: '/api/organisations/:id',
  access: 'lead',
  rate: 'write',
  summary: 'Changes a customer organisation’s name or e-mail domains.',
  params: ById,
  body: z.strictObject({ name: PersonName.optional(), domains: Domains.optional() }),
  reply: z.strictObject({ organisation: Organisation }),
});

export const listContacts = route({
  method: 'GET',
  path: '/api/contacts',
  access: 'engineer',
  rate: 'read',
  summary: 'People of customers, newest first; anonymous visitors only when asked for.',
  query: z.strictObject({
    search: z.string().max(200).optional(),
    organisationId: Id.optional(),
    anonymous: z.enum(['include', 'exclude']).default('exclude'),
    before: Id.optional(),
  }),
  reply: z.strictObject({ contacts: z.array(Contact), next: Id.nullable() }),
});

export const createContact = route({
  method: 'POST',
  path: '/api/contacts',
  access: 'engineer',
  rate: 'write',
  summary: 'Adds a person of a customer; joins the organisation whose domain the address has unless one is named.',
  body: z.strictObject({ id: Id, name: PersonName, email: Email, organisationId: Id.nullable().optional() }),
  reply: z.strictObject({ contact: Contact }),
});

export const getContact = route({
  method: 'GET',
  path: '/api/contacts/:id',
  access: 'engineer',
  rate: 'read',
  summary: 'One person of a customer with their latest tickets.',
  params: ById,
  reply: z.strictObject({ contact: Contact, tickets: z.array(TicketHead) }),
});

export const listIdentityKeys = route({
  method: 'GET',
  path: '/api/workspace/identity-keys',
  access: 'administrator',
  rate: 'read',
  summary: 'The keys with which customers’ back ends sign identities; without their secrets.',
  reply: z.strictObject({ keys: z.array(IdentityKey) }),
});

export const createIdentityKey = route({
  method: 'POST',
  path: '/api/workspace/identity-keys',
  access: 'administrator',
  rate: 'write',
  summary:
    'Makes a signing key, for one organisation’s own people or, with null, for everybody. Its secret is in this reply and never shown again.',
  // Named, never assumed: a key for everybody in a customer's hands signs for all other customers.
  body: z.strictObject({ name: PersonName, organisationId: Id.nullable() }),
  reply: z.strictObject({ key: IdentityKey, secret: z.string() }),
});

export const deleteIdentityKey = route({
  method: 'DELETE',
  path: '/api/workspace/identity-keys/:id',
  access: 'administrator',
  rate: 'write',
  summary: 'Revokes a signing key at once.',
  params: ById,
  reply: z.strictObject({}),
});
