import { growthOf, numberOf, type Stat } from './reading.ts';

/** The pair that holds a transport's place, as it was read last. */
type Holder = {
  pairId: string;
  atMs: number;
  /** When it was last read to have carried anything. */
  carriedMs: number;
  /** All it had carried when it was first read; null once it was read again. */
  firstBytes: number | null;
};

/**
 * Which pair of a transport carries its media, where no `transport` statistic says it. Chromium calls each pair nominated
 * over which it ever went, and goes on checking them: one holds the place until it carries nothing and another one does,
 * or they would take turns in every report.
 */
export class PairInUse {
  readonly #selected = new Map<string, string>();
  readonly #holders = new Map<string, Holder>();

  /** @param pairId as a `transport` statistic says it */
  select(transportId: string, pairId: string): void {
    this.#selected.set(transportId, pairId);
  }

  /** @param before the reading of the same pair before this one */
  is(pairId: string, atMs: number, before: { atMs: number; stat: Stat } | undefined, pair: Stat): boolean {
    const transportId = typeof pair.transportId === 'string' ? pair.transportId : '';
    const chosen = this.#selected.get(transportId);
    if (chosen !== undefined) return chosen === pairId;
    // Firefox says it of one; up to 53 it tells neither, and there is hardly ever another one that succeeded.
    if (typeof pair.selected === 'boolean') return pair.selected && pair.state === 'succeeded';
    const holder = this.#holders.get(transportId);
    if (pair.state !== 'succeeded' || (pair.nominated ?? true) !== true) {
      if (holder?.pairId === pairId) this.#holders.delete(transportId);
      return false;
    }
    const bytes = bytesOf(before?.stat, pair);
    // Where nobody counts, it may have been any.
    const carriedMs = bytes !== 0 ? atMs : Number.NEGATIVE_INFINITY;
    const firstBytes = before ? null : (bytes ?? 0);
    if (holder?.pairId === pairId) {
      Object.assign(holder, { atMs, carriedMs: Math.max(holder.carriedMs, carriedMs), firstBytes });
      return true;
    }
    if (holder && !isBusier(holder, bytes ?? 0, atMs, before?.atMs)) return false;
    this.#holders.set(transportId, { pairId, atMs, carriedMs, firstBytes });
    return true;
  }
}

function isBusier({ atMs, carriedMs, firstBytes }: Holder, bytes: number, nowMs: number, beforeMs?: number): boolean {
  // It was last read long ago: there is no such pair any more.
  if (beforeMs !== undefined && atMs < beforeMs) return true;
  if (bytes === 0) return false;
  // In the report that begins it, all that either has carried so far tells.
  if (beforeMs === undefined) return firstBytes !== null && bytes > firstBytes && atMs === nowMs;
  return carriedMs < beforeMs || (carriedMs < atMs && atMs <= nowMs);
}

/** What it carried since the reading before, or in all; null where it does not say. */
function bytesOf(before: Stat | undefined, now: Stat): number | null {
  const of = (member: string) => (before ? growthOf(before, now, member) : numberOf(now, member));
  const [sent, received] = [of('bytesSent'), of('bytesReceived')];
  return sent === null && received === null ? null : (sent ?? 0) + (received ?? 0);
}
