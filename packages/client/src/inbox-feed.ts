import { type Call, listTickets, type Me, RING_TIMEOUT_MS, type TicketHead } from '@alongside/contracts';
import type { Api } from './api.ts';
import { toApiError } from './api-error.ts';
import { backoffMs } from './backoff.ts';
import type { Connection, Subscription } from './connection-types.ts';
import { createCell, type Store } from './store.ts';

/** A call that rings one's own side now, or goes on without one. */
export type RingingCall = { call: Call; ticket: TicketHead };

/** All tickets' heads as they change; lists, ringing and notices live from it. */
export type InboxFeed = {
  /** Calls that ring one's own side now; those one declined or dismissed here are left out. */
  readonly ringing: Store<readonly RingingCall[]>;
  /** Calls that are live now, to be joined by one click. */
  readonly liveCalls: Store<readonly RingingCall[]>;
  /** Hides a ringing call here (declined, or answered elsewhere on this screen). */
  dismissRing(callId: string): void;
  /**
   * Each ticket whose head changed, e.g. to ping for a new message. `before` is null when it was not known here.
   * Not called for what the first load brings.
   */
  onTicket(listener: (head: TicketHead, before: TicketHead | null) => void): () => void;
  /** The newest head known here. */
  head(ticketId: string): TicketHead | null;
  close(): void;
};

/** A ring is over at the latest this long after its time, whatever was or was not heard, ms. */
const RING_GRACE_MS = 3_000;

export type InboxFeedOptions = {
  api: Pick<Api, 'call' | 'locale'>;
  me: Pick<Me, 'id' | 'role'>;
  connection: Pick<Connection, 'watchInbox' | 'getSnapshot'>;
};

/** What lists need beyond what screens use. */
export type OwnedInboxFeed = InboxFeed & {
  /** Fulfilled once changes are followed: a list fetched after it misses none. */
  readonly ready: Promise<void>;
  onGone(listener: (ticketId: string, before: TicketHead | null) => void): () => void;
  /** Too much was missed: lists must be fetched anew. */
  onReset(listener: () => void): () => void;
};

/** Follows all tickets of a person. */
export function createInboxFeed(options: InboxFeedOptions): OwnedInboxFeed {
  const { api, me, connection } = options;
  const mySide = me.role === 'customer' ? 'customer' : 'staff';
  const heads = new Map<string, TicketHead>();
  /** Tickets nothing was heard of since too much was missed. */
  const unheard = new Set<string>();
  const dismissed = new Set<string>();
  const ringing = createCell<readonly RingingCall[]>([]);
  const liveCalls = createCell<readonly RingingCall[]>([]);
  const ticketListeners = new Set<(head: TicketHead, before: TicketHead | null) => void>();
  const goneListeners = new Set<(ticketId: string, before: TicketHead | null) => void>();
  const resetListeners = new Set<() => void>();
  const ready = Promise.withResolvers<void>();
  let subscription: Subscription | null = null;
  let failures = 0;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let ringTimer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  async function start(): Promise<void> {
    clearTimeout(retryTimer);
    try {
      const reply = await api.call(listTickets, { query: { view: 'all' } });
      if (closed) return;
      failures = 0;
      for (const head of reply.tickets) take(head);
      endUnheardCalls();
      publishCalls();
      if (subscription) return;
      subscription = connection.watchInbox(reply.position, {
        onTicket(head) {
          const before = heads.get(head.id) ?? null;
          if (!take(head)) return;
          publishCalls();
          for (const listener of [...ticketListeners]) listener(head, before);
        },
        onGone(ticketId) {
          const before = heads.get(ticketId) ?? null;
          heads.delete(ticketId);
          publishCalls();
          for (const listener of [...goneListeners]) listener(ticketId, before);
        },
        onReset() {
          for (const id of heads.keys()) unheard.add(id);
          void start();
          for (const listener of [...resetListeners]) listener();
        },
      });
      ready.resolve();
    } catch (thrown) {
      if (closed) return;
      const error = toApiError(thrown, api.locale());
      // Lists say what is wrong themselves; here it is only tried again, slowly where it looks hopeless.
      failures = error.retry ? failures + 1 : 6;
      ready.resolve();
      retryTimer = setTimeout(start, Math.max(backoffMs(failures, Math.random()), error.retryAfterMs ?? 0));
    }
  }

  /** @returns false when a newer one is known: heads may come twice, by list and by frame */
  function take(head: TicketHead): boolean {
    unheard.delete(head.id);
    const known = heads.get(head.id);
    if (known && known.seq > head.seq) return false;
    heads.set(head.id, head);
    return true;
  }

  /** A call of a ticket that is not among the last changed any more would stand there for ever if it has ended. */
  function endUnheardCalls(): void {
    for (const id of unheard) {
      const head = heads.get(id);
      if (head?.activeCall) heads.set(id, { ...head, activeCall: null });
    }
    unheard.clear();
  }

  function publishCalls(): void {
    clearTimeout(ringTimer);
    const now = Date.now() + connection.getSnapshot().clockOffsetMs;
    const rings: RingingCall[] = [];
    const live: RingingCall[] = [];
    let nextEnd = Number.POSITIVE_INFINITY;
    for (const ticket of heads.values()) {
      const call = ticket.activeCall;
      if (call?.state === 'live') live.push({ call, ticket });
      if (call?.state !== 'ringing' || call.rings !== mySide || dismissed.has(call.id)) continue;
      const endsAt = Date.parse(call.startedAt) + RING_TIMEOUT_MS + RING_GRACE_MS;
      // Its end may not reach a page that is cut off, and nothing is worse than a bell that does not stop.
      if (endsAt <= now) continue;
      nextEnd = Math.min(nextEnd, endsAt);
      rings.push({ call, ticket });
    }
    setIfChanged(ringing, rings);
    setIfChanged(liveCalls, live);
    if (Number.isFinite(nextEnd) && !closed) ringTimer = setTimeout(publishCalls, nextEnd - now);
  }

  function listen<L>(all: Set<L>, listener: L): () => void {
    all.add(listener);
    return () => all.delete(listener);
  }

  void start();
  return {
    ringing,
    liveCalls,
    ready: ready.promise,
    dismissRing(callId) {
      dismissed.add(callId);
      publishCalls();
    },
    onTicket: (listener) => listen(ticketListeners, listener),
    onGone: (listener) => listen(goneListeners, listener),
    onReset: (listener) => listen(resetListeners, listener),
    head: (ticketId) => heads.get(ticketId) ?? null,
    close() {
      closed = true;
      clearTimeout(retryTimer);
      clearTimeout(ringTimer);
      subscription?.close();
      ticketListeners.clear();
      goneListeners.clear();
      resetListeners.clear();
      ready.resolve();
    },
  };
}

// The heads are kept by identity, so that comparing them one by one tells whether anything moved.
function setIfChanged(cell: ReturnType<typeof createCell<readonly RingingCall[]>>, next: readonly RingingCall[]): void {
  const before = cell.getSnapshot();
  const same = before.length === next.length && next.every((ring, index) => ring.ticket === before[index]?.ticket);
  if (!same) cell.set(next);
}
