import { staffCallerOf } from '../people/access.ts';
import { SESSION_COOKIES } from '../people/cookies.ts';
import type { Db } from '../platform/database/database.ts';
import type { Caller, Credentials } from '../platform/http/caller.ts';
import type { Feature } from '../platform/platform.ts';
import { customerCallerOf } from './access.ts';
import { registerCustomerJobs } from './jobs.ts';
import { loadMe, registerCustomerRoutes } from './routes.ts';

/** Organisations, contacts, signed identities; and, knowing both sides, who is behind a session. */
export const customersFeature: Feature = {
  name: 'customers',
  register(platform) {
    const { app, db, sockets } = platform;
    app.decorate('contactListeners', []);
    app.decorate('contactHolders', []);
    app.resolveCaller = (credentials) => resolveCaller(db, credentials);
    sockets.identifyBy(async (credentials) => {
      const caller = await resolveCaller(db, credentials);
      const me = caller && (await loadMe(db, caller));
      return caller && me ? { caller, me } : null;
    });
    registerCustomerRoutes(platform);
    registerCustomerJobs(platform);
  },
};

/**
 * Who speaks: the bearer of a token, else the cookie of the side the page names; where it names none, staff first.
 */
async function resolveCaller(db: Db, { bearer, cookies, side }: Credentials): Promise<Caller | null> {
  if (bearer !== null) return customerCallerOf(db, bearer, 'bearer');
  const staffToken = side === 'customer' ? undefined : cookies[SESSION_COOKIES.staff];
  const staff = staffToken === undefined ? null : await staffCallerOf(db, staffToken);
  if (staff || side === 'staff') return staff;
  const customerToken = cookies[SESSION_COOKIES.customer];
  return customerToken === undefined ? null : customerCallerOf(db, customerToken, 'cookie');
}
