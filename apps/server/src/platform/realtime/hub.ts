import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Connection } from '../database/database.ts';
import type { Log } from '../log/logger.ts';
import { FEED_CHANNEL } from './feed.ts';
import { FeedReader, type FeedRow } from './feed-reader.ts';

export type FeedListener = (row: FeedRow) => void;

/** Hands every announcement of every process to the listeners of this one, in order, once. */
export type Hub = {
  /** Everything up to here has been handed to the listeners. */
  position(): number;
  /** Listeners must be quick and must not throw; work of their own goes into a queue. @returns stops listening */
  onEvent(listener: FeedListener): () => void;
  /** Whether announcements arrive at present. */
  isUp(): boolean;
  stop(): Promise<void>;
};

/** Looks without being told, in case a notification was lost with a connection nobody saw break. */
const SAFETY_LOOK_MS = 5_000;
const HELD_MIN_MS = 4;
const HELD_MAX_MS = 250;
const SETTLE_MAX_MS = 500;
const RECONNECT_MIN_MS = 100;
const RECONNECT_MAX_MS = 5_000;
/** A connection that broke without saying so leaves a query unanswered for ever. */
const QUERY_MAX_MS = 10_000;

/**
 * Starts listening on a connection of its own; comes back by itself when that breaks.
 * @param limits.queryMaxMs for tests
 */
export async function startHub(connection: Connection, log: Log, { queryMaxMs = QUERY_MAX_MS } = {}): Promise<Hub> {
  const reader = new FeedReader();
  const listeners = new Set<FeedListener>();
  const stopping = new AbortController();
  let client: pg.Client | null = null;
  let looking = false;
  let wanted = false;
  let heldMs = HELD_MIN_MS;
  let heldTimer: NodeJS.Timeout | undefined;

  async function connect(first: boolean): Promise<void> {
    const fresh = new pg.Client({
      ...connection,
      application_name: 'alongside hub',
      keepAlive: true,
      query_timeout: queryMaxMs,
    });
    fresh.on('error', () => lost(fresh));
    fresh.on('end', () => lost(fresh));
    fresh.on('notification', look);
    try {
      await fresh.connect();
      await fresh.query(`listen ${FEED_CHANNEL}`);
      if (first) await reader.start(fresh);
    } catch (error) {
      await fresh.end().catch(() => {});
      throw error;
    }
    client = fresh;
    look();
  }

  function lost(which: pg.Client): void {
    if (client !== which || stopping.signal.aborted) return;
    client = null;
    log.warn('the hub lost its database connection');
    void reconnect();
  }

  function giveUp(which: pg.Client): void {
    lost(which);
    void which.end().catch(() => {});
  }

  async function reconnect(): Promise<void> {
    for (let waitMs = RECONNECT_MIN_MS; !stopping.signal.aborted; waitMs = Math.min(waitMs * 2, RECONNECT_MAX_MS)) {
      try {
        await connect(false);
        log.info('the hub is connected again');
        return;
      } catch {
        await sleep(waitMs, undefined, { signal: stopping.signal }).catch(() => {});
      }
    }
  }

  function look(): void {
    wanted = true;
    if (!looking) void run();
  }

  async function run(): Promise<void> {
    looking = true;
    clearTimeout(heldTimer);
    while (wanted && client !== null && !stopping.signal.aborted) {
      wanted = false;
      const reading: pg.Client = client;
      try {
        const batch = await reader.read(reading);
        for (const row of batch.rows) handOut(row);
        if (batch.more) wanted = true;
        if (batch.held) {
          heldTimer = setTimeout(look, heldMs);
          heldMs = Math.min(heldMs * 2, HELD_MAX_MS);
        } else heldMs = HELD_MIN_MS;
      } catch (error) {
        if (stopping.signal.aborted) break;
        log.warn({ err: error }, 'the hub could not read the feed');
        // What the database itself refuses is tried again at the next look, over the same connection.
        if (!(error instanceof pg.DatabaseError)) giveUp(reading);
        break;
      }
    }
    looking = false;
  }

  function handOut(row: FeedRow): void {
    for (const listener of listeners) {
      try {
        listener(row);
      } catch (error) {
        log.error({ err: error, kind: row.kind, position: row.position }, 'a listener of the feed failed');
      }
    }
  }

  await connect(true);
  // Gaps rolled back long ago take two looks; only another process's open transaction takes longer, and nobody waits for that.
  for (let waitedMs = 0; !reader.isSettled && waitedMs < SETTLE_MAX_MS; waitedMs += HELD_MIN_MS)
    await sleep(HELD_MIN_MS);
  const safety = setInterval(look, SAFETY_LOOK_MS);
  return {
    position: () => reader.position,
    onEvent(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    isUp: () => client !== null,
    async stop() {
      stopping.abort();
      clearInterval(safety);
      clearTimeout(heldTimer);
      const last = client;
      client = null;
      await last?.end().catch(() => {});
    },
  };
}
