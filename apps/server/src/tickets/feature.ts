import type { Feature } from '../platform/platform.ts';
import { followContacts } from './claim.actions.ts';
import { registerTicketJobs } from './jobs.ts';
import { registerTicketTopics } from './live.ts';
import { registerTicketRoutes } from './routes.ts';

/** Tickets: their log, their queue, and what flows live. */
export const ticketsFeature: Feature = {
  name: 'tickets',
  register(platform) {
    platform.app.contactListeners.push(followContacts);
    registerTicketRoutes(platform);
    registerTicketJobs(platform);
    platform.onStop(registerTicketTopics(platform));
  },
};
