import type { ActorRef } from '@alongside/contracts';
import * as contracts from '@alongside/contracts';
import { recommendPlan } from '@alongside/desk';
import { isTimeZone } from '@alongside/sla';
import type { Db, DbOrTrx } from '../platform/database/database.ts';
import type { StaffCaller } from '../platform/http/caller.ts';
import { requestLocale } from '../platform/http/errors.ts';
import { route } from '../platform/http/route.ts';
import type { Platform } from '../platform/platform.ts';
import { callsOfYear, contractsFor, offeredPlans, ownPlanOf, seesFees } from './access.ts';
import { createCalendar, updateCalendar } from './calendar.actions.ts';
import { previewHours } from './calendar-preview.ts';
import { setContract } from './contract.actions.ts';
import {
  calendarHistory,
  countContracts,
  latestCalendars,
  latestCalendarVersion,
  latestPlans,
  memberNames,
  planHistory,
  staffNames,
} from './list.queries.ts';
import { archivePlan, createPlan, setDefaultPlan, updatePlan } from './plan.actions.ts';
import {
  type ContractNames,
  presentCalendar,
  presentCalendarVersion,
  presentContract,
  presentContractVersion,
  presentOffered,
  presentOwnPlan,
  presentPlan,
  presentPlanVersion,
} from './present.ts';
import { type ContractRow, contractFor, planVersionFor } from './queries.ts';
import { requireSoundCalendar } from './soundness.ts';
import { invalidField, SLA_PROBLEMS } from './wording.ts';

/** What is promised: for those who set it, and for those it is promised to. */
export function registerPlanRoutes(platform: Platform): void {
  registerCalendars(platform);
  registerPlans(platform);
  registerContracts(platform);
  registerCustomersView(platform);
}

/** A calendar as it is now. @throws AppError `not_found` */
export async function calendarNow(db: Db, id: string): Promise<contracts.SupportCalendar> {
  const [row] = await latestCalendars(db, id);
  if (!row) throw new contracts.AppError('not_found');
  return presentCalendar(row, await latestPlans(db));
}

export function actorOf(caller: StaffCaller): ActorRef {
  return { kind: 'staff', id: caller.id, name: caller.name };
}

function registerCalendars({ app, db }: Platform): void {
  route(app, contracts.listCalendars, async () => {
    const [calendars, plans] = await Promise.all([latestCalendars(db), latestPlans(db)]);
    return { calendars: calendars.map((row) => presentCalendar(row, plans)) };
  });

  route(app, contracts.listCalendarVersions, async ({ params }) => {
    const rows = await calendarHistory(db, params.id);
    if (rows.length === 0) throw new contracts.AppError('not_found');
    return { versions: rows.map(presentCalendarVersion) };
  });

  route(app, contracts.createCalendar, async ({ body, caller }) => {
    await createCalendar(db, actorOf(caller), body, caller.locale);
    return { calendar: await calendarNow(db, body.id) };
  });

  route(app, contracts.updateCalendar, async ({ params, body, caller }) => {
    await updateCalendar(db, actorOf(caller), params.id, body, caller.locale);
    return { calendar: await calendarNow(db, params.id) };
  });

  route(app, contracts.previewCalendar, async ({ params, body, caller }) => {
    requireSoundCalendar(body.content, caller.locale);
    const before = await latestCalendarVersion(db, params.id);
    if (!before) throw new contracts.AppError('not_found');
    const cycles = (await app.planProviders.runningCycles(db)).filter((cycle) => cycle.calendarId === params.id);
    return previewHours(before.content, body.content, cycles, new Date().toISOString());
  });
}

