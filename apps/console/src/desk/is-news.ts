import type { TicketHead } from '@alongside/contracts';

/**
 * Whether a changed ticket is news from its customer: only what a customer said, and only once.
 * @param before what was known of it; null where this page hears of it for the first time
 * @param sinceMs when this page began, by the server's clock
 */
export function isNews(head: TicketHead, before: TicketHead | null, sinceMs: number): boolean {
  const { lastMessage } = head;
  if (lastMessage?.by.kind !== 'customer') return false;
  if (before !== null) return before.lastMessage?.at !== lastMessage.at;
  // An old one of which only something else has changed comes like a new one.
  return head.state === 'open' && Date.parse(lastMessage.at) > sinceMs;
}
