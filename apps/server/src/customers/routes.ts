import * as contracts from '@alongside/contracts';
import { AppError, type Me } from '@alongside/contracts';
import { updateOwnStaff } from '../people/actions.ts';
import { setSessionCookie } from '../people/cookies.ts';
import { presentStaffMe, presentWorkspace } from '../people/present.ts';
import { findStaff, loadWorkspace } from '../people/queries.ts';
import type { Db } from '../platform/database/database.ts';
import type { Caller } from '../platform/http/caller.ts';
import { ownOrigins } from '../platform/http/origin.ts';
import { networkOf } from '../platform/http/rate-limits.ts';
import { route } from '../platform/http/route.ts';
import type { Platform } from '../platform/platform.ts';
import { createContact, fixedEmail, updateOwnContact } from './actions.ts';
import { createIdentityKey, deleteIdentityKey } from './identity.actions.ts';
import { type SigningKey, verifyIdentity } from './identity.ts';
import { magicLinkMail } from './magic-link-mail.ts';
import { createOrganisation, updateOrganisation } from './organisation.actions.ts';
import {
  organisationOf,
  presentContact,
  presentContactMe,
  presentIdentityKey,
  presentOrganisation,
} from './present.ts';
import {
  CONTACTS_PER_PAGE,
  findContact,
  findContacts,
  findIdentityKey,
  findIdentityKeys,
  findOrganisations,
} from './queries.ts';
import { createMagicLink, openWidgetSession, redeemSignInLink } from './session.actions.ts';

/** A reply about a link takes at least this long, so that its speed does not tell whether the address is known. */
const LINK_REPLY_MIN_MS = 250;

/** Customers' own ways in, whoever is signed in, and staff's view of customers. One contact's page is with tickets. */
export function registerCustomerRoutes(platform: Platform): void {
  registerSessionRoutes(platform);
  registerDirectoryRoutes(platform);
}

function registerSessionRoutes({ app, db, config, mailer }: Platform): void {
  const listeners = app.contactListeners;

  route(app, contracts.getSession, async ({ caller }) => ({
    workspace: presentWorkspace(await loadWorkspace(db), config.uploadMaxBytes),
    me: caller === null ? null : await loadMe(db, caller),
  }));

  route(app, contracts.updateMe, async ({ caller, body }) => {
    if (caller.kind === 'customer')
      return { me: presentContactMe(await updateOwnContact(db, listeners, caller.id, body)) };
    if (body.email !== undefined) throw fixedEmail(caller.locale);
    const staff = await updateOwnStaff(db, caller.id, body);
    if (!staff) throw new AppError('unauthenticated');
    return { me: presentStaffMe(staff) };
  });

  route(app, contracts.openWidgetSession, async ({ body, request }) => {
    // By address whoever asks: each visitor made here could otherwise make as many more.
    await app.rateLimits.consume('write', `widget:${networkOf(request.ip)}`);
    const { origin } = request.headers;
    const { widgetOrigins } = await loadWorkspace(db);
    const allowed = [...widgetOrigins, ...(config.widgetOrigins ?? [])];
    const isOwn = origin === undefined || ownOrigins(request, config.publicUrl).includes(origin);
    if (!isOwn && !allowed.includes(origin)) throw new AppError('origin_not_allowed');
    const identity =
      body.identity === undefined ? null : await verifyIdentity(body.identity, (id) => signingKey(db, id), body.locale);
    const { token, contact } = await openWidgetSession(db, listeners, {
      identity,
      token: body.token ?? null,
      locale: body.locale,
    });
    return { token, me: presentContactMe(contact) };
  });

  route(app, contracts.requestMagicLink, async ({ body, caller, request }) => {
    await app.rateLimits.consume('credential', `link:${body.email}`);
    const origin = config.publicUrl ?? ownOrigins(request, undefined)[0]!;
    const mailed = db.transaction().execute(async (trx) => {
      const link = await createMagicLink(trx, body.email, visitorOf(caller), body.locale);
      if (link === null) return;
      const { name: workspace } = await loadWorkspace(trx);
      // Behind the # it reaches no server's log on the way.
      const address = `${origin}/portal/sign-in#t=${link.token}`;
      await mailer.send(trx, magicLinkMail(body.locale, { to: body.email, link: address, workspace, name: link.name }));
    });
    await Promise.all([mailed, new Promise((resolve) => setTimeout(resolve, LINK_REPLY_MIN_MS))]);
    return {};
  });

  route(app, contracts.redeemSignInLink, async ({ body, caller, request, reply }) => {
    const redeemed = await redeemSignInLink(db, listeners, body.token, visitorOf(caller));
    setSessionCookie({ request, reply, config }, redeemed.kind, redeemed.token);
    if (redeemed.kind === 'staff') app.knownDevices.remember({ request, reply, config }, redeemed.staff.email);
    return {
      me: redeemed.kind === 'staff' ? presentStaffMe(redeemed.staff) : presentContactMe(redeemed.contact),
    };
  });
}

/** A caller as themselves; null when their row is gone. */
export async function loadMe(db: Db, caller: Caller): Promise<Me | null> {
  if (caller.kind === 'staff') {
    const staff = await findStaff(db, caller.id);
    return staff ? presentStaffMe(staff) : null;
  }
  const contact = await findContact(db, caller.id);
  return contact ? presentContactMe(contact) : null;
}

async function signingKey(db: Db, id: string): Promise<SigningKey | undefined> {
  const key = await findIdentityKey(db, id);
  return key && { secret: key.secret, organisation: organisationOf(key) };
}

/** The anonymous visitor in whose session something happens. */
function visitorOf(caller: Caller | null): string | null {
  return caller?.kind === 'customer' && caller.anonymous ? caller.id : null;
}

function registerDirectoryRoutes({ app, db }: Platform): void {
  route(app, contracts.listOrganisations, async ({ query }) => ({
    organisations: (await findOrganisations(db, query)).map(presentOrganisation),
  }));

  route(app, contracts.createOrganisation, async ({ body, caller }) => ({
    organisation: presentOrganisation(await createOrganisation(db, body, caller.locale)),
  }));

  route(app, contracts.updateOrganisation, async ({ params, body, caller }) => ({
    organisation: presentOrganisation(await updateOrganisation(db, params.id, body, caller.locale)),
  }));

  route(app, contracts.listContacts, async ({ query }) => {
    const rows = await findContacts(db, { ...query, includeAnonymous: query.anonymous === 'include' });
    const page = rows.slice(0, CONTACTS_PER_PAGE);
    return {
      contacts: page.map(presentContact),
      next: rows.length > CONTACTS_PER_PAGE ? page.at(-1)!.id : null,
    };
  });

  route(app, contracts.createContact, async ({ body, caller }) => ({
    contact: presentContact(await createContact(db, body, caller.locale)),
  }));

  route(app, contracts.listIdentityKeys, async () => ({ keys: (await findIdentityKeys(db)).map(presentIdentityKey) }));

  route(app, contracts.createIdentityKey, async ({ body, caller }) => {
    const key = await createIdentityKey(db, body, caller.locale);
    return { key: presentIdentityKey(key), secret: key.secret };
  });

  route(app, contracts.deleteIdentityKey, async ({ params }) => {
    await deleteIdentityKey(db, params.id);
    return {};
  });
}
