import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../testing.ts';
import type { ClockEvent } from './events.ts';
import {
  ALL,
  at,
  becomes,
  clockAt,
  cycleOf,
  type Line,
  NOTE,
  opened,
  plan,
  priority,
  sameFor,
  says,
} from './testing.ts';

const OPENED: Line = ['thu 09:00', opened('plan')];

describe('R4 met and breached', () => {
  it('R4 an answer at the due instant is met, one a millisecond later is breached at the due instant', () => {
    const met = clockAt('fri 09:00', [OPENED, ['thu 13:00', says('engineer')]]);
    expect(cycleOf(met, 'first_response:1')).toMatchObject({
      state: 'met',
      dueAt: at('thu 13:00'),
      endedAt: at('thu 13:00'),
      breachedAt: null,
      leftMs: 0,
      usedMs: 4 * HOUR,
    });
    expect(met.moments.map(({ kind }) => kind)).toEqual(['warning']);
    const late = clockAt('fri 09:00', [OPENED, ['thu 13:00:00.001', says('engineer')]]);
    expect(cycleOf(late, 'first_response:1')).toMatchObject({
      state: 'breached',
      breachedAt: at('thu 13:00'),
      endedAt: at('thu 13:00:00.001'),
      leftMs: 0,
      usedMs: 4 * HOUR + 1,
    });
    expect(late.moments).toEqual([
      { at: at('thu 12:00'), kind: 'warning', cycleId: 'first_response:1', target: 'first_response' },
      { at: at('thu 13:00'), kind: 'breach', cycleId: 'first_response:1', target: 'first_response' },
    ]);
  });

  it('R4 unanswered it is running before, breached at and after the due instant, whenever one looks', () => {
    const before = clockAt('thu 12:59', [OPENED]);
    expect(cycleOf(before, 'first_response:1')).toMatchObject({ state: 'running', leftMs: MINUTE, endedAt: null });
    expect(before.next).toMatchObject({ at: at('thu 13:00'), kind: 'breach' });
    for (const now of ['thu 13:00', '+fri 12:00']) {
      const state = clockAt(now, [OPENED]);
      expect(cycleOf(state, 'first_response:1')).toMatchObject({
        state: 'breached',
        breachedAt: at('thu 13:00'),
        endedAt: null,
      });
      expect(state.next).toBeNull();
    }
  });
});

describe('R9 the log', () => {
  it('R9 is empty before the opening; what lies after now or before the opening counts for nothing', () => {
    expect(clockAt('thu 08:59', [OPENED])).toEqual({ cycles: [], moments: [], next: null, excluded: null });
    const state = clockAt('thu 10:00', [
      ['thu 08:00', says('engineer')],
      ['thu 08:00', priority('P0')],
      OPENED,
      ['thu 10:00:00.001', says('engineer')],
    ]);
    expect(state.cycles).toHaveLength(1);
    expect(cycleOf(state, 'first_response:1')).toMatchObject({ state: 'running', priority: 'P2' });
  });
});

describe('R7 what shares an instant', () => {
  const events = (...contents: object[]) =>
    contents.map((content) => ({ at: at('thu 09:00'), ...content }) as ClockEvent);

  it('R7 goes by seq', () => {
    const solved = { ...becomes('solved'), seq: 2 };
    const log = (seq: number) => events({ ...opened('plan'), seq: 1 }, solved, { ...says('engineer'), seq });
    const first = (seq: number) => cycleOf(clockAt('thu 10:00', [], { events: log(seq) }), 'first_response:1').state;
    expect([first(1), first(3)]).toEqual(['met', 'cancelled']);
  });

  it('R7 and where one entry became several events: opened, moved, spoken in, then its state', () => {
    const entry = events(
      { ...becomes('waiting_for_customer'), seq: 1 },
      { ...says('engineer'), seq: 1 },
      { ...priority('P0'), seq: 1 },
      { ...opened('all'), seq: 1 },
    );
    for (const order of [entry, entry.toReversed()]) {
      const state = clockAt('thu 10:00', [], { events: order });
      expect(cycleOf(state, 'first_response:1')).toMatchObject({ state: 'met', priority: 'P0' });
      expect(cycleOf(state, 'update:1')).toMatchObject({ state: 'paused' });
    }
    const solved = events(
      { ...becomes('solved'), seq: 2 },
      { ...says('engineer'), seq: 2 },
      { ...opened('all'), seq: 1 },
    );
    expect(cycleOf(clockAt('thu 10:00', [], { events: solved }), 'first_response:1').state).toBe('met');
  });
});

