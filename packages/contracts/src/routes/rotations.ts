import { z } from 'zod';
import { Id, Instant } from '../actors.ts';
import {
  OnCallRotation,
  RotationContent,
  RotationOverride,
  RotationSchedule,
  RotationVersion,
  ShiftSwap,
} from '../oncall.ts';
import { route } from '../route.ts';

const Empty = z.strictObject({});
const ById = z.strictObject({ id: Id });
const Stretch = { from: Instant, to: Instant };
const Note = z.string().trim().max(500).default('');
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
