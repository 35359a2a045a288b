import type { ActorRef, DrillRepeat, TicketEventBody } from '@alongside/contracts';
import { instantAt, localReading } from '@alongside/sla';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LoggedEvent } from './clock-events.ts';
import {
  type DrillRhythm,
  type DrillRun,
  drillEnd,
  drillLimit,
  drillMoments,
  drillSteps,
  nextDrillWindow,
} from './drill.ts';

const FILED = '2026-11-21T02:00:00.000Z';
const minutes = (count: number) => new Date(Date.parse(FILED) + count * 60_000).toISOString();
const system: ActorRef = { kind: 'system', id: '00000000-0000-4000-8000-000000000000', name: '' };
const eve: ActorRef = { kind: 'staff', id: '00000000-0000-4000-8000-000000000001', name: 'Eve' };
const mock: ActorRef = { kind: 'customer', id: '00000000-0000-4000-8000-000000000002', name: 'Mock' };
const id = '00000000-0000-4000-8000-000000000003';

function log(...told: [number, ActorRef, object][]): LoggedEvent[] {
  const bodies: [number, ActorRef, object][] = [[0, mock, { type: 'ticket.opened', drill: true }], ...told];
  return bodies.map(([at, by, body], index) => ({
    seq: index + 1,
    at: minutes(at),
    by,
    body: body as TicketEventBody,
  }));
}
const page = (outcome: string, more: object = {}) => ({
  type: 'page.delivered',
  person: { id: eve.id, name: 'Eve' },
  channel: 'email',
  outcome,
  ...more,
});
const said = (visibility: string) => ({ type: 'message.posted', visibility });
const run = (more: Partial<DrillRun> = {}): DrillRun => ({
  filedAt: FILED,
  endedAt: null,
  withCall: true,
  dueAt: minutes(30),
  ...more,
});
const took = (events: LoggedEvent[], more: Partial<DrillRun> = {}) =>
  Object.fromEntries(drillSteps(events, run(more)).map(({ step, at, by, outcome }) => [step, [at, by, outcome]]));

describe('the steps of a drill', () => {
  const whole = log(
    [0, system, { type: 'ticket.assigned', from: null, to: { id: eve.id, name: 'Eve' } }],
    [0, system, page('failed')],
    [1, system, page('sent')],
    [4, eve, { type: 'escalation.acknowledged', escalationId: id }],
    [5, eve, said('internal')],
    [12, eve, said('public')],
    [14, eve, { type: 'call.joined', callId: id, who: eve }],
  );

  it('are taken when the ticket’s events say so, by whom they say', () => {
    expect(took(whole)).toEqual({
      filed: [minutes(0), null, 'taken'],
      routed: [minutes(0), 'Eve', 'taken'],
      paged: [minutes(1), 'Eve', 'taken'],
      acknowledged: [minutes(4), 'Eve', 'taken'],
      first_response: [minutes(12), 'Eve', 'taken'],
      call_joined: [minutes(14), 'Eve', 'taken'],
    });
    expect(drillSteps(whole, run()).find(({ step }) => step === 'first_response')).toMatchObject({
      afterMs: 12 * 60_000,
      dueAt: minutes(30),
    });
  });

  it('an answer after its instant is late; one without a promise never is', () => {
    expect(took(whole, { dueAt: minutes(11) }).first_response).toEqual([minutes(12), 'Eve', 'late']);
    expect(took(whole, { dueAt: minutes(12) }).first_response).toEqual([minutes(12), 'Eve', 'taken']);
    expect(took(whole, { dueAt: null }).first_response).toEqual([minutes(12), 'Eve', 'taken']);
  });

  it('who answers without acknowledging has acknowledged', () => {
    expect(took(log([3, eve, said('public')])).acknowledged).toEqual([minutes(3), 'Eve', 'taken']);
  });

  it('a page that reached nobody is none, and neither is what the mock customer says', () => {
    const events = log([0, mock, said('public')], [0, system, page('kept')], [1, system, page('failed')]);
    expect(took(events)).toMatchObject({ paged: [null, null, 'open'], first_response: [null, null, 'open'] });
  });

  it('what comes after the end is missed', () => {
    expect(took(whole, { endedAt: minutes(13) })).toMatchObject({
      first_response: [minutes(12), 'Eve', 'taken'],
      call_joined: [null, null, 'missed'],
    });
  });

  it('a drill without a call asks for none', () => {
    expect(took(whole, { withCall: false })).not.toHaveProperty('call_joined');
  });
});

describe('the end of a drill', () => {
  const limitAt = drillLimit(FILED, minutes(30));
  const steps = (...told: [number, ActorRef, object][]) => drillSteps(log(...told), run({ withCall: false }));
  const all: [number, ActorRef, object][] = [
    [0, system, { type: 'routing.suggested', engineer: { id: eve.id, name: 'Eve' } }],
    [1, system, page('sent', { person: null, hook: 'Pager' })],
    [9, eve, said('public')],
  ];

  it('is an hour after it was filed, or half an hour after the promise, whichever is later', () => {
    expect(drillLimit(FILED, null)).toBe(minutes(60));
    expect(drillLimit(FILED, minutes(10))).toBe(minutes(60));
    expect(drillLimit(FILED, minutes(240))).toBe(minutes(270));
  });

  it('comes with the last step', () => {
    expect(drillEnd(steps(...all), { limitAt, solvedAt: null }, minutes(20))).toEqual({
      at: minutes(9),
      because: 'complete',
    });
  });

  it('comes when the ticket is solved, or when time is up', () => {
    const some = steps(all[0]!);
    expect(drillEnd(some, { limitAt, solvedAt: null }, minutes(59))).toBeNull();
    expect(drillEnd(some, { limitAt, solvedAt: minutes(7) }, minutes(59))).toEqual({
      at: minutes(7),
      because: 'solved',
    });
    expect(drillEnd(some, { limitAt, solvedAt: minutes(90) }, minutes(91))).toEqual({ at: limitAt, because: 'limit' });
  });
});

