import { z } from 'zod';
import { Id } from '../actors.ts';
import { AcknowledgementLook, MyPages, PageChannels, PushSubscription, RingingPage, TestDelivery } from '../oncall.ts';
import { route } from '../route.ts';

const Empty = z.strictObject({});
const ById = z.strictObject({ id: Id });
const Token = z.strictObject({ token: z.string().min(20).max(2_000) });

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
  summary: 'One has seen a page: it goes quiet; its chain goes on all the same.',
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
