import type { Call, Priority, QueueView, TicketHead, TicketState } from '@alongside/contracts';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { InboxHandlers } from './connection-types.ts';
import { createInboxFeed } from './inbox-feed.ts';
import { createInboxStore, type InboxQuery } from './inbox-store.ts';

const ME = '00000000-0000-4000-8000-00000000000a';
const COUNTS: Record<QueueView, number> = {
  queue: 2,
  mine: 0,
  unassigned: 2,
  waiting: 0,
  on_hold: 0,
  solved: 0,
  all: 2,
};

function head(number: number, change: Partial<TicketHead> = {}): TicketHead {
  const at = new Date(Date.UTC(2026, 0, 1, 0, number)).toISOString();
  return {
    id: `t${number}`,
    number,
    subject: `Ticket ${number}`,
    topic: null,
    priority: 'P2',
    state: 'open',
    channel: 'portal',
    organisation: null,
    contact: { id: 'c', name: 'Lin', anonymous: false },
    assignee: null,
    openedAt: at,
    updatedAt: at,
    unansweredSince: at,
    lastMessage: null,
    rating: null,
    activeCall: null,
    clock: null,
    requested: null,
    drill: false,
    excluded: null,
    mergedInto: null,
    seq: 2,
    publicSeq: 2,
    ...change,
  };
}

const ringingCall = (change: Partial<Call> = {}): Call => ({
  id: 'call',
  ticketId: 't1',
  state: 'ringing',
  startedBy: { kind: 'customer', id: 'c', name: 'Lin' },
  rings: 'staff',
  video: false,
  startedAt: new Date().toISOString(),
  answeredAt: null,
  endedAt: null,
  participants: [],
  ...change,
});

async function open(listed: TicketHead[], query: InboxQuery = { view: 'queue' }, next: string | null = null) {
  let handlers: InboxHandlers | null = null;
  let lists = 0;
  let failure: Error | null = null;
  const api = {
    locale: () => 'en' as const,
    async call() {
      lists += 1;
      if (failure) throw failure;
      return { tickets: [...listed], next, counts: COUNTS, position: 10 } as never;
    },
  };
  const feed = createInboxFeed({
    api,
    me: { id: ME, role: 'engineer' },
    connection: {
      getSnapshot: () => ({ clockOffsetMs: 0 }) as never,
      watchInbox(since, given) {
        expect(since).toBe(10);
        handlers = given;
        return { resumeFrom() {}, close() {} };
      },
    },
  });
  const store = createInboxStore({ api, me: { id: ME }, feed, query });
  await vi.waitFor(() => expect(store.getSnapshot().status).toBe('ready'));
  const numbers = () => store.getSnapshot().tickets.map((ticket) => ticket.number);
  const close = () => {
    store.close();
    feed.close();
  };
  return {
    feed,
    store,
    numbers,
    close,
    lists: () => lists,
    failWith(error: Error | null) {
      failure = error;
    },
    tell: (ticket: TicketHead) => handlers!.onTicket(ticket, 11),
    handlers: () => handlers!,
  };
}

afterEach(() => {
  vi.useRealTimers();
});

