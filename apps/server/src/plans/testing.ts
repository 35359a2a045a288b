import { randomUUID } from 'node:crypto';
import {
  type CalendarContent,
  getContract,
  listCalendars,
  listPlans,
  type Plan,
  type PlanPreset,
  type RouteInput,
  type SupportCalendar,
  setContract,
} from '@alongside/contracts';
import type { Client } from '../people/testing.ts';
import type { Platform } from '../platform/platform.ts';
import { setDefaultPlan } from './plan.actions.ts';

/** A shipped plan as it is now. */
export async function shipped(client: Client, preset: PlanPreset): Promise<Plan> {
  const { plans } = (await client.call(listPlans, {})).body;
  return plans.find((plan) => plan.preset === preset)!;
}

/** A shipped calendar as it is now, by its English name's beginning: `5×8`. */
export async function shippedCalendar(client: Client, name: string): Promise<SupportCalendar> {
  const { calendars } = (await client.call(listCalendars, {})).body;
  return calendars.find((calendar) => calendar.name.en.startsWith(name))!;
}

export const OFFICE: CalendarContent = {
  tz: 'Europe/Berlin',
  week: { mon: ['09:00-17:00'], tue: ['09:00-17:00'] },
  holidays: [],
  overrides: {},
};

export const newCalendar = (content: CalendarContent = OFFICE) => ({
  id: randomUUID(),
  name: { en: 'Berlin', 'zh-CN': '柏林' },
  content,
});

/** What a contract says beside its plan, unless a test says otherwise. */
export const UNSIGNED = {
  timeZone: 'Asia/Shanghai',
  startsOn: '2026-01-01',
  monthlyFee: null,
  namedContactIds: [],
  managerId: null,
  reason: 'Signed.',
};

/** Puts an organisation under a plan, over HTTP, on top of what was agreed before. */
export async function agree(
  client: Client,
  organisationId: string,
  change: Partial<RouteInput<typeof setContract>['body']>,
) {
  const params = { id: organisationId };
  const { version } = (await client.call(getContract, { params })).body;
  const body = { ...UNSIGNED, basedOn: version, planId: null, ...change };
  return client.call(setContract, { params, body });
}

/** Makes a shipped plan that of everybody without a contract. */
export async function everybodyHas({ db }: Pick<Platform, 'db'>, preset: PlanPreset): Promise<void> {
  const { id } = await db.selectFrom('plan').select('id').where('preset', '=', preset).executeTakeFirstOrThrow();
  await setDefaultPlan(db, id);
}
