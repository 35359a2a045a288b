import type { PlanContent } from '@alongside/contracts';
import { describe, expect, it } from 'vitest';
import { rebasedPlan } from './rebased-plan.ts';

const HOUR_MS = 3_600_000;
const CALENDAR_ID = '018f0000-0000-7000-8000-000000000001';

const BEFORE: PlanContent = {
  name: { en: 'Business', 'zh-CN': '商务' },
  summary: { en: 'In office hours', 'zh-CN': '工作时间' },
  priorities: {
    P0: { calendarId: null, targetsMs: { first_response: HOUR_MS, resolve: 8 * HOUR_MS } },
    P1: { calendarId: CALENDAR_ID, targetsMs: { first_response: 2 * HOUR_MS } },
    P2: { calendarId: CALENDAR_ID, targetsMs: {} },
    P3: { calendarId: CALENDAR_ID, targetsMs: {} },
  },
  channels: ['ticket', 'email'],
  callsPerYear: 4,
  urgentByNamedContacts: false,
  urgentForProduction: false,
  assistantCounts: false,
  pausesOnHold: true,
  warnAtShare: 0.8,
  creditTiers: [{ below: 0.99, percent: 5 }],
  offered: false,
};

/** What a colleague saved meanwhile. */
const AFTER: PlanContent = {
  ...BEFORE,
  name: { en: 'Business Plus', 'zh-CN': '商务' },
  priorities: {
    ...BEFORE.priorities,
    P0: { calendarId: null, targetsMs: { first_response: HOUR_MS / 2, update: HOUR_MS } },
    P2: { calendarId: null, targetsMs: {} },
  },
  channels: ['ticket', 'chat'],
  callsPerYear: null,
  pausesOnHold: false,
  creditTiers: [{ below: 0.99, percent: 10 }],
};

describe('a plan that a colleague saved meanwhile', () => {
  it('is taken over whole by who changed nothing', () => {
    expect(rebasedPlan(BEFORE, BEFORE, AFTER)).toEqual(AFTER);
    const shipped = { ...AFTER, channels: AFTER.channels.toReversed() };
    expect(rebasedPlan(BEFORE, BEFORE, shipped)).toEqual(shipped);
  });

  it('keeps the words in one language, the times and the channels that were changed here', () => {
    const draft: PlanContent = {
      ...BEFORE,
      name: { ...BEFORE.name, 'zh-CN': '企业' },
      priorities: {
        ...BEFORE.priorities,
        P0: { calendarId: CALENDAR_ID, targetsMs: BEFORE.priorities.P0.targetsMs },
        P1: { calendarId: CALENDAR_ID, targetsMs: {} },
        P2: { calendarId: CALENDAR_ID, targetsMs: { resolve: 9 * HOUR_MS } },
      },
      channels: ['ticket', 'email', 'call'],
      offered: true,
    };
    expect(rebasedPlan(draft, BEFORE, AFTER)).toEqual({
      ...AFTER,
      name: { en: 'Business Plus', 'zh-CN': '企业' },
      priorities: {
        P0: { calendarId: CALENDAR_ID, targetsMs: { first_response: HOUR_MS / 2, update: HOUR_MS } },
        P1: { calendarId: CALENDAR_ID, targetsMs: {} },
        P2: { calendarId: null, targetsMs: { resolve: 9 * HOUR_MS } },
        P3: BEFORE.priorities.P3,
      },
      channels: ['ticket', 'chat', 'call'],
      offered: true,
    });
  });

  it('is overruled where both changed the same, and steps of credit are not mixed', () => {
    const draft: PlanContent = {
      ...BEFORE,
      callsPerYear: 12,
      priorities: { ...BEFORE.priorities, P0: { calendarId: null, targetsMs: { first_response: 3 * HOUR_MS } } },
      creditTiers: [...BEFORE.creditTiers, { below: 0.95, percent: 20 }],
    };
    const merged = rebasedPlan(draft, BEFORE, AFTER);
    expect(merged).toMatchObject({ callsPerYear: 12, pausesOnHold: false, creditTiers: draft.creditTiers });
    expect(merged.priorities.P0.targetsMs).toEqual({ first_response: 3 * HOUR_MS, update: HOUR_MS });
  });
});
