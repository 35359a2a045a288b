import { describe, expect, it } from 'vitest';
import { dueAt } from '../business-time.ts';
import { HOUR } from '../testing.ts';
import type { CalendarVersion } from './events.ts';
import {
  ALL,
  at,
  becomes,
  clockAt,
  cycleOf,
  type Line,
  OFFICE,
  OFFICE_VERSION,
  opened,
  plan,
  priority,
  sameFor,
  says,
} from './testing.ts';

const OPENED: Line = ['thu 09:00', opened('plan')];
const FIRST = 'first_response:1';
const firstOf = (now: string, lines: Line[], input = {}) => cycleOf(clockAt(now, lines, input), FIRST);

describe('R16 priority raised', () => {
  it('R16 the earlier of the present due instant and a full new budget from the change', () => {
    expect(firstOf('thu 10:00', [OPENED, ['thu 10:00', priority('P0')]])).toMatchObject({
      dueAt: at('thu 11:00'),
      warnAt: at('thu 10:45'),
      startAt: at('thu 09:00'),
      countedFrom: at('thu 10:00'),
      budgetMs: HOUR,
      usedMs: 0,
      priority: 'P0',
    });
    expect(firstOf('thu 12:40', [OPENED, ['thu 12:30', priority('P0')]])).toMatchObject({
      dueAt: at('thu 13:00'),
      countedFrom: at('thu 09:00'),
      budgetMs: 4 * HOUR,
      priority: 'P0',
    });
  });

  it('R16 a paused cycle is compared as if it ran on, and goes on being paused', () => {
    const policy = plan('plan');
    for (const name of ['P0', 'P1', 'P2', 'P3'] as const)
      policy.priorities[name] = {
        ...policy.priorities[name],
        targetsMs: { resolve: name === 'P0' ? HOUR : 16 * HOUR },
      };
    const state = clockAt(
      'fri 12:00',
      [
        ['thu 09:00', opened('plan')],
        ['thu 10:00', becomes('waiting_for_customer')],
        ['thu 12:00', priority('P0')],
      ],
      { policy: [policy] },
    );
    expect(cycleOf(state, 'resolve:1')).toMatchObject({ state: 'paused', leftMs: HOUR, pausedSince: at('thu 10:00') });
  });

  it('R16 R17 breached stays breached, whatever the priority becomes', () => {
    for (const to of ['P0', 'P3'] as const)
      expect(firstOf('thu 17:00', [OPENED, ['thu 14:00', priority(to)]])).toMatchObject({
        state: 'breached',
        breachedAt: at('thu 13:00'),
        priority: 'P2',
      });
  });
});

