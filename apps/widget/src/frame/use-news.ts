import type { TicketHead } from '@alongside/contracts';
import { keep, readKept } from '@alongside/ui';
import { useEffect, useMemo, useState } from 'react';
import { hasNews, type Seen, seenAtFirst } from './unread.ts';

/** How far conversations were seen is kept under this name. */
export const SEEN = 'alongside.widget.seen';

/**
 * Which conversations have news.
 * @param tickets null while they are loading
 * @param lookingAt the conversation before the visitor's eyes now
 */
export function useNews(tickets: readonly TicketHead[] | null, lookingAt: string | null): ReadonlySet<string> {
  const [seen, setSeen] = useState<Seen>(recallSeen);
  const [isFirst, setIsFirst] = useState(true);

  useEffect(() => {
    if (!tickets) return;
    setSeen((before) => {
      let next = isFirst ? seenAtFirst(tickets, before) : before;
      const head = tickets.find((ticket) => ticket.id === lookingAt);
      if (head && (next[head.id] ?? 0) < head.publicSeq) next = { ...next, [head.id]: head.publicSeq };
      return next;
    });
    setIsFirst(false);
  }, [tickets, lookingAt, isFirst]);
  useEffect(() => keep(SEEN, JSON.stringify(seen), 'browser'), [seen]);

  return useMemo(
    () =>
      new Set((isFirst ? [] : (tickets ?? [])).filter((ticket) => hasNews(ticket, seen)).map((ticket) => ticket.id)),
    [tickets, seen, isFirst],
  );
}

function recallSeen(): Seen {
  try {
    const value: unknown = JSON.parse(readKept(SEEN, 'browser') ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Seen) : {};
  } catch {
    return {};
  }
}
