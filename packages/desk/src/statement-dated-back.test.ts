import type { ActorRef, PlanContent, TicketEventBody } from '@alongside/contracts';
import { describe, expect, it } from 'vitest';
import { clockEvents, type LoggedEvent, writtenLater } from './clock-events.ts';
import { makeStatement } from './statement.ts';

const HOUR = 3_600_000;
const id = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;
const customer: ActorRef = { kind: 'customer', id: id(1), name: 'Cleo' };
const engineer: ActorRef = { kind: 'staff', id: id(2), name: 'Eve' };
const promise = { calendarId: null, targetsMs: { first_response: HOUR, next_response: HOUR } };
const name = { en: 'Plan', 'zh-CN': '套餐' };
const content = {
  ...{
    name,
    summary: name,
    channels: ['ticket'],
    callsPerYear: null,
    warnAtShare: 0.75,
    creditTiers: [],
    offered: true,
  },
  priorities: { P0: promise, P1: promise, P2: promise, P3: promise },
  ...{ urgentByNamedContacts: false, urgentForProduction: false, assistantCounts: false, pausesOnHold: false },
} as PlanContent;
const PLAN = { id: id(5), planId: 'plan', version: 1, validFrom: '2026-01-01T00:00:00.000Z', content };

const opened: TicketEventBody = {
  type: 'ticket.opened',
  ...{ number: 1, subject: 'It stutters', topic: null, priority: 'P1', channel: 'widget', context: {} },
  organisation: null,
  contact: { id: customer.id, name: 'Cleo', anonymous: false },
  plan: { versionId: PLAN.id, name },
};
const message: TicketEventBody = {
  type: 'message.posted',
  ...{ messageId: id(9), visibility: 'public', body: 'Hm', files: [] },
};
const from = { id: id(7), number: 7 };

/** What statements of a month, made long after, say of a ticket: instants are days and hours of 2026 in UTC. */
function told(month: string, ...steps: [string, ActorRef, TicketEventBody][]): string[] {
  const log = steps.map(([at, by, body], index): LoggedEvent => ({ seq: index + 1, at: instant(at), by, body }));
  const ticket = { id: id(8), number: 1, subject: 'It stutters' };
  return makeStatement({
    organisation: { id: 'o', name: 'North Works' },
    ...{ issuer: 'Acme', month, now: '2027-01-01T00:00:00.000Z', calendars: [], plans: [PLAN] },
    contracts: [{ version: 1, validFrom: PLAN.validFrom, timeZone: 'UTC', planId: 'plan', monthlyFee: null }],
    tickets: [{ ticket, events: clockEvents(log), notes: new Map(), writtenAt: writtenLater(log) }],
  })!.rows.map(({ cycleId, outcome, dueAt }) => `${cycleId} ${outcome} ${dueAt}`);
}

const instant = (at: string) => `2026-${at.replace(' ', 'T')}:00:00.000Z`;

describe('what is dated back over the end of a month belongs to the month in which it was written', () => {
  it('a split', () => {
    const split: TicketEventBody = { type: 'ticket.split_from', from, messageId: id(9), startAt: instant('05-20 10') };
    const steps: [string, ActorRef, TicketEventBody][] = [
      ['05-20 10', customer, opened],
      ['05-20 10', customer, message],
      ['07-03 09', engineer, split],
      ['07-03 10', engineer, message],
    ];
    expect(told('2026-05', ...steps)).toEqual([]);
    expect(told('2026-06', ...steps)).toEqual([]);
    expect(told('2026-07', ...steps)).toEqual([`first_response:1 breached ${instant('05-20 11')}`]);
    expect(told('2026-08', ...steps)).toEqual([]);
  });

  it('a merge, with what somebody waited for since', () => {
    const about = { startAt: instant('05-20 08'), subject: 'Hm', answered: true, unansweredSince: instant('05-25 10') };
    const steps: [string, ActorRef, TicketEventBody][] = [
      ['05-20 10', customer, opened],
      ['05-20 10', engineer, message],
      ['07-03 09', engineer, { type: 'ticket.merged_from', from, ...about }],
      ['07-03 10', engineer, message],
    ];
    expect(told('2026-05', ...steps)).toEqual([`first_response:1 met ${instant('05-20 11')}`]);
    expect(told('2026-06', ...steps)).toEqual([]);
    expect(told('2026-07', ...steps)).toEqual([`next_response:1 breached ${instant('05-25 11')}`]);
    expect(told('2026-08', ...steps)).toEqual([]);
  });
});
