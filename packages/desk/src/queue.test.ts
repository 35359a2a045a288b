import type { TicketHead } from '@alongside/contracts';
import { describe, expect, it } from 'vitest';
import { messagePreview, PREVIEW_MAX_LENGTH } from './message-preview.ts';
import { compareQueue, inView } from './queue.ts';

const head = (
  number: number,
  priority: TicketHead['priority'],
  unansweredSince: string | null,
  nextDueAt: string | null = null,
): TicketHead => {
  const clock = nextDueAt === null ? null : { nextDueAt };
  return { number, priority, unansweredSince, openedAt: '2026-05-14T00:00:00.000Z', clock } as TicketHead;
};

describe('the queue', () => {
  it('puts what is due next first, whatever its priority, and what nothing is due in last', () => {
    const tickets = [
      head(1, 'P0', '2026-05-14T01:00:00.000Z'),
      head(2, 'P0', null, '2026-05-14T05:00:00.000Z'),
      head(3, 'P3', null, '2026-05-14T02:00:00.000Z'),
      head(4, 'P0', null, '2026-05-14T02:00:00.000Z'),
    ];
    expect(tickets.sort(compareQueue).map((ticket) => ticket.number)).toEqual([4, 3, 2, 1]);
  });

  it('goes by urgency where nothing is due, then by the longest wait, and puts tickets nobody waits in last', () => {
    const tickets = [
      head(1, 'P2', '2026-05-14T01:00:00.000Z'),
      head(2, 'P0', null),
      head(3, 'P0', '2026-05-14T02:00:00.000Z'),
      head(4, 'P0', '2026-05-14T01:00:00.000Z'),
      head(5, 'P0', null),
    ];
    expect(tickets.sort(compareQueue).map((ticket) => ticket.number)).toEqual([4, 3, 2, 5, 1]);
  });

  it('shows a solved ticket in no working view', () => {
    const solved = { state: 'solved', assignee: { id: 'me', name: 'Me' } } as const;
    expect(inView('mine', solved, 'me')).toBe(false);
    expect(inView('queue', solved, 'me')).toBe(false);
    expect(inView('solved', solved, 'me')).toBe(true);
  });
});

describe('messagePreview', () => {
  it('folds white space and never cuts a character in two', () => {
    expect(messagePreview(' a\n\n b\t')).toBe('a b');
    const cut = messagePreview('👩‍🚀'.repeat(500));
    expect(Array.from(cut)).toHaveLength(PREVIEW_MAX_LENGTH);
    expect(cut.isWellFormed()).toBe(true);
  });

  it('leaves a short text alone even when much white space surrounds it', () => {
    expect(messagePreview(`${' '.repeat(300)}hello`)).toBe('hello');
  });
});
