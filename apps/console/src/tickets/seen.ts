import { createCell, type Store } from '@alongside/client';
import type { TicketHead } from '@alongside/contracts';

/** How far this person has looked into each ticket, on this machine: lists have no read marks of their own. */
export type Seen = Store<Readonly<Record<string, number>>> & { mark(ticketId: string, publicSeq: number): void };

const KEPT = 400;
const opened = new Map<string, Seen>();

/** @param personId two people at one browser have read different things */
export function seenBy(personId: string): Seen {
  const known = opened.get(personId);
  if (known) return known;
  const key = `alongside.seen.${personId}`;
  const cell = createCell<Readonly<Record<string, number>>>(read(key));
  const seen: Seen = {
    subscribe: cell.subscribe,
    getSnapshot: cell.getSnapshot,
    mark(ticketId, publicSeq) {
      const before = cell.getSnapshot();
      if ((before[ticketId] ?? 0) >= publicSeq) return;
      const { [ticketId]: _, ...others } = before;
      // Insertion order is age: the ones looked at longest ago go first.
      const entries = [...Object.entries(others), [ticketId, publicSeq] as const].slice(-KEPT);
      cell.set(Object.fromEntries(entries));
      try {
        localStorage.setItem(key, JSON.stringify(cell.getSnapshot()));
      } catch {
        // Full or blocked: the dots are right until the page is closed.
      }
    },
  };
  opened.set(personId, seen);
  return seen;
}

/** Whether the customer said something one has not looked at. Tickets never opened count while somebody waits. */
export function isUnread(head: TicketHead, seen: Readonly<Record<string, number>>): boolean {
  if (head.lastMessage?.by.kind !== 'customer') return false;
  const upTo = seen[head.id];
  return upTo === undefined ? head.unansweredSince !== null : head.publicSeq > upTo && head.unansweredSince !== null;
}

function read(key: string): Readonly<Record<string, number>> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? '{}');
    return typeof stored === 'object' && stored !== null ? (stored as Record<string, number>) : {};
  } catch {
    return {};
  }
}
