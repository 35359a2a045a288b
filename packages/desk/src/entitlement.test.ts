import type { PlanContent } from '@alongside/contracts';
import { describe, expect, it } from 'vitest';
import { callsLeft, channelEntitlement, priorityEntitlement } from './entitlement.ts';

const ann = '00000000-0000-4000-8000-000000000001';
const bob = '00000000-0000-4000-8000-000000000002';
const promised = { calendarId: null, targetsMs: { first_response: 1 } };
const nothing = { calendarId: null, targetsMs: {} };

const plan = (change: Partial<PlanContent> = {}): PlanContent => ({
  name: { en: 'Plan', 'zh-CN': '方案' },
  summary: { en: 'Plan', 'zh-CN': '方案' },
  priorities: { P0: promised, P1: promised, P2: promised, P3: nothing },
  channels: ['self_service', 'ticket', 'chat', 'call'],
  callsPerYear: 6,
  urgentByNamedContacts: true,
  urgentForProduction: true,
  assistantCounts: false,
  pausesOnHold: false,
  warnAtShare: 0.75,
  creditTiers: [],
  offered: true,
  ...change,
});
const contract = { namedContactIds: [ann] };

describe('priorityEntitlement', () => {
  const asked = { priority: 'P0', contactId: ann, production: true } as const;
  it.each([
    ['a named contact, about production', plan(), contract, asked, { covered: true }],
    [
      'a colleague who is not named',
      plan(),
      contract,
      { ...asked, contactId: bob },
      { covered: false, reason: 'not_a_named_contact', offered: 'P2' },
    ],
    [
      'without a contract nobody is named',
      plan(),
      null,
      asked,
      { covered: false, reason: 'not_a_named_contact', offered: 'P2' },
    ],
    [
      'a test system',
      plan(),
      contract,
      { ...asked, production: false },
      { covered: false, reason: 'not_production', offered: 'P2' },
    ],
    [
      'anybody, where the plan names nobody',
      plan({ urgentByNamedContacts: false }),
      null,
      { ...asked, contactId: bob },
      { covered: true },
    ],
    [
      'a test system, where the plan does not mind',
      plan({ urgentForProduction: false }),
      contract,
      asked,
      { covered: true },
    ],
    [
      'P0 where only P1 is promised',
      plan({ priorities: { P0: nothing, P1: promised, P2: promised, P3: nothing } }),
      contract,
      asked,
      { covered: false, reason: 'priority_not_in_plan', offered: 'P1' },
    ],
    [
      'P1 where nothing is promised',
      plan({ priorities: { P0: nothing, P1: nothing, P2: nothing, P3: nothing } }),
      null,
      { ...asked, priority: 'P1' },
      { covered: false, reason: 'priority_not_in_plan', offered: 'P2' },
    ],
    [
      'an ordinary request, whoever and wherever',
      plan(),
      null,
      { priority: 'P2', contactId: bob, production: false },
      { covered: true },
    ],
    [
      'a question, though nothing is promised for it',
      plan(),
      null,
      { priority: 'P3', contactId: bob, production: false },
      { covered: true },
    ],
  ] as const)('%s', (_, content, facts, request, expected) => {
    expect(priorityEntitlement(content, facts, request)).toEqual(expected);
  });
});

describe('channelEntitlement', () => {
  it.each([
    ['a call that is in the plan', plan(), 5, { covered: true }],
    ['the seventh of six calls', plan(), 6, { covered: false, reason: 'calls_used_up', offered: 'chat' }],
    ['any number of calls', plan({ callsPerYear: null }), 600, { covered: true }],
    [
      'a call where there is e-mail',
      plan({ channels: ['self_service', 'ticket', 'email'], callsPerYear: null }),
      0,
      { covered: false, reason: 'channel_not_in_plan', offered: 'email' },
    ],
    [
      'a call where there is only the handbook',
      plan({ channels: ['self_service'] }),
      0,
      { covered: false, reason: 'channel_not_in_plan', offered: 'self_service' },
    ],
    [
      'a call where the plan opens nothing at all',
      plan({ channels: [] }),
      0,
      { covered: false, reason: 'channel_not_in_plan', offered: 'ticket' },
    ],
  ] as const)('%s', (_, content, calls, expected) => {
    expect(channelEntitlement(content, 'call', { calls })).toEqual(expected);
  });

  it('never offers more than was asked for', () => {
    const { channels: _, ...rest } = plan();
    const content = { ...rest, channels: ['ticket', 'manager'] } as PlanContent;
    expect(channelEntitlement(content, 'call', { calls: 0 })).toMatchObject({ offered: 'ticket' });
  });
});

describe('callsLeft', () => {
  it('never falls below none', () => {
    expect(callsLeft(plan(), 9)).toBe(0);
    expect(callsLeft(plan(), 2)).toBe(4);
    expect(callsLeft(plan({ callsPerYear: null }), 2)).toBeNull();
  });
});
