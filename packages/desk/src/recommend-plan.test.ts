import type { CalendarContent, OfferedPlan, SceneNeed } from '@alongside/contracts';
import { SCENES } from '@alongside/contracts';
import { describe, expect, it } from 'vitest';
import { recommendPlan, USUAL_NEEDS } from './recommend-plan.ts';

const HOUR_MS = 3_600_000;
const name = { en: 'x', 'zh-CN': 'x' };
const week = (window: string, days: readonly string[]) =>
  Object.fromEntries(days.map((day) => [day, [window]])) as CalendarContent['week'];
const WORKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri'];
const ALL = [...WORKDAYS, 'sat', 'sun'];

function offered(planId: string, firstResponseMs: number | null, hours: CalendarContent['week']): OfferedPlan {
  const promise = {
    calendarId: planId,
    targetsMs: firstResponseMs === null ? {} : { first_response: firstResponseMs },
  };
  const content = { tz: 'Asia/Shanghai', week: hours, holidays: [], overrides: {} };
  return {
    planId,
    preset: null,
    terms: {
      name,
      summary: name,
      priorities: { P0: promise, P1: promise, P2: promise, P3: promise },
      channels: ['ticket'],
      callsPerYear: 0,
      urgentByNamedContacts: false,
      urgentForProduction: false,
      creditTiers: [],
      hours: firstResponseMs === null ? [] : [{ id: planId, name, content }],
    },
  };
}

const community = offered('community', null, {});
const standard = offered('standard', 4 * HOUR_MS, week('09:00-18:00', WORKDAYS));
const business = offered('business', HOUR_MS, week('09:00-21:00', ALL));
const enterprise = offered('enterprise', HOUR_MS / 2, week('00:00-24:00', ALL));
const PLANS = [enterprise, community, business, standard];
// A Tuesday.
const AT = '2026-06-16T03:00:00.000Z';

const need = (change: Partial<SceneNeed> = {}): SceneNeed => ({
  scene: 'other',
  days: 'workdays',
  window: '09:00-18:00',
  timeZone: 'Asia/Shanghai',
  wait: 'half_day',
  ...change,
});

describe('recommendPlan', () => {
  it.each([
    ['office hours, half a day of patience', need(), 'standard'],
    ['office hours, an hour of patience', need({ wait: 'hour' }), 'business'],
    ['every day until nine', need({ days: 'every_day', window: '09:00-21:00', wait: 'hour' }), 'business'],
    ['every day until ten', need({ days: 'every_day', window: '09:00-22:00', wait: 'hour' }), 'enterprise'],
    ['over midnight', need({ window: '20:00-02:00' }), 'enterprise'],
    ['no hurry at all', need({ window: '00:00-24:00', wait: 'any' }), 'community'],
    ['the same office hours half a world away', need({ timeZone: 'America/New_York' }), 'enterprise'],
  ])('%s', (_, wanted, planId) => {
    expect(recommendPlan(wanted, PLANS, AT)).toMatchObject({ planId, suits: true });
  });

  it.each([
    ['evening_live_show', 'enterprise'],
    ['social_video', 'enterprise'],
    ['overseas_business', 'enterprise'],
    ['education', 'business'],
    ['smart_hardware', 'standard'],
    ['other', 'standard'],
  ] as const)('as %s usually goes: %s', (scene, planId) => {
    expect(SCENES).toContain(scene);
    const wanted = { scene, timeZone: 'Asia/Shanghai', ...USUAL_NEEDS[scene] };
    expect(recommendPlan(wanted, PLANS, AT)).toMatchObject({ planId, suits: true });
  });

  it('says what the next smaller plan lacks', () => {
    const wanted = need({ days: 'every_day', window: '19:00-23:00', wait: 'half_hour' });
    expect(recommendPlan(wanted, PLANS, AT)).toEqual({
      planId: 'enterprise',
      neededHours: 28,
      coveredHours: 28,
      firstResponseMs: HOUR_MS / 2,
      suits: true,
      smaller: { planId: 'business', lacks: ['hours', 'response'], coveredHours: 14, firstResponseMs: HOUR_MS },
    });
  });

  it('takes the nearest where none suits', () => {
    const wanted = need({ days: 'every_day', window: '09:00-23:00', wait: 'half_hour' });
    expect(recommendPlan(wanted, [community, standard, business], AT)).toMatchObject({
      planId: 'business',
      suits: false,
      neededHours: 98,
      coveredHours: 84,
    });
  });

  it('looks at ordinary weeks: a holiday now makes no plan smaller', () => {
    const [hours] = standard.terms.hours;
    const closed = { ...hours!, content: { ...hours!.content, holidays: ['2026-06-17', '2026-06-18', '2026-06-19'] } };
    const plan = { ...standard, terms: { ...standard.terms, hours: [closed] } };
    expect(recommendPlan(need(), [plan], AT)).toMatchObject({ suits: true, coveredHours: 45 });
  });

  it('has no answer where nothing is offered, or for a zone that does not exist', () => {
    expect(recommendPlan(need(), [], AT)).toBeNull();
    expect(recommendPlan(need({ timeZone: 'Mars/Olympus' }), PLANS, AT)).toBeNull();
  });
});
