import type { ActorRef, PlanContent, TicketClock, TicketEventBody } from '@alongside/contracts';
import { describe, expect, it } from 'vitest';
import type { LoggedEvent } from './clock-events.ts';
import { calendarsOf, movedCalendars, plansNamedIn, ticketClockAt, unrecorded } from './ticket-clock.ts';

const versionId = '00000000-0000-4000-8000-000000000005';
const calendarId = '00000000-0000-4000-8000-000000000006';
const name = { en: 'Plan', 'zh-CN': '套餐' };
const customer: ActorRef = { kind: 'customer', id: '00000000-0000-4000-8000-000000000001', name: 'Cleo' };
const engineer: ActorRef = { kind: 'staff', id: '00000000-0000-4000-8000-000000000002', name: 'Eve' };
const HOUR_MS = 3_600_000;
const time = (hour: number) => new Date(Date.parse('2031-05-15T01:00:00.000Z') + hour * HOUR_MS).toISOString();

const promise = { calendarId, targetsMs: { first_response: 4 * HOUR_MS, resolve: 8 * HOUR_MS } };
const content: Pick<PlanContent, 'priorities' | 'assistantCounts' | 'pausesOnHold' | 'warnAtShare'> = {
  priorities: { P0: promise, P1: promise, P2: promise, P3: { calendarId: null, targetsMs: {} } },
  assistantCounts: false,
  pausesOnHold: false,
  warnAtShare: 0.75,
};
const basis = {
  plans: [{ versionId, name, content }],
  calendars: [
    {
      calendarId,
      version: 1,
      validFrom: '2020-01-01T00:00:00.000Z',
      calendar: { tz: 'Asia/Shanghai', week: { thu: ['09:00-18:00'], fri: ['09:00-18:00'] } },
    },
  ],
};
const opened: TicketEventBody = {
  type: 'ticket.opened',
  number: 1,
  subject: 'It stutters',
  topic: null,
  priority: 'P2',
  channel: 'widget',
  organisation: null,
  contact: { id: customer.id, name: 'Cleo', anonymous: false },
  context: {},
  plan: { versionId, name },
};
const log: LoggedEvent[] = [
  { seq: 1, at: time(0), by: customer, body: opened },
  {
    seq: 2,
    at: time(2),
    by: engineer,
    body: { type: 'ticket.state_set', from: 'open', to: 'waiting_for_customer', automatic: false },
  },
];

describe('a ticket’s clock', () => {
  it('shows what is open and by which plan, and nothing that changes while time passes', () => {
    const at = (hour: number) => ticketClockAt(log.slice(0, 1), basis, time(hour)).clock;
    expect(at(0)).toMatchObject({ plan: { versionId, name }, nextDueAt: time(4) });
    expect(at(0)?.cycles.map(({ id, dueAt }) => [id, dueAt])).toEqual([
      ['first_response:1', time(4)],
      ['resolve:1', time(8)],
    ]);
    expect(at(3)).toEqual(at(0));
    expect(at(30)).toEqual(at(0));
  });

  it('keeps what is left while it stands still', () => {
    const { clock } = ticketClockAt(log, basis, time(3));
    expect(clock?.cycles[1]).toMatchObject({
      dueAt: null,
      pausedSince: time(2),
      pauseReason: 'waiting_for_customer',
      leftMs: 6 * HOUR_MS,
      pausedMs: 0,
    });
    expect(clock?.nextDueAt).toBe(time(4));
  });

  it('is none without a plan, nor when nothing is promised any more', () => {
    const { plan: _, ...older } = opened as typeof opened & { plan: unknown };
    const without = [{ ...log[0]!, body: older as TicketEventBody }];
    expect(ticketClockAt(without, basis, time(1)).clock).toBeNull();
    const nothing = [{ ...log[0]!, body: { ...opened, priority: 'P3' } as TicketEventBody }];
    expect(ticketClockAt(nothing, basis, time(1)).clock).toBeNull();
  });

  it('names what it needs to know', () => {
    expect(plansNamedIn(log)).toEqual([versionId]);
    expect(calendarsOf(basis.plans)).toEqual([calendarId]);
  });
});

it('moments are recorded once for each promise, kind and instant', () => {
  const { state } = ticketClockAt(log.slice(0, 1), basis, time(5));
  const words = (events: readonly LoggedEvent[]) =>
    unrecorded(events, state.moments).map(({ kind, at }) => `${kind} ${at}`);
  expect(words(log.slice(0, 1))).toEqual([`warning ${time(3)}`, `breach ${time(4)}`]);
  const warned = {
    type: 'clock.warned',
    cycleId: 'first_response:1',
    target: 'first_response',
    dueAt: time(4),
  } as const;
  expect(words([...log.slice(0, 1), { seq: 2, at: time(3), by: engineer, body: warned }])).toEqual([
    `breach ${time(4)}`,
  ]);
  expect(words([...log.slice(0, 1), { seq: 2, at: time(2), by: engineer, body: warned }])).toHaveLength(2);
});

it('a deadline that stands elsewhere, though nothing happened, was moved by its calendar', () => {
  const cycle = (id: string, dueAt: string | null, on: string | null = calendarId) => ({ id, dueAt, calendarId: on });
  const shown = (...cycles: ReturnType<typeof cycle>[]) => ({ cycles }) as unknown as TicketClock;
  expect(movedCalendars(shown(cycle('a', time(1))), shown(cycle('a', time(2))))).toEqual([calendarId]);
  expect(movedCalendars(shown(cycle('a', time(1))), shown(cycle('a', time(1))))).toEqual([]);
  expect(movedCalendars(shown(cycle('a', time(1), null)), shown(cycle('a', time(2), null)))).toEqual([]);
  expect(movedCalendars(null, shown(cycle('a', time(2))))).toEqual([]);
});