describe('R17 priority lowered', () => {
  it('R17 the later of the present due instant and the new budget from the start; raised again, R16 again', () => {
    const lowered: Line[] = [
      ['thu 09:00', opened('plan', { priority: 'P0' })],
      ['thu 09:30', priority('P2')],
    ];
    expect(firstOf('thu 09:35', lowered)).toMatchObject({
      dueAt: at('thu 13:00'),
      countedFrom: at('thu 09:00'),
      usedMs: 35 * 60_000,
    });
    expect(firstOf('thu 09:50', [...lowered, ['thu 09:40', priority('P0')]]).dueAt).toBe(at('thu 10:40'));
  });

  it('R17 pauses are removed from what was used; a new budget that is long used up changes nothing', () => {
    const policy = plan('plan');
    policy.priorities.P1 = { calendarId: null, targetsMs: { resolve: 20 * HOUR } };
    policy.priorities.P2 = { calendarId: 'office', targetsMs: { resolve: 10 * HOUR } };
    policy.priorities.P3 = { calendarId: null, targetsMs: { resolve: HOUR } };
    const lines: Line[] = [
      ['thu 09:00', opened('plan', { priority: 'P1' })],
      ['thu 10:00', becomes('waiting_for_customer')],
      ['thu 12:00', becomes('open', 'customer')],
    ];
    // Round the clock 20 h with 2 h of pause: Friday 07:00. In office hours 10 h, 2 h of pause: Friday 12:00.
    const state = clockAt('thu 20:00', [...lines, ['thu 19:00', priority('P2')]], { policy: [policy] });
    expect(cycleOf(state, 'resolve:1')).toMatchObject({ dueAt: at('fri 12:00'), calendarId: 'office' });
    const unchanged = clockAt('thu 20:00', [...lines, ['thu 19:00', priority('P3')]], { policy: [policy] });
    expect(cycleOf(unchanged, 'resolve:1')).toMatchObject({ dueAt: at('fri 07:00'), calendarId: null, priority: 'P3' });
  });

  it('R15 R17 the pause it is lowered in does not count as used either', () => {
    const policy = plan('plan');
    policy.priorities.P2 = { calendarId: 'office', targetsMs: { resolve: 4 * HOUR } };
    policy.priorities.P3 = { calendarId: 'office', targetsMs: { resolve: 9 * HOUR } };
    const lines: Line[] = [
      ['thu 09:00', opened('plan')],
      ['thu 10:00', becomes('waiting_for_customer')],
      ['thu 12:00', priority('P3')],
    ];
    const paused = clockAt('thu 12:10', lines, { policy: [policy] });
    expect(cycleOf(paused, 'resolve:1')).toMatchObject({ state: 'paused', leftMs: 8 * HOUR, usedMs: HOUR });
    const resumed = clockAt('thu 13:00', [...lines, ['thu 12:30', becomes('open', 'customer')]], { policy: [policy] });
    expect(cycleOf(resumed, 'resolve:1').dueAt).toBe(at('fri 11:30'));
  });
});

describe('R18 plan switched', () => {
  it('R18 never shorter than a full new budget from the switch, never later than promised', () => {
    const longer = plan('longer', {
      priorities: sameFor({ calendarId: 'office', targetsMs: { first_response: 9 * HOUR } }),
    });
    const shorter = plan('shorter', {
      priorities: sameFor({ calendarId: 'office', targetsMs: { first_response: HOUR } }),
    });
    const policy = [plan('plan'), longer, shorter];
    const switched = (policyId: string | null) =>
      clockAt('thu 10:30', [OPENED, ['thu 10:00', { type: 'policy', policyId }]], { policy });
    expect(cycleOf(switched('longer'), FIRST)).toMatchObject({ dueAt: at('thu 13:00'), policyId: 'longer' });
    expect(cycleOf(switched('shorter'), FIRST)).toMatchObject({ dueAt: at('thu 11:00'), policyId: 'shorter' });
    expect(cycleOf(switched(null), FIRST)).toMatchObject({ state: 'cancelled', endedAt: at('thu 10:00') });
  });

  it('R15 R18 whether on hold pauses is the new plan’s word', () => {
    const state = clockAt(
      'thu 12:00',
      [
        ['thu 09:00', opened('all')],
        ['thu 10:00', becomes('on_hold')],
        ['thu 11:00', { type: 'policy', policyId: 'holding' }],
      ],
      { policy: [ALL, { ...ALL, id: 'holding', pausesOnHold: true }] },
    );
    expect(cycleOf(state, 'resolve:1')).toMatchObject({ state: 'paused', pausedSince: at('thu 11:00') });
  });
});

