import { describe, expect, it } from 'vitest';
import { SlaInputError } from '../input.ts';
import type { ClockEvent, ClockInput } from './events.ts';
import { policyIssues } from './policy.ts';
import { at, clockAt, type Line, OFFICE_VERSION, opened, plan } from './testing.ts';

const OPENED: Line = ['thu 09:00', opened('plan')];

function fieldsRefused(act: () => unknown): string[] {
  try {
    act();
  } catch (error) {
    if (error instanceof SlaInputError) return error.issues.map(({ field }) => field);
    throw error;
  }
  return [];
}
const refused = (input: Partial<ClockInput>) => fieldsRefused(() => clockAt('thu 10:00', [OPENED], input));
const event = (change: object) => ({ at: at('thu 09:00'), seq: 1, ...opened('plan'), ...change }) as ClockEvent;

describe('what the clock refuses, naming the field', () => {
  it('R38 instants, sequence numbers and contents of events', () => {
    expect(refused({ now: 'today' })).toEqual(['now']);
    expect(refused({ events: [event({ at: '2026-05-14' })] })).toEqual(['events.0.at']);
    expect(refused({ events: [event({ seq: 1.5 })] })).toEqual(['events.0.seq']);
    expect(refused({ events: [event({ priority: 'P9' })] })).toEqual(['events.0.priority']);
    expect(refused({ events: [event({ type: 'message', visibility: 'secret' })] })).toEqual(['events.0.visibility']);
    expect(refused({ events: [event({ type: 'merged', startAt: 'x' })] })).toEqual(['events.0.startAt']);
    expect(refused({ events: [event({ type: 'unheard' })] })).toEqual(['events.0.type']);
    expect(refused({ events: [event({}), event({ seq: 2 })] })).toEqual(['events.1']);
  });

  it('R38 plans that are missing, twice there or unsound, calendars that are missing or twice there', () => {
    expect(refused({ policy: [] })).toEqual(['policy']);
    expect(refused({ policy: [plan('plan'), plan('plan')] })).toEqual(['policy.1.id']);
    expect(refused({ policy: [plan('plan', { warnAtShare: 1 })] })).toEqual(['policy.0.warnAtShare']);
    expect(refused({ calendars: [] })).toEqual(['calendars']);
    expect(refused({ calendars: [OFFICE_VERSION, { ...OFFICE_VERSION }] })).toEqual(['calendars.1']);
  });

  it('R38 a plan says what is wrong with it before it is saved', () => {
    const policy = plan('plan', { warnAtShare: Number.NaN });
    policy.priorities.P0 = { calendarId: 'gone', targetsMs: { resolve: -1, update: 0.5 } };
    expect(policyIssues(policy, ['office']).map(({ field }) => field)).toEqual([
      'warnAtShare',
      'priorities.P0.calendarId',
      'priorities.P0.targetsMs.resolve',
      'priorities.P0.targetsMs.update',
    ]);
    expect(policyIssues(plan('plan'), ['office'])).toEqual([]);
  });
});