describe('R10 R11 first response', () => {
  it('R10 R11 an autoresponder, a note or the customer is no answer; the assistant only where the plan says so', () => {
    const lines: Line[] = [
      OPENED,
      ['thu 09:01', says('autoresponder')],
      ['thu 09:02', NOTE],
      ['thu 09:03', says('customer')],
      ['thu 09:04', says('assistant')],
    ];
    const state = clockAt('thu 10:00', lines);
    expect(state.cycles.map(({ id, state: of }) => [id, of])).toEqual([['first_response:1', 'running']]);
    const counting = clockAt('thu 10:00', lines, { policy: [plan('plan', { assistantCounts: true })] });
    expect(cycleOf(counting, 'first_response:1')).toMatchObject({ state: 'met', endedAt: at('thu 09:04') });
  });

  it('R10 an engineer and the customer in a call are an answer', () => {
    const state = clockAt('thu 10:00', [OPENED, ['thu 09:30', { type: 'call_answered' }]]);
    expect(cycleOf(state, 'first_response:1')).toMatchObject({ state: 'met', endedAt: at('thu 09:30') });
  });

  it('R11 a ticket an engineer opened has no first response; R13 word is owed from then on', () => {
    const state = clockAt('thu 10:00', [['thu 09:00', opened('all', { by: 'engineer' })]]);
    expect(state.cycles.map(({ id }) => id)).toEqual(['update:1', 'resolve:1']);
  });
});

describe('R12 next response', () => {
  const answered: Line[] = [
    ['thu 09:00', opened('all')],
    ['thu 09:10', says('engineer')],
  ];

  it('R12 begins with the first message after an answer, ends with the next; further ones open nothing', () => {
    const state = clockAt('fri 12:00', [
      ...answered,
      ['thu 10:00', says('customer')],
      ['thu 10:05', says('customer')],
      ['thu 10:30', NOTE],
      ['thu 11:00', says('engineer')],
      ['thu 12:00', says('customer')],
    ]);
    expect(cycleOf(state, 'next_response:1')).toMatchObject({
      startAt: at('thu 10:00'),
      state: 'met',
      endedAt: at('thu 11:00'),
    });
    expect(cycleOf(state, 'next_response:2')).toMatchObject({ state: 'breached', breachedAt: at('thu 16:00') });
    expect(state.cycles.filter(({ target }) => target === 'next_response')).toHaveLength(2);
  });

  it('R12 R14 "Thanks" and a solve cancel it', () => {
    const state = clockAt('fri 12:00', [
      ...answered,
      ['thu 10:00', says('customer')],
      ['thu 10:00', becomes('solved', 'customer')],
    ]);
    expect(cycleOf(state, 'next_response:1')).toMatchObject({ state: 'cancelled', endedAt: at('thu 10:00') });
    expect(state.moments).toEqual([]);
  });

  it('R12 what the customer writes while solved opens nothing, until the ticket is reopened', () => {
    const solved: Line[] = [...answered, ['thu 10:00', becomes('solved')], ['thu 10:01', says('customer')]];
    expect(clockAt('fri 12:00', solved).cycles.map(({ id }) => id)).not.toContain('next_response:1');
    const reopened = clockAt('fri 12:00', [...solved, ['fri 10:00', becomes('open', 'system')]]);
    expect(cycleOf(reopened, 'next_response:1')).toMatchObject({ startAt: at('fri 10:00'), state: 'running' });
  });

  it('R12 what the customer wrote while solved and an engineer answered there is owed no more', () => {
    const state = clockAt('fri 12:00', [
      ...answered,
      ['thu 10:00', becomes('solved')],
      ['thu 10:01', says('customer')],
      ['thu 10:02', says('engineer')],
      ['fri 10:00', becomes('open', 'engineer')],
    ]);
    expect(state.cycles.filter(({ target }) => target === 'next_response')).toEqual([]);
  });

  it('R12 a reopening by the customer begins one, by an engineer none', () => {
    const solved: Line[] = [...answered, ['thu 10:00', becomes('solved')]];
    const byCustomer = clockAt('fri 12:00', [
      ...solved,
      ['fri 10:00', becomes('open', 'customer')],
      ['fri 10:00', says('customer')],
    ]);
    expect(byCustomer.cycles.filter(({ target }) => target === 'next_response')).toHaveLength(1);
    const byEngineer = clockAt('fri 12:00', [...solved, ['fri 10:00', becomes('open', 'engineer')]]);
    expect(byEngineer.cycles.filter(({ target }) => target === 'next_response')).toEqual([]);
  });
});