describe('R19 merge', () => {
  const merged = (startAt: string, answered?: boolean) => ({ type: 'merged' as const, startAt: at(startAt), answered });
  const late: Line = ['thu 11:00', opened('plan')];

  it('R19 the earlier start is kept; due before the merge, it is breached there', () => {
    expect(firstOf('thu 12:30', [late, ['thu 12:00', merged('thu 09:00')]])).toMatchObject({
      state: 'running',
      startAt: at('thu 09:00'),
      dueAt: at('thu 13:00'),
    });
    const state = clockAt('thu 15:00', [late, ['thu 14:00', merged('thu 09:00')]]);
    expect(cycleOf(state, FIRST)).toMatchObject({ state: 'breached', breachedAt: at('thu 13:00'), endedAt: null });
    // The warning at 12:00 does not come back; the ticket's own, at 14:00, was not reached before the breach.
    expect(state.moments.map(({ kind, at: when }) => [kind, when])).toEqual([['breach', at('thu 13:00')]]);
  });

  it('R19 a later start changes nothing, nor does an answered ticket the first response, nor a merge what is over', () => {
    expect(firstOf('thu 12:30', [late, ['thu 12:00', merged('thu 11:30')]]).dueAt).toBe(at('thu 15:00'));
    expect(firstOf('thu 12:30', [late, ['thu 12:00', merged('thu 09:00', true)]]).dueAt).toBe(at('thu 15:00'));
    const met = firstOf('thu 15:00', [late, ['thu 11:30', says('engineer')], ['thu 14:00', merged('thu 09:00')]]);
    expect(met).toMatchObject({ state: 'met', startAt: at('thu 11:00') });
  });

  it('R19 R21 a warning whose place is past comes with the merge', () => {
    const state = clockAt('thu 15:00', [late, ['thu 12:30', merged('thu 09:00')]]);
    expect(state.moments.map(({ kind, at: when }) => [kind, when])).toEqual([
      ['warning', at('thu 12:30')],
      ['breach', at('thu 13:00')],
    ]);
  });
});

describe('R20 exclusion', () => {
  const excluded = (reason: 'spam' | 'drill' | 'lead', on = true) =>
    ({ type: 'excluded', reason, excluded: on }) as const;

  it('R20 stops the clock; taken back, it counts as if it had never been', () => {
    const lines: Line[] = [OPENED, ['thu 10:00', excluded('spam')], ['thu 14:30', says('engineer')]];
    const stopped = clockAt('thu 15:00', lines);
    expect(stopped).toMatchObject({ excluded: 'spam', moments: [], next: null });
    expect(cycleOf(stopped, FIRST)).toMatchObject({ state: 'cancelled', endedAt: at('thu 10:00') });
    const back = clockAt('thu 15:00', [...lines, ['thu 15:00', excluded('spam', false)]]);
    expect(back).toEqual(clockAt('thu 15:00', [OPENED, ['thu 14:30', says('engineer')]]));
  });

  it('R20 reasons are switched one by one; a breach before stays', () => {
    const lines: Line[] = [
      OPENED,
      ['thu 14:00', excluded('lead')],
      ['thu 15:00', excluded('spam')],
      ['thu 16:00', excluded('spam', false)],
    ];
    const state = clockAt('thu 17:00', lines);
    expect(state.excluded).toBe('lead');
    expect(cycleOf(state, FIRST)).toMatchObject({ state: 'breached', endedAt: at('thu 14:00') });
  });

  it('R20 a drill’s clock runs', () => {
    const state = clockAt('thu 17:00', [OPENED, ['thu 09:00', excluded('drill')]]);
    expect(state.excluded).toBe('drill');
    expect(cycleOf(state, FIRST)).toMatchObject({ state: 'breached', endedAt: null });
  });
});

