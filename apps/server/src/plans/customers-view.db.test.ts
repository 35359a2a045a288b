import {
  getOwnPlan,
  listOfferedPlans,
  PLAN_PRESETS,
  type RouteInput,
  recommendPlan,
  setDefaultPlan,
  updatePlan,
} from '@alongside/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client } from '../people/testing.ts';
import { startTestDesk, type TestDesk } from '../tickets/testing.ts';
import { agree, shipped } from './testing.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await startTestDesk();
});
afterAll(() => desk.close());

describe('one’s own plan', () => {
  test('without a contract: the default one, without promises', async () => {
    for (const name of ['visitor', 'otherCustomer'] as const) {
      const { plan } = (await desk.people[name].call(getOwnPlan, {})).body;
      expect(plan).toMatchObject({ contract: null, callsUsed: 0, callsLeft: 0, mayRaiseUrgent: true });
      expect(plan.terms.name.en).toBe('Community');
      expect(plan.terms.hours).toEqual([]);
      const nothing = { offered: 'P2', reason: 'priority_not_in_plan' };
      expect(plan.urgent).toEqual({
        P0: { production: nothing, other: nothing },
        P1: { production: nothing, other: nothing },
      });
    }
  });

  test('with a contract: its terms, hours in full, people by name, calls left; never the fee', async () => {
    const { lead, customer, colleague, engineer, otherCustomer } = desk.people;
    const business = await shipped(lead, 'business');
    const content = { ...business.current.content, urgentByNamedContacts: true };
    await desk.people.administrator.call(updatePlan, { params: { id: business.id }, body: { basedOn: 1, content } });
    await agree(lead, desk.organisationId, {
      planId: business.id,
      startsOn: '2020-05-14',
      namedContactIds: [customer.id],
      managerId: engineer.id,
      monthlyFee: { amountMinor: 123_456, currency: 'CNY' },
    });
    let asked: { from: Date; to: Date } | undefined;
    desk.platform.app.planProviders.callsUsed = async (_, organisationId, year) => {
      if (organisationId === desk.organisationId) asked = year;
      return 4;
    };
    const reply = await customer.call(getOwnPlan, {});
    const { plan } = reply.body;
    expect(plan).toMatchObject({
      mayRaiseUrgent: true,
      callsUsed: 4,
      callsLeft: 2,
      contract: {
        namedContacts: [{ id: customer.id, name: 'Cleo Customer' }],
        manager: { id: engineer.id, name: 'Eve Engineer' },
      },
    });
    expect(plan.terms.hours.map((hours) => hours.content.week.sun)).toEqual([['09:00-21:00']]);
    expect(asked!.from.toISOString()).toBe(plan.contract!.year.from);
    expect(plan.contract!.year.from).toMatch(/-05-13T16:00:00\.000Z$/);
    expect(JSON.stringify(reply.body)).not.toContain('123456');
    expect(plan.urgent.P0).toEqual({
      production: { offered: 'P0', reason: null },
      other: { offered: 'P2', reason: 'not_production' },
    });
    const theirs = (await colleague.call(getOwnPlan, {})).body.plan;
    expect(theirs.mayRaiseUrgent).toBe(false);
    expect(theirs.urgent.P1.production).toEqual({ offered: 'P2', reason: 'not_a_named_contact' });
    expect((await otherCustomer.call(getOwnPlan, {})).body.plan.contract).toBeNull();
  });
});

describe('plans on offer', () => {
  test('are for everybody, the smallest first, without what is the team’s own business', async () => {
    const { plans } = (await new Client(desk.platform).call(listOfferedPlans, {})).body;
    expect(plans.map((plan) => plan.preset)).toEqual([...PLAN_PRESETS]);
    expect(Object.keys(plans[0]!.terms)).not.toContain('warnAtShare');
  });

  test('leave out those that are not offered', async () => {
    const { administrator } = desk.people;
    const standard = await shipped(administrator, 'standard');
    const save = async (basedOn: number, offered: boolean) =>
      administrator.call(updatePlan, {
        params: { id: standard.id },
        body: { basedOn, content: { ...standard.current.content, offered } },
      });
    await save(1, false);
    const { plans } = (await new Client(desk.platform).call(listOfferedPlans, {})).body;
    expect(plans.map((plan) => plan.preset)).toEqual(['community', 'business', 'enterprise']);
    await save(2, true);
  });
});

describe('a recommendation', () => {
  const ask = (change: Partial<RouteInput<typeof recommendPlan>['query']> = {}) =>
    new Client(desk.platform).call(recommendPlan, {
      query: {
        scene: 'education',
        days: 'every_day',
        window: '09:00-21:00',
        timeZone: 'Asia/Shanghai',
        wait: 'hour',
        ...change,
      },
    });

  test('is made from the plans as they are now', async () => {
    const business = await shipped(desk.people.lead, 'business');
    expect((await ask()).body.recommendation).toMatchObject({ planId: business.id, suits: true, neededHours: 84 });
    const enterprise = await shipped(desk.people.lead, 'enterprise');
    const evening = await ask({ scene: 'evening_live_show', window: '19:00-02:00', wait: 'half_hour' });
    expect(evening.body.recommendation).toMatchObject({
      planId: enterprise.id,
      smaller: { planId: business.id, lacks: ['hours', 'response'] },
    });
  });

  test.each([
    [{ timeZone: 'Mars/Olympus' }, 'timeZone'],
    [{ window: '25:00-26:00' }, 'window'],
    [{ scene: 'circus' as 'other' }, 'scene'],
    [{ wait: 'forever' as 'any' }, 'wait'],
  ])('%j is refused by its name', async (change, field) => {
    expect((await ask(change)).error).toMatchObject({ code: 'invalid_input', field });
  });
});

test('the default plan of everybody can be another one', async () => {
  const standard = await shipped(desk.people.lead, 'standard');
  await desk.people.administrator.call(setDefaultPlan, { params: { id: standard.id }, body: {} });
  expect((await desk.people.visitor.call(getOwnPlan, {})).body.plan.terms.name.en).toBe('Standard 5×8');
});
