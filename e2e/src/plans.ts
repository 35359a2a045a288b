import { randomUUID } from 'node:crypto';
import type { PlanContent, PriorityPromise } from '@alongside/contracts';
import type { Person } from './api.ts';

/**
 * Makes a plan the one of everybody without a contract: the same promise for every priority, round the clock unless
 * said otherwise.
 * @param administrator who may
 * @param targetsMs in milliseconds: stories cannot wait for hours
 * @returns the plan's id
 */
export async function givenDefaultPlan(
  administrator: Person,
  targetsMs: PriorityPromise['targetsMs'] | Partial<Record<'P0' | 'P1' | 'P2' | 'P3', PriorityPromise['targetsMs']>>,
  more: Partial<PlanContent> & { calendarId?: string } = {},
): Promise<string> {
  const id = randomUUID();
  const { calendarId = null, ...rest } = more;
  const isByPriority = Object.keys(targetsMs).some((key) => /^P[0-3]$/.test(key));
  const promise = (priority: 'P0' | 'P1' | 'P2' | 'P3'): PriorityPromise => ({
    calendarId,
    targetsMs: isByPriority
      ? ((targetsMs as Partial<Record<string, PriorityPromise['targetsMs']>>)[priority] ?? {})
      : (targetsMs as PriorityPromise['targetsMs']),
  });
  const content: PlanContent = {
    name: { en: 'Story plan', 'zh-CN': '故事套餐' },
    summary: { en: 'For stories.', 'zh-CN': '用于测试。' },
    priorities: { P0: promise('P0'), P1: promise('P1'), P2: promise('P2'), P3: promise('P3') },
    channels: ['self_service', 'ticket', 'email', 'chat', 'call'],
    callsPerYear: null,
    urgentByNamedContacts: false,
    urgentForProduction: false,
    assistantCounts: false,
    pausesOnHold: false,
    warnAtShare: 0.75,
    creditTiers: [],
    offered: true,
    ...rest,
  };
  await administrator.request('POST', '/api/plans', { id, content });
  await administrator.request('POST', `/api/plans/${id}/default`, {});
  return id;
}