describe('R13 update', () => {
  it('R13 each answer ends one and begins the next; a solve ends it', () => {
    const state = clockAt('+mon 12:00', [
      ['thu 09:00', opened('all')],
      ['thu 10:00', says('engineer')],
      ['thu 12:00', says('engineer')],
      ['fri 12:00', says('engineer')],
      ['fri 13:00', becomes('solved')],
    ]);
    const updates = state.cycles.filter(({ target }) => target === 'update');
    expect(updates.map(({ state: of, startAt, endedAt }) => [of, startAt, endedAt])).toEqual([
      ['met', at('thu 10:00'), at('thu 12:00')],
      ['breached', at('thu 12:00'), at('fri 12:00')],
      ['cancelled', at('fri 12:00'), at('fri 13:00')],
    ]);
    expect(updates[1]!.breachedAt).toBe(at('fri 11:00'));
  });

  it('R10 R13 two answers at one instant are one; after a reopening the next answer begins it', () => {
    const lines: Line[] = [
      ['thu 09:00', opened('all')],
      ['thu 10:00', says('engineer')],
      ['thu 10:00', { type: 'call_answered' }],
      ['thu 11:00', becomes('solved')],
      ['thu 12:00', becomes('open', 'customer')],
    ];
    expect(clockAt('thu 13:00', lines).cycles.filter(({ target }) => target === 'update')).toHaveLength(1);
    const answered = clockAt('thu 13:00', [...lines, ['thu 12:30', says('engineer')]]);
    expect(cycleOf(answered, 'update:2')).toMatchObject({ startAt: at('thu 12:30'), state: 'running' });
  });
});

describe('R14 resolve', () => {
  it('R5 R14 a reopening goes on with the same cycle, the time it was solved removed', () => {
    const lines: Line[] = [
      ['thu 09:00', opened('all')],
      ['thu 15:00', becomes('solved')],
      ['fri 15:00', becomes('closed', 'system')],
    ];
    expect(cycleOf(clockAt('fri 16:00', lines), 'resolve:1')).toMatchObject({
      state: 'met',
      endedAt: at('thu 15:00'),
      dueAt: at('fri 16:00'),
      leftMs: 10 * HOUR,
    });
    const reopened = clockAt('+mon 10:00', [...lines, ['+mon 09:30', becomes('open', 'engineer')]]);
    expect(cycleOf(reopened, 'resolve:1')).toMatchObject({
      state: 'running',
      endedAt: null,
      pauses: [{ from: at('thu 15:00'), to: at('+mon 09:30'), reason: 'solved' }],
      dueAt: at('+tue 10:30'),
      leftMs: 9.5 * HOUR,
    });
  });

  it('R14 one that was breached stays breached through solve and reopening', () => {
    const lines: Line[] = [
      ['thu 09:00', opened('all')],
      ['+mon 10:00', becomes('solved')],
    ];
    const solved = cycleOf(clockAt('+mon 12:00', lines), 'resolve:1');
    expect(solved).toMatchObject({ state: 'breached', breachedAt: at('fri 16:00'), endedAt: at('+mon 10:00') });
    const reopened = clockAt('+mon 12:00', [...lines, ['+mon 11:00', becomes('open')]]);
    expect(cycleOf(reopened, 'resolve:1')).toMatchObject({ state: 'breached', endedAt: null, usedMs: 20 * HOUR });
    expect(reopened.moments.filter(({ target }) => target === 'resolve')).toHaveLength(2);
  });

  it('R14 a solve cancels a first response not given, and ends one that was breached', () => {
    const early = clockAt('fri 09:00', [OPENED, ['thu 10:00', becomes('solved')]]);
    expect(cycleOf(early, 'first_response:1')).toMatchObject({ state: 'cancelled', breachedAt: null });
    const late = clockAt('fri 09:00', [OPENED, ['thu 14:00', becomes('solved')]]);
    expect(cycleOf(late, 'first_response:1')).toMatchObject({ state: 'breached', endedAt: at('thu 14:00') });
    // At the due instant itself the event comes first (R9).
    const just = clockAt('fri 09:00', [OPENED, ['thu 13:00', becomes('solved')]]);
    expect(cycleOf(just, 'first_response:1')).toMatchObject({ state: 'cancelled' });
  });
});

