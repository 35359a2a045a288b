import type { Call, QueueView, TicketHead } from '@alongside/contracts';
import type { ApiError } from './api-error.ts';
import type { Store } from './store.ts';

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
};

/** One list of tickets, live. */
export type InboxStore = Store<InboxSnapshot> & {
  readonly query: InboxQuery;
  loadMore(): Promise<void>;
  refresh(): Promise<void>;
  close(): void;
};

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
