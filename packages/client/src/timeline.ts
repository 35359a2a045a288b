import type { ActorRef, Me, ReadMark, TicketView, TimelineEntry } from '@alongside/contracts';
import type { OutgoingMessage } from './outbox.ts';
import type { Delivery, TimelineItem } from './ticket-store.ts';

type EntryItem = Extract<TimelineItem, { kind: 'entry' }>;

/** Builds the lines a screen shows. Lines that did not change stay the same objects, so that lists redraw little. */
export type Timeline = {
  build(
    view: TicketView | null,
    marks: readonly ReadMark[],
    pending: readonly OutgoingMessage[],
  ): { items: readonly TimelineItem[]; unreadCount: number };
  /** One has read up to here, though the server does not know yet. */
  setReadSeq(seq: number): void;
};

/** @param me whose screen it is */
export function createTimeline(me: Pick<Me, 'id' | 'role'>): Timeline {
  let known = new Map<string, EntryItem>();
  let pendingItems = new Map<string, Extract<TimelineItem, { kind: 'pending' }>>();
  let ownReadSeq = 0;
  const mySide = me.role === 'customer' ? 'customer' : 'staff';

  function itemOf(entry: TimelineEntry, others: readonly ReadMark[], readSeq: number): EntryItem {
    const seq = entry.publicSeq;
    const isMessage = entry.kind === 'message' && seq !== null;
    const isOurs = isMessage && entry.by.kind === mySide;
    const readers = isOurs ? others.filter((mark) => mark.readSeq >= seq) : [];
    return {
      kind: 'entry',
      key: entry.id,
      entry,
      delivery: isOurs ? deliveryOf(seq, others) : null,
      readBy: readers.map((mark) => mark.who),
      unread: isMessage && entry.by.id !== me.id && seq > readSeq,
    };
  }

  return {
    setReadSeq(seq) {
      ownReadSeq = Math.max(ownReadSeq, seq);
    },
    build(view, marks, pending) {
      const others = marks.filter((mark) => mark.who.kind !== mySide && mark.who.kind !== 'system');
      const readSeq = Math.max(ownReadSeq, marks.find((mark) => mark.who.id === me.id)?.readSeq ?? 0);
      const next = new Map<string, EntryItem>();
      let unreadCount = 0;
      for (const entry of view?.entries ?? []) {
        const fresh = itemOf(entry, others, readSeq);
        const old = known.get(fresh.key);
        next.set(fresh.key, old && isSame(old, fresh) ? old : fresh);
        if (fresh.unread) unreadCount += 1;
      }
      known = next;
      const nextPending: typeof pendingItems = new Map();
      for (const message of pending) {
        // The log has it already; the outbox is about to drop it.
        if (next.has(message.id)) continue;
        const old = pendingItems.get(message.id);
        const item = old?.message === message ? old : ({ kind: 'pending', key: message.id, message } as const);
        nextPending.set(message.id, item);
      }
      pendingItems = nextPending;
      return { items: [...next.values(), ...nextPending.values()], unreadCount };
    },
  };
}

function deliveryOf(seq: number, others: readonly ReadMark[]): Delivery {
  if (others.some((mark) => mark.readSeq >= seq)) return 'read';
  return others.some((mark) => mark.deliveredSeq >= seq) ? 'delivered' : 'sent';
}

function isSame(a: EntryItem, b: EntryItem): boolean {
  return a.entry === b.entry && a.delivery === b.delivery && a.unread === b.unread && samePeople(a.readBy, b.readBy);
}

function samePeople(a: readonly ActorRef[], b: readonly ActorRef[]): boolean {
  return a.length === b.length && a.every((person, index) => person.id === b[index]?.id);
}
