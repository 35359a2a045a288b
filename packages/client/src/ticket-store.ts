import type {
  ActorRef,
  ReadMark,
  Route,
  RouteInput,
  RouteReply,
  TicketView,
  TimelineEntry,
  Visibility,
} from '@alongside/contracts';
import type { ApiError } from './api-error.ts';
import type { OutgoingMessage } from './outbox.ts';
import type { Store } from './store.ts';

/** How far one's own public message got with the other side. */
export type Delivery = 'sent' | 'delivered' | 'read';

/** One line of the timeline: of the log, or one's own message that is still on its way. */
export type TimelineItem =
  | {
      kind: 'entry';
      /** Stable, also when a pending message becomes an entry. */
      key: string;
      entry: TimelineEntry;
      /** Null for everything but one's own side's public messages. */
      delivery: Delivery | null;
      /** Who on the other side has read it. */
      readBy: readonly ActorRef[];
      /** New since one last read: for the "new messages" line. */
      unread: boolean;
    }
  | { kind: 'pending'; key: string; message: OutgoingMessage };

export type TypingPerson = { who: ActorRef; visibility: Visibility };

export type TicketSnapshot = {
  status: 'loading' | 'ready' | 'failed' | 'gone';
  /** Why it is not ready; while `ready` it stays null even if the connection is cut. */
  error: ApiError | null;
  /** The fold: ticket, context, rights, entries. */
  view: TicketView | null;
  /** Entries then pending messages, oldest first. */
  timeline: readonly TimelineItem[];
  marks: readonly ReadMark[];
  /** Others who are writing now. */
  typing: readonly TypingPerson[];
  /** Others who look at the ticket now. */
  present: readonly ActorRef[];
  /** Public messages of others one has not read. */
  unreadCount: number;
};

export type SendMessage = {
  body: string;
  visibility?: Visibility;
  /** Of files uploaded or still uploading: the message waits for them. */
  fileIds?: readonly string[];
};

/** One ticket, live. */
export type TicketStore = Store<TicketSnapshot> & {
  readonly ticketId: string;
  /** Shown at once, sent through the outbox. Returns the message's id. */
  send(message: SendMessage): string;
  /** Call on each key press; told to the others at most every 3 s. */
  typing(visibility?: Visibility): void;
  /** The person has the end of the conversation before their eyes. Call when it becomes visible; cheap. */
  markRead(): void;
  /** Calls a route that changes this ticket (`params.id` is filled in) and applies its events at once. */
  change<R extends Route>(route: R, body: RouteInput<R>['body']): Promise<RouteReply<R>>;
  /** Fetches the snapshot anew. */
  refresh(): Promise<void>;
  close(): void;
};
