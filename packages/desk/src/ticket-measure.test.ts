import type { TicketEventBody } from '@alongside/contracts';
import type { ClockState } from '@alongside/sla';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LoggedEvent } from './clock-events.ts';
import { measureTicket } from './ticket-measure.ts';

const CUSTOMER = { kind: 'customer', id: 'cleo', name: 'Cleo' } as const;
const EVE = { kind: 'staff', id: 'eve', name: 'Eve' } as const;
const SYSTEM = { kind: 'system', id: 'system', name: 'System' } as const;
type Who = typeof CUSTOMER | typeof EVE | typeof SYSTEM;
const NO_CLOCK: ClockState = { cycles: [], moments: [], next: null, excluded: null };
const MINUTE = 60_000;
const START = Date.parse('2026-10-12T00:00:00Z');
const at = (minute: number) => new Date(START + minute * MINUTE).toISOString();

const opening = (more: object = {}): TicketEventBody =>
  ({
    type: 'ticket.opened',
    number: 1,
    subject: 'x',
    topic: 'sound',
    priority: 'P2',
    channel: 'portal',
    organisation: { id: 'north', name: 'North Works' },
    contact: { id: 'cleo', name: 'Cleo', anonymous: false },
    context: {},
    ...more,
  }) as TicketEventBody;
const says = (visibility: 'public' | 'internal' = 'public') =>
  ({ type: 'message.posted', messageId: 'm', visibility, body: 'x', files: [] }) as TicketEventBody;
const becomes = (to: string) =>
  ({ type: 'ticket.state_set', from: 'open', to, automatic: false }) as unknown as TicketEventBody;
const joins = (who: Who) => ({ type: 'call.joined', callId: 'c', who }) as TicketEventBody;

/** Opened by the customer at minute 0, with their first message; then as told. */
function measured(lines: [number, Who, TicketEventBody][], first = opening(), clock = NO_CLOCK) {
  const told: [number, Who, TicketEventBody][] = [[0, CUSTOMER, first], [0, CUSTOMER, says()], ...lines];
  const log = told.map(([minute, by, body], index): LoggedEvent => ({ seq: index + 1, at: at(minute), by, body }));
  return measureTicket(log, clock);
}

describe('turns', () => {
  it('end with the first answer, and begin again with the first word after it', () => {
    const { turns } = measured([
      [3, CUSTOMER, says()],
      [5, EVE, says('internal')],
      [7, EVE, says()],
      [20, CUSTOMER, says()],
      [25, CUSTOMER, says()],
      [26, EVE, says()],
      [27, EVE, says()],
    ]);
    expect(turns).toEqual([
      { kind: 'first', startAt: at(0), answeredAt: at(7), by: 'eve' },
      { kind: 'next', startAt: at(20), answeredAt: at(26), by: 'eve' },
    ]);
  });

  it('are answered by a call once both are in it, by the engineer who is', () => {
    const { turns, answersToSolve } = measured([
      [4, EVE, joins(EVE)],
      [6, CUSTOMER, joins(CUSTOMER)],
    ]);
    expect(turns).toEqual([{ kind: 'first', startAt: at(0), answeredAt: at(6), by: 'eve' }]);
    expect(answersToSolve).toBe(1);
  });

  it('that end with a solve are none, and a reopening by the customer begins one', () => {
    const { turns, reopened } = measured([
      [5, EVE, says()],
      [8, CUSTOMER, says()],
      [9, EVE, becomes('solved')],
      [30, CUSTOMER, becomes('open')],
      [40, EVE, says()],
    ]);
    expect(turns.map(({ kind, startAt, answeredAt }) => [kind, startAt, answeredAt])).toEqual([
      ['first', at(0), at(5)],
      ['next', at(30), at(40)],
    ]);
    expect(reopened).toBe(1);
  });
});

describe('solving', () => {
  it('takes the time that was ours, without waiting for the customer and without having been solved', () => {
    const measure = measured([
      [10, EVE, says()],
      [10, SYSTEM, becomes('waiting_for_customer')],
      [70, CUSTOMER, becomes('open')],
      [80, EVE, becomes('on_hold')],
      [95, EVE, becomes('solved')],
      [200, CUSTOMER, becomes('open')],
      [205, EVE, becomes('solved')],
      [900, SYSTEM, becomes('closed')],
    ]);
    expect(measure).toMatchObject({
      resolveMs: (10 + 10 + 15 + 5) * MINUTE,
      firstSolvedAt: at(95),
      solvedAt: at(205),
      reopened: 1,
      openSpans: [
        { from: at(0), to: at(95) },
        { from: at(200), to: at(205) },
      ],
    });
  });

  it('counts the answers it took', () => {
    expect(
      measured([
        [5, EVE, says()],
        [6, EVE, becomes('solved')],
        [7, EVE, says()],
      ]).answersToSolve,
    ).toBe(1);
    expect(measured([[5, CUSTOMER, becomes('solved')]]).answersToSolve).toBe(0);
  });

  it('is undone by a reopening', () => {
    const measure = measured([
      [5, EVE, becomes('solved')],
      [9, CUSTOMER, becomes('open')],
    ]);
    expect(measure).toMatchObject({ solvedAt: null, resolveMs: null, firstSolvedAt: at(5) });
    expect(measure.openSpans.at(-1)).toEqual({ from: at(9), to: null });
  });
});

