import { setTimeout } from 'node:timers/promises';
import { WARNED_AFTER_MS, type World } from './desk-world.ts';

export type Restart = { clocks: number; readyMs: number; upToDateMs: number };

/** Their warnings lie as far apart as this, ms. */
const AWAY_MS = 600_000;
const LOOK_EVERY_MS = 250;

/**
 * The server was away while every one of the open clocks had something to say: from its start until all of it stands in
 * the tickets' logs, each at its own instant.
 */
export async function measureRestart(world: World, clocks: number): Promise<Restart> {
  await world.server.kill();
  const lastMs = Date.now() - WARNED_AFTER_MS - 1_000;
  await world.writeTickets(Array.from({ length: clocks }, (_, n) => lastMs - Math.round((n * AWAY_MS) / clocks)));
  const began = performance.now();
  await world.server.restart();
  const readyMs = performance.now() - began;
  const said = await world.onDatabase(async (db) => {
    const isBehind = async () =>
      (await db.query('select 1 from ticket where next_moment_at <= now() limit 1')).rows.length > 0;
    while (await isBehind()) await setTimeout(LOOK_EVERY_MS);
    return db.query<{ count: number }>("select count(*)::int as count from ticket_event where type = 'clock.warned'");
  });
  const upToDateMs = performance.now() - began;
  const { count } = said.rows[0]!;
  if (count < clocks) throw new Error(`only ${count} of ${clocks} clocks spoke`);
  return { clocks, readyMs, upToDateMs };
}
