import { z } from 'zod';
import { Id, Instant } from '../actors.ts';
import { TicketEvent } from '../events.ts';
import {
  AcknowledgementLook,
  EscalationPolicy,
  EscalationPolicyContent,
  HookInput,
  MyPages,
  OnCallRotation,
  PageChannels,
  PageHook,
  PageTarget,
  PushSubscription,
  RingingPage,
  RotationContent,
  RotationOverride,
  RotationSchedule,
  RotationVersion,
  ShiftSwap,
  TestDelivery,
  TicketEscalation,
  TriedStep,
} from '../oncall.ts';
import { route } from '../route.ts';

const Empty = z.strictObject({});
const ById = z.strictObject({ id: Id });
const Stretch = { from: Instant, to: Instant };
const Note = z.string().trim().max(500).default('');
const Changed = z.strictObject({ ticketId: Id, events: z.array(TicketEvent) });
const Person = z.strictObject({ id: Id, name: z.string(), disabled: z.boolean() });
const OneRotation = z.strictObject({ rotation: OnCallRotation });

/** The longest stretch a schedule is asked for, days. */
export const SCHEDULE_MAX_DAYS = 100;

export const listRotations = route({
  method: 'GET',
  path: '/api/on-call/rotations',
  access: 'engineer',
  rate: 'read',
  summary: 'The rotations, each with who is on call now and next.',
  reply: z.strictObject({ rotations: z.array(OnCallRotation), mayEdit: z.boolean() }),
});

export const getOnCallSchedule = route({
  method: 'GET',
  path: '/api/on-call/schedule',
  access: 'engineer',
  rate: 'read',
  summary: `Who is on call over a stretch of at most ${SCHEDULE_MAX_DAYS} days, past or to come, by rotation and layer.`,
  query: z.strictObject(Stretch),
  reply: z.strictObject({ rotations: z.array(RotationSchedule), people: z.array(Person) }),
});

export const createRotation = route({
  method: 'POST',
  path: '/api/on-call/rotations',
  access: 'lead',
  rate: 'write',
  summary: 'Makes a rotation; the first one becomes the default. The id is made by the caller.',
  body: z.strictObject({ id: Id, content: RotationContent }),
  reply: OneRotation,
});

export const saveRotation = route({
  method: 'PUT',
  path: '/api/on-call/rotations/:id',
  access: 'lead',
  rate: 'write',
  summary:
    'Saves a new version of a rotation, in force at once or from a later instant. Who was on call until then stays as it was; versions planned for later are withdrawn.',
  params: ById,
  body: z.strictObject({ content: RotationContent, validFrom: Instant.nullable().default(null) }),
  reply: OneRotation,
});

export const setDefaultRotation = route({
  method: 'POST',
  path: '/api/on-call/rotations/:id/default',
  access: 'lead',
  rate: 'write',
  summary: 'Makes this the default rotation.',
  params: ById,
  body: Empty,
  reply: OneRotation,
});

export const archiveRotation = route({
  method: 'DELETE',
  path: '/api/on-call/rotations/:id',
  access: 'lead',
  rate: 'write',
  summary: 'Takes a rotation out of use; its past stays. Refused while a policy pages it.',
  params: ById,
  reply: Empty,
});

export const getRotationHistory = route({
  method: 'GET',
  path: '/api/on-call/rotations/:id/history',
  access: 'engineer',
  rate: 'read',
  summary: 'Every version of a rotation, newest first: who changed what.',
  params: ById,
  reply: z.strictObject({ versions: z.array(RotationVersion) }),
});

export const createOverride = route({
  method: 'POST',
  path: '/api/on-call/rotations/:id/overrides',
  access: 'lead',
  rate: 'write',
  summary: 'Puts somebody on call for a stretch, whatever the layers say. What is past of it is left out.',
  params: ById,
  body: z.strictObject({ ...Stretch, personId: Id, note: Note }),
  reply: z.strictObject({ override: RotationOverride }),
});

export const removeOverride = route({
  method: 'DELETE',
  path: '/api/on-call/overrides/:id',
  access: 'lead',
  rate: 'write',
  summary: 'Takes back an override; of one that is running, the rest.',
  params: ById,
  reply: Empty,
});

export const listSwaps = route({
  method: 'GET',
  path: '/api/on-call/swaps',
  access: 'engineer',
  rate: 'read',
  summary: 'Swaps that wait for an answer: one’s own, asked and asked for; of leads everybody’s.',
  reply: z.strictObject({ swaps: z.array(ShiftSwap) }),
});

export const askSwap = route({
  method: 'POST',
  path: '/api/on-call/rotations/:id/swaps',
  access: 'engineer',
  rate: 'write',
  summary: 'Asks a colleague to take a stretch of one’s own shift, with or without one of theirs in return.',
  params: ById,
  body: z.strictObject({
    ...Stretch,
    colleagueId: Id,
    back: z.strictObject(Stretch).nullable().default(null),
    note: Note,
  }),
  reply: z.strictObject({ swap: ShiftSwap }),
});

