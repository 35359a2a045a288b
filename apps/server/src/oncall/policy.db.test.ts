import { randomUUID } from 'node:crypto';
import {
  createHook,
  createPolicy,
  deleteHook,
  deletePolicy,
  type EscalationPolicyContent,
  listHooks,
  listPolicies,
  orderPolicies,
  renewHookSecret,
  savePolicy,
  tryPolicy,
} from '@alongside/contracts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Client } from '../people/testing.ts';
import { type OncallDesk, startOncallDesk } from './testing.ts';

let desk: OncallDesk;
let lead: Client;
beforeAll(async () => {
  // Private networks stay closed here.
  desk = await startOncallDesk({ OUTGOING_PRIVATE_RANGES: '' });
  ({ lead } = desk.people);
});
afterAll(() => desk?.close());

const content = (more: Partial<EscalationPolicyContent> = {}): EscalationPolicyContent => ({
  name: 'Ordinary',
  rules: [{ causes: ['opened'], priorities: ['P2'], topics: [], planIds: [], targets: [] }],
  delayMs: 0,
  steps: [{ targets: [{ kind: 'everyone' }], waitMs: 60_000 }],
  repeats: 0,
  ...more,
});
const create = (more: Partial<EscalationPolicyContent> = {}, place?: number, client = lead) =>
  client.call(createPolicy, {
    body: { id: randomUUID(), content: content(more), enabled: true, ...(place === undefined ? {} : { place }) },
  });
const list = async () => (await lead.call(listPolicies, {})).body.policies;

describe('policies', () => {
  test('stand in an order one can change; a list that has changed meanwhile is refused', async () => {
    const first = (await create({ name: 'A' })).body.policy;
    const second = (await create({ name: 'B' })).body.policy;
    expect(second.place).toBeGreaterThan(first.place);
    const ids = (await list()).map(({ id }) => id).reverse();
    const { policies } = (await lead.call(orderPolicies, { body: { ids } })).body;
    expect(policies.map(({ id }) => id)).toEqual(ids);
    for (const wrong of [ids.slice(1), [...ids, randomUUID()], [ids[0]!, ...ids.slice(0, -1)]])
      expect((await lead.call(orderPolicies, { body: { ids: wrong } })).error).toMatchObject({
        code: 'invalid_input',
        field: 'ids',
      });
    for (const { id } of [first, second]) await lead.call(deletePolicy, { params: { id } });
  });

  test('of which two at one place match the same tickets are refused, naming the other', async () => {
    const { policy } = (await create({ name: 'Mine' }, 7)).body;
    const reply = await create({ name: 'Yours' }, 7);
    expect(reply.error).toMatchObject({ code: 'invalid_input', field: 'place' });
    expect(reply.error.message + JSON.stringify(reply.error.issues)).toContain('Mine');
    // Another priority: nothing could ever match both.
    const other = [{ causes: ['opened' as const], priorities: ['P3' as const], topics: [], planIds: [], targets: [] }];
    const beside = (await create({ name: 'Beside', rules: other }, 7)).body.policy;
    for (const { id } of [policy, beside]) await lead.call(deletePolicy, { params: { id } });
  });

  test.each<[string, Partial<EscalationPolicyContent>]>([
    ['content.steps.0.targets.0.id', { steps: [{ targets: [{ kind: 'person', id: randomUUID() }], waitMs: 60_000 }] }],
    [
      'content.steps.0.targets.1.id',
      {
        steps: [{ targets: [{ kind: 'everyone' }, { kind: 'rotation', id: randomUUID() }], waitMs: 60_000 }],
      },
    ],
    [
      'content.rules.0.topics.0',
      {
        rules: [{ causes: ['opened'], priorities: [], topics: ['nothing'], planIds: [], targets: [] }],
      },
    ],
    ['content.steps.0.waitMs', { steps: [{ targets: [{ kind: 'everyone' }], waitMs: 10 }] }],
    ['content.delayMs', { delayMs: -1 }],
    ['content.steps', { steps: [] }],
  ])('unsound in %s are refused, and nothing is kept', async (field, more) => {
    const before = await list();
    const reply = await create(more);
    expect([reply.status, reply.error.issues!.map((issue) => issue.field)]).toEqual([422, [field]]);
    const [policy] = before;
    const saved = await lead.call(savePolicy, {
      params: { id: policy!.id },
      body: { content: content(more), enabled: true },
    });
    expect(saved.status).toBe(422);
    expect(await list()).toEqual(before);
  });

  test('are tried without paging anybody', async () => {
    const { engineer } = desk.people;
    const steps = [
      { targets: [{ kind: 'person' as const, id: engineer.id }], waitMs: 60_000 },
      { targets: [{ kind: 'everyone' as const }], waitMs: 60_000 },
    ];
    const reply = await engineer.call(tryPolicy, { body: { content: content({ steps, delayMs: 5_000 }) } });
    expect(reply.body.steps.map(({ afterMs, people }) => [afterMs, people.map(({ name }) => name).sort()])).toEqual([
      [5_000, ['Eve Engineer']],
      [65_000, ['Ada Admin', 'Eve Engineer', 'Liam Lead']],
    ]);
    const { count } = await desk.platform.db
      .selectFrom('page')
      .select((eb) => eb.fn.countAll().as('count'))
      .executeTakeFirstOrThrow();
    expect(Number(count)).toBe(0);
  });

  test('are for leads to change', async () => {
    expect((await create({}, undefined, desk.people.engineer)).status).toBe(403);
    expect((await desk.people.customer.call(listPolicies, {})).status).toBe(403);
  });
});

describe('webhooks', () => {
  const make = (url: string, client = lead) =>
    client.call(createHook, { body: { id: randomUUID(), name: 'Room', url } });

  test.each([
    'http://127.0.0.1/x',
    'http://10.1.2.3/',
    'http://[::1]/',
    'http://169.254.169.254/latest',
    'file:///etc/passwd',
    'https://user:secret@hooks.example.com/',
    'not an address',
  ])('to %s are refused', async (url) => {
    expect((await make(url)).error).toMatchObject({ code: 'invalid_input', field: 'url' });
  });

  test('show their secret once, and one a policy calls cannot go', async () => {
    const { hook, secret } = (await make('https://hooks.example.com/room')).body;
    expect(secret).toMatch(/^whsec_[\w+/]{43}=$/);
    expect(JSON.stringify((await lead.call(listHooks, {})).body)).not.toContain(secret.slice(6));
    const renewed = (await lead.call(renewHookSecret, { params: { id: hook.id }, body: {} })).body.secret;
    expect(renewed).not.toBe(secret);
    const steps = [{ targets: [{ kind: 'webhook' as const, id: hook.id }], waitMs: 60_000 }];
    const { policy } = (await create({ name: 'Calls', steps })).body;
    expect((await lead.call(deleteHook, { params: { id: hook.id } })).error.code).toBe('in_use');
    await lead.call(deletePolicy, { params: { id: policy.id } });
    expect((await lead.call(deleteHook, { params: { id: hook.id } })).status).toBe(200);
    expect((await make('https://hooks.example.com/room', desk.people.engineer)).status).toBe(403);
  });
});
