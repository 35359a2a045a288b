import type { TimelineItem } from '@alongside/client';
import type { ActorRef, ChangeEntry, RecordedBody, TicketState, Visibility } from '@alongside/contracts';
import { describe, expect, it } from 'vitest';
import { itemsFor, timelineLines } from './timeline-lines.ts';

const ada: ActorRef = { kind: 'customer', id: 'ada', name: 'Ada' };
const lin: ActorRef = { kind: 'staff', id: 'lin', name: 'Lin' };
const utcDay = (atMs: number) => atMs - (atMs % 86_400_000);

function said(seq: number, by: ActorRef, at: string, visibility: Visibility = 'public'): TimelineItem {
  return {
    kind: 'entry',
    key: `m${seq}`,
    delivery: null,
    readBy: [],
    unread: false,
    entry: {
      kind: 'message',
      id: `m${seq}`,
      seq,
      publicSeq: visibility === 'public' ? seq : null,
      at,
      by,
      visibility,
      body: 'x',
      files: [],
    },
  };
}

const shape = (items: TimelineItem[], readSeqAtOpen = 0, meId = 'lin') =>
  timelineLines(items, readSeqAtOpen, meId, utcDay).map((line) =>
    line.kind === 'item' ? `${line.key}${line.leads ? '*' : ''}` : line.kind,
  );

describe('timelineLines', () => {
  it('groups what one person says within five minutes', () => {
    expect(
      shape([
        said(1, ada, '2026-01-01T10:00:00.000Z'),
        said(2, ada, '2026-01-01T10:04:00.000Z'),
        said(3, ada, '2026-01-01T10:09:30.000Z'),
        said(4, lin, '2026-01-01T10:09:40.000Z'),
      ]),
    ).toEqual(['day', 'm1*', 'm2', 'm3*', 'm4*']);
  });

  it('keeps a note apart from a reply by the same person', () => {
    expect(
      shape([said(1, lin, '2026-01-01T10:00:00.000Z'), said(2, lin, '2026-01-01T10:00:10.000Z', 'internal')]),
    ).toEqual(['day', 'm1*', 'm2*']);
  });

  it('begins each day once', () => {
    expect(shape([said(1, ada, '2026-01-01T23:59:50.000Z'), said(2, ada, '2026-01-02T00:00:10.000Z')])).toEqual([
      'day',
      'm1*',
      'day',
      'm2*',
    ]);
  });

  it('marks once where what others said since the last visit begins', () => {
    const items = [
      said(1, ada, '2026-01-01T10:00:00.000Z'),
      said(2, lin, '2026-01-01T10:00:10.000Z'),
      said(3, ada, '2026-01-01T10:00:20.000Z'),
      said(4, ada, '2026-01-01T10:00:30.000Z'),
    ];
    expect(shape(items, 1)).toEqual(['day', 'm1*', 'm2*', 'unread', 'm3*', 'm4']);
    expect(shape(items, 0)).not.toContain('unread');
  });
});

function turned(from: TicketState, to: TicketState, automatic: boolean): TimelineItem {
  return {
    kind: 'entry',
    key: `${from}>${to}${automatic ? ' by itself' : ''}`,
    delivery: null,
    readBy: [],
    unread: false,
    entry: {
      kind: 'change',
      id: `${from}>${to}`,
      seq: 1,
      publicSeq: 1,
      at: '2026-01-01T10:00:00.000Z',
      by: lin,
      change: { what: 'state', from, to, automatic },
    },
  };
}

describe('itemsFor', () => {
  const items = [
    said(1, ada, '2026-01-01T10:00:00.000Z'),
    turned('open', 'waiting_for_customer', true),
    turned('open', 'on_hold', false),
    turned('solved', 'open', true),
    turned('solved', 'closed', true),
  ];

  it('spares customers whose turn it is after each message, and nothing else', () => {
    expect(itemsFor('customer', items).map((item) => item.key)).toEqual([
      'm1',
      'open>on_hold',
      'solved>open by itself',
      'solved>closed by itself',
    ]);
  });

  it('spares customers how deadlines came to be reckoned anew', () => {
    const recorded = (body: RecordedBody): TimelineItem => {
      const line = turned('open', 'on_hold', false) as TimelineItem & { kind: 'entry' };
      return { ...line, key: body.type, entry: { ...line.entry, change: { what: 'recorded', body } } as ChangeEntry };
    };
    const reckoned = [
      recorded({ type: 'clock.recalculated', reason: '' }),
      recorded({ type: 'clock.moved', calendar: { id: 'c', version: 2 } }),
      recorded({ type: 'ticket.split_off', to: { id: 't', number: 7 }, messageId: 'm1' }),
    ];
    expect(itemsFor('customer', reckoned).map((item) => item.key)).toEqual(['ticket.split_off']);
    expect(itemsFor('staff', reckoned)).toHaveLength(3);
  });

  it('shows all of it to staff', () => {
    expect(itemsFor('staff', items)).toEqual(items);
  });
});
