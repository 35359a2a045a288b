import { z } from 'zod';
import { Id } from '../actors.ts';
import { Call, CallJoin, CallQuality, CallStandby, MediaAddressFailure, MediaAddressReport } from '../calls.ts';
import { TicketEvent } from '../events.ts';
import { SupportChannel, UncoveredReason } from '../plans.ts';
import { route } from '../route.ts';

const ById = z.strictObject({ id: Id });
const One = z.strictObject({ call: Call });
const Empty = z.strictObject({});

export const startCall = route({
  method: 'POST',
  path: '/api/tickets/:id/calls',
  access: 'person',
  rate: 'write',
  summary:
    'Rings the other side of a ticket and answers with what the caller needs to enter the room. `callId` is made by the caller. A customer whose plan does not include it gets `beyond_plan`.',
  params: ById,
  body: z.strictObject({ callId: Id, video: z.boolean() }),
  reply: CallJoin,
});

export const getCallEntitlement = route({
  method: 'GET',
  path: '/api/tickets/:id/calls/entitlement',
  access: 'person',
  rate: 'read',
  summary:
    'Whether the plan by which this ticket is judged includes a call now. A customer beyond it is offered what the plan has and may ask for a call; the team may call all the same, on record.',
  params: ById,
  reply: z.strictObject({
    covered: z.boolean(),
    /** Null when covered. */
    beyond: z
      .strictObject({
        reason: UncoveredReason,
        offered: SupportChannel,
        /** It has been asked for and nobody has called since. */
        requested: z.boolean(),
      })
      .nullable(),
  }),
});

export const requestCall = route({
  method: 'POST',
  path: '/api/tickets/:id/calls/request',
  access: 'customer',
  rate: 'write',
  summary:
    'Asks for a call the plan does not include. Asking again before somebody called changes nothing; where the plan does include a call, nothing needs asking and nothing happens.',
  params: ById,
  body: Empty,
  reply: z.strictObject({ ticketId: Id, events: z.array(TicketEvent) }),
});

export const standByForCall = route({
  method: 'GET',
  path: '/api/calls/:id/standby',
  access: 'person',
  rate: 'read',
  summary:
    'What the rung side’s page needs to stand by in the media room, so that answering takes no time: it answers nothing, and hears, sees and sends nothing.',
  params: ById,
  reply: CallStandby,
});

export const joinCall = route({
  method: 'POST',
  path: '/api/calls/:id/join',
  access: 'person',
  rate: 'write',
  summary:
    'Answers or joins a call, or enters it again after a cut. A `standby` connection is let in as it is, if `admitted` says so.',
  params: ById,
  body: z.strictObject({
    standby: Id.optional(),
    /** Whoever enters a call that is recorded says that they agree; else it is refused with `recording_consent`. */
    agreesToRecording: z.boolean().optional(),
  }),
  reply: CallJoin.extend({ admitted: z.boolean() }),
});

export const declineCall = route({
  method: 'POST',
  path: '/api/calls/:id/decline',
  access: 'person',
  rate: 'write',
  summary: 'The rung side declines. A call to the team is only declined for oneself until everybody asked has.',
  params: ById,
  body: Empty,
  reply: One,
});

export const leaveCall = route({
  method: 'POST',
  path: '/api/calls/:id/leave',
  access: 'person',
  rate: 'write',
  summary:
    'Leaves the call with one’s measured quality. The caller leaving a ringing call cancels it; the last to leave ends it.',
  params: ById,
  body: z.strictObject({ quality: CallQuality.nullable() }),
  reply: One,
});

export const endCall = route({
  method: 'POST',
  path: '/api/calls/:id/end',
  access: 'engineer',
  rate: 'write',
  summary: 'Ends the call for everybody.',
  params: ById,
  body: z.strictObject({ quality: CallQuality.nullable() }),
  reply: One,
});

export const reportCallQuality = route({
  method: 'POST',
  path: '/api/calls/:id/quality',
  access: 'person',
  rate: 'write',
  summary: 'One’s measured quality so far, every ten seconds, so that it survives a crash of the page.',
  params: ById,
  body: CallQuality,
  reply: Empty,
});

export const reportMediaAddresses = route({
  method: 'POST',
  path: '/api/calls/:id/addresses',
  access: 'person',
  rate: 'write',
  summary:
    'Tells which addresses of the media server failed one’s page, and which one served in the end. The team reads it in the ticket, with what our server sees of the same addresses; the reply has that too.',
  params: ById,
  body: z.strictObject({
    failed: z.array(MediaAddressFailure).min(1).max(10),
    reached: z.string().max(500).nullable(),
  }),
  reply: z.strictObject({ failed: z.array(MediaAddressReport) }),
});

/** The address media servers report to (LiveKit webhooks: signed, application/webhook+json). */
export const MEDIA_WEBHOOK_PATH = '/api/media/webhook';
