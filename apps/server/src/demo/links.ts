import { findStaffByEmail, loadWorkspace } from '../people/queries.ts';
import { createPrintedLink } from '../people/session.actions.ts';
import type { Db } from '../platform/database/database.ts';
import type { StartLink } from '../platform/platform.ts';
import { CONTACTS, DEMO_CUSTOMER, DEMO_ENGINEER, STAFF } from './company.ts';

/**
 * Where to go after a start. In a demo the links sign in as one of its people, once each; a new start gives new ones.
 * @param origin the server's own address, without a slash at its end
 */
export async function startLinks(db: Db, origin: string): Promise<StartLink[]> {
  const { demo } = await loadWorkspace(db);
  const customer = CONTACTS[DEMO_CUSTOMER];
  const engineer = demo ? await findStaffByEmail(db, STAFF[DEMO_ENGINEER].email) : undefined;
  const portalToken =
    demo && (await createPrintedLink(db, { email: customer.email, visitorId: null }, customer.locale));
  const consoleToken =
    engineer && !engineer.disabled && (await createPrintedLink(db, { staffId: engineer.id }, engineer.locale));
  return [
    { label: 'Demo page', url: `${origin}/demo/` },
    { label: 'Customer portal', url: `${origin}/portal/${signIn(portalToken)}` },
    { label: 'Engineer console', url: `${origin}/console/${signIn(consoleToken)}` },
  ];
}

/** The token stands in the fragment: that part of an address reaches no server and no log. */
function signIn(token: string | false | undefined): string {
  return token ? `sign-in#t=${token}` : '';
}
