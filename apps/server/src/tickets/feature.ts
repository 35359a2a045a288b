import { linkOrigin } from '../platform/http/link-origin.ts';
import type { Feature, Platform } from '../platform/platform.ts';
import { followContacts } from './claim.actions.ts';
import { registerClocks } from './clock.jobs.ts';
import { findRunningCycles } from './clock.queries.ts';
import { registerAnswerMails, registerClosing } from './jobs.ts';
import { registerTicketTopics } from './live.ts';
import { findContactsWithTickets } from './queries.ts';
import { registerTicketRoutes } from './routes.ts';
import { noWatchProviders } from './watch-providers.ts';

/** What begins once a server is up; several may run in one process. */
const beginnings = new WeakMap<Platform, () => void>();

/** Tickets: their log, their queue, and what flows live. */
export const ticketsFeature: Feature = {
  name: 'tickets',
  async register(platform) {
    const { app, config } = platform;
    app.contactListeners.push(followContacts);
    app.contactHolders.push(findContactsWithTickets);
    app.planProviders.runningCycles = findRunningCycles;
    app.decorate('watchProviders', noWatchProviders());
    registerTicketRoutes(platform);
    registerClosing(platform);
    // Our own address is known once we listen, which is before any job runs that needs it.
    await registerAnswerMails(platform, () => linkOrigin(app, config));
    platform.onStop(registerTicketTopics(platform));
    beginnings.set(platform, await registerClocks(platform));
  },
  async started(platform) {
    beginnings.get(platform)?.();
    return [];
  },
};