describe('the moments of a drill', () => {
  it('tell who and what, and leave out what is of no interest', () => {
    const events = log(
      [0, system, { type: 'escalation.started', escalationId: id, policy: { id, name: 'P0' }, cause: 'opened' }],
      [0, system, { type: 'escalation.stepped', step: 1, round: 1, people: [], nobody: true }],
      [0, system, page('failed', { channel: 'console' })],
      [1, eve, said('internal')],
      [15, system, { type: 'clock.warned', target: 'first_response', cycleId: 'x', dueAt: minutes(30) }],
      [16, mock, { type: 'call.joined', callId: id, who: mock }],
      [17, eve, { type: 'ticket.state_set', from: 'open', to: 'solved', automatic: false }],
    );
    expect(drillMoments(events, null).map(({ kind, who, detail }) => [kind, who, detail])).toEqual([
      ['filed', null, null],
      ['escalation_started', null, 'P0'],
      ['nobody_to_page', null, null],
      ['page_failed', 'Eve', 'console'],
      ['warned', null, 'first_response'],
      ['solved', 'Eve', null],
    ]);
    expect(drillMoments(events, minutes(2))).toHaveLength(4);
  });
});

describe('the next window of a schedule', () => {
  const rhythm = (more: Partial<DrillRhythm> = {}): DrillRhythm => ({
    repeat: { every: 'week', on: ['tue'] },
    timeZone: 'Europe/Berlin',
    windowFrom: '09:00',
    windowTo: '17:00',
    startsOn: '2026-11-01',
    ...more,
  });

  it('is on its weekday, in the zone’s local time, and begins later', () => {
    expect(nextDrillWindow(rhythm(), '2026-11-24T07:59:59.000Z')).toEqual({
      from: '2026-11-24T08:00:00.000Z',
      to: '2026-11-24T16:00:00.000Z',
    });
    expect(nextDrillWindow(rhythm(), '2026-11-24T08:00:00.000Z').from).toBe('2026-12-01T08:00:00.000Z');
    // Summer time.
    expect(nextDrillWindow(rhythm(), '2026-06-01T00:00:00.000Z').from).toBe('2026-11-03T08:00:00.000Z');
    expect(nextDrillWindow(rhythm({ startsOn: '2026-01-01' }), '2026-06-01T00:00:00.000Z').from).toBe(
      '2026-06-02T07:00:00.000Z',
    );
  });

  it('goes over midnight', () => {
    expect(nextDrillWindow(rhythm({ windowFrom: '22:00', windowTo: '04:00' }), '2026-11-21T00:00:00.000Z')).toEqual({
      from: '2026-11-24T21:00:00.000Z',
      to: '2026-11-25T03:00:00.000Z',
    });
  });

  it('of the 31st is on the last day of shorter months', () => {
    const monthly = rhythm({ repeat: { every: 'month', on: 31 }, timeZone: 'UTC' });
    expect(nextDrillWindow(monthly, '2026-11-15T00:00:00.000Z').from).toBe('2026-11-30T09:00:00.000Z');
    expect(nextDrillWindow(monthly, '2027-02-01T00:00:00.000Z').from).toBe('2027-02-28T09:00:00.000Z');
  });

  it('that ends in a skipped hour ends as much later', () => {
    const tiny = rhythm({ repeat: { every: 'week', on: ['sun'] }, windowFrom: '01:59', windowTo: '02:30' });
    expect(nextDrillWindow(tiny, '2027-03-27T00:00:00.000Z')).toEqual({
      from: '2027-03-28T00:59:00.000Z',
      to: '2027-03-28T01:30:00.000Z',
    });
  });

  it('always comes, later than asked, at the local times it names, on a day it names', () => {
    const time = fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
      .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
    const repeat: fc.Arbitrary<DrillRepeat> = fc.oneof(
      fc.record({
        every: fc.constant('week' as const),
        on: fc.uniqueArray(fc.constantFrom('mon' as const, 'wed' as const, 'sat' as const, 'sun' as const), {
          minLength: 1,
        }),
      }),
      fc.record({ every: fc.constant('month' as const), on: fc.integer({ min: 1, max: 31 }) }),
    );
    const zone = fc.constantFrom(
      'Europe/Berlin',
      'America/New_York',
      'Asia/Kolkata',
      'Australia/Lord_Howe',
      'Pacific/Apia',
    );
    const after = fc.date({ min: new Date('2026-01-01'), max: new Date('2030-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(repeat, zone, time, time, after, (every, timeZone, windowFrom, windowTo, instant) => {
        fc.pre(windowFrom !== windowTo);
        const given = { repeat: every, timeZone, windowFrom, windowTo, startsOn: '2026-01-01' };
        const { from, to } = nextDrillWindow(given, instant.toISOString());
        expect(from > instant.toISOString()).toBe(true);
        expect(to > from).toBe(true);
        const date = localReading(timeZone, from).wall.slice(0, 10);
        expect(instantAt(timeZone, date, windowFrom)).toBe(from);
        // At most 25 h and what the clocks repeat.
        expect(Date.parse(to) - Date.parse(from)).toBeLessThanOrEqual(26 * 3_600_000);
      }),
    );
  });
});
