import type { getTicketClock, RouteReply } from '@alongside/contracts';

/** A promise with its whole story, as the server tells it. */
export type ToldCycle = RouteReply<typeof getTicketClock>['cycles'][number];

/** What a stretch of a promise's time was: it counted, it did not for two reasons, it was late, it is still to come. */
export type PartKind = 'counted' | 'closed' | 'paused' | 'late' | 'ahead';
export type Part = { kind: PartKind; from: number; share: number };
export type Mark = { kind: 'warned' | 'due' | 'ended'; at: number };

/** A promise as a line from its start to its last instant; places and widths as shares of it, 0 to 1. */
export type Timeline = { fromMs: number; toMs: number; parts: Part[]; marks: Mark[] };

type Stretch = { fromMs: number; toMs: number };

/**
 * What the line of a promise is drawn of.
 * @param nowMs an open one is drawn up to now
 */
export function timelineOf(cycle: ToldCycle, nowMs: number): Timeline {
  const fromMs = Date.parse(cycle.startAt);
  const dueMs = cycle.dueAt === null ? null : Date.parse(cycle.dueAt);
  const endMs = cycle.endedAt === null ? Math.max(nowMs, fromMs) : Date.parse(cycle.endedAt);
  const toMs = Math.max(endMs, dueMs ?? endMs, fromMs + 1);
  const place = (ms: number) => (Math.min(toMs, Math.max(fromMs, ms)) - fromMs) / (toMs - fromMs);
  const parts: Part[] = [];
  const draw = (kind: PartKind, stretches: readonly Stretch[]) => {
    for (const stretch of stretches) {
      const [from, to] = [place(stretch.fromMs), place(stretch.toMs)];
      if (to > from) parts.push({ kind, from, share: to - from });
    }
  };
  const lateMs = cycle.breachedAt === null ? null : Date.parse(cycle.breachedAt);
  draw('counted', [{ fromMs, toMs: Math.min(endMs, lateMs ?? endMs) }]);
  draw('ahead', [{ fromMs: endMs, toMs }]);
  if (lateMs !== null) draw('late', [{ fromMs: lateMs, toMs: endMs }]);
  draw('closed', (cycle.closed ?? []).map(stretchOf));
  draw('paused', pausesOf(cycle, endMs));
  const marks: Mark[] = [];
  const warnMs = cycle.warnAt === null ? null : Date.parse(cycle.warnAt);
  if (warnMs !== null && warnMs <= toMs) marks.push({ kind: 'warned', at: place(warnMs) });
  if (dueMs !== null) marks.push({ kind: 'due', at: place(dueMs) });
  if (cycle.endedAt !== null && cycle.state !== 'cancelled') marks.push({ kind: 'ended', at: place(endMs) });
  return { fromMs, toMs, parts, marks };
}

/** All pauses of a promise, the one that lasts up to `endMs` among them. */
export function pausesOf({ pauses, pausedSince }: ToldCycle, endMs: number): Stretch[] {
  const over = pauses.map(stretchOf);
  return pausedSince === null ? over : [...over, { fromMs: Date.parse(pausedSince), toMs: endMs }];
}

/** How long the pauses for each reason lasted, ms, in the order in which they first came. */
export function pausedByReason(cycle: ToldCycle, endMs: number): { reason: ToldCycle['pauseReason']; ms: number }[] {
  const sums = new Map<ToldCycle['pauseReason'], number>();
  const add = (reason: ToldCycle['pauseReason'], ms: number) => sums.set(reason, (sums.get(reason) ?? 0) + ms);
  for (const { from, to, reason } of cycle.pauses) add(reason, Date.parse(to) - Date.parse(from));
  if (cycle.pausedSince !== null) add(cycle.pauseReason, Math.max(0, endMs - Date.parse(cycle.pausedSince)));
  return [...sums].map(([reason, ms]) => ({ reason, ms }));
}

/** How much of the time up to an instant the team was closed while the promise was not paused anyway, ms. */
export function closedUpTo(cycle: ToldCycle, endMs: number): number {
  const pauses = pausesOf(cycle, endMs);
  let sumMs = 0;
  for (const closed of (cycle.closed ?? []).map(stretchOf)) {
    const toMs = Math.min(closed.toMs, endMs);
    if (toMs <= closed.fromMs) continue;
    const paused = pauses.reduce((ms, pause) => ms + overlapMs(pause, { fromMs: closed.fromMs, toMs }), 0);
    sumMs += toMs - closed.fromMs - paused;
  }
  return sumMs;
}

function overlapMs(a: Stretch, b: Stretch): number {
  return Math.max(0, Math.min(a.toMs, b.toMs) - Math.max(a.fromMs, b.fromMs));
}

function stretchOf({ from, to }: { from: string; to: string }): Stretch {
  return { fromMs: Date.parse(from), toMs: Date.parse(to) };
}
