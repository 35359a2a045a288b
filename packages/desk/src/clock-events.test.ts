import type { ActorRef, TicketEventBody } from '@alongside/contracts';
import { describe, expect, it } from 'vitest';
import { clockEvents, type LoggedEvent, startOf, touchesClock, wasAnswered, writtenLater } from './clock-events.ts';

const person = (kind: ActorRef['kind'], n = 1): ActorRef => ({
  kind,
  id: `00000000-0000-4000-8000-00000000000${n}`,
  name: kind,
});
const customer = person('customer');
const engineer = person('staff', 2);
const callId = '00000000-0000-4000-8000-000000000009';
const time = (minute: number) => `2031-05-15T01:${String(minute).padStart(2, '0')}:00.000Z`;
const versionId = '00000000-0000-4000-8000-000000000005';

const opened = {
  type: 'ticket.opened',
  number: 1,
  subject: 'It stutters',
  topic: null,
  priority: 'P1',
  channel: 'widget',
  organisation: null,
  contact: { id: customer.id, name: 'Cleo', anonymous: false },
  context: {},
  plan: { versionId, name: { en: 'Plan', 'zh-CN': '套餐' } },
} as const satisfies TicketEventBody;

const message = (visibility: 'public' | 'internal' = 'public'): TicketEventBody => ({
  type: 'message.posted',
  messageId: callId,
  visibility,
  body: 'Hm',
  files: [],
});

/** One event a minute. */
function log(...steps: [ActorRef, TicketEventBody, minute?: number][]): LoggedEvent[] {
  return steps.map(([by, body, minute], index) => ({ seq: index + 1, at: time(minute ?? index), by, body }));
}

const typesOf = (events: LoggedEvent[]) => clockEvents(events).map(({ type }) => type);

describe('clockEvents', () => {
  it.each([
    ['customer', 'customer'],
    ['staff', 'engineer'],
    ['assistant', 'assistant'],
    ['system', 'autoresponder'],
  ] as const)('takes the words of %s for those of %s', (kind, by) => {
    const events = clockEvents(log([customer, opened], [person(kind), message()], [person(kind), message('internal')]));
    expect(events.slice(1)).toMatchObject([
      { type: 'message', by, visibility: 'public' },
      { type: 'message', by, visibility: 'internal' },
    ]);
  });

  it('tells who opened, under which plan, and whether it is a drill', () => {
    expect(clockEvents(log([engineer, opened]))).toEqual([
      { type: 'opened', policyId: versionId, priority: 'P1', by: 'engineer', at: time(0), seq: 1 },
    ]);
    expect(typesOf(log([customer, { ...opened, drill: true }]))).toEqual(['opened', 'excluded']);
    const { plan: _, ...older } = opened;
    expect(clockEvents(log([customer, older]))[0]).toMatchObject({ policyId: null });
  });

  it('takes a call for an answer when the two sides meet in it, each time they do', () => {
    const joins = (who: ActorRef): [ActorRef, TicketEventBody] => [who, { type: 'call.joined', callId, who }];
    const leaves = (who: ActorRef): [ActorRef, TicketEventBody] => [
      who,
      { type: 'call.left', callId, who, quality: null },
    ];
    const second = person('staff', 3);
    expect(typesOf(log([customer, opened], joins(engineer), joins(second)))).toEqual(['opened']);
    const met = log(
      [customer, opened],
      joins(customer),
      joins(engineer),
      joins(second),
      leaves(engineer),
      joins(engineer),
    );
    expect(clockEvents(met)).toMatchObject([{ type: 'opened' }, { type: 'call_answered', seq: 3 }]);
    const again = log([customer, opened], joins(customer), joins(engineer), leaves(customer), joins(customer));
    expect(typesOf(again)).toEqual(['opened', 'call_answered', 'call_answered']);
    const other = { type: 'call.finished', callId, outcome: 'ended', qualities: {} } as const;
    expect(typesOf(log([customer, opened], joins(customer), [engineer, other], joins(engineer)))).toEqual(['opened']);
  });

  it('goes by the order of the log where the server’s clock stepped back', () => {
    const events = clockEvents(log([customer, opened, 5], [engineer, message(), 3], [customer, message(), 6]));
    expect(events.map(({ at }) => at)).toEqual([time(5), time(5), time(6)]);
  });

  it('lets whoever waited in a merged ticket wait here, from when they wrote but never before what was judged', () => {
    const merged = (unansweredSince: string | null): TicketEventBody => ({
      type: 'ticket.merged_from',
      from: { id: callId, number: 7 },
      startAt: time(0),
      subject: 'The same',
      answered: true,
      unansweredSince,
    });
    const steps = (since: string | null) =>
      log([customer, opened, 10], [engineer, message(), 20], [engineer, merged(since), 40]);
    const told = (since: string | null) => clockEvents(steps(since)).slice(2);
    expect(told(null)).toMatchObject([{ type: 'merged', answered: true, startAt: time(0) }]);
    expect(told(time(30))[1]).toMatchObject({ type: 'message', by: 'customer', at: time(30) });
    expect(told(time(5))[1]).toMatchObject({ at: time(20) });
    expect(told(time(50))[1]).toMatchObject({ at: time(40) });
  });

  it('says nothing of what no clock cares for', () => {
    const assigned: TicketEventBody = { type: 'ticket.assigned', from: null, to: null };
    const warned: TicketEventBody = { type: 'clock.warned', cycleId: 'resolve:1', target: 'resolve', dueAt: time(9) };
    expect(typesOf(log([customer, opened], [engineer, assigned], [engineer, warned]))).toEqual(['opened']);
    expect([touchesClock('ticket.assigned'), touchesClock('clock.warned'), touchesClock('message.posted')]).toEqual([
      false,
      false,
      true,
    ]);
  });
});

describe('what a ticket takes over from one that is merged in', () => {
  it('is its earliest start, and whether anybody waits for a first answer', () => {
    const plain = clockEvents(log([customer, opened, 5], [engineer, message('internal'), 6]));
    expect([startOf(plain), wasAnswered(plain)]).toEqual([time(5), false]);
    const answered = clockEvents(log([customer, opened, 5], [engineer, message(), 6]));
    expect(wasAnswered(answered)).toBe(true);
    expect(wasAnswered(clockEvents(log([engineer, opened])))).toBe(true);
    expect(startOf([])).toBeNull();
  });
});

describe('writtenLater', () => {
  const from = { id: callId, number: 7 };

  it('of a split ticket all that was taken over was written when it was split off', () => {
    const split: TicketEventBody = { type: 'ticket.split_from', from, messageId: callId, startAt: time(0) };
    const events = log([customer, opened], [customer, message()], [engineer, split, 40], [engineer, message(), 50]);
    expect([...writtenLater(events)]).toEqual([
      [1, time(40)],
      [2, time(40)],
    ]);
    expect(clockEvents(events).map(({ seq }) => seq)).toEqual([1, 2, 4]);
  });

  it('so was what somebody waited for in a ticket that was merged in', () => {
    const about = { startAt: time(0), subject: 'Hm', answered: true, unansweredSince: time(5) };
    const merged: TicketEventBody = { type: 'ticket.merged_from', from, ...about };
    const events = log([customer, opened], [engineer, message()], [engineer, merged, 40]);
    expect(clockEvents(events).at(-1)).toMatchObject({ type: 'message', at: time(5), seq: 3 });
    expect([...writtenLater(events)]).toEqual([[3, time(40)]]);
  });
});
