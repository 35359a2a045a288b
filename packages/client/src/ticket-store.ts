import {
  type ActorRef,
  getTicket,
  type Me,
  type ReadMark,
  type Route,
  type RouteInput,
  type RouteReply,
  type TicketEvent,
  type TicketView,
  type TimelineEntry,
  type Visibility,
} from '@alongside/contracts';
import { foldTicket, placeOf } from '@alongside/desk';
import type { Api } from './api.ts';
import { type ApiError, toApiError } from './api-error.ts';
import { backoffMs } from './backoff.ts';
import type { Connection, Subscription } from './connection-types.ts';
import type { Outbox, OutgoingFile, OutgoingMessage } from './outbox.ts';
import { createCell, type Store } from './store.ts';
import { createTimeline } from './timeline.ts';

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
  /** How far one had read when it was opened (public sequence): where to draw the "new messages" line. */
  readSeqAtOpen: number;
};

export type SendMessage = {
  body: string;
  visibility?: Visibility;
  /** Uploaded or still uploading: the message waits for them. */
  files?: readonly OutgoingFile[];
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

/** One tells the others at most this often that one is writing, ms. */
const TYPING_EVERY_MS = 3_000;
/** How long one waits for more before telling how far one has got, ms. */
const MARKS_AFTER_MS = 50;
/** Whoever was writing is forgotten this long after the last sign, ms. */
const TYPING_FORGET_MS = 5_000;

export type TicketStoreOptions = {
  api: Pick<Api, 'call' | 'locale'>;
  me: Pick<Me, 'id' | 'role'>;
  connection: Pick<Connection, 'watchTicket' | 'send'>;
  outbox: Outbox;
  ticketId: string;
};

/** What the client needs beyond what screens use. */
export type OwnedTicketStore = TicketStore & {
  /** Folds events that came another way than the subscription. Returns whether all of them are in now. */
  apply(events: readonly TicketEvent[]): boolean;
};

/** Opens one ticket: fetches it, follows it, and keeps it right through cuts, holes and resets. */
export function createTicketStore(options: TicketStoreOptions): OwnedTicketStore {
  const { api, me, connection, outbox, ticketId } = options;
  const timeline = createTimeline(me);
  const cell = createCell<TicketSnapshot>({
    status: 'loading',
    error: null,
    view: null,
    timeline: [],
    marks: [],
    typing: [],
    present: [],
    unreadCount: 0,
    readSeqAtOpen: 0,
  });
  const typing = new Map<string, { person: TypingPerson; timer: ReturnType<typeof setTimeout> }>();
  const typingSentAt = new Map<Visibility, number>();
  let view: TicketView | null = null;
  let marks: readonly ReadMark[] = [];
  let deliveredSeq = 0;
  let readSeq = 0;
  let toldSeqs = '';
  let subscription: Subscription | null = null;
  let loading: Promise<void> | null = null;
  let waiting: TicketEvent[] = [];
  let holeAfterSeq = -1;
  let failedLoads = 0;
  let reloadTimer: ReturnType<typeof setTimeout> | undefined;
  let markTimer: ReturnType<typeof setTimeout> | undefined;
  let closed = false;

  function publish(change: Partial<TicketSnapshot> = {}): void {
    if (closed) return;
    const pending = outbox.getSnapshot().filter((message) => message.ticketId === ticketId);
    const told = timeline.build(view, marks, pending);
    cell.set({
      ...cell.getSnapshot(),
      view,
      marks,
      timeline: told.items,
      unreadCount: told.unreadCount,
      typing: [...typing.values()].map((entry) => entry.person),
      ...change,
    });
  }

  /** Folds what fits. A hole means the rest has to be asked for again. */
  function fold(events: readonly TicketEvent[]): 'all' | 'hole' {
    for (const event of events) {
      if (view === null || placeOf(view, event) === 'gap') return 'hole';
      view = foldTicket(view, event);
      forgetTyping(event.by.id);
    }
    return 'all';
  }

  function apply(events: readonly TicketEvent[]): boolean {
    const before = view;
    const outcome = fold(events);
    if (view !== before) {
      publish();
      tellMarksSoon();
    }
    return outcome === 'all';
  }

  function onEvent(event: TicketEvent): void {
    if (loading) {
      waiting.push(event);
      return;
    }
    try {
      if (apply([event])) return;
      const seq = view?.ticket.seq ?? 0;
      // What was missed comes again from the server, in order; the one in hand is among it. Should the same hole come
      // again, the log itself has it, and only a snapshot helps.
      if (seq === holeAfterSeq) void refresh();
      else subscription?.resumeFrom(seq);
      holeAfterSeq = seq;
    } catch {
      void refresh();
    }
  }

  async function load(): Promise<void> {
    try {
      const reply = await api.call(getTicket, { params: { id: ticketId } });
      if (closed) return;
      const first = view === null;
      failedLoads = 0;
      // Events of this page's own changes may already have carried it further than the snapshot.
      if (view === null || reply.view.ticket.seq >= view.ticket.seq) view = reply.view;
      takeMarks(reply.marks);
      const mine = marks.find((mark) => mark.who.id === me.id);
      readSeq = Math.max(readSeq, mine?.readSeq ?? 0);
      loading = null;
      const held = waiting;
      waiting = [];
      const whole = fold(held) === 'all';
      publish({ status: 'ready', error: null, ...(first ? { readSeqAtOpen: readSeq } : {}) });
      if (!subscription) follow();
      else if (!whole) subscription.resumeFrom(view.ticket.seq);
      tellMarks();
    } catch (thrown) {
      loading = null;
      if (closed) return;
      const error = toApiError(thrown, api.locale());
      if (error.code === 'not_found') publish({ status: 'gone', error });
      else if (view === null) publish({ status: 'failed', error });
      // They come no second time by themselves, and there may be no other snapshot for long.
      const held = waiting;
      waiting = [];
      if (view !== null) for (const event of held) onEvent(event);
      // With something on the screen an old view is better than none; it is tried again all the same.
      if (!error.retry) return;
      failedLoads += 1;
      const delayMs = Math.max(backoffMs(failedLoads, Math.random()), error.retryAfterMs ?? 0);
      reloadTimer = setTimeout(() => void refresh(), delayMs);
    }
  }

  function refresh(): Promise<void> {
    clearTimeout(reloadTimer);
    if (view === null && cell.getSnapshot().status === 'failed') publish({ status: 'loading', error: null });
    loading ??= load();
    return loading;
  }

  function follow(): void {
    subscription = connection.watchTicket(ticketId, view?.ticket.seq ?? 0, {
      onEvent,
      onLive: () => {
        toldSeqs = '';
        tellMarks();
      },
      onReset: () => void refresh(),
      onTyping(frame) {
        if (frame.who.id === me.id) return;
        forgetTyping(frame.who.id);
        const timer = setTimeout(() => {
          typing.delete(frame.who.id);
          publish();
        }, TYPING_FORGET_MS);
        typing.set(frame.who.id, { person: { who: frame.who, visibility: frame.visibility }, timer });
        publish();
      },
      onMarks(frame) {
        if (!takeMarks(frame.marks)) return;
        const mine = marks.find((mark) => mark.who.id === me.id);
        // Read in another window of the same person.
        readSeq = Math.max(readSeq, mine?.readSeq ?? 0);
        publish();
      },
      onPresence(frame) {
        publish({ present: frame.people.map((person) => person.who).filter((who) => who.id !== me.id) });
      },
      onRefused(refused) {
        if (refused.code === 'not_found') publish({ status: 'gone' });
      },
    });
  }

  /** @returns whether a screen shows something else now: one's own marks, as they come back, are known already */
  function takeMarks(fresh: readonly ReadMark[]): boolean {
    const byPerson = new Map(marks.map((mark) => [mark.who.id, mark]));
    let shows = false;
    for (const { who, ...mark } of fresh) {
      const known = byPerson.get(who.id) ?? { deliveredSeq: 0, readSeq: 0 };
      const next = {
        deliveredSeq: Math.max(mark.deliveredSeq, known.deliveredSeq),
        readSeq: Math.max(mark.readSeq, known.readSeq),
      };
      const isNews = next.readSeq > known.readSeq || next.deliveredSeq > known.deliveredSeq;
      shows ||= who.id === me.id ? next.readSeq > readSeq : isNews;
      byPerson.set(who.id, { who, ...next });
    }
    marks = [...byPerson.values()];
    return shows;
  }

  /** What has come and is read at once is told in one word. */
  function tellMarksSoon(): void {
    markTimer ??= setTimeout(tellMarks, MARKS_AFTER_MS);
  }

  /** Tells the server how far one has got, if that moved. Lost frames are made good at the next `live`. */
  function tellMarks(): void {
    clearTimeout(markTimer);
    markTimer = undefined;
    if (!view) return;
    deliveredSeq = Math.max(deliveredSeq, view.ticket.publicSeq);
    const seqs = `${deliveredSeq}/${readSeq}`;
    if (seqs === toldSeqs) return;
    if (connection.send({ t: 'mark', ticketId, deliveredSeq, readSeq })) toldSeqs = seqs;
  }

  function forgetTyping(personId: string): void {
    clearTimeout(typing.get(personId)?.timer);
    typing.delete(personId);
  }

  const stopOutbox = outbox.subscribe(() => publish());
  void refresh();

  return {
    ticketId,
    subscribe: cell.subscribe,
    getSnapshot: cell.getSnapshot,
    apply,
    send({ body, visibility = 'public', files = [] }) {
      typingSentAt.clear();
      return outbox.send({ ticketId, visibility, body, files });
    },
    typing(visibility = 'public') {
      const now = Date.now();
      if (now - (typingSentAt.get(visibility) ?? Number.NEGATIVE_INFINITY) < TYPING_EVERY_MS) return;
      if (connection.send({ t: 'typing', ticketId, visibility })) typingSentAt.set(visibility, now);
    },
    markRead() {
      if (!view || readSeq >= view.ticket.publicSeq) return;
      readSeq = view.ticket.publicSeq;
      timeline.setReadSeq(readSeq);
      tellMarksSoon();
      publish();
    },
    async change(route, body) {
      const input = { params: { id: ticketId }, body } as unknown as RouteInput<typeof route>;
      const reply = await api.call(route, input);
      const { events } = reply as { events?: readonly TicketEvent[] };
      // With a hole in between the subscription brings all of them in a moment.
      if (events) apply(events);
      return reply;
    },
    refresh,
    close() {
      closed = true;
      clearTimeout(reloadTimer);
      // What one has read counts, also when one leaves at once.
      if (markTimer !== undefined) tellMarks();
      stopOutbox();
      subscription?.close();
      for (const { timer } of typing.values()) clearTimeout(timer);
      typing.clear();
    },
  };
}
