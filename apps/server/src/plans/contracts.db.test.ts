import { randomUUID } from 'node:crypto';
import { createOrganisation, getContract, listPlans, setContract, updateStaff } from '@alongside/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findContractStates } from '../statements/queries.ts';
import { startTestDesk, type TestDesk } from '../tickets/testing.ts';
import { countContracts } from './list.queries.ts';
import { contractFor, planVersionFor } from './queries.ts';
import { agree, shipped, UNSIGNED } from './testing.ts';

let desk: TestDesk;
let standard: string;
let enterprise: string;
beforeAll(async () => {
  desk = await startTestDesk();
  standard = (await shipped(desk.people.lead, 'standard')).id;
  enterprise = (await shipped(desk.people.lead, 'enterprise')).id;
});
afterAll(() => desk.close());

/** An organisation nothing has been agreed with. */
async function newOrganisation(): Promise<string> {
  const id = randomUUID();
  const body = { id, name: `Works ${id}`, domains: [] };
  await desk.people.lead.call(createOrganisation, { body });
  return id;
}

const view = async (id: string) => (await desk.people.lead.call(getContract, { params: { id } })).body;

describe('a contract', () => {
  test('before the first there is none, and the default plan holds', async () => {
    const id = await newOrganisation();
    expect(await view(id)).toMatchObject({
      contract: null,
      version: 0,
      scheduled: null,
      history: [],
      usage: null,
      plan: { name: { en: 'Community', 'zh-CN': '社区版' } },
      maySet: true,
    });
    expect((await desk.people.lead.call(getContract, { params: { id: randomUUID() } })).status).toBe(404);
    const body = { ...UNSIGNED, basedOn: 0, planId: standard };
    const reply = await desk.people.lead.call(setContract, { params: { id: randomUUID() }, body });
    expect(reply.status).toBe(404);
  });

  test('holds from now on, with plan, people, money and who agreed it why', async () => {
    const { lead, customer } = desk.people;
    const reply = await agree(lead, desk.organisationId, {
      planId: enterprise,
      timeZone: 'Europe/Berlin',
      startsOn: '2026-03-01',
      monthlyFee: { amountMinor: 250_000, currency: 'EUR' },
      namedContactIds: [customer.id],
      managerId: desk.people.engineer.id,
      reason: 'Signed on Monday.',
    });
    expect(reply.body).toMatchObject({ version: 1, contract: { planName: { en: 'Enterprise 7×24' } } });
    desk.platform.app.planProviders.callsUsed = async () => 4;
    const { contract, history, plan, usage } = await view(desk.organisationId);
    expect(usage).toMatchObject({ callsUsed: 4, callsPerYear: null });
    expect(usage!.year.from).toMatch(/-02-(28|29)T23:00:00\.000Z$/);
    expect(contract).toMatchObject({
      organisationId: desk.organisationId,
      planId: enterprise,
      timeZone: 'Europe/Berlin',
      startsOn: '2026-03-01',
      monthlyFee: { amountMinor: 250_000, currency: 'EUR' },
      namedContacts: [{ id: customer.id, name: 'Cleo Customer' }],
      manager: { id: desk.people.engineer.id, name: 'Eve Engineer' },
    });
    expect(history).toMatchObject([{ version: 1, by: 'Liam Lead', reason: 'Signed on Monday.' }]);
    expect(plan.planId).toBe(enterprise);
    expect((await planVersionFor(desk.platform.db, desk.organisationId, new Date())).planId).toBe(enterprise);
    const rows = await desk.platform.db
      .selectFrom('feed')
      .select('payload')
      .where('kind', '=', 'plans.contract_changed')
      .execute();
    expect(rows.map(({ payload }) => payload)).toContainEqual({ organisationId: desk.organisationId });
  });

  test('keeps its history, and what was in force stays so for those times', async () => {
    const { lead } = desk.people;
    const id = await newOrganisation();
    await agree(lead, id, { planId: standard, reason: 'Signed.' });
    const first = (await view(id)).contract!.validFrom;
    await agree(lead, id, { planId: enterprise, reason: 'Grew.' });
    await agree(lead, id, { planId: null, reason: 'Left.' });
    const { contract, history, plan } = await view(id);
    expect(contract).toBeNull();
    expect(plan.name.en).toBe('Community');
    expect(history.map(({ version, reason, contract: then }) => [version, reason, then?.planName.en ?? null])).toEqual([
      [3, 'Left.', null],
      [2, 'Grew.', 'Enterprise 7×24'],
      [1, 'Signed.', 'Standard 5×8'],
    ]);
    const { db } = desk.platform;
    expect((await contractFor(db, id, new Date(first)))!.planId).toBe(standard);
    expect(await contractFor(db, id, new Date(Date.parse(first) - 1))).toBeNull();
    expect((await contractFor(db, id, new Date(history[1]!.validFrom)))!.planId).toBe(enterprise);
    expect(await contractFor(db, id, new Date())).toBeNull();
  });

  test('can be arranged for later, and arranged anew', async () => {
    const { lead } = desk.people;
    const { db } = desk.platform;
    const id = await newOrganisation();
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
    await agree(lead, id, { planId: standard });
    await agree(lead, id, { planId: enterprise, validFrom: inDays(10), reason: 'From next month.' });
    const arranged = await view(id);
    expect(arranged.contract!.planId).toBe(standard);
    expect(arranged.scheduled).toMatchObject({ version: 2, contract: { planId: enterprise } });
    expect((await contractFor(db, id, new Date(inDays(11))))!.planId).toBe(enterprise);

    await agree(lead, id, { planId: standard, reason: 'They stay with what they have.' });
    const after = await view(id);
    expect(after.scheduled).toBeNull();
    expect((await contractFor(db, id, new Date(inDays(11))))!.planId).toBe(standard);
  });

  test('arranged for later and then put off, does not begin on the first date', async () => {
    const { lead } = desk.people;
    const { db } = desk.platform;
    const id = await newOrganisation();
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
    const onPlan = async (planId: string) => (await countContracts(db, inDays(11))).get(planId) ?? 0;
    await agree(lead, id, { planId: standard });
    const before = await onPlan(standard);
    await agree(lead, id, { planId: enterprise, validFrom: inDays(10).toISOString() });
    await agree(lead, id, { planId: enterprise, validFrom: inDays(20).toISOString() });
    const planAt = async (days: number) => (await contractFor(db, id, inDays(days)))!.planId;
    expect([await planAt(0), await planAt(11), await planAt(21)]).toEqual([standard, standard, enterprise]);
    expect((await findContractStates(db, id)).map(({ version }) => version)).toEqual([1, 3]);
    expect(await onPlan(standard)).toBe(before);
    // What was arranged is still on record.
    expect((await view(id)).history).toHaveLength(3);
  });

  test('of several set at once one is saved; the others hear of it', async () => {
    const { lead } = desk.people;
    const id = await newOrganisation();
    const body = { ...UNSIGNED, basedOn: 0, planId: standard };
    const replies = await Promise.all([1, 2, 3, 4].map(() => lead.call(setContract, { params: { id }, body })));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const loser of replies.filter(({ status }) => status !== 200))
      expect(loser.error).toMatchObject({ code: 'version_conflict', details: { version: 1 } });
    expect((await view(id)).history).toHaveLength(1);
  });

  test('two can not begin at one instant: the database sees to it as well', async () => {
    const { db } = desk.platform;
    const id = await newOrganisation();
    const at = new Date();
    const insert = (version: number) =>
      db
        .insertInto('contract')
        .values({
          id: randomUUID(),
          organisationId: id,
          version,
          planId: standard,
          timeZone: 'UTC',
          startsOn: '2026-01-01',
          monthlyFee: null,
          namedContactIds: '[]',
          managerId: null,
          validFrom: at,
          reason: 'x',
          savedBy: JSON.stringify({ kind: 'system', id: randomUUID(), name: 'x' }),
          savedAt: at,
        })
        .execute();
    await insert(1);
    await expect(insert(2)).rejects.toThrow(/contract_one_at_a_time/);
    await expect(db.deleteFrom('contract').execute()).rejects.toThrow(/never changed/);
  });

  test('fees are shown to those who agree them', async () => {
    const { engineer } = desk.people;
    const reply = await engineer.call(getContract, { params: { id: desk.organisationId } });
    expect(reply.body).toMatchObject({ maySet: false, contract: { monthlyFee: null } });
    expect(JSON.stringify(reply.body)).not.toContain('250000');
  });
});