describe('R21 warnings', () => {
  it('R21 an answer at the instant of the warning or before leaves none', () => {
    expect(clockAt('fri 09:00', [OPENED, ['thu 12:00', says('engineer')]]).moments).toEqual([]);
    expect(clockAt('fri 09:00', [OPENED, ['thu 12:00:00.001', says('engineer')]]).moments).toHaveLength(1);
  });

  it('R21 a pause moves it, and once given it is not given again', () => {
    const lines: Line[] = [
      ['thu 09:00', opened('all', { by: 'autoresponder' })],
      ['fri 10:00', becomes('waiting_for_customer')],
      ['fri 11:00', becomes('open', 'customer')],
    ];
    const state = clockAt('+fri 09:00', lines);
    expect(state.moments.map(({ kind, at: when }) => [kind, when])).toEqual([
      ['warning', at('fri 13:00')],
      ['breach', at('fri 17:00')],
    ]);
    const pausedLater: Line[] = [
      lines[0]!,
      ['fri 13:00', becomes('waiting_for_customer')],
      ['fri 15:00', becomes('open', 'customer')],
    ];
    expect(clockAt('+fri 09:00', pausedLater).moments.map(({ at: when }) => when)).toEqual([
      at('fri 12:00'),
      at('fri 18:00'),
    ]);
  });

  it('R21 one whose place is the due instant itself is none', () => {
    const policy = plan('plan', { priorities: sameFor({ calendarId: 'office', targetsMs: { first_response: 1 } }) });
    const state = clockAt('thu 10:00', [OPENED], { policy: [policy] });
    expect(state.moments.map(({ kind, at: when }) => [kind, when])).toEqual([['breach', at('thu 09:00:00.001')]]);
    expect(clockAt('thu 09:00', [OPENED], { policy: [policy] }).next).toMatchObject({ kind: 'breach' });
  });

  it('R21 lowered after its warning, a cycle warns a second time at its new place', () => {
    const state = clockAt('fri 09:00', [OPENED, ['thu 12:30', priority('P3')]]);
    expect(state.moments.map(({ kind, at: when }) => [kind, when])).toEqual([
      ['warning', at('thu 12:00')],
      ['warning', at('thu 15:45')],
      ['breach', at('thu 18:00')],
    ]);
  });
});

describe('R23 targets promised no longer, or newly', () => {
  it('R23 are cancelled, or begin at the change if they are owed', () => {
    const policy = plan('plan');
    const promise = { calendarId: 'office', targetsMs: { update: 2 * HOUR, next_response: HOUR } };
    policy.priorities.P1 = promise;
    policy.priorities.P3 = { calendarId: 'office', targetsMs: {} };
    const lines: Line[] = [
      ['thu 13:00', opened('plan', { priority: 'P1' })],
      ['thu 13:30', says('engineer')],
      ['thu 14:00', priority('P3')],
      ['thu 14:30', says('customer')],
    ];
    const lowered = clockAt('thu 14:45', lines, { policy: [policy] });
    expect(lowered.cycles.map(({ id, state }) => [id, state])).toEqual([['update:1', 'cancelled']]);
    const raised = clockAt('thu 15:00', [...lines, ['thu 15:00', priority('P1')]], { policy: [policy] });
    expect(raised.cycles.slice(1).map(({ id, startAt }) => [id, startAt])).toEqual([
      ['next_response:1', at('thu 15:00')],
      ['update:2', at('thu 15:00')],
    ]);
  });

  it('R14 R16 a priority that changed while the ticket was solved changes the cycle where it goes on', () => {
    const policy = plan('plan', {
      priorities: {
        ...sameFor({ calendarId: 'office', targetsMs: { resolve: 16 * HOUR } }),
        P0: { calendarId: 'office', targetsMs: { resolve: HOUR } },
      },
    });
    const state = clockAt(
      'fri 09:30',
      [
        ['thu 09:00', opened('plan')],
        ['thu 10:00', becomes('solved')],
        ['thu 11:00', priority('P0')],
        ['fri 09:00', becomes('open')],
      ],
      { policy: [policy] },
    );
    expect(cycleOf(state, 'resolve:1')).toMatchObject({ dueAt: at('fri 10:00'), priority: 'P0' });
  });
});

