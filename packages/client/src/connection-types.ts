import type {
  ClientFrame,
  ErrorReply,
  Me,
  ServerFrame,
  Stale,
  TicketEvent,
  TicketHead,
  Watching,
} from '@alongside/contracts';
import type { Store } from './store.ts';

/**
 * `connecting` an attempt is under way · `live` frames flow · `waiting` the next attempt is at `retryAt` ·
 * `refused` the server does not want this session: sign in again (or reload, if `refusal.code` says so).
 */
export type ConnectionState = 'connecting' | 'live' | 'waiting' | 'refused';

export type ConnectionStatus = {
  state: ConnectionState;
  /** When the next attempt starts, in this machine's time (ms since 1970); null unless waiting. */
  retryAt: number | null;
  transport: 'websocket' | 'fallback';
  refusal: ErrorReply['error'] | null;
  me: Me | null;
  /** Server's clock minus this machine's, ms. */
  clockOffsetMs: number;
};

export type TicketHandlers = {
  onEvent(event: TicketEvent): void;
  /** All that was missed has arrived. */
  onLive?(): void;
  /** Too much was missed: fetch a snapshot, then call `resumeFrom` with its sequence. */
  onReset(): void;
  onTyping?(frame: Extract<ServerFrame, { t: 'typing' }>): void;
  onMarks?(frame: Extract<ServerFrame, { t: 'marks' }>): void;
  onPresence?(frame: Extract<ServerFrame, { t: 'presence' }>): void;
  onRefused?(error: ErrorReply['error']): void;
};

export type InboxHandlers = {
  onTicket(head: TicketHead, position: number): void;
  onGone(ticketId: string, position: number): void;
  onLive?(): void;
  onReset(): void;
  onRefused?(error: ErrorReply['error']): void;
};

export type WatchingHandlers = {
  /** How a call of the ticket goes now; several may, each told by its `source`. */
  onWatching(watching: Watching): void;
  onLive?(): void;
  onReset?(): void;
  onRefused?(error: ErrorReply['error']): void;
};

export type Subscription = {
  /** From where to ask again after a cut. Sends a new subscription when it went back or a reset was announced. */
  resumeFrom(position: number): void;
  close(): void;
};

/** The one live connection of a page. */
export type Connection = Store<ConnectionStatus> & {
  watchTicket(ticketId: string, since: number, handlers: TicketHandlers): Subscription;
  watchInbox(since: number, handlers: InboxHandlers): Subscription;
  /** How the ticket's calls go, every other second while they do; for the team. What was missed is not told again. */
  watchCalls(ticketId: string, handlers: WatchingHandlers): Subscription;
  /** Sends a frame that may be lost (typing, marks). Returns false when there is no connection now. */
  send(frame: ClientFrame): boolean;
  /**
   * Something one may fetch has changed. What happens while the connection is cut is not told: fetch anew whenever it is
   * live again. @returns stops listening
   */
  onStale(listener: (what: Stale) => void): () => void;
  /** Tries at once instead of waiting out the back-off; after `refused` too (signed in again). */
  retryNow(): void;
  close(): void;
};