function registerPlans({ app, db }: Platform): void {
  async function planNow(id: string): Promise<{ plan: contracts.Plan }> {
    const [row] = await latestPlans(db, id);
    if (!row) throw new contracts.AppError('not_found');
    return { plan: presentPlan(row, (await countContracts(db, new Date())).get(id) ?? 0) };
  }

  route(app, contracts.listPlans, async () => {
    const [plans, counts] = await Promise.all([latestPlans(db), countContracts(db, new Date())]);
    return { plans: plans.map((row) => presentPlan(row, counts.get(row.planId) ?? 0)) };
  });

  route(app, contracts.listPlanVersions, async ({ params }) => {
    const rows = await planHistory(db, params.id);
    if (rows.length === 0) throw new contracts.AppError('not_found');
    return { versions: rows.map(presentPlanVersion) };
  });

  route(app, contracts.createPlan, async ({ body, caller }) => {
    await createPlan(db, actorOf(caller), body, caller.locale);
    return planNow(body.id);
  });

  route(app, contracts.updatePlan, async ({ params, body, caller }) => {
    await updatePlan(db, actorOf(caller), params.id, body, caller.locale);
    return planNow(params.id);
  });

  route(app, contracts.archivePlan, async ({ params, body }) => {
    await archivePlan(db, params.id, body.archived);
    return planNow(params.id);
  });

  route(app, contracts.setDefaultPlan, async ({ params }) => {
    await setDefaultPlan(db, params.id);
    return planNow(params.id);
  });
}

function registerContracts({ app, db }: Platform): void {
  route(app, contracts.getContract, async ({ params, caller }) => {
    const now = new Date();
    const history = await contractsFor(db, caller, params.id);
    const names = await namesIn(db, params.id, history);
    const inForce = await contractFor(db, params.id, now);
    const present = history.find((row) => row.id === inForce?.id);
    const [latest] = history;
    const plan = await planVersionFor(db, params.id, now);
    return {
      contract: present ? presentContract(present, names) : null,
      version: latest?.version ?? 0,
      scheduled: latest && latest.validFrom > now ? presentContractVersion(latest, names) : null,
      history: history.map((row) => presentContractVersion(row, names)),
      plan: {
        planId: plan.planId,
        name: plan.name,
        urgentByNamedContacts: plan.content.urgentByNamedContacts,
      },
      usage: inForce && {
        ...(await callsOfYear(db, app.planProviders, inForce, now)),
        callsPerYear: plan.content.callsPerYear,
      },
      maySet: seesFees(caller),
    };
  });

  route(app, contracts.setContract, async ({ params, body, caller }) => {
    const validFrom = body.validFrom === undefined ? undefined : new Date(body.validFrom);
    const version = await setContract(db, actorOf(caller), params.id, { ...body, validFrom }, caller.locale);
    const history = await contractsFor(db, caller, params.id);
    const saved = history.find((row) => row.version === version)!;
    return { contract: presentContract(saved, await namesIn(db, params.id, [saved])), version };
  });
}

function registerCustomersView({ app, db }: Platform): void {
  route(app, contracts.getOwnPlan, async ({ caller }) => {
    const own = await ownPlanOf(db, app.planProviders, caller, new Date());
    const names = await peopleIn(db, caller.organisationId, own.contract ? [own.contract] : []);
    return { plan: presentOwnPlan(own, await latestCalendars(db), names, caller.id) };
  });

  route(app, contracts.listOfferedPlans, async () => {
    const [plans, calendars] = await Promise.all([offeredPlans(db), latestCalendars(db)]);
    return { plans: plans.map((row) => presentOffered(row, calendars)) };
  });

  route(app, contracts.recommendPlan, async ({ query, request }) => {
    if (!isTimeZone(query.timeZone))
      throw invalidField('timeZone', SLA_PROBLEMS['is not an IANA time zone']!, requestLocale(request));
    const [plans, calendars] = await Promise.all([offeredPlans(db), latestCalendars(db)]);
    const offered = plans.map((row) => presentOffered(row, calendars));
    return { recommendation: recommendPlan(query, offered, new Date().toISOString()) };
  });
}

async function namesIn(db: DbOrTrx, organisationId: string, rows: readonly ContractRow[]): Promise<ContractNames> {
  const plans = new Map((await latestPlans(db)).map((plan) => [plan.planId, plan.content.name]));
  return { plans, ...(await peopleIn(db, organisationId, rows)) };
}

async function peopleIn(
  db: DbOrTrx,
  organisationId: string | null,
  rows: readonly Pick<ContractRow, 'namedContactIds' | 'managerId'>[],
): Promise<Omit<ContractNames, 'plans'>> {
  const contactIds = [...new Set(rows.flatMap((row) => row.namedContactIds))];
  const staffIds = [...new Set(rows.map((row) => row.managerId))].filter((id) => id !== null);
  const [contacts, staff] = await Promise.all([memberNames(db, organisationId, contactIds), staffNames(db, staffIds)]);
  return { contacts, staff };
}