describe('R15 pauses', () => {
  const waiting: Line[] = [
    ['thu 09:00', opened('all')],
    ['thu 10:00', says('engineer')],
    ['thu 10:00', becomes('waiting_for_customer')],
  ];

  it('R15 waiting for the customer pauses update and resolve, at full resolution', () => {
    const paused = clockAt('thu 13:10', waiting);
    expect(cycleOf(paused, 'resolve:1')).toMatchObject({
      state: 'paused',
      pausedSince: at('thu 10:00'),
      pauseReason: 'waiting_for_customer',
      dueAt: null,
      warnAt: null,
      leftMs: 15 * HOUR,
      usedMs: HOUR,
    });
    expect(cycleOf(paused, 'update:1')).toMatchObject({ state: 'paused', leftMs: 8 * HOUR, usedMs: 0 });
    expect(paused.next).toBeNull();
    const resumed = clockAt('thu 14:00', [...waiting, ['thu 13:10:00.007', becomes('open', 'customer')]]);
    expect(cycleOf(resumed, 'resolve:1')).toMatchObject({
      state: 'running',
      pausedSince: null,
      pauseReason: null,
      pauses: [{ from: at('thu 10:00'), to: at('thu 13:10:00.007'), reason: 'waiting_for_customer' }],
      dueAt: at('+mon 10:10:00.007'),
    });
  });

  it('R15 never first or next response; on hold only where the plan says so', () => {
    const lines: Line[] = [
      ['thu 09:00', opened('all')],
      ['thu 09:30', becomes('on_hold')],
    ];
    const running = clockAt('thu 10:00', lines);
    expect(running.cycles.map(({ state }) => state)).toEqual(['running', 'running']);
    const paused = clockAt('thu 10:00', lines, { policy: [{ ...ALL, pausesOnHold: true }] });
    expect(cycleOf(paused, 'first_response:1').state).toBe('running');
    expect(cycleOf(paused, 'resolve:1')).toMatchObject({ state: 'paused', pauseReason: 'on_hold' });
  });

  it('R15 passing from one reason to the other closes the one and opens the other', () => {
    const state = clockAt('thu 12:00', [...waiting, ['thu 11:00', becomes('on_hold')]], {
      policy: [{ ...ALL, pausesOnHold: true }],
    });
    expect(cycleOf(state, 'resolve:1')).toMatchObject({
      pauses: [{ from: at('thu 10:00'), to: at('thu 11:00'), reason: 'waiting_for_customer' }],
      pausedSince: at('thu 11:00'),
      pauseReason: 'on_hold',
      leftMs: 15 * HOUR,
    });
  });

  it('R3 R15 a budget used up exactly where the pause begins is used up', () => {
    const state = clockAt('+mon 09:00', [
      ['thu 09:00', opened('all')],
      ['fri 16:00', becomes('waiting_for_customer')],
    ]);
    expect(cycleOf(state, 'resolve:1')).toMatchObject({ state: 'breached', breachedAt: at('fri 16:00') });
    const just = clockAt('+mon 09:00', [
      ['thu 09:00', opened('all')],
      ['fri 15:59:59.999', becomes('waiting_for_customer')],
    ]);
    expect(cycleOf(just, 'resolve:1')).toMatchObject({ state: 'paused', leftMs: 1 });
  });

  it('R15 solved while paused, dueAt tells when it would have been due had it run on', () => {
    const state = clockAt('fri 09:00', [...waiting, ['thu 15:00', becomes('solved', 'customer')]]);
    expect(cycleOf(state, 'resolve:1')).toMatchObject({
      state: 'met',
      endedAt: at('thu 15:00'),
      dueAt: at('+mon 12:00'),
      leftMs: 15 * HOUR,
    });
  });
});

describe('R8 hours that never open again', () => {
  it('R8 leave a cycle without a due instant', () => {
    const calendar = { tz: 'UTC', week: {}, overrides: { '2026-05-14': ['00:00-03:00'] } };
    const state = clockAt('fri 09:00', [OPENED], {
      calendars: [{ calendarId: 'office', version: 1, validFrom: '2026-01-01T00:00:00Z', calendar }],
    });
    expect(cycleOf(state, 'first_response:1')).toMatchObject({ state: 'running', dueAt: null, usedMs: 2 * HOUR });
    expect(state.next).toBeNull();
  });

  it('R1 round the clock is a calendar too', () => {
    const policy = plan('plan', { priorities: sameFor({ calendarId: null, targetsMs: { first_response: HOUR } }) });
    const state = clockAt('sat 03:30', [['sat 03:00', opened('plan')]], { policy: [policy], calendars: [] });
    expect(cycleOf(state, 'first_response:1')).toMatchObject({ dueAt: at('sat 04:00'), calendarId: null });
  });
});
