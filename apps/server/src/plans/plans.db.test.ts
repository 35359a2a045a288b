import { randomUUID } from 'node:crypto';
import {
  archivePlan,
  createPlan,
  listPlans,
  listPlanVersions,
  type PlanContent,
  setDefaultPlan,
  updatePlan,
} from '@alongside/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestDesk, type TestDesk } from '../tickets/testing.ts';
import { planVersionFor, planVersionsById } from './queries.ts';
import { agree, shipped } from './testing.ts';

let desk: TestDesk;
let content: PlanContent;
beforeAll(async () => {
  desk = await startTestDesk();
  content = (await shipped(desk.people.lead, 'business')).current.content;
});
afterAll(() => desk.close());

const named = (en: string): PlanContent => ({ ...content, name: { en, 'zh-CN': en } });

describe('a plan', () => {
  test('is added as said or as a copy of a shipped one', async () => {
    const { administrator } = desk.people;
    const said = { id: randomUUID(), content: named('Ours') };
    const made = (await administrator.call(createPlan, { body: said })).body.plan;
    expect(made).toMatchObject({ preset: null, archived: false, isDefault: false, contractCount: 0 });
    expect(made.current).toMatchObject({ version: 1, by: 'Ada Admin', content: said.content });
    expect((await administrator.call(createPlan, { body: said })).body.plan).toEqual(made);
    expect((await administrator.call(createPlan, { body: { ...said, content } })).error.code).toBe('id_conflict');
    const copy = (await administrator.call(createPlan, { body: { id: randomUUID(), preset: 'business' } })).body.plan;
    expect(copy.current.content).toEqual(content);
    const neither = await administrator.call(createPlan, { body: { id: randomUUID() } });
    expect(neither.error).toMatchObject({ code: 'invalid_input', field: 'content' });
    const both = { id: randomUUID(), preset: 'business', content } as const;
    expect((await administrator.call(createPlan, { body: both })).error.field).toBe('content');
  });

  test('saved anew holds from then on; what was opened before keeps its version', async () => {
    const { administrator, lead } = desk.people;
    const { db } = desk.platform;
    const plan = await shipped(lead, 'standard');
    await agree(lead, desk.organisationId, { planId: plan.id });
    const before = await planVersionFor(db, desk.organisationId, new Date());
    expect(before.versionId).toBe(plan.current.id);

    const next = {
      ...plan.current.content,
      callsPerYear: 2,
      channels: [...plan.current.content.channels, 'call' as const],
    };
    const params = { id: plan.id };
    const saved = (await administrator.call(updatePlan, { params, body: { basedOn: 1, content: next } })).body.plan;
    expect(saved.current).toMatchObject({ version: 2, content: next, by: 'Ada Admin' });
    // The answer got lost and it is sent again: no third version.
    await administrator.call(updatePlan, { params, body: { basedOn: 1, content: next } });

    const after = await planVersionFor(db, desk.organisationId, new Date());
    expect(after.versionId).toBe(saved.current.id);
    const earlier = new Date(Date.parse(saved.current.validFrom) - 1);
    expect((await planVersionFor(db, desk.organisationId, earlier)).versionId).toBe(before.versionId);
    const [kept] = await planVersionsById(db, [before.versionId]);
    expect(kept!.content).toEqual(plan.current.content);
    const { versions } = (await lead.call(listPlanVersions, { params })).body;
    expect(versions.map(({ version, by }) => [version, by])).toEqual([
      [2, 'Ada Admin'],
      [1, null],
    ]);
  });

  test('is not saved over a newer version unseen', async () => {
    const { administrator } = desk.people;
    const { id } = (await administrator.call(createPlan, { body: { id: randomUUID(), content } })).body.plan;
    const replies = await Promise.all(
      ['One', 'Two', 'Three'].map((name) =>
        administrator.call(updatePlan, { params: { id }, body: { basedOn: 1, content: named(name) } }),
      ),
    );
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const loser of replies.filter(({ status }) => status !== 200))
      expect(loser.error).toMatchObject({ code: 'version_conflict', details: { version: 2 } });
  });

  test('can be put away and taken out again, unless somebody needs it', async () => {
    const { administrator, lead } = desk.people;
    const { id } = (await administrator.call(createPlan, { body: { id: randomUUID(), content: named('Old') } })).body
      .plan;
    const archive = (planId: string, archived: boolean) =>
      administrator.call(archivePlan, { params: { id: planId }, body: { archived } });
    expect((await archive(id, true)).body.plan.archived).toBe(true);
    const { plans } = (await lead.call(listPlans, {})).body;
    expect(plans.at(-1)!.id).toBe(id);
    const refused = await agree(lead, desk.organisationId, { planId: id });
    expect(refused.error).toMatchObject({ code: 'invalid_input', field: 'planId' });
    expect((await archive(id, false)).body.plan.archived).toBe(false);

    await agree(lead, desk.organisationId, { planId: id });
    expect((await archive(id, true)).error).toMatchObject({ code: 'plan_in_use', details: { contracts: 1 } });
    const community = await shipped(lead, 'community');
    expect((await archive(community.id, true)).error.code).toBe('plan_in_use');
    expect((await archive(randomUUID(), true)).status).toBe(404);
  });

  test('arranged for later counts as needed', async () => {
    const { administrator, lead } = desk.people;
    const { id } = (await administrator.call(createPlan, { body: { id: randomUUID(), content: named('Later') } })).body
      .plan;
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    await agree(lead, desk.organisationId, { planId: id, validFrom: tomorrow });
    const reply = await administrator.call(archivePlan, { params: { id }, body: { archived: true } });
    expect(reply.error.code).toBe('plan_in_use');
  });

  test('becomes the default one; there is always exactly one', async () => {
    const { administrator, lead } = desk.people;
    const { plans } = (await lead.call(listPlans, {})).body;
    const ids = plans.map((plan) => plan.id);
    const replies = await Promise.all(
      ids.map((id) => administrator.call(setDefaultPlan, { params: { id }, body: {} })),
    );
    expect(replies.map(({ status }) => status)).toEqual(ids.map(() => 200));
    const after = (await lead.call(listPlans, {})).body.plans.filter((plan) => plan.isDefault);
    expect(after).toHaveLength(1);
    const held = await planVersionFor(desk.platform.db, null, new Date());
    expect(held.planId).toBe(after[0]!.id);
    const second = desk.platform.db
      .updateTable('plan')
      .set({ isDefault: true })
      .where('id', '=', ids.find((id) => id !== after[0]!.id)!)
      .execute();
    await expect(second).rejects.toThrow(/plan_default/);
    expect((await administrator.call(setDefaultPlan, { params: { id: randomUUID() }, body: {} })).status).toBe(404);
  });
});

