import type { ActorRef, Me, TicketEvent, TicketEventBody, TicketRights, TicketView } from '@alongside/contracts';
import { foldTicketEvents } from '@alongside/desk';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from './api-error.ts';
import type { TicketHandlers } from './connection-types.ts';
import type { OutgoingMessage } from './outbox.ts';
import { createCell } from './store.ts';
import { createTicketStore } from './ticket-store.ts';

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const TICKET = uuid(1);
const ENGINEER: ActorRef = { kind: 'staff', id: uuid(2), name: 'Maria' };
const CUSTOMER: ActorRef = { kind: 'customer', id: uuid(3), name: 'Lin' };
const MAY: TicketRights = {
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

function event(seq: number, by: ActorRef, body: TicketEventBody): TicketEvent {
  const at = new Date(Date.UTC(2026, 0, 1, 0, 0, seq)).toISOString();
  return { id: uuid(100 + seq), ticketId: TICKET, seq, publicSeq: seq, at, by, body, may: MAY, clock: null };
}

const said = (seq: number, by: ActorRef, messageId = uuid(200 + seq)) =>
  event(seq, by, { type: 'message.posted', messageId, visibility: 'public', body: `message ${seq}`, files: [] });

const OPENED = event(1, CUSTOMER, {
  type: 'ticket.opened',
  number: 7,
  subject: 'Help',
  topic: null,
  priority: 'P2',
  channel: 'portal',
  organisation: null,
  contact: { id: CUSTOMER.id, name: CUSTOMER.name, anonymous: false },
  context: {},
});

function open(log: TicketEvent[], refusal: () => ApiError | null = () => null) {
  const frames: unknown[] = [];
  const resumed: number[] = [];
  const pending = createCell<readonly OutgoingMessage[]>([]);
  let handlers: TicketHandlers | null = null;
  let since = -1;
  let fetches = 0;
  const store = createTicketStore({
    api: {
      locale: () => 'en',
      async call() {
        fetches += 1;
        const refused = refusal();
        if (refused) throw refused;
        return { view: foldTicketEvents(null, log) as TicketView, marks: [] } as never;
      },
    },
    me: { id: CUSTOMER.id, role: 'customer' } satisfies Pick<Me, 'id' | 'role'>,
    connection: {
      watchTicket(_ticketId, from, given) {
        since = from;
        handlers = given;
        return { resumeFrom: (position) => resumed.push(position), close: () => {} };
      },
      send(frame) {
        frames.push(frame);
        return true;
      },
    },
    outbox: { ...pending, send: () => '', retry() {}, edit() {}, discard: () => null, close() {} },
    ticketId: TICKET,
  });
  const bodies = () =>
    store.getSnapshot().timeline.map((item) => {
      if (item.kind === 'pending') return `pending ${item.message.body}`;
      return item.entry.kind === 'message' ? item.entry.body : item.entry.kind;
    });
  return {
    store,
    frames,
    resumed,
    pending,
    bodies,
    handlers: () => handlers!,
    since: () => since,
    fetches: () => fetches,
    ready: () => vi.waitFor(() => expect(store.getSnapshot().status).toBe('ready')),
  };
}

afterEach(() => {
  vi.useRealTimers();
});

describe('createTicketStore', () => {
  it('follows from where the snapshot ends and folds each event once', async () => {
    const desk = open([OPENED, said(2, CUSTOMER)]);
    await desk.ready();
    expect(desk.since()).toBe(2);
    desk.handlers().onEvent(said(3, ENGINEER));
    desk.handlers().onEvent(said(3, ENGINEER));
    desk.handlers().onEvent(said(2, CUSTOMER));
    expect(desk.bodies()).toEqual(['change', 'message 2', 'message 3']);
    desk.store.close();
  });

  it('asks again for a hole, and for a snapshot when the same hole comes back', async () => {
    const log = [OPENED, said(2, CUSTOMER)];
    const desk = open(log);
    await desk.ready();
    desk.handlers().onEvent(said(5, ENGINEER));
    expect(desk.resumed).toEqual([2]);
    expect(desk.bodies()).toEqual(['change', 'message 2']);
    log.push(said(3, ENGINEER), said(4, ENGINEER), said(5, ENGINEER));
    desk.handlers().onEvent(said(5, ENGINEER));
    await vi.waitFor(() => expect(desk.bodies()).toHaveLength(5));
    expect(desk.fetches()).toBe(2);
    desk.store.close();
  });

  it('loses nothing that arrives while a snapshot is fetched', async () => {
    const desk = open([OPENED, said(2, CUSTOMER)]);
    await desk.ready();
    desk.handlers().onReset();
    desk.handlers().onEvent(said(3, ENGINEER));
    await vi.waitFor(() => expect(desk.bodies()).toEqual(['change', 'message 2', 'message 3']));
    desk.store.close();
  });

  it('nor while one is fetched in vain', async () => {
    let refused: ApiError | null = null;
    const desk = open([OPENED, said(2, CUSTOMER)], () => refused);
    await desk.ready();
    refused = new ApiError({ code: 'unauthenticated', message: 'Sign in.', status: 401, retry: false });
    const fetched = desk.store.refresh();
    desk.handlers().onEvent(said(3, ENGINEER));
    await fetched;
    expect(desk.bodies()).toEqual(['change', 'message 2', 'message 3']);
    desk.store.close();
  });

  it('swaps a pending message for its entry under the same key', async () => {
    const desk = open([OPENED]);
    await desk.ready();
    const id = uuid(900);
    desk.pending.set([
      {
        id,
        ticketId: TICKET,
        visibility: 'public',
        body: 'mine',
        files: [],
        by: CUSTOMER,
        createdAt: '',
        state: 'sending',
        attempts: 0,
        error: null,
      },
    ]);
    expect(desk.bodies()).toEqual(['change', 'pending mine']);
    const key = desk.store.getSnapshot().timeline[1]!.key;
    desk.store.apply([said(2, CUSTOMER, id)]);
    expect(desk.bodies()).toEqual(['change', 'message 2']);
    expect(desk.store.getSnapshot().timeline[1]!.key).toBe(key);
    desk.store.close();
  });

  it('tells how far one’s own message got, by the other side’s marks only', async () => {
    const desk = open([OPENED, said(2, CUSTOMER)]);
    await desk.ready();
    const delivery = () => {
      const item = desk.store.getSnapshot().timeline[1]!;
      return item.kind === 'entry' ? item.delivery : null;
    };
    const mark = (who: ActorRef, deliveredSeq: number, readSeq: number) =>
      desk.handlers().onMarks!({ t: 'marks', ticketId: TICKET, marks: [{ who, deliveredSeq, readSeq }] });
    expect(delivery()).toBe('sent');
    mark(CUSTOMER, 2, 2);
    expect(delivery()).toBe('sent');
    mark(ENGINEER, 2, 0);
    expect(delivery()).toBe('delivered');
    mark(ENGINEER, 2, 2);
    expect(delivery()).toBe('read');
    mark(ENGINEER, 1, 1);
    expect(delivery()).toBe('read');
    desk.store.close();
  });

  it('keeps lines that did not change as the same objects', async () => {
    const desk = open([OPENED, said(2, CUSTOMER)]);
    await desk.ready();
    const before = desk.store.getSnapshot().timeline;
    desk.handlers().onEvent(said(3, ENGINEER));
    expect(desk.store.getSnapshot().timeline.slice(0, 2)).toEqual(before);
    expect(desk.store.getSnapshot().timeline[1]).toBe(before[1]);
    desk.store.close();
  });

  it('marks as received soon and as read when told, and counts what is unread', async () => {
    const desk = open([OPENED, said(2, CUSTOMER)]);
    await desk.ready();
    vi.useFakeTimers();
    const mark = (deliveredSeq: number, readSeq: number) => ({ t: 'mark', ticketId: TICKET, deliveredSeq, readSeq });
    desk.handlers().onEvent(said(3, ENGINEER));
    expect(desk.store.getSnapshot().unreadCount).toBe(1);
    vi.advanceTimersByTime(50);
    expect(desk.frames.at(-1)).toEqual(mark(3, 0));
    desk.store.markRead();
    expect(desk.store.getSnapshot().unreadCount).toBe(0);
    vi.advanceTimersByTime(50);
    expect(desk.frames.at(-1)).toEqual(mark(3, 3));
    const told = desk.frames.length;
    desk.store.markRead();
    vi.advanceTimersByTime(50);
    expect(desk.frames).toHaveLength(told);

    // What comes and is read at once is one word; who leaves within it has read it all the same.
    desk.handlers().onEvent(said(4, ENGINEER));
    desk.store.markRead();
    desk.store.close();
    expect(desk.frames.slice(told)).toEqual([mark(4, 4)]);
  });

  it('draws nothing anew for one’s own marks as they come back', async () => {
    const desk = open([OPENED, said(2, CUSTOMER)]);
    await desk.ready();
    desk.store.markRead();
    const shown = desk.store.getSnapshot();
    desk.handlers().onMarks!({ t: 'marks', ticketId: TICKET, marks: [{ who: CUSTOMER, deliveredSeq: 2, readSeq: 2 }] });
    expect(desk.store.getSnapshot()).toBe(shown);
    desk.handlers().onMarks!({ t: 'marks', ticketId: TICKET, marks: [{ who: ENGINEER, deliveredSeq: 2, readSeq: 0 }] });
    expect(desk.store.getSnapshot()).not.toBe(shown);
    desk.store.close();
  });

  it('says that one writes every three seconds at most, and forgets others after five', async () => {
    const desk = open([OPENED]);
    await desk.ready();
    vi.useFakeTimers();
    const typed = () => desk.frames.filter((frame) => (frame as { t: string }).t === 'typing').length;
    desk.store.typing();
    desk.store.typing();
    expect(typed()).toBe(1);
    vi.advanceTimersByTime(3_000);
    desk.store.typing();
    expect(typed()).toBe(2);
    const frame = { t: 'typing', ticketId: TICKET, who: ENGINEER, visibility: 'public' } as const;
    desk.handlers().onTyping!(frame);
    expect(desk.store.getSnapshot().typing).toEqual([{ who: ENGINEER, visibility: 'public' }]);
    vi.advanceTimersByTime(4_999);
    expect(desk.store.getSnapshot().typing).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(desk.store.getSnapshot().typing).toEqual([]);
    desk.handlers().onTyping!(frame);
    desk.handlers().onEvent(said(2, ENGINEER));
    expect(desk.store.getSnapshot().typing).toEqual([]);
    desk.handlers().onTyping!(frame);
    desk.store.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});
