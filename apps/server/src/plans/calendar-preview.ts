import type { CalendarContent, OpenCycle } from '@alongside/contracts';
import { dueAt, elapsedMs } from '@alongside/sla';

/**
 * What new hours would do to the deadlines that run: the business time each has left at `now` by the old hours is
 * counted on by the new ones.
 * @param cycles those of this calendar; paused ones and those that are due already do not move
 */
export function previewHours(
  before: CalendarContent,
  next: CalendarContent,
  cycles: readonly OpenCycle[],
  now: string,
): { running: number; sooner: number; later: number } {
  const running = cycles.filter((cycle) => cycle.dueAt !== null && cycle.dueAt > now);
  let sooner = 0;
  let later = 0;
  for (const cycle of running) {
    const then = dueAt(next, now, elapsedMs(before, now, cycle.dueAt!));
    if (then < cycle.dueAt!) sooner += 1;
    if (then > cycle.dueAt!) later += 1;
  }
  return { running: running.length, sooner, later };
}
