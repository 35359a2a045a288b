import type { TimelineItem } from '@alongside/client';
import type { ChangeEntry, TicketState } from '@alongside/contracts';

/** One line as it is drawn: what the log has, and what stands between. */
export type TimelineLine =
  | { kind: 'day'; key: string; atMs: number }
  | { kind: 'unread'; key: string }
  | { kind: 'item'; key: string; item: TimelineItem; leads: boolean };

/** Messages by one person closer together than this stand as one group, ms. */
const GROUP_MS = 5 * 60_000;

/**
 * What of the log a reader is shown. Each message turns whose turn it is by itself; customers see that from the message
 * and from the state above it, so they are spared the line. So they are that deadlines were reckoned anew: they see by
 * when they are answered.
 */
export function itemsFor(reader: 'staff' | 'customer', items: readonly TimelineItem[]): readonly TimelineItem[] {
  if (reader === 'staff') return items;
  return items.filter(
    (item) =>
      item.kind !== 'entry' ||
      item.entry.kind !== 'change' ||
      !(isTurn(item.entry.change) || isReckoning(item.entry.change)),
  );
}

function isReckoning(change: ChangeEntry['change']): boolean {
  return (
    change.what === 'recorded' && (change.body.type === 'clock.moved' || change.body.type === 'clock.recalculated')
  );
}

function isTurn(change: ChangeEntry['change']): boolean {
  return change.what === 'state' && change.automatic && !ENDS.includes(change.from) && !ENDS.includes(change.to);
}

const ENDS: readonly TicketState[] = ['solved', 'closed'];

/**
 * Orders items into lines: days, the mark where the unread begins, and groups by speaker.
 * @param items oldest first
 * @param readSeqAtOpen the reader's mark when they came (public sequence); 0 draws no mark on a first visit
 * @param startOfDay midnight before an instant in the reader's zone, ms
 */
export function timelineLines(
  items: readonly TimelineItem[],
  readSeqAtOpen: number,
  meId: string,
  startOfDay: (atMs: number) => number,
): TimelineLine[] {
  const lines: TimelineLine[] = [];
  let day = Number.NaN;
  let isMarked = readSeqAtOpen === 0;
  let before: { personId: string; visibility: string; atMs: number } | null = null;
  for (const item of items) {
    const said = item.kind === 'pending' ? item.message : item.entry.kind === 'message' ? item.entry : null;
    const at = item.kind === 'pending' ? item.message.createdAt : item.entry.at;
    const atMs = Date.parse(at);
    const itsDay = startOfDay(atMs);
    // A pending message carries this machine's clock: were it behind, it must not open an earlier day below a later one.
    if (Number.isNaN(day) || itsDay > day) {
      lines.push({ kind: 'day', key: `day:${itsDay}`, atMs: itsDay });
      day = itsDay;
      before = null;
    }
    const isNews =
      item.kind === 'entry' &&
      item.entry.kind === 'message' &&
      item.entry.publicSeq !== null &&
      item.entry.publicSeq > readSeqAtOpen &&
      item.entry.by.id !== meId;
    if (!isMarked && isNews) {
      lines.push({ kind: 'unread', key: 'unread' });
      isMarked = true;
      before = null;
    }
    const leads =
      said === null ||
      before === null ||
      before.personId !== said.by.id ||
      before.visibility !== said.visibility ||
      atMs - before.atMs > GROUP_MS;
    lines.push({ kind: 'item', key: item.key, item, leads });
    before = said ? { personId: said.by.id, visibility: said.visibility, atMs } : null;
  }
  return lines;
}
