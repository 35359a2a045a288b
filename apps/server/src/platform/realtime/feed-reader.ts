import type { ClientBase } from 'pg';

/** One announcement as the hub hands it on. */
export type FeedRow = {
  /** Grows with every row; not dense. */
  position: number;
  kind: string;
  ticketId: string | null;
  payload: Record<string, unknown>;
  at: Date;
};

/** What one look at the feed brought. */
export type FeedBatch = {
  rows: FeedRow[];
  /** A lower position may still be committed by a running transaction: look again shortly. */
  held: boolean;
  /** There are more rows at once. */
  more: boolean;
};

const BATCH_MAX = 500;
/** How far below the newest position a start looks for transactions of other processes that have not finished. */
const START_WINDOW = 1_000;

/**
 * Reads the feed in the order of positions and passes no position that can still appear.
 *
 * Positions are given when a row is written and become visible when its transaction commits, in any order. A plain
 * `position > last` loses the row that commits late; so does a filter by transaction number, since a transaction that
 * began later may have written earlier. So a gap is waited for: it is empty for good once every transaction that ran
 * when the gap was first seen has ended (its number is below the oldest running one). A rolled-back position costs one
 * more look; nothing else is delayed by transactions that announce nothing.
 */
export class FeedReader {
  #cursor = 0;
  /** Rows above the cursor that were there before us. */
  #before = new Set<number>();
  /** Gaps below `upTo` are dead once the oldest running transaction is at least `deadFrom`. */
  #gap: { upTo: number; deadFrom: number } | null = null;

  /** The position up to which everything has been handed out. */
  get position(): number {
    return this.#cursor;
  }

  /** Whether rows from before the start still wait behind a gap. */
  get isSettled(): boolean {
    return this.#before.size === 0;
  }

  /** Places the reader behind everything that is already there, except what running transactions may still add. */
  async start(client: ClientBase): Promise<void> {
    const { rows } = await client.query<{ position: number }>(
      'select position from feed where position > (select coalesce(max(position), 0) from feed) - $1 order by position',
      [START_WINDOW],
    );
    const positions = rows.map((row) => row.position);
    const newest = positions.at(-1) ?? 0;
    const first = positions[0] ?? 1;
    let complete = first - 1;
    for (const position of positions) if (position === complete + 1) complete = position;
    this.#cursor = complete;
    this.#before = new Set(positions.filter((position) => position > complete && position <= newest));
    this.#gap = null;
  }

  async read(client: ClientBase): Promise<FeedBatch> {
    // One statement: the rows and what is running are seen at the same instant.
    const { rows } = await client.query<FeedQueryRow>(
      `select pg_snapshot_xmin(seen)::text::bigint as oldest_running,
              position, kind, ticket_id, payload, at
       from (select pg_current_snapshot() as seen) as s
       left join lateral (select * from feed where position > $1 order by position limit $2) as f on true
       order by position`,
      [this.#cursor, BATCH_MAX],
    );
    const out: FeedRow[] = [];
    for (const row of rows) {
      if (row.position === null) break;
      if (row.position > this.#cursor + 1) {
        const isDead = await this.#gapIsDead(row.position, row.oldest_running, client).catch((error) => {
          // The cursor is past what was collected: thrown away here, it would never be handed out.
          if (out.length === 0) throw error;
          return false;
        });
        if (!isDead) return { rows: out, held: true, more: false };
      }
      this.#cursor = row.position;
      if (!this.#before.delete(row.position))
        out.push({ position: row.position, kind: row.kind, ticketId: row.ticket_id, payload: row.payload, at: row.at });
    }
    return { rows: out, held: false, more: rows.length === BATCH_MAX };
  }

  async #gapIsDead(before: number, oldestRunning: number, client: ClientBase): Promise<boolean> {
    // A gap that was partly filled since keeps what is known about it; only one that reaches further is new.
    if (this.#gap === null || this.#gap.upTo < before) {
      // A number of our own: whoever holds a position of the gap got theirs before. (The upper end of a snapshot will
      // not do: it is one past the last that has *ended*, and running ones may lie beyond.)
      const { rows } = await client.query<{ number: number }>('select pg_current_xact_id()::text::bigint as number');
      this.#gap = { upTo: before, deadFrom: rows[0]!.number };
    }
    return oldestRunning >= this.#gap.deadFrom;
  }
}

type FeedQueryRow = {
  oldest_running: number;
  position: number | null;
  kind: string;
  ticket_id: string | null;
  payload: Record<string, unknown>;
  at: Date;
};
