import { type EscalationRule, type EscalationStep, type Priority, TicketEventBody } from '@alongside/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CHAIN_START,
  type Chain,
  type ChainPlace,
  type Choosable,
  type Circumstance,
  choosePolicy,
  climbsAt,
  DELIVERY_RETRIES_MS,
  EFFECTIVE_TYPES,
  effectOf,
  isForPriority,
  isLate,
  LATE_AFTER_MS,
  placeToResume,
  policiesCollide,
  retryAt,
  ruleHolds,
  stepAfter,
} from './escalation.ts';

const rule = (more: Partial<EscalationRule> = {}): EscalationRule => ({
  causes: ['opened'],
  priorities: [],
  topics: [],
  planIds: [],
  targets: [],
  ...more,
});
const opened = (more: Partial<Circumstance> = {}): Circumstance => ({
  cause: 'opened',
  priority: 'P0',
  topic: 'echo',
  planId: 'enterprise',
  target: null,
  ...more,
});
const policy = (place: number, rules: EscalationRule[], enabled = true): Choosable & { rules: EscalationRule[] } => ({
  place,
  enabled,
  content: { rules },
  rules,
});

describe('a rule', () => {
  it('holds when every condition does; an empty list is none', () => {
    expect(ruleHolds(rule(), opened())).toBe(true);
    expect(ruleHolds(rule({ priorities: ['P0', 'P1'], topics: ['echo'], planIds: ['enterprise'] }), opened())).toBe(
      true,
    );
    expect(ruleHolds(rule({ priorities: ['P1'] }), opened())).toBe(false);
    expect(ruleHolds(rule({ topics: ['echo'] }), opened({ topic: null }))).toBe(false);
    expect(ruleHolds(rule({ planIds: ['standard'] }), opened())).toBe(false);
    expect(ruleHolds(rule({ causes: ['breach'] }), opened())).toBe(false);
  });

  it('asks for the promise only of warnings and breaches', () => {
    const first = rule({ causes: ['opened', 'breach'], targets: ['first_response'] });
    expect(ruleHolds(first, opened())).toBe(true);
    expect(ruleHolds(first, opened({ cause: 'breach', target: 'first_response' }))).toBe(true);
    expect(ruleHolds(first, opened({ cause: 'breach', target: 'resolve' }))).toBe(false);
  });
});

describe('choosePolicy', () => {
  it('takes the first by place of those that match, and none that is turned off', () => {
    const late = policy(3, [rule()]);
    const early = policy(2, [rule({ priorities: ['P1'] }), rule({ priorities: ['P0'] })]);
    const off = policy(1, [rule()], false);
    expect(choosePolicy([late, early, off], opened())).toBe(early);
    expect(choosePolicy([late, early, off], opened({ priority: 'P2' }))).toBe(late);
    expect(choosePolicy([off], opened())).toBeNull();
  });
});

describe('policiesCollide', () => {
  it('sees what two at the same place would both be for', () => {
    expect(policiesCollide(policy(1, [rule()]), policy(1, [rule({ topics: ['echo'] })]))).toBe(true);
    expect(policiesCollide(policy(1, [rule()]), policy(2, [rule()]))).toBe(false);
    expect(policiesCollide(policy(1, [rule()], false), policy(1, [rule()]))).toBe(false);
    expect(policiesCollide(policy(1, [rule({ priorities: ['P0'] })]), policy(1, [rule({ priorities: ['P1'] })]))).toBe(
      false,
    );
    const warned = rule({ causes: ['opened', 'warning'], priorities: ['P1'], targets: ['resolve'] });
    const other = rule({ causes: ['warning'], priorities: ['P1'], targets: ['update'] });
    expect(policiesCollide(policy(1, [warned]), policy(1, [other]))).toBe(false);
    expect(policiesCollide(policy(1, [warned]), policy(1, [{ ...other, causes: ['opened'] }]))).toBe(true);
  });

  it('collides exactly when some circumstance matches both', () => {
    const some = <T>(values: T[]) => fc.subarray(values);
    const rules = fc.record<EscalationRule>({
      causes: fc.subarray(['opened', 'warning'] as EscalationRule['causes'], { minLength: 1 }),
      priorities: some<Priority>(['P0', 'P1']),
      topics: some(['a', 'b']),
      planIds: some(['x', 'y']),
      targets: some(['resolve', 'update'] as EscalationRule['targets']),
    });
    const circumstances = (['opened', 'warning'] as const).flatMap((cause) =>
      (['P0', 'P1', 'P2'] as const).flatMap((priority) =>
        ['a', 'b', null].flatMap((topic) =>
          ['x', 'y', null].flatMap((planId) =>
            (['resolve', 'update', 'first_response'] as const).map((target) => ({
              cause,
              priority,
              topic,
              planId,
              target: cause === 'warning' ? target : null,
            })),
          ),
        ),
      ),
    );
    fc.assert(
      fc.property(rules, rules, (a, b) => {
        const both = circumstances.some((one) => ruleHolds(a, one) && ruleHolds(b, one));
        expect(policiesCollide(policy(1, [a]), policy(1, [b]))).toBe(both);
      }),
    );
  });
});