export const answerSwap = route({
  method: 'POST',
  path: '/api/on-call/swaps/:id/answer',
  access: 'engineer',
  rate: 'write',
  summary: 'Accepts or declines a swap one was asked for.',
  params: ById,
  body: z.strictObject({ accept: z.boolean() }),
  reply: z.strictObject({ swap: ShiftSwap }),
});

export const withdrawSwap = route({
  method: 'POST',
  path: '/api/on-call/swaps/:id/withdraw',
  access: 'engineer',
  rate: 'write',
  summary: 'Takes back a swap one asked for.',
  params: ById,
  body: Empty,
  reply: z.strictObject({ swap: ShiftSwap }),
});

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

export const getMyPages = route({
  method: 'GET',
  path: '/api/on-call/me',
  access: 'engineer',
  rate: 'read',
  summary: 'How pages reach one, one’s devices, and the secret addresses of one’s calendars.',
  reply: MyPages,
});

export const saveMyPages = route({
  method: 'PUT',
  path: '/api/on-call/me',
  access: 'engineer',
  rate: 'write',
  summary: 'Chooses how pages reach one. At least one way must remain.',
  body: z.strictObject({ channels: PageChannels, offDuty: z.boolean() }),
  reply: MyPages,
});

export const addPushDevice = route({
  method: 'POST',
  path: '/api/on-call/me/devices',
  access: 'engineer',
  rate: 'write',
  summary: 'Lets this browser take one’s pages as push messages. The same subscription again changes nothing.',
  body: z.strictObject({ name: z.string().trim().min(1).max(120), subscription: PushSubscription }),
  reply: MyPages,
});

export const savePushDevice = route({
  method: 'PATCH',
  path: '/api/on-call/me/devices/:id',
  access: 'engineer',
  rate: 'write',
  summary: 'Makes a device quiet, or lets it be heard again.',
  params: ById,
  body: z.strictObject({ quiet: z.boolean() }),
  reply: MyPages,
});

export const removePushDevice = route({
  method: 'DELETE',
  path: '/api/on-call/me/devices/:id',
  access: 'engineer',
  rate: 'write',
  summary: 'Forgets a device.',
  params: ById,
  reply: MyPages,
});

export const renewCalendarAddresses = route({
  method: 'POST',
  path: '/api/on-call/me/calendars',
  access: 'engineer',
  rate: 'write',
  summary: 'Makes new secret addresses for one’s calendars; the old ones stop working.',
  body: Empty,
  reply: MyPages,
});

export const sendTestPage = route({
  method: 'POST',
  path: '/api/on-call/me/test',
  access: 'engineer',
  rate: 'write',
  summary: 'Pages oneself through every way one has chosen.',
  body: Empty,
  reply: z.strictObject({ testId: Id }),
});

export const getTestPage = route({
  method: 'GET',
  path: '/api/on-call/tests/:id',
  access: 'engineer',
  rate: 'read',
  summary: 'What became of a test page one sent.',
  params: ById,
  reply: z.strictObject({ deliveries: z.array(TestDelivery) }),
});

export const listMyPages = route({
  method: 'GET',
  path: '/api/on-call/me/pages',
  access: 'engineer',
  rate: 'read',
  summary: 'Pages for oneself that ring in the console or wait to be acknowledged.',
  reply: z.strictObject({ pages: z.array(RingingPage) }),
});

export const reportPageShown = route({
  method: 'POST',
  path: '/api/on-call/pages/:id/shown',
  access: 'engineer',
  rate: 'write',
  summary: 'A console tells that it shows a page: it has been delivered.',
  params: ById,
  body: Empty,
  reply: Empty,
});

export const seePage = route({
  method: 'POST',
  path: '/api/on-call/pages/:id/seen',
  access: 'engineer',
  rate: 'write',
  summary: 'One has seen a page: it goes quiet, and the chain goes on until somebody acknowledges.',
  params: ById,
  body: Empty,
  reply: Empty,
});

export const acknowledgeTestPage = route({
  method: 'POST',
  path: '/api/on-call/tests/:id/acknowledge',
  access: 'engineer',
  rate: 'write',
  summary: 'Acknowledges a test page.',
  params: ById,
  body: Empty,
  reply: Empty,
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

const Token = z.strictObject({ token: z.string().min(20).max(2_000) });

export const lookAtAcknowledgement = route({
  method: 'POST',
  path: '/api/on-call/acknowledgements/look',
  access: 'anyone',
  rate: 'credential',
  summary: 'What the link in a page’s mail would acknowledge. Changes nothing.',
  body: Token,
  reply: AcknowledgementLook,
});

export const redeemAcknowledgement = route({
  method: 'POST',
  path: '/api/on-call/acknowledgements',
  access: 'anyone',
  rate: 'credential',
  summary: 'Acknowledges with the one-time token of a page’s mail or push message, without a session.',
  body: Token,
  reply: AcknowledgementLook,
});
