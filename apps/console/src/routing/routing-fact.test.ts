import type { TicketChange, TicketState, TicketView, TimelineEntry } from '@alongside/contracts';
import { describe, expect, it } from 'vitest';
import { routingFact } from './routing-fact.ts';

const LIN = { id: 'lin', name: 'Lin' };
const LOAD = [{ what: 'load' as const, openTickets: 1 }];

function view(changes: TicketChange[], more: { assignee?: typeof LIN | null; state?: TicketState } = {}): TicketView {
  const entries = changes.map((change, index) => ({
    kind: 'change',
    seq: index + 1,
    by: { kind: 'system', id: 'system', name: 'system' },
    change,
  }));
  return {
    ticket: { assignee: null, state: 'open', ...more },
    entries: entries as unknown as TimelineEntry[],
  } as unknown as TicketView;
}

const given: TicketChange = { what: 'assignee', from: null, to: 'Lin', routing: LOAD };
const suggested: TicketChange = {
  what: 'recorded',
  body: { type: 'routing.suggested', engineer: LIN, reasons: LOAD },
};
const waiting: TicketChange = {
  what: 'recorded',
  body: { type: 'routing.waiting', why: 'full', skills: [], nextAt: null },
};
const takenBack: TicketChange = {
  what: 'assignee',
  from: 'Lin',
  to: null,
  routing: [{ what: 'taken_off', why: 'handed_back', name: 'Lin', note: 'Not mine' }],
};
const byHand: TicketChange = { what: 'assignee', from: null, to: 'Lin', routing: null };
const priority: TicketChange = { what: 'priority', from: 'P2', to: 'P1', reason: '' };

describe('what routing made of a ticket', () => {
  it('is the last word: given, suggested or waiting', () => {
    expect(routingFact(view([waiting, given, priority], { assignee: LIN }))).toMatchObject({
      what: 'given',
      to: 'Lin',
    });
    expect(routingFact(view([waiting, suggested]))).toMatchObject({ what: 'suggested', engineer: LIN });
    expect(routingFact(view([given, takenBack, waiting]))).toMatchObject({ what: 'waiting', wait: { why: 'full' } });
  });

  it('is nothing where a person decided, routing never said anything, or it is settled', () => {
    expect(routingFact(view([given, byHand], { assignee: LIN }))).toBeNull();
    expect(routingFact(view([priority]))).toBeNull();
    expect(routingFact(view([given], { assignee: LIN, state: 'solved' }))).toBeNull();
  });

  it('is no old suggestion once somebody has it, and none after it was only taken away', () => {
    expect(routingFact(view([suggested, byHand], { assignee: LIN }))).toBeNull();
    expect(routingFact(view([suggested, given, takenBack]))).toBeNull();
  });
});
