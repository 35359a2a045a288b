import type { ActorRef, TicketEvent, TicketEventBody, TicketRights } from '@alongside/contracts';
import { TicketView } from '@alongside/contracts';
import { describe, expect, it } from 'vitest';
import { foldTicket, foldTicketEvents, placeOf } from './ticket-fold.ts';

const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const at = (second: number) => `2026-05-14T02:00:${String(second).padStart(2, '0')}.000Z`;
const customer: ActorRef = { kind: 'customer', id: id(1), name: '周雨' };
const engineer: ActorRef = { kind: 'staff', id: id(2), name: 'Lin Wei' };
const may: TicketRights = {
  reply: true,
  note: false,
  assign: false,
  setPriority: false,
  setTopic: false,
  setSubject: false,
  states: [],
  rate: false,
  call: true,
  setPlan: false,
  exclude: false,
  merge: false,
  split: false,
  excludeByChoice: false,
  recalculate: false,
  page: false,
};
const opened: TicketEventBody = {
  type: 'ticket.opened',
  number: 7,
  subject: 'It stutters',
  topic: null,
  priority: 'P1',
  channel: 'widget',
  organisation: null,
  contact: { id: customer.id, name: customer.name, anonymous: false },
  context: { appVersion: '4.2.0' },
};

function log(...steps: [ActorRef, TicketEventBody][]): TicketEvent[] {
  return steps.map(([by, body], index) => ({
    id: id(100 + index),
    ticketId: id(9),
    seq: index + 1,
    publicSeq: index + 1,
    at: at(index),
    by,
    body,
    may,
    clock: null,
  }));
}

function message(n: number, visibility: 'public' | 'internal' = 'public'): TicketEventBody {
  return { type: 'message.posted', messageId: id(200 + n), visibility, body: `message ${n}`, files: [] };
}

describe('foldTicket', () => {
  it('builds a view that the contract accepts', () => {
    const view = foldTicketEvents(null, log([customer, opened], [customer, message(1)], [engineer, message(2)]));
    expect(TicketView.parse(view)).toEqual(view);
    expect(view?.entries.map((entry) => entry.kind)).toEqual(['change', 'message', 'message']);
  });

  it('knows since when the customer waits: from their first unanswered word', () => {
    const events = log([customer, opened], [customer, message(1)], [customer, message(2)], [engineer, message(3)]);
    expect(foldTicketEvents(null, events.slice(0, 3))?.ticket.unansweredSince).toBe(at(1));
    expect(foldTicketEvents(null, events)?.ticket.unansweredSince).toBeNull();
  });

  it('lets an internal note answer nobody', () => {
    const view = foldTicketEvents(
      null,
      log([customer, opened], [customer, message(1)], [engineer, message(2, 'internal')]),
    );
    expect(view?.ticket.unansweredSince).toBe(at(1));
    expect(view?.ticket.lastMessage?.preview).toBe('message 1');
  });

  it('names the first of the files a message is made of, never those of an internal note', () => {
    const withFiles = (n: number, visibility: 'public' | 'internal', ...names: string[]): TicketEventBody => ({
      type: 'message.posted',
      messageId: id(200 + n),
      visibility,
      body: '',
      files: names.map((name, index) => ({
        ...{ id: id(300 + 10 * n + index), name, sizeBytes: 9, mediaType: 'image/png', sha256: 'a'.repeat(64) },
        ...{ preview: 'image', width: 4, height: 3 },
      })),
    });
    const view = foldTicketEvents(
      null,
      log(
        [customer, opened],
        [customer, withFiles(1, 'public', 'rack.png', 'fan.png')],
        [engineer, withFiles(2, 'internal', 'our-own.png')],
      ),
    );
    expect(TicketView.parse(view)).toEqual(view);
    expect(view?.ticket.lastMessage).toMatchObject({
      preview: '',
      fileCount: 2,
      firstFile: { name: 'rack.png', mediaType: 'image/png' },
    });
  });

  it('ignores an event it has seen and refuses a hole', () => {
    const events = log([customer, opened], [customer, message(1)], [engineer, message(2)]);
    const view = foldTicketEvents(null, events.slice(0, 2))!;
    expect(foldTicket(view, events[1]!)).toBe(view);
    expect(placeOf(view, events[2]!)).toBe('next');
    expect(() => foldTicket(foldTicket(null, events[0]!), events[2]!)).toThrow(/hole/);
    expect(() => foldTicket(null, { ...events[1]!, seq: 1 })).toThrow(/begins with/);
  });

  it('does not touch the view it is given', () => {
    const events = log(
      [customer, opened],
      [customer, message(1)],
      [engineer, { type: 'ticket.state_set', from: 'open', to: 'solved', automatic: false }],
    );
    const before = foldTicketEvents(null, events.slice(0, 2))!;
    const copy = structuredClone(before);
    foldTicket(before, events[2]!);
    expect(before).toEqual(copy);
  });

  it('keeps a call as one entry from ring to end; who comes back keeps one row', () => {
    const callId = id(300);
    const quality = {
      score: 4.2,
      rttMs: 40,
      jitterMs: 3,
      lossRatio: 0,
      bitrateBps: 900_000,
      freezeMs: 0,
      measuredMs: 60_000,
    };
    const events = log(
      [customer, opened],
      [engineer, { type: 'call.started', callId, rings: 'customer', video: true }],
      [engineer, { type: 'call.joined', callId, who: engineer }],
      [customer, { type: 'call.joined', callId, who: customer }],
      [customer, { type: 'call.left', callId, who: customer, quality: null }],
      [customer, { type: 'call.joined', callId, who: customer }],
      [engineer, { type: 'call.finished', callId, outcome: 'ended', qualities: { [customer.id]: quality } }],
    );
    const ringing = foldTicketEvents(null, events.slice(0, 3))!;
    expect(ringing.ticket.activeCall?.state).toBe('ringing');
    const live = foldTicketEvents(null, events.slice(0, 4))!;
    expect(live.ticket.activeCall).toMatchObject({ state: 'live', answeredAt: at(3) });
    const over = foldTicketEvents(null, events)!;
    expect(over.ticket.activeCall).toBeNull();
    const calls = over.entries.filter((entry) => entry.kind === 'call');
    expect(calls).toHaveLength(1);
    expect(
      calls[0]!.call.participants.map((participant) => [
        participant.who.name,
        participant.joinedAt,
        participant.leftAt,
      ]),
    ).toEqual([
      ['Lin Wei', at(2), at(6)],
      ['周雨', at(3), at(6)],
    ]);
    expect(calls[0]!.call.participants[1]!.quality).toEqual(quality);
  });

  it('reopening by the customer makes them wait again; solving ends every wait', () => {
    const events = log(
      [customer, opened],
      [customer, message(1)],
      [engineer, { type: 'ticket.state_set', from: 'open', to: 'solved', automatic: false }],
      [customer, { type: 'ticket.state_set', from: 'solved', to: 'open', automatic: false }],
    );
    expect(foldTicketEvents(null, events.slice(0, 3))?.ticket.unansweredSince).toBeNull();
    expect(foldTicketEvents(null, events)?.ticket.unansweredSince).toBe(at(3));
  });
});
