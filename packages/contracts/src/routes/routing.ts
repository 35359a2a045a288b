import { z } from 'zod';
import { Id } from '../actors.ts';
import { TicketEvent } from '../events.ts';
import { LocalisedText } from '../locale.ts';
import { route } from '../route.ts';
import {
  EngineerCard,
  EngineerProfile,
  EngineerProfileContent,
  RankedEngineer,
  RoutingMode,
  Skill,
} from '../routing.ts';

const ById = z.strictObject({ id: Id });
const Changed = z.strictObject({ ticketId: Id, events: z.array(TicketEvent) });
const Named = z.strictObject({ id: Id, name: LocalisedText });
const Routing = z.strictObject({
  mode: RoutingMode,
  skills: z.array(Skill),
  /** What profiles can name: calendars of working hours, and plans that are not archived. */
  calendars: z.array(Named),
  plans: z.array(Named),
});

export const getRouting = route({
  method: 'GET',
  path: '/api/routing',
  access: 'engineer',
  rate: 'read',
  summary: 'How new tickets find their engineer, and the skills the team speaks of.',
  reply: Routing,
});

export const updateRouting = route({
  method: 'PATCH',
  path: '/api/routing',
  access: 'administrator',
  rate: 'write',
  summary:
    'Changes how tickets are routed, or the whole list of skills. A skill that is no longer in it is gone from every profile.',
  body: z.strictObject({
    mode: RoutingMode.optional(),
    skills: z.array(Skill).max(200).optional(),
    /** The skills these were made of: if there are others by now, nothing is changed (`skills_changed`). */
    skillsBefore: z.array(Skill).max(200).optional(),
  }),
  reply: Routing,
});

export const listEngineers = route({
  method: 'GET',
  path: '/api/engineers',
  access: 'engineer',
  rate: 'read',
  summary: 'The team as routing sees it: skills, languages, hours, who works now and how much each has open.',
  reply: z.strictObject({ engineers: z.array(EngineerProfile) }),
});

export const getEngineer = route({
  method: 'GET',
  path: '/api/engineers/:id',
  access: 'engineer',
  rate: 'read',
  summary: 'One member of the team as routing sees them.',
  params: ById,
  reply: z.strictObject({ profile: EngineerProfile }),
});

export const saveEngineer = route({
  method: 'PUT',
  path: '/api/engineers/:id',
  access: 'engineer',
  rate: 'write',
  summary:
    'Saves an engineer’s profile: one’s own, or as a lead anybody’s. From the first time on they take part in routing. The photo is an uploaded image of whoever saves it.',
  params: ById,
  body: EngineerProfileContent,
  reply: z.strictObject({ profile: EngineerProfile }),
});

export const setEngineerAway = route({
  method: 'POST',
  path: '/api/engineers/:id/away',
  access: 'engineer',
  rate: 'write',
  summary:
    'Says whether an engineer takes new tickets. When one goes away, their tickets in which a customer waits are offered to others.',
  params: ById,
  body: z.strictObject({ away: z.boolean() }),
  reply: z.strictObject({ profile: EngineerProfile }),
});

export const getEngineerCard = route({
  method: 'GET',
  path: '/api/engineers/:id/card',
  access: 'person',
  rate: 'read',
  summary:
    'What everybody may know about an engineer. Customers get it of those who take part in a ticket they may see.',
  params: ById,
  reply: z.strictObject({ card: EngineerCard }),
});

export const listFittingEngineers = route({
  method: 'GET',
  path: '/api/tickets/:id/engineers',
  access: 'engineer',
  rate: 'read',
  summary:
    'Who a ticket could go to, best first, with what speaks for each and what keeps routing from giving it to them. Only those who take part in routing.',
  params: ById,
  reply: z.strictObject({ engineers: z.array(RankedEngineer) }),
});

export const handTicketBack = route({
  method: 'POST',
  path: '/api/tickets/:id/hand-back',
  access: 'engineer',
  rate: 'write',
  summary: 'Hands back a ticket one was given, with the reason. It is routed again, without whoever handed it back.',
  params: ById,
  body: z.strictObject({ reason: z.string().trim().min(1).max(500) }),
  reply: Changed,
});

export const acceptSuggestion = route({
  method: 'POST',
  path: '/api/tickets/:id/suggestion/accept',
  access: 'engineer',
  rate: 'write',
  summary: 'Gives the ticket to the engineer routing suggests, with the reasons.',
  params: ById,
  body: z.strictObject({ engineerId: Id }),
  reply: Changed,
});
