import type { TicketHead } from '@alongside/contracts';
import { expect, it } from 'vitest';
import { isNews } from './is-news.ts';

const BEGAN = Date.UTC(2026, 5, 15, 12);

function head(
  saidMs: number,
  kind: 'customer' | 'staff' = 'customer',
  state: TicketHead['state'] = 'open',
): TicketHead {
  const lastMessage = { at: new Date(saidMs).toISOString(), by: { kind, id: 'c', name: 'Lin' } };
  return { state, lastMessage } as TicketHead;
}

it('is what a customer says in a ticket this page has not heard of', () => {
  expect(isNews(head(BEGAN + 1_000), null, BEGAN)).toBe(true);
  expect(isNews(head(BEGAN + 1_000, 'staff'), null, BEGAN)).toBe(false);
});

it('is not what was said before this page began, whatever else changes now', () => {
  expect(isNews(head(BEGAN - 60_000), null, BEGAN)).toBe(false);
});

it('is each message of a known ticket once', () => {
  const before = head(BEGAN - 60_000);
  expect(isNews(head(BEGAN + 1_000), before, BEGAN)).toBe(true);
  expect(isNews(head(BEGAN - 60_000), before, BEGAN)).toBe(false);
});
