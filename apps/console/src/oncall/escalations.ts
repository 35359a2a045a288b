import { listTicketEscalations, type TicketEscalation, type TicketView } from '@alongside/contracts';
import { useClient, useNow, useStore } from '@alongside/ui';
import { useQuery } from '@tanstack/react-query';
import { api } from '../data/api.ts';

/** Chains of a ticket, newest first; fetched anew with every line that its chains leave in the timeline. */
export function useEscalations(ticketView: TicketView): readonly TicketEscalation[] {
  const { id } = ticketView.ticket;
  const told = ticketView.entries.filter(isOfChains).length;
  const found = useQuery({
    queryKey: [listTicketEscalations.path, id, told],
    enabled: told > 0,
    queryFn: ({ signal }) => api.call(listTicketEscalations, { params: { id } }, { signal }),
    // What is shown until the new answer is there must be of this ticket.
    placeholderData: (before, query) => (query?.queryKey[1] === id ? before : undefined),
  });
  return told > 0 ? (found.data?.escalations ?? []) : [];
}

function isOfChains(entry: TicketView['entries'][number]): boolean {
  return (
    entry.kind === 'change' && entry.change.what === 'recorded' && /^(escalation|page)\./.test(entry.change.body.type)
  );
}

/** Whether somebody can still acknowledge it. */
export function isOpen({ state }: Pick<TicketEscalation, 'state'>): boolean {
  return state === 'running' || state === 'exhausted';
}

/** The server's clock, every second, ms. */
export function useServerNow(): number {
  const { connection } = useClient();
  const { clockOffsetMs } = useStore(connection);
  return useNow(1_000) + clockOffsetMs;
}

/** The people and webhooks of a step's last round, each once, by name; empty for one not performed yet. */
export function pagedIn({ pages }: Pick<TicketEscalation, 'pages'>, step: number): TicketEscalation['pages'] {
  const ofStep = pages.filter((page) => page.step === step);
  const round = Math.max(0, ...ofStep.map((page) => page.round));
  return ofStep.filter((page) => page.round === round);
}

/** Whom pages are for, each once. */
export function namesIn(pages: TicketEscalation['pages']): string[] {
  return [...new Set(pages.map(({ person, hook }) => person?.name ?? hook ?? ''))];
}
