import { printTable } from '../figures.ts';
import { measureRestart, type Restart } from './desk-restart.ts';
import { measureTimers, type Timers } from './desk-timers.ts';
import { startWorld } from './desk-world.ts';

type Round = { database: string; restart: Restart; timers: Timers };

/**
 * Promises kept by the desk: open clocks brought up to date after a restart, and how late timers fire, on the embedded
 * database and, where DATABASE_URL names one, on that PostgreSQL. It must be empty, and is left full.
 */
export async function benchDesk(options: { clocks: number; due: number }): Promise<void> {
  const url = process.env.DATABASE_URL || null;
  const rounds = [await measure('embedded', null, options)];
  if (url !== null) rounds.push(await measure('PostgreSQL', url, options));
  else console.log('DATABASE_URL names no PostgreSQL: only the embedded database was measured.');
  for (const round of rounds) console.log(JSON.stringify({ case: 'sla desk', ...round }));
  printTable(
    'A restart after every open clock had something to say',
    ['database', 'clocks', 'ready, s', 'all up to date, s', 'clocks a second'],
    rounds.map(({ database, restart: { clocks, readyMs, upToDateMs } }) => [
      database,
      String(clocks),
      (readyMs / 1000).toFixed(1),
      (upToDateMs / 1000).toFixed(1),
      ((clocks / (upToDateMs - readyMs)) * 1000).toFixed(0),
    ]),
  );
  printTable(
    'Timers due within one minute: from the instant to the engineer’s socket, ms',
    ['database', 'due', 'clocks open', 'p50', 'p99', 'worst'],
    rounds.map(({ database, timers }) => [
      database,
      String(timers.due),
      String(timers.open),
      timers.p50Ms.toFixed(0),
      timers.p99Ms.toFixed(0),
      timers.maxMs.toFixed(0),
    ]),
  );
}

async function measure(
  database: string,
  url: string | null,
  { clocks, due }: { clocks: number; due: number },
): Promise<Round> {
  const world = await startWorld(url);
  try {
    const restart = await measureRestart(world, clocks);
    const timers = await measureTimers(world, due, clocks);
    return { database, restart, timers };
  } finally {
    await world.server.close();
  }
}
