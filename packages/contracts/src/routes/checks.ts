import { z } from 'zod';
import { Id, Instant } from '../actors.ts';
import { Check, CheckReport, CheckRoom } from '../checks.ts';
import { TicketEvent } from '../events.ts';
import { route } from '../route.ts';

const ById = z.strictObject({ id: Id });

export const openCheckRoom = route({
  method: 'POST',
  path: '/api/checks/rooms',
  access: 'anyone',
  rate: 'write',
  summary:
    'A media room of one’s own for a pre-call check: for two connections of one page, 60 s, 3 Mbit/s each. `rate_limited` when one network asks too often or too many are checking at once.',
  body: z.strictObject({}),
  reply: CheckRoom,
});

export const saveCheck = route({
  method: 'POST',
  path: '/api/checks',
  access: 'anyone',
  rate: 'write',
  summary:
    'Keeps the result of a pre-call check, to be read by whoever has its id. `id` is made by the page. With the `ask` of somebody of the team it goes into their ticket.',
  bodyMax: { bytes: 64 * 1024, field: 'report' },
  body: z.strictObject({ id: Id, report: CheckReport, ask: Id.nullable() }),
  reply: z.strictObject({ check: Check }),
});

export const getCheck = route({
  method: 'GET',
  path: '/api/checks/:id',
  access: 'anyone',
  rate: 'read',
  summary: 'The result of a pre-call check, for whoever has its link.',
  params: ById,
  reply: z.strictObject({ check: Check }),
});

export const attachCheck = route({
  method: 'POST',
  path: '/api/checks/:id/ticket',
  access: 'person',
  rate: 'write',
  summary:
    'Puts the result of a check into a ticket one may see. A check is in one ticket; a second time changes nothing.',
  params: ById,
  body: z.strictObject({ ticketId: Id }),
  reply: z.strictObject({ ticketId: Id, events: z.array(TicketEvent) }),
});

export const askForCheck = route({
  method: 'POST',
  path: '/api/tickets/:id/check-asks',
  access: 'engineer',
  rate: 'write',
  summary:
    'A link that asks the customer to run a pre-call check: what is measured with it, signed in or not, stands in this ticket. It holds for seven days and five results.',
  params: ById,
  body: z.strictObject({ id: Id }),
  reply: z.strictObject({ ask: z.strictObject({ id: Id, url: z.string(), expiresAt: Instant }) }),
});
