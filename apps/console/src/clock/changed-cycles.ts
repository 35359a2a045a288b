import type { Cycle, previewTicketClock, RouteReply } from '@alongside/contracts';

/** The promises that would stand elsewhere, or otherwise, after a change; null where there was or would be none. */
export function changedCycles({
  before,
  after,
}: RouteReply<typeof previewTicketClock>): { before: Cycle | null; after: Cycle | null }[] {
  const ids = [...new Set([...before, ...after].map(({ id }) => id))];
  return ids
    .map((id) => ({
      before: before.find((cycle) => cycle.id === id) ?? null,
      after: after.find((cycle) => cycle.id === id) ?? null,
    }))
    .filter((pair) => standing(pair.before) !== standing(pair.after));
}

function standing(cycle: Cycle | null): string {
  if (cycle === null) return '';
  const { state, dueAt, endedAt, breachedAt } = cycle;
  return [state, dueAt, endedAt, breachedAt, state === 'paused' ? cycle.leftMs : ''].join(' ');
}