describe('a plan that is not sound', () => {
  const p0 = (change: object) => ({
    ...content,
    priorities: { ...content.priorities, P0: { ...content.priorities.P0, ...change } },
  });
  const without = (key: keyof PlanContent) => {
    const { [key]: _, ...rest } = content;
    return rest;
  };
  test.each([
    [
      'a negative budget',
      () => p0({ targetsMs: { first_response: -1 } }),
      'content.priorities.P0.targetsMs.first_response',
    ],
    ['a budget of zero', () => p0({ targetsMs: { update: 0 } }), 'content.priorities.P0.targetsMs.update'],
    ['half a millisecond', () => p0({ targetsMs: { resolve: 0.5 } }), 'content.priorities.P0.targetsMs.resolve'],
    ['a budget of a century', () => p0({ targetsMs: { resolve: 4e12 } }), 'content.priorities.P0.targetsMs.resolve'],
    ['an unknown target', () => p0({ targetsMs: { lunch: 1 } }), 'content.priorities.P0.targetsMs.lunch'],
    ['no calendar', () => p0({ calendarId: undefined }), 'content.priorities.P0.calendarId'],
    ['a calendar there is not', () => p0({ calendarId: randomUUID() }), 'content.priorities.P0.calendarId'],
    ['a channel twice', () => ({ ...content, channels: ['ticket', 'call', 'ticket'] }), 'content.channels.2'],
    ['an unknown channel', () => ({ ...content, channels: ['fax'] }), 'content.channels.0'],
    ['calls without the channel', () => ({ ...content, channels: ['ticket'] }), 'content.callsPerYear'],
    ['a warning after the breach', () => ({ ...content, warnAtShare: 1 }), 'content.warnAtShare'],
    [
      'credits that shrink with worse attainment',
      () => ({
        ...content,
        creditTiers: [
          { below: 0.99, percent: 10 },
          { below: 0.95, percent: 5 },
        ],
      }),
      'content.creditTiers.1',
    ],
    [
      'two credits for one attainment',
      () => ({
        ...content,
        creditTiers: [
          { below: 0.99, percent: 5 },
          { below: 0.99, percent: 10 },
        ],
      }),
      'content.creditTiers.1',
    ],
    [
      'more back than was paid',
      () => ({ ...content, creditTiers: [{ below: 0.9, percent: 101 }] }),
      'content.creditTiers.0.percent',
    ],
    ['no name in Chinese', () => ({ ...content, name: { en: 'Ours', 'zh-CN': '' } }), 'content.name.zh-CN'],
    [
      'nothing for P3',
      () => ({ ...content, priorities: { ...content.priorities, P3: undefined } }),
      'content.priorities.P3',
    ],
    ['no channels', () => without('channels'), 'content.channels'],
    ['a field nobody knows', () => ({ ...content, price: 1 }), 'content.price'],
  ])('%s: refused by its name, and nothing is saved', async (_, make, field) => {
    const { administrator } = desk.people;
    const plan = await shipped(administrator, 'business');
    const before = (await administrator.call(listPlans, {})).body.plans;
    const created = await administrator.raw('POST', '/api/plans', { id: randomUUID(), content: make() });
    expect(created.status).toBe(422);
    expect(created.error).toMatchObject({ code: 'invalid_input', field });
    const saved = await administrator.raw('PUT', `/api/plans/${plan.id}`, { basedOn: 1, content: make() });
    expect(saved.error.field).toBe(field);
    expect((await administrator.call(listPlans, {})).body.plans).toEqual(before);
  });
});