describe('an inbox', () => {
  it('puts a changed ticket at its new place, and out of the view when it left it', async () => {
    const inbox = await open([head(1), head(2)]);
    inbox.tell(head(2, { priority: 'P0' satisfies Priority, seq: 3 }));
    expect(inbox.numbers()).toEqual([2, 1]);
    inbox.tell(head(1, { state: 'solved' satisfies TicketState, seq: 3 }));
    expect(inbox.numbers()).toEqual([2]);
    expect(inbox.store.getSnapshot().counts).toMatchObject({ queue: 1, unassigned: 1, solved: 1, all: 2 });
    inbox.close();
  });

  it('does not let an old head overtake a new one', async () => {
    const inbox = await open([head(1, { seq: 9, subject: 'new' })]);
    inbox.tell(head(1, { seq: 4, subject: 'old' }));
    expect(inbox.store.getSnapshot().tickets[0]!.subject).toBe('new');
    inbox.close();
  });

  it('takes in a new ticket, and leaves to its page what comes after the last loaded line', async () => {
    const inbox = await open([head(1), head(5)], { view: 'queue' }, 'cursor');
    inbox.tell(head(3));
    expect(inbox.numbers()).toEqual([1, 3, 5]);
    inbox.tell(head(8));
    expect(inbox.numbers()).toEqual([1, 3, 5]);
    inbox.close();
  });

  it('takes in what comes after the last line where the next page would not bring it', async () => {
    const inbox = await open([head(1), head(3), head(9)], { view: 'queue' }, 'cursor');
    inbox.tell(head(9, { state: 'solved', seq: 3 }));
    inbox.tell(head(5));
    expect(inbox.numbers()).toEqual([1, 3, 5]);
    inbox.tell(head(12));
    expect(inbox.numbers()).toEqual([1, 3, 5]);
    inbox.close();
  });

  it('keeps its last line when that changes where it stands', async () => {
    const inbox = await open([head(1), head(3), head(9)], { view: 'queue' }, 'cursor');
    inbox.tell(head(9, { subject: 'Renamed', seq: 3 }));
    expect(inbox.numbers()).toEqual([1, 3, 9]);
    inbox.close();
  });

  it('says why there is no more of it, keeps what there is, and goes on when asked again', async () => {
    const listed = [head(1)];
    const inbox = await open(listed, { view: 'queue' }, 'cursor');
    inbox.failWith(new TypeError('Failed to fetch'));
    await inbox.store.loadMore();
    expect(inbox.store.getSnapshot()).toMatchObject({ status: 'ready', hasMore: true, loadingMore: false });
    expect(inbox.store.getSnapshot().moreError?.message).toBeTruthy();
    expect(inbox.numbers()).toEqual([1]);
    inbox.failWith(null);
    listed.push(head(2));
    await inbox.store.loadMore();
    expect(inbox.store.getSnapshot().moreError).toBeNull();
    expect(inbox.numbers()).toEqual([1, 2]);
    inbox.close();
  });

  it('keeps what opened and what went while its list was fetched', async () => {
    const listed = [head(1), head(2)];
    const inbox = await open(listed);
    const refreshed = inbox.store.refresh();
    inbox.tell(head(3));
    inbox.handlers().onGone('t1', 12);
    await refreshed;
    expect(inbox.numbers()).toEqual([2, 3]);
    inbox.close();
  });

  it('lets nothing new into a search, whose matches only the server knows', async () => {
    const inbox = await open([head(1)], { view: 'all', search: 'payment' });
    inbox.tell(head(2));
    expect(inbox.numbers()).toEqual([1]);
    inbox.tell(head(1, { subject: 'Renamed', seq: 3 }));
    expect(inbox.store.getSnapshot().tickets[0]!.subject).toBe('Renamed');
    inbox.close();
  });

  it('fetches anew after a reset', async () => {
    const inbox = await open([head(1)]);
    const before = inbox.lists();
    inbox.handlers().onReset();
    await vi.waitFor(() => expect(inbox.lists()).toBe(before + 2));
    inbox.close();
  });
});

describe('ringing', () => {
  it('follows the calls that ring one’s own side, and stops by itself when their end is never heard', async () => {
    const inbox = await open([head(1)]);
    vi.useFakeTimers();
    inbox.tell(head(1, { seq: 3, activeCall: ringingCall({ rings: 'customer' }) }));
    expect(inbox.feed.ringing.getSnapshot()).toEqual([]);
    inbox.tell(head(1, { seq: 4, activeCall: ringingCall() }));
    expect(inbox.feed.ringing.getSnapshot().map((ring) => ring.call.id)).toEqual(['call']);
    vi.advanceTimersByTime(47_000);
    expect(inbox.feed.ringing.getSnapshot()).toHaveLength(1);
    vi.advanceTimersByTime(2_000);
    expect(inbox.feed.ringing.getSnapshot()).toEqual([]);
    inbox.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is over where too much was missed and its ticket is not among the last changed; the others go on', async () => {
    const live = (id: string) => ringingCall({ id, state: 'live' });
    const listed = [head(1, { activeCall: live('one') }), head(2, { activeCall: live('two') })];
    const inbox = await open(listed);
    inbox.tell(head(3, { activeCall: live('three') }));
    listed.shift();
    inbox.handlers().onReset();
    inbox.tell(head(3, { activeCall: live('three'), seq: 3 }));
    const calls = () => inbox.feed.liveCalls.getSnapshot().map(({ call }) => call.id);
    await vi.waitFor(() => expect(calls()).toEqual(['two', 'three']));
    expect(inbox.feed.head('t1')?.subject).toBe('Ticket 1');
    inbox.close();
  });

  it('is quiet once dismissed, and live once answered', async () => {
    const inbox = await open([head(1, { activeCall: ringingCall() })]);
    expect(inbox.feed.ringing.getSnapshot()).toHaveLength(1);
    inbox.feed.dismissRing('call');
    expect(inbox.feed.ringing.getSnapshot()).toEqual([]);
    inbox.tell(head(1, { seq: 3, activeCall: ringingCall({ state: 'live' }) }));
    expect(inbox.feed.liveCalls.getSnapshot()).toHaveLength(1);
    inbox.tell(head(1, { seq: 4 }));
    expect(inbox.feed.liveCalls.getSnapshot()).toEqual([]);
    inbox.close();
  });
});
