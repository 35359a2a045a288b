import { z } from 'zod';
import { Id } from '../actors.ts';
import { TicketEvent } from '../events.ts';
import {
  EscalationPolicy,
  EscalationPolicyContent,
  HookInput,
  PageHook,
  PageTarget,
  TicketEscalation,
  TriedStep,
} from '../oncall.ts';
import { route } from '../route.ts';

const Empty = z.strictObject({});
const ById = z.strictObject({ id: Id });
const Note = z.string().trim().max(500).default('');
const Changed = z.strictObject({ ticketId: Id, events: z.array(TicketEvent) });

export const listPolicies = route({
  method: 'GET',
  path: '/api/on-call/policies',
  access: 'engineer',
  rate: 'read',
  summary: 'The escalation policies in the order in which they are tried.',
  reply: z.strictObject({ policies: z.array(EscalationPolicy), mayEdit: z.boolean() }),
});

const OnePolicy = z.strictObject({ policy: EscalationPolicy });

export const createPolicy = route({
  method: 'POST',
  path: '/api/on-call/policies',
  access: 'lead',
  rate: 'write',
  summary: 'Makes an escalation policy, at the end of the list unless a place is given. The id is made by the caller.',
  body: z.strictObject({
    id: Id,
    content: EscalationPolicyContent,
    enabled: z.boolean().default(true),
    place: z.number().int().min(1).max(1_000).optional(),
  }),
  reply: OnePolicy,
});

export const savePolicy = route({
  method: 'PUT',
  path: '/api/on-call/policies/:id',
  access: 'lead',
  rate: 'write',
  summary:
    'Changes a policy. Chains that run go on as they began. Two policies at the same place that match the same tickets are refused.',
  params: ById,
  body: z.strictObject({
    content: EscalationPolicyContent,
    enabled: z.boolean(),
    place: z.number().int().min(1).max(1_000).optional(),
  }),
  reply: OnePolicy,
});

export const orderPolicies = route({
  method: 'PUT',
  path: '/api/on-call/policies',
  access: 'lead',
  rate: 'write',
  summary: 'Puts all policies in an order: the first that matches a ticket runs.',
  body: z.strictObject({ ids: z.array(Id).min(1).max(200) }),
  reply: z.strictObject({ policies: z.array(EscalationPolicy) }),
});

export const deletePolicy = route({
  method: 'DELETE',
  path: '/api/on-call/policies/:id',
  access: 'lead',
  rate: 'write',
  summary: 'Removes a policy. Chains it started go on.',
  params: ById,
  reply: Empty,
});

export const tryPolicy = route({
  method: 'POST',
  path: '/api/on-call/policies/try',
  access: 'engineer',
  rate: 'write',
  summary: 'Whom each step of a policy would page if it began now. Pages nobody and saves nothing.',
  body: z.strictObject({ content: EscalationPolicyContent }),
  reply: z.strictObject({ steps: z.array(TriedStep) }),
});

export const listHooks = route({
  method: 'GET',
  path: '/api/on-call/hooks',
  access: 'engineer',
  rate: 'read',
  summary: 'The webhooks policies may call.',
  reply: z.strictObject({ hooks: z.array(PageHook) }),
});

const WithSecret = z.strictObject({ hook: PageHook, secret: z.string() });

export const createHook = route({
  method: 'POST',
  path: '/api/on-call/hooks',
  access: 'lead',
  rate: 'write',
  summary: 'Makes a webhook. Its secret is in this reply and nowhere else. The id is made by the caller.',
  body: HookInput.extend({ id: Id }),
  reply: WithSecret,
});

export const saveHook = route({
  method: 'PUT',
  path: '/api/on-call/hooks/:id',
  access: 'lead',
  rate: 'write',
  summary: 'Changes a webhook’s name or address, or turns it off.',
  params: ById,
  body: HookInput.extend({ enabled: z.boolean() }),
  reply: z.strictObject({ hook: PageHook }),
});

export const renewHookSecret = route({
  method: 'POST',
  path: '/api/on-call/hooks/:id/secret',
  access: 'lead',
  rate: 'write',
  summary: 'Gives a webhook a new secret, shown this once; the old one no longer signs.',
  params: ById,
  body: Empty,
  reply: WithSecret,
});

export const deleteHook = route({
  method: 'DELETE',
  path: '/api/on-call/hooks/:id',
  access: 'lead',
  rate: 'write',
  summary: 'Removes a webhook. Refused while a policy calls it.',
  params: ById,
  reply: Empty,
});

export const testHook = route({
  method: 'POST',
  path: '/api/on-call/hooks/:id/test',
  access: 'lead',
  rate: 'write',
  summary: 'Calls a webhook with a test page. The reply names the test, whose deliveries can be watched.',
  params: ById,
  body: Empty,
  reply: z.strictObject({ testId: Id }),
});

export const listTicketEscalations = route({
  method: 'GET',
  path: '/api/tickets/:id/escalations',
  access: 'engineer',
  rate: 'read',
  summary: 'The chains of a ticket, newest first: where each stands, whom it paged and by what, and what comes next.',
  params: ById,
  reply: z.strictObject({ escalations: z.array(TicketEscalation) }),
});

export const acknowledgeEscalation = route({
  method: 'POST',
  path: '/api/tickets/:id/acknowledge',
  access: 'engineer',
  rate: 'write',
  summary: 'Takes the pages of a ticket upon oneself: its chains stop. Again, or when none runs, it changes nothing.',
  params: ById,
  body: Empty,
  reply: Changed,
});

export const stopEscalation = route({
  method: 'POST',
  path: '/api/tickets/:id/escalation/stop',
  access: 'lead',
  rate: 'write',
  summary: 'Stops the chains of a ticket without anybody having acknowledged.',
  params: ById,
  body: Empty,
  reply: Changed,
});

export const pageByHand = route({
  method: 'POST',
  path: '/api/tickets/:id/pages',
  access: 'engineer',
  rate: 'write',
  summary:
    'Pages a person, whoever is on call in a rotation, or starts a policy’s chain, with a note. The id is made by the caller; the same again changes nothing.',
  params: ById,
  body: z.strictObject({
    id: Id,
    to: z.union([PageTarget, z.strictObject({ kind: z.literal('policy'), id: Id })]),
    note: Note,
  }),
  reply: Changed,
});
