import { type ActorRef, type Money, type PlanPreset, SYSTEM_ACTOR } from '@alongside/contracts';
import { setContract } from '../plans/contract.actions.ts';
import { latestPlans } from '../plans/list.queries.ts';
import { createPlan, setDefaultPlan } from '../plans/plan.actions.ts';
import { contractFor } from '../plans/queries.ts';
import type { Db } from '../platform/database/database.ts';
import type { ContactKey, OrganisationKey, StaffKey } from './company.ts';
import { demoId } from './demo-id.ts';

type DemoContract = {
  preset: PlanPreset;
  timeZone: string;
  monthlyFee: Money;
  namedContacts: ContactKey[];
  manager: StaffKey | null;
  reason: string;
};

/** What the demo's customers have agreed: one of each size. */
export const CONTRACTS: Record<OrganisationKey, DemoContract> = {
  northwind: {
    preset: 'enterprise',
    timeZone: 'Europe/London',
    monthlyFee: { amountMinor: 480_000, currency: 'GBP' },
    namedContacts: ['olivia'],
    manager: 'marcus',
    reason: 'Contract 2041, signed for the spring season.',
  },
  aurora: {
    preset: 'business',
    timeZone: 'Europe/Rome',
    monthlyFee: { amountMinor: 140_000, currency: 'EUR' },
    namedContacts: [],
    manager: null,
    reason: 'Order form 1187.',
  },
  chenxing: {
    preset: 'standard',
    timeZone: 'Asia/Shanghai',
    monthlyFee: { amountMinor: 500_000, currency: 'CNY' },
    namedContacts: [],
    manager: null,
    reason: '2026 年度服务合同，编号 CX-0318。',
  },
};

/** About how long before the stories the contracts were signed. */
const SIGNED_DAYS_AGO = 240;
const DAY_MS = 86_400_000;

/**
 * Puts the demo's customers under contract, as of long before their stories, and gives everybody else a plan with which
 * they can try everything out: whoever opens the demo's page is a visitor without a contract.
 */
export async function seedContracts(
  db: Db,
  by: ActorRef,
  personId: (key: ContactKey | StaffKey) => string,
  now: Date,
): Promise<void> {
  const signed = new Date(now.getTime() - SIGNED_DAYS_AGO * DAY_MS);
  const plans = await latestPlans(db);
  const planOf = (preset: PlanPreset) => plans.find((plan) => plan.preset === preset)!;
  const trial = demoId('plan trial');
  const content = {
    ...planOf('community').content,
    name: { en: 'Trial', 'zh-CN': '体验版' },
    summary: {
      en: 'For those who are trying us out: write and call as you like; times are promised with a contract.',
      'zh-CN': '供试用客户使用：可随时留言与通话，签约后承诺响应时间。',
    },
    channels: ['self_service' as const, 'ticket' as const, 'chat' as const, 'call' as const],
    callsPerYear: null,
    offered: false,
  };
  if (!plans.some((plan) => plan.planId === trial)) {
    await createPlan(db, SYSTEM_ACTOR, { id: trial, content }, 'en', signed);
    await setDefaultPlan(db, trial);
  }
  for (const [key, contract] of Object.entries(CONTRACTS)) {
    const organisationId = demoId(`organisation ${key}`);
    if (await contractFor(db, organisationId, now)) continue;
    const { timeZone, monthlyFee, namedContacts, manager, reason, preset } = contract;
    await setContract(
      db,
      by,
      organisationId,
      {
        basedOn: 0,
        planId: planOf(preset).planId,
        timeZone,
        startsOn: `${signed.toISOString().slice(0, 7)}-01`,
        monthlyFee,
        namedContactIds: namedContacts.map(personId),
        managerId: manager === null ? null : personId(manager),
        reason,
      },
      'en',
      signed,
    );
  }
}
