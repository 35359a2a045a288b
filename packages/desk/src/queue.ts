import { PRIORITIES, type QueueView, type TicketHead } from '@alongside/contracts';

/**
 * The queue's order: what is due next first, and what nothing is due in last. Among equals what is most urgent, then
 * whoever has waited longest for an answer, tickets nobody waits in last, oldest first. The number breaks the last tie
 * so that two readers agree.
 */
export function compareQueue(a: TicketHead, b: TicketHead): number {
  return (
    compareInstants(a.clock?.nextDueAt ?? null, b.clock?.nextDueAt ?? null) ||
    PRIORITIES.indexOf(a.priority) - PRIORITIES.indexOf(b.priority) ||
    compareInstants(a.unansweredSince, b.unansweredSince) ||
    compareInstants(a.openedAt, b.openedAt) ||
    a.number - b.number
  );
}

/** Every other view's order: last change first. */
export function compareRecent(a: TicketHead, b: TicketHead): number {
  return compareInstants(b.updatedAt, a.updatedAt) || b.number - a.number;
}

/** Whether a ticket belongs to a view for this person. */
export function inView(view: QueueView, head: Pick<TicketHead, 'state' | 'assignee'>, personId: string): boolean {
  const isDone = head.state === 'solved' || head.state === 'closed';
  switch (view) {
    case 'queue':
      return head.state === 'open';
    case 'mine':
      return !isDone && head.assignee?.id === personId;
    case 'unassigned':
      return !isDone && head.assignee === null;
    case 'waiting':
      return head.state === 'waiting_for_customer';
    case 'on_hold':
      return head.state === 'on_hold';
    case 'solved':
      return isDone;
    case 'all':
      return true;
  }
}

// ISO instants with the same precision sort as text; null stands for "never" and comes last.
function compareInstants(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b ? -1 : 1;
}
