import type { Locale, MyPages, RouteReply } from '@alongside/contracts';
import * as contracts from '@alongside/contracts';
import type { FastifyInstance } from 'fastify';
import { findAllStaff } from '../people/queries.ts';
import type { StaffCaller } from '../platform/http/caller.ts';
import { route } from '../platform/http/route.ts';
import { ticketFor } from '../tickets/access.ts';
import { actorOf, type Changed } from '../tickets/actions.ts';
import { presentEvents } from '../tickets/present.ts';
import { mayEditOncall, ownPage, ownTest } from './access.ts';
import { CALENDAR_PATH } from './calendar-routes.ts';
import type { OncallDeps } from './deps.ts';
import { addDevice, removeDevice, renewCalendars, saveDevice, saveSetting } from './device.actions.ts';
import { acknowledgeTicket, pageByHand, stopTicketChains } from './escalation.actions.ts';
import { createHook, deleteHook, renewSecret, saveHook } from './hook.actions.ts';
import { pageOfLink, redeemLink } from './link.actions.ts';
import { seePage, showPage } from './page.actions.ts';
import { factsOf } from './page-facts.ts';
import { calendarToken } from './page-links.ts';
import { createPolicy, deletePolicy, orderPolicies, savePolicy } from './policy.actions.ts';
import {
  presentDelivery,
  presentEscalation,
  presentHook,
  presentLook,
  presentMyPages,
  presentPolicy,
  presentRinging,
} from './present.ts';
import {
  findDevices,
  findEscalationsOf,
  findHooks,
  findLastHookPages,
  findPagesOf,
  findPolicies,
  findRinging,
  findSettings,
} from './queries.ts';
import { findRotations, versionAt } from './rotation.queries.ts';
import type { HookRow } from './tables.ts';
import { findReached } from './targets.queries.ts';
import { acknowledgeTest, sendTestPage, testHook } from './test-page.actions.ts';
import { shownSecret } from './webhook.ts';

/** Escalation policies and the webhooks they call. */
export function registerPolicyRoutes(app: FastifyInstance, deps: OncallDeps): void {
  const { db, now } = deps;

  route(app, contracts.listPolicies, async ({ caller }) => ({
    policies: (await findPolicies(db)).map(presentPolicy),
    mayEdit: mayEditOncall(caller),
  }));

  route(app, contracts.createPolicy, async ({ body, caller }) => ({
    policy: presentPolicy(await createPolicy(deps, actorOf(caller), body, caller.locale)),
  }));

  route(app, contracts.savePolicy, async ({ params, body, caller }) => ({
    policy: presentPolicy(await savePolicy(deps, actorOf(caller), params.id, body, caller.locale)),
  }));

  route(app, contracts.orderPolicies, async ({ body, caller }) => {
    await orderPolicies(deps, body.ids, caller.locale);
    return { policies: (await findPolicies(db)).map(presentPolicy) };
  });

  route(app, contracts.deletePolicy, async ({ params }) => {
    await deletePolicy(deps, params.id);
    return {};
  });

  route(app, contracts.tryPolicy, async ({ body }) => {
    let afterMs = body.content.delayMs;
    const steps: contracts.TriedStep[] = [];
    for (const { targets, waitMs } of body.content.steps) {
      const { people, hooks } = await findReached(db, targets, now());
      steps.push({
        afterMs,
        people: people.map(({ id, name, channels }) => ({ id, name, channels })),
        hooks: hooks.map(({ name }) => name),
      });
      afterMs += people.length + hooks.length > 0 ? waitMs : 0;
    }
    return { steps };
  });

  const withSecret = async (hook: HookRow) => ({ hook: await presented(hook), secret: shownSecret(hook.secret) });
  const presented = async (hook: HookRow) =>
    presentHook(
      hook,
      (await findLastHookPages(db)).find(({ hookId }) => hookId === hook.id),
    );

  route(app, contracts.listHooks, async () => {
    const last = await findLastHookPages(db);
    const hooks = await findHooks(db);
    return {
      hooks: hooks.map((hook) =>
        presentHook(
          hook,
          last.find(({ hookId }) => hookId === hook.id),
        ),
      ),
    };
  });

  route(app, contracts.createHook, async ({ body, caller }) => withSecret(await createHook(deps, body, caller.locale)));

  route(app, contracts.saveHook, async ({ params, body, caller }) => ({
    hook: await presented(await saveHook(deps, params.id, body, caller.locale)),
  }));

  route(app, contracts.renewHookSecret, async ({ params }) => withSecret(await renewSecret(deps, params.id)));

  route(app, contracts.deleteHook, async ({ params }) => {
    await deleteHook(deps, params.id);
    return {};
  });

  route(app, contracts.testHook, async ({ params, caller }) => ({ testId: await testHook(deps, caller, params.id) }));
}