describe('a contract that is not sound', () => {
  test.each([
    ['a plan there is not', { planId: randomUUID() }, 'planId'],
    ['a zone there is not', { timeZone: 'Mars/Olympus' }, 'timeZone'],
    ['a day there is not', { startsOn: '2026-02-30' }, 'startsOn'],
    ['a fee below nothing', { monthlyFee: { amountMinor: -1, currency: 'EUR' } }, 'monthlyFee.amountMinor'],
    ['a currency there is not', { monthlyFee: { amountMinor: 1, currency: 'QQQ' } }, 'monthlyFee.currency'],
    ['no reason', { reason: '  ' }, 'reason'],
    [
      'somebody of another organisation',
      () => ({ namedContactIds: [desk.people.otherCustomer.id] }),
      'namedContactIds.0',
    ],
    ['a visitor', () => ({ namedContactIds: [desk.people.customer.id, desk.people.visitor.id] }), 'namedContactIds.1'],
    [
      'somebody twice',
      () => ({ namedContactIds: [desk.people.customer.id, desk.people.customer.id] }),
      'namedContactIds.1',
    ],
    ['a manager who is a customer', () => ({ managerId: desk.people.customer.id }), 'managerId'],
    ['a time that has passed', { validFrom: '2020-01-01T00:00:00.000Z' }, 'validFrom'],
    ['an instant without a zone', { validFrom: '2020-01-01T00:00:00' }, 'validFrom'],
  ])('%s: refused by its name, and nothing is saved', async (_, change, field) => {
    const before = await view(desk.organisationId);
    const reply = await agree(desk.people.lead, desk.organisationId, typeof change === 'function' ? change() : change);
    expect(reply.status).toBe(422);
    expect(reply.error).toMatchObject({ code: 'invalid_input', field });
    expect(await view(desk.organisationId)).toEqual(before);
  });

  test('two that would begin at one instant', async () => {
    const { lead } = desk.people;
    const id = await newOrganisation();
    const validFrom = new Date(Date.now() + 86_400_000).toISOString();
    await agree(lead, id, { planId: standard, validFrom });
    const second = await agree(lead, id, { planId: enterprise, validFrom });
    expect(second.error).toMatchObject({ code: 'invalid_input', field: 'validFrom' });
    expect((await view(id)).history).toHaveLength(1);
  });

  test('a manager who left can stay named but not be named anew', async () => {
    const { lead, administrator, engineer } = desk.people;
    const [first, second] = [await newOrganisation(), await newOrganisation()];
    await agree(lead, first, { planId: standard, managerId: engineer.id });
    await administrator.call(updateStaff, { params: { id: engineer.id }, body: { disabled: true } });
    expect((await agree(lead, first, { planId: standard, managerId: engineer.id, reason: 'Fee.' })).status).toBe(200);
    expect((await agree(lead, second, { planId: standard, managerId: engineer.id })).error.field).toBe('managerId');
  });
});

test('contracts are counted with their plans', async () => {
  const { plans } = (await desk.people.lead.call(listPlans, {})).body;
  const counted = plans.find((plan) => plan.id === standard)!.contractCount;
  await agree(desk.people.lead, await newOrganisation(), { planId: standard });
  const after = (await desk.people.lead.call(listPlans, {})).body.plans;
  expect(after.find((plan) => plan.id === standard)!.contractCount).toBe(counted + 1);
});
