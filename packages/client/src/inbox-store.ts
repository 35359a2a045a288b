import { listTickets, type Me, QueueView, type TicketHead } from '@alongside/contracts';
import { compareQueue, compareRecent, inView } from '@alongside/desk';
import type { Api } from './api.ts';
import { type ApiError, toApiError } from './api-error.ts';
import { backoffMs } from './backoff.ts';
import type { OwnedInboxFeed } from './inbox-feed.ts';
import { createCalmCell, type Store } from './store.ts';

export type InboxQuery = { view: QueueView; search?: string; contactId?: string; organisationId?: string };

export type InboxSnapshot = {
  status: 'loading' | 'ready' | 'failed';
  error: ApiError | null;
  /** In the view's order: the queue by urgency and waiting, the others by last change. */
  tickets: readonly TicketHead[];
  /** Tickets per view. */
  counts: Readonly<Record<QueueView, number>>;
  hasMore: boolean;
  loadingMore: boolean;
  /** Why there are no more of them yet; null once asked again. */
  moreError: ApiError | null;
};

/** One list of tickets, live. */
export type InboxStore = Store<InboxSnapshot> & {
  readonly query: InboxQuery;
  loadMore(): Promise<void>;
  refresh(): Promise<void>;
  close(): void;
};

/** After a change whose effect on the counts cannot be known here, they are fetched at most this often, ms. */
const COUNTS_DELAY_MS = 1_500;

/** A busy desk sees dozens of changes a second; people do not. A list that drew each one fell seconds behind (measured). */
const DRAW_EVERY_MS = 50;

const NO_COUNTS = Object.fromEntries(QueueView.options.map((view) => [view, 0])) as Record<QueueView, number>;

export type InboxStoreOptions = {
  api: Pick<Api, 'call' | 'locale'>;
  me: Pick<Me, 'id'>;
  feed: OwnedInboxFeed;
  query: InboxQuery;
};

