import { findStaff } from '../people/queries.ts';
import type { OncallDeps } from './deps.ts';
import { forgetDevice, noteDeviceUsed } from './device.actions.ts';
import { checkShown, claimPage, mailPage, settlePage, type Tried } from './page.actions.ts';
import { factsOf } from './page-facts.ts';
import { linksOf } from './page-links.ts';
import { pushMessage, sendPush } from './push.ts';
import { findDevice, findEscalation, findHooks, findPage } from './queries.ts';
import type { PageRow } from './tables.ts';
import { callHook, hookMessage } from './webhook.ts';

/** Delivers one page by its channel, if it is still wanted and its time has come. */
export async function deliverPage(deps: OncallDeps, id: string): Promise<void> {
  const page = await findPage(deps.db, id);
  if (!page) return;
  if (page.channel === 'console') return checkShown(deps, id);
  const claimed = await claimPage(deps, id);
  if (claimed === null) return;
  if (claimed.channel === 'email') return mailPage(deps, claimed);
  await settlePage(deps, id, await (claimed.channel === 'push' ? tryPush(deps, claimed) : tryHook(deps, claimed)));
}

async function tryPush(deps: OncallDeps, page: PageRow): Promise<Tried> {
  const device = page.deviceId === null ? undefined : await findDevice(deps.db, page.deviceId);
  const staff = page.staffId === null ? undefined : await findStaff(deps.db, page.staffId);
  const escalation = await findEscalation(deps.db, page.escalationId);
  if (!device || !staff || !escalation) return { ok: false, why: 'device_gone', detail: '', gone: true };
  const facts = await factsOf(deps.db, escalation);
  const links = linksOf(await deps.linkSecret(), deps.origin(), facts, page, deps.now());
  const message = pushMessage(facts, page, links, staff.locale);
  const tried = await sendPush(deps.outgoing, await deps.pushKeys(), deps.contact, device, message);
  if (tried.ok) await noteDeviceUsed(deps, device.id);
  else if (tried.gone) await forgetDevice(deps, device.id);
  return tried;
}

async function tryHook(deps: OncallDeps, page: PageRow): Promise<Tried> {
  const [hook] = page.hookId === null ? [] : await findHooks(deps.db, [page.hookId]);
  const escalation = await findEscalation(deps.db, page.escalationId);
  if (!hook || !escalation) return { ok: false, why: 'refused', detail: '', gone: true };
  const facts = await factsOf(deps.db, escalation);
  const { open } = linksOf(await deps.linkSecret(), deps.origin(), facts, page, deps.now());
  return callHook(deps.outgoing, hook, page, hookMessage(facts, page, open), deps.now());
}
