import type { PlanContent } from '@alongside/contracts';
import { isSame } from './same.ts';

export const PLAN_CHANGES = ['name', 'promises', 'channels', 'urgent', 'judging', 'credits', 'offered'] as const;
export type PlanChange = (typeof PLAN_CHANGES)[number];

const PARTS: Record<PlanChange, (content: PlanContent) => unknown> = {
  name: ({ name, summary }) => [name, summary],
  promises: ({ priorities }) => priorities,
  channels: ({ channels, callsPerYear }) => [channels, callsPerYear],
  urgent: ({ urgentByNamedContacts, urgentForProduction }) => [urgentByNamedContacts, urgentForProduction],
  judging: ({ assistantCounts, pausesOnHold, warnAtShare }) => [assistantCounts, pausesOnHold, warnAtShare],
  credits: ({ creditTiers }) => creditTiers,
  offered: ({ offered }) => offered,
};

/** What a version of a plan changed; nothing where it is the first. */
export function planChanges(before: PlanContent | undefined, after: PlanContent): PlanChange[] {
  return before ? PLAN_CHANGES.filter((part) => !isSame(PARTS[part](before), PARTS[part](after))) : [];
}