/** Opens one list of tickets and keeps it right while tickets change. */
export function createInboxStore(options: InboxStoreOptions): InboxStore {
  const { api, me, feed, query } = options;
  const compare = query.view === 'queue' ? compareQueue : compareRecent;
  const cell = createCalmCell<InboxSnapshot>(
    {
      status: 'loading',
      error: null,
      tickets: [],
      counts: NO_COUNTS,
      hasMore: false,
      loadingMore: false,
      moreError: null,
    },
    DRAW_EVERY_MS,
  );
  let cursor: string | null = null;
  /** The last ticket the server listed, as it was then: the next page begins after it, even if it has left the view. */
  let edge: TicketHead | null = null;
  let closed = false;
  let failures = 0;
  let generation = 0;
  /** What changed while a list was fetched, which may be of a moment before: null for what went out of sight. */
  let meanwhile = new Map<string, TicketHead | null>();
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let countsTimer: ReturnType<typeof setTimeout> | undefined;

  function patch(change: Partial<InboxSnapshot>): void {
    if (!closed) cell.set({ ...cell.getSnapshot(), ...change });
  }

  async function refresh(): Promise<void> {
    clearTimeout(retryTimer);
    const mine = ++generation;
    meanwhile = new Map();
    try {
      await feed.ready;
      const reply = await api.call(listTickets, { query });
      if (closed || mine !== generation) return;
      failures = 0;
      cursor = reply.next;
      edge = reply.tickets.at(-1) ?? null;
      const hasMore = cursor !== null;
      let tickets: readonly TicketHead[] = reply.tickets.map(newest).filter(belongs).sort(compare);
      for (const [id, head] of meanwhile) tickets = withChange(tickets, id, head, hasMore);
      patch({ status: 'ready', error: null, moreError: null, tickets, counts: reply.counts, hasMore });
    } catch (thrown) {
      if (closed || mine !== generation) return;
      const error = toApiError(thrown, api.locale());
      failures += 1;
      if (cell.getSnapshot().status !== 'ready') patch({ status: 'failed', error });
      const delayMs = Math.max(backoffMs(failures, Math.random()), error.retryAfterMs ?? 0);
      if (error.retry) retryTimer = setTimeout(refresh, delayMs);
    }
  }

  async function loadMore(): Promise<void> {
    if (cursor === null || cell.getSnapshot().loadingMore) return;
    const mine = generation;
    patch({ loadingMore: true, moreError: null });
    try {
      const reply = await api.call(listTickets, { query: { ...query, cursor } });
      if (closed || mine !== generation) return;
      cursor = reply.next;
      edge = reply.tickets.at(-1) ?? edge;
      const known = new Set(cell.getSnapshot().tickets.map((head) => head.id));
      const fresh = reply.tickets.filter((head) => !known.has(head.id)).map(newest);
      const tickets = [...cell.getSnapshot().tickets, ...fresh].filter(belongs).sort(compare);
      patch({ tickets, hasMore: cursor !== null, counts: reply.counts });
    } catch (thrown) {
      if (mine === generation) patch({ moreError: toApiError(thrown, api.locale()) });
    } finally {
      patch({ loadingMore: false });
    }
  }

  /** A frame may have overtaken the list's reply. */
  function newest(head: TicketHead): TicketHead {
    const known = feed.head(head.id);
    return known && known.seq > head.seq ? known : head;
  }

  function belongs(head: TicketHead): boolean {
    return (
      inView(query.view, head, me.id) &&
      (query.contactId === undefined || head.contact.id === query.contactId) &&
      (query.organisationId === undefined || head.organisation?.id === query.organisationId)
    );
  }

  function onTicket(head: TicketHead, before: TicketHead | null): void {
    meanwhile.set(head.id, head);
    const { tickets, hasMore, status } = cell.getSnapshot();
    if (status !== 'ready') return;
    patch({ tickets: withChange(tickets, head.id, head, hasMore), counts: recount(before, head) });
  }

  function onGone(ticketId: string, before: TicketHead | null): void {
    meanwhile.set(ticketId, null);
    const { tickets, hasMore } = cell.getSnapshot();
    patch({ tickets: withChange(tickets, ticketId, null, hasMore), counts: recount(before, null) });
  }

  function withChange(tickets: readonly TicketHead[], id: string, head: TicketHead | null, hasMore: boolean) {
    const listed = tickets.find((ticket) => ticket.id === id);
    if (listed && head && listed.seq > head.seq) return tickets;
    const others = tickets.filter((ticket) => ticket.id !== id);
    // What a search finds only the server knows: there, tickets change in place but none comes in.
    if (!head || !belongs(head) || (query.search && !listed)) return others;
    // Beyond what the server listed it belongs to a page that is not loaded yet.
    const isBeyond = hasMore && edge !== null && compare(head, edge) > 0;
    return isBeyond ? others : insert(others, head);
  }

  function insert(sorted: readonly TicketHead[], head: TicketHead): TicketHead[] {
    const at = sorted.findIndex((ticket) => compare(head, ticket) < 0);
    return at < 0 ? [...sorted, head] : [...sorted.slice(0, at), head, ...sorted.slice(at)];
  }

  function recount(before: TicketHead | null, after: TicketHead | null): Readonly<Record<QueueView, number>> {
    const { counts } = cell.getSnapshot();
    if (before === null) {
      countsTimer ??= setTimeout(fetchCounts, COUNTS_DELAY_MS);
      return counts;
    }
    const next = { ...counts };
    let moved = false;
    for (const view of QueueView.options) {
      const change = Number(after !== null && inView(view, after, me.id)) - Number(inView(view, before, me.id));
      next[view] = Math.max(0, (next[view] ?? 0) + change);
      moved ||= change !== 0;
    }
    return moved ? next : counts;
  }

  async function fetchCounts(): Promise<void> {
    countsTimer = undefined;
    try {
      const reply = await api.call(listTickets, { query: { view: 'all' } });
      patch({ counts: reply.counts });
    } catch {
      // The next change asks again; a count that is off by one until then does no harm.
    }
  }

  const stops = [feed.onTicket(onTicket), feed.onGone(onGone), feed.onReset(() => void refresh())];
  void refresh();
  return {
    query,
    subscribe: cell.subscribe,
    getSnapshot: cell.getSnapshot,
    loadMore,
    refresh,
    close() {
      closed = true;
      clearTimeout(retryTimer);
      clearTimeout(countsTimer);
      for (const stop of stops) stop();
    },
  };
}