describe('effectOf', () => {
  it('has an effect for its own types at most', () => {
    const types = TicketEventBody.options.map((option) => option.shape.type.value);
    expect(EFFECTIVE_TYPES.length).toBeGreaterThan(0);
    expect(types).toEqual(expect.arrayContaining(EFFECTIVE_TYPES));
    for (const type of types.filter((one) => !EFFECTIVE_TYPES.includes(one)))
      expect(effectOf({ type } as TicketEventBody, 'staff')).toBeNull();
  });

  const id = '00000000-0000-4000-8000-000000000001';
  const message = (visibility: 'public' | 'internal'): TicketEventBody => ({
    type: 'message.posted',
    messageId: id,
    visibility,
    body: '…',
    files: [],
  });

  it('an answer to the customer stops, a note and the customer’s own word do not', () => {
    expect(effectOf(message('public'), 'staff')).toEqual({ do: 'stop', because: 'answered' });
    expect(effectOf(message('internal'), 'staff')).toBeNull();
    expect(effectOf(message('public'), 'customer')).toBeNull();
  });

  it('solving stops, reopening resumes, other moves are nothing', () => {
    const moved = (from: 'open' | 'solved' | 'closed' | 'on_hold', to: typeof from) =>
      effectOf({ type: 'ticket.state_set', from, to, automatic: false }, 'staff');
    expect(moved('open', 'solved')).toEqual({ do: 'stop', because: 'solved' });
    expect(moved('solved', 'open')).toEqual({ do: 'resume' });
    expect(moved('solved', 'closed')).toEqual({ do: 'stop', because: 'solved' });
    expect(moved('open', 'on_hold')).toBeNull();
  });

  it('spam stops, a drill goes all the way', () => {
    const excluded = (because: 'spam' | 'drill', excluded = true) =>
      effectOf({ type: 'ticket.exclusion_set', excluded, because, note: '' }, 'staff');
    expect(excluded('spam')).toEqual({ do: 'stop', because: 'excluded' });
    expect(excluded('drill')).toBeNull();
    expect(excluded('spam', false)).toBeNull();
  });

  it('a priority is judged by whether it was raised', () => {
    const set = (from: Priority, to: Priority) => effectOf({ type: 'ticket.priority_set', from, to }, 'staff');
    expect(set('P2', 'P0')).toEqual({ do: 'judge_priority', raised: true });
    expect(set('P0', 'P3')).toEqual({ do: 'judge_priority', raised: false });
    expect(isForPriority([rule({ priorities: ['P0'] })], 'P3')).toBe(false);
    expect(isForPriority([rule({ priorities: ['P0'] }), rule()], 'P3')).toBe(true);
  });
});

describe('a chain', () => {
  const step = (waitMs: number): EscalationStep => ({ targets: [{ kind: 'everyone' }], waitMs });
  const walk = (chain: Chain, from: ChainPlace = CHAIN_START) => {
    const places: ChainPlace[] = [];
    for (let place = from; ; ) {
      const next = stepAfter(chain, place);
      if (next === 'exhausted') return places;
      place = next.place;
      places.push(place);
    }
  };

  it('goes through its steps as often as it repeats and one more time, then it is exhausted', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 9 }), (count, repeats) => {
        const steps = Array.from({ length: count }, (_, index) => step(1_000 + index));
        const places = walk({ steps, repeats, delayMs: 0 });
        expect(places).toHaveLength(count * (repeats + 1));
        expect(places[0]).toEqual({ step: 1, round: 1 });
        expect(places.at(-1)).toEqual({ step: count, round: repeats + 1 });
        expect(new Set(places.map((place) => `${place.round}/${place.step}`)).size).toBe(places.length);
      }),
    );
  });

  it('resumes with the step it had come to', () => {
    const chain = { steps: [step(1_000), step(2_000)], repeats: 1, delayMs: 0 };
    expect(walk(chain, placeToResume({ step: 2, round: 1 }))[0]).toEqual({ step: 2, round: 1 });
    expect(walk(chain, placeToResume(CHAIN_START))[0]).toEqual({ step: 1, round: 1 });
  });

  it('waits after a step that reaches somebody, and for nobody after one that does not', () => {
    const now = new Date('2026-05-14T03:00:00.000Z');
    expect(climbsAt(step(300_000), true, now).toISOString()).toBe('2026-05-14T03:05:00.000Z');
    expect(climbsAt(step(300_000), false, now)).toEqual(now);
  });

  it('is late a minute after its instant', () => {
    const due = new Date(0);
    expect(isLate(due, new Date(LATE_AFTER_MS))).toBe(false);
    expect(isLate(due, new Date(LATE_AFTER_MS + 1))).toBe(true);
  });
});

describe('retryAt', () => {
  it('gives each pause once and then gives up', () => {
    const now = new Date(0);
    const tries = DELIVERY_RETRIES_MS.map((_, index) => retryAt(index + 1, now)?.getTime());
    expect(tries).toEqual(DELIVERY_RETRIES_MS);
    expect(retryAt(DELIVERY_RETRIES_MS.length + 1, now)).toBeNull();
  });
});