describe('R6 edits', () => {
  const late: Line = ['thu 16:00', opened('plan')];
  const fridayOff = (validFrom: string): CalendarVersion => ({
    ...OFFICE_VERSION,
    version: 2,
    validFrom: at(validFrom),
    calendar: { ...OFFICE, holidays: ['2026-05-15'] },
  });
  const edited = (validFrom: string) => ({ calendars: [fridayOff(validFrom), OFFICE_VERSION] });

  it('R6 an edit of the future moves a running deadline, and its warning', () => {
    expect(firstOf('thu 19:00', [late], edited('thu 20:00')).dueAt).toBe(at('fri 11:00'));
    expect(firstOf('thu 20:00', [late], edited('thu 20:00:00.001')).dueAt).toBe(at('fri 11:00'));
    expect(firstOf('thu 20:00', [late], edited('thu 20:00')).dueAt).toBe(at('+mon 11:00'));
    expect(firstOf('thu 21:00', [late], edited('thu 20:00'))).toMatchObject({
      dueAt: at('+mon 11:00'),
      warnAt: at('+mon 10:00'),
    });
  });

  it('R6 an edit in the middle of a span counts from its instant on', () => {
    // Friday is made a holiday at 10:00: the hour before counted.
    expect(firstOf('fri 10:30', [late], edited('fri 10:00'))).toMatchObject({
      dueAt: at('+mon 10:00'),
      usedMs: 3 * HOUR,
    });
  });

  it('R6 an edit of the past changes nothing until it is recalculated', () => {
    const state = clockAt('fri 13:00', [late], edited('fri 12:00'));
    expect(cycleOf(state, FIRST)).toMatchObject({ state: 'breached', breachedAt: at('fri 11:00') });
    const recalculated = clockAt('fri 13:00', [late, ['fri 12:30', { type: 'recalculated' }]], edited('fri 12:00'));
    expect(cycleOf(recalculated, FIRST)).toMatchObject({ state: 'running', dueAt: at('+mon 11:00') });
    expect(recalculated.moments).toEqual([]);
  });

  it('R6 a finished cycle is never changed by an edit, only by a recalculation; a later edit waits for the next', () => {
    const lines: Line[] = [late, ['fri 11:30', says('engineer')]];
    expect(firstOf('fri 13:00', lines, edited('fri 12:00'))).toMatchObject({ state: 'breached' });
    const again: Line[] = [...lines, ['fri 12:30', { type: 'recalculated' }]];
    expect(firstOf('fri 13:00', again, edited('fri 12:00'))).toMatchObject({ state: 'met', dueAt: at('+mon 11:00') });
    expect(firstOf('fri 14:00', again, edited('fri 12:31'))).toMatchObject({ state: 'breached' });
  });

  it('R6 a later version of the plan does not touch a ticket that names the earlier', () => {
    const policy = [plan('plan'), plan('plan-2', { priorities: sameFor({ calendarId: null, targetsMs: {} }) })];
    expect(firstOf('thu 17:00', [late], { policy })).toEqual(firstOf('thu 17:00', [late]));
  });

  it('R6 what was saved after now is not known; the first version holds for the time before it', () => {
    const onlyLater = [{ ...OFFICE_VERSION, validFrom: at('+thu 09:00') }];
    expect(firstOf('thu 17:00', [late], { calendars: onlyLater }).dueAt).toBe(at('fri 11:00'));
  });

  it('R6 R7 of two versions saved at one instant the higher number is in force', () => {
    const [first, second] = [{ ...OFFICE_VERSION, validFrom: at('thu 08:00') }, fridayOff('thu 08:00')];
    for (const calendars of [
      [first, second],
      [second, first],
    ])
      expect(firstOf('thu 17:00', [late], { calendars }).dueAt).toBe(at('+mon 11:00'));
  });

  it('R3 R6 while running, due is dueAt(hours, countedFrom, budgetMs, pauses)', () => {
    const state = clockAt('fri 13:00', [
      ['thu 09:00', opened('all')],
      ['thu 10:00', becomes('waiting_for_customer')],
      ['thu 13:17', becomes('open')],
      ['thu 15:00', becomes('waiting_for_customer')],
      ['fri 08:00', becomes('open')],
    ]);
    const { countedFrom, budgetMs, pauses, dueAt: due } = cycleOf(state, 'resolve:1');
    expect(due).toBe(dueAt(OFFICE, countedFrom, budgetMs, pauses));
  });
});