/** How pages reach somebody, and what they do with those that do. */
export function registerPageRoutes(app: FastifyInstance, deps: OncallDeps): void {
  const { db, now, mailer } = deps;

  async function myPages({ id, locale }: StaffCaller): Promise<MyPages> {
    const setting = (await findSettings(db, [id])).get(id)!;
    return presentMyPages(setting, await findDevices(db, [id]), {
      pushKey: (await deps.pushKeys()).publicKey,
      mailGoesOut: mailer.goesOut,
      calendars: await calendarsOf(deps, id, setting.calendarKey, locale),
    });
  }

  route(app, contracts.getMyPages, async ({ caller }) => myPages(caller));

  route(app, contracts.saveMyPages, async ({ body, caller }) => {
    await saveSetting(deps, caller.id, body, caller.locale);
    return myPages(caller);
  });

  route(app, contracts.addPushDevice, async ({ body, caller }) => {
    await addDevice(deps, caller.id, body, caller.locale);
    return myPages(caller);
  });

  route(app, contracts.savePushDevice, async ({ params, body, caller }) => {
    await saveDevice(deps, caller.id, params.id, body, caller.locale);
    return myPages(caller);
  });

  route(app, contracts.removePushDevice, async ({ params, caller }) => {
    await removeDevice(deps, caller.id, params.id, caller.locale);
    return myPages(caller);
  });

  route(app, contracts.renewCalendarAddresses, async ({ caller }) => {
    await renewCalendars(deps, caller.id);
    return myPages(caller);
  });

  route(app, contracts.sendTestPage, async ({ caller }) => ({ testId: await sendTestPage(deps, caller) }));

  route(app, contracts.getTestPage, async ({ params, caller }) => {
    const { id } = await ownTest(db, caller, params.id);
    const devices = new Map((await findDevices(db, [caller.id])).map((device) => [device.id, device.name]));
    const hooks = new Map((await findHooks(db)).map((hook) => [hook.id, hook.name]));
    const nameOf = ({ deviceId, hookId }: { deviceId: string | null; hookId: string | null }) =>
      (deviceId && devices.get(deviceId)) || (hookId && hooks.get(hookId)) || null;
    return { deliveries: (await findPagesOf(db, id)).map((page) => presentDelivery(page, nameOf(page))) };
  });

  route(app, contracts.acknowledgeTestPage, async ({ params, caller }) => {
    await ownTest(db, caller, params.id);
    await acknowledgeTest(deps, caller, params.id);
    return {};
  });

  route(app, contracts.listMyPages, async ({ caller }) => {
    const ringing = await findRinging(db, caller.id, now());
    return {
      pages: await Promise.all(
        ringing.map(async ({ page, escalation }) =>
          presentRinging(page, await factsOf(db, escalation), escalation.state === 'exhausted'),
        ),
      ),
    };
  });

  route(app, contracts.reportPageShown, async ({ params, caller }) => {
    await showPage(deps, (await ownPage(db, caller, params.id)).id);
    return {};
  });

  route(app, contracts.seePage, async ({ params, caller }) => {
    await seePage(deps, caller, (await ownPage(db, caller, params.id)).id);
    return {};
  });

  route(app, contracts.acknowledgeEscalation, async ({ params, caller }) =>
    presentChanged(await acknowledgeTicket(deps, caller, params.id), caller),
  );

  route(app, contracts.listTicketEscalations, async ({ params, caller }) => {
    const { id } = await ticketFor(db, caller, params.id);
    const staff = new Map((await findAllStaff(db)).map((person) => [person.id, person.name]));
    const hooks = new Map((await findHooks(db)).map((hook) => [hook.id, hook.name]));
    const escalations = await findEscalationsOf(db, id);
    return {
      escalations: await Promise.all(
        escalations.map(async (escalation) =>
          presentEscalation(
            escalation,
            await findPagesOf(db, escalation.id),
            (staffId) => staff.get(staffId) ?? '',
            (hookId) => hooks.get(hookId) ?? '',
          ),
        ),
      ),
    };
  });

  route(app, contracts.stopEscalation, async ({ params, caller }) =>
    presentChanged(await stopTicketChains(deps, caller, params.id), caller),
  );

  route(app, contracts.pageByHand, async ({ params, body, caller }) =>
    presentChanged(await pageByHand(deps, caller, params.id, body, caller.locale), caller),
  );

  route(app, contracts.lookAtAcknowledgement, async ({ body }) => look(body.token));

  route(app, contracts.redeemAcknowledgement, async ({ body }) => {
    await redeemLink(deps, body.token);
    return look(body.token);
  });

  async function look(token: string) {
    const linked = await pageOfLink(deps, token);
    return presentLook(linked, await factsOf(db, linked.escalation));
  }
}

const OWN_SHIFTS: Record<Locale, string> = { en: 'My shifts', 'zh-CN': '我的班次' };

/** Secret addresses of somebody's own shifts and of each rotation. */
async function calendarsOf(
  { db, now, origin, linkSecret }: OncallDeps,
  staffId: string,
  key: number,
  locale: Locale,
): Promise<MyPages['calendars']> {
  const secret = await linkSecret();
  const rotations = await findRotations(db);
  const names = [
    { rotationId: null, name: OWN_SHIFTS[locale] },
    ...rotations.map((rotation) => ({ rotationId: rotation.id, name: versionAt(rotation, now()).content.name })),
  ];
  return names.map(({ rotationId, name }) => ({
    rotationId,
    name,
    url: `${origin()}${CALENDAR_PATH}?token=${calendarToken(secret, { staffId, rotationId, key })}`,
  }));
}

function presentChanged(
  { ticketId, events }: Changed,
  reader: StaffCaller,
): RouteReply<typeof contracts.acknowledgeEscalation> {
  return { ticketId, events: presentEvents(events, reader) };
}