describe('facts', () => {
  it('are the last ones', () => {
    const measure = measured([
      [1, EVE, { type: 'ticket.priority_set', from: 'P2', to: 'P1' }],
      [2, EVE, { type: 'ticket.topic_set', from: 'sound', to: null }],
      [3, EVE, { type: 'ticket.assigned', from: null, to: { id: 'eve', name: 'Eve' } }],
      [4, CUSTOMER, { type: 'ticket.rated', rating: { score: 2, comment: '' } }],
      [5, CUSTOMER, { type: 'ticket.rated', rating: { score: 5, comment: '' } }],
    ]);
    expect(measure).toMatchObject({
      priority: 'P1',
      topic: null,
      assigneeId: 'eve',
      organisationId: 'north',
      rating: { score: 5, at: at(5) },
    });
  });

  it('say what is in no figure, and what was put back', () => {
    const lead = (excluded: boolean): TicketEventBody => ({
      type: 'ticket.exclusion_set',
      excluded,
      because: 'lead',
      note: '',
    });
    expect(measured([]).counted).toBe(true);
    expect(measured([], opening({ drill: true })).counted).toBe(false);
    expect(measured([[1, EVE, lead(true)]]).counted).toBe(false);
    expect(
      measured([
        [1, EVE, lead(true)],
        [2, EVE, lead(false)],
      ]).counted,
    ).toBe(true);
    expect(measured([[1, EVE, { type: 'ticket.merged_into', into: { id: 'o', number: 2 } }]]).counted).toBe(false);
  });

  it('a merge keeps the earlier start and what waits over there', () => {
    const from = { id: 'o', number: 2 };
    const merged = (answered: boolean, unansweredSince: string | null): TicketEventBody => ({
      type: 'ticket.merged_from',
      from,
      startAt: at(-60),
      subject: 'y',
      answered,
      unansweredSince,
    });
    expect(
      measured([
        [5, EVE, merged(false, null)],
        [9, EVE, says()],
      ]).turns[0]!.startAt,
    ).toBe(at(-60));
    expect(
      measured([
        [5, EVE, merged(true, null)],
        [9, EVE, says()],
      ]).turns[0]!.startAt,
    ).toBe(at(0));
    const waits = measured([
      [2, EVE, says()],
      [5, EVE, merged(true, at(1))],
      [9, EVE, says()],
    ]);
    expect(waits.turns[1]).toMatchObject({ kind: 'next', startAt: at(1) });
  });
});

it('decided promises belong to who kept them; broken ones to nobody by name', () => {
  const cycle = { priority: 'P1', endedAt: null, breachedAt: null } as const;
  const clock = {
    ...NO_CLOCK,
    cycles: [
      { ...cycle, id: 'first_response:1', target: 'first_response', state: 'met', endedAt: at(7) },
      { ...cycle, id: 'next_response:1', target: 'next_response', state: 'breached', breachedAt: at(60) },
      { ...cycle, id: 'resolve:1', target: 'resolve', state: 'running' },
    ],
  } as unknown as ClockState;
  expect(measured([[7, EVE, says()]], opening(), clock).decided).toEqual([
    { cycleId: 'first_response:1', target: 'first_response', priority: 'P1', decidedAt: at(7), met: true, by: 'eve' },
    { cycleId: 'next_response:1', target: 'next_response', priority: 'P1', decidedAt: at(60), met: false, by: null },
  ]);
});

describe('for any log', () => {
  const someEvent = fc.oneof(
    fc.constant([EVE, says()] as [Who, TicketEventBody]),
    fc.constant([CUSTOMER, says()] as [Who, TicketEventBody]),
    fc
      .constantFrom('open', 'waiting_for_customer', 'on_hold', 'solved', 'closed')
      .map((to) => [EVE, becomes(to)] as [Who, TicketEventBody]),
  );
  const someLog = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 500 }), someEvent), { maxLength: 20 })
    .map((lines) => lines.toSorted(([a], [b]) => a - b).map(([minute, [by, body]]) => [minute, by, body] as const));

  it('spans and turns follow one another, and what is solved took no longer than it was open', () => {
    fc.assert(
      fc.property(someLog, (lines) => {
        const { openSpans, turns, resolveMs, solvedAt, reopened } = measured(lines.map((line) => [...line]));
        expect(openSpans).toHaveLength(reopened + 1);
        for (const [index, span] of openSpans.entries()) {
          expect(span.to === null || span.from <= span.to).toBe(true);
          if (index > 0) expect(openSpans[index - 1]!.to! <= span.from).toBe(true);
        }
        expect(openSpans.at(-1)!.to === null).toBe(solvedAt === null);
        for (const [index, turn] of turns.entries()) {
          expect(turn.startAt <= turn.answeredAt).toBe(true);
          expect(turn.kind).toBe(index === 0 && turn.startAt === at(0) ? 'first' : turn.kind);
          if (index > 0) expect(turns[index - 1]!.answeredAt <= turn.startAt).toBe(true);
        }
        if (resolveMs !== null) {
          const openMs = openSpans.reduce((sum, { from, to }) => sum + Date.parse(to!) - Date.parse(from), 0);
          expect(resolveMs).toBeLessThanOrEqual(openMs);
        }
      }),
    );
  });
});
