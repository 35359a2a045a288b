import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../log/logger.ts';
import type { Connection } from '../database.ts';
import { clusterConnection, createDatabase, prepareCluster, startCluster, stopCluster } from './cluster.ts';
import { lockDataDir, prepareDataDir } from './ownership.ts';

export type EmbeddedDatabase = {
  connection: Connection;
  /** Process id of PostgreSQL now. */
  pid(): number;
  /** Stops PostgreSQL and gives the folder back. */
  stop(): Promise<void>;
};

const RESTARTS_MAX = 5;
const RESTART_WINDOW_MS = 60_000;

/**
 * Runs PostgreSQL in the data folder as long as we run, and again when it falls.
 * @param onGone called when it falls too often to go on
 * @throws DatabaseError in words for the operator
 */
export async function startEmbeddedDatabase(
  dataDir: string,
  log: Log,
  onGone: (reason: Error) => void,
): Promise<EmbeddedDatabase> {
  prepareDataDir(dataDir);
  const unlock = lockDataDir(dataDir);
  try {
    const cluster = await prepareCluster(dataDir);
    let child = await startCluster(cluster);
    await createDatabase(cluster);
    let stopping = false;
    let restarts: number[] = [];

    const watch = (running: ChildProcess): void => {
      running.once('exit', async (code, signal) => {
        if (stopping) return;
        const now = performance.now();
        restarts = [...restarts.filter((at) => now - at < RESTART_WINDOW_MS), now];
        log.error({ code, signal, log: cluster.logFile }, 'PostgreSQL ended unexpectedly; starting it again');
        if (restarts.length > RESTARTS_MAX) return onGone(new Error('PostgreSQL keeps ending; see its log'));
        await sleep(100 * 2 ** restarts.length);
        if (stopping) return;
        try {
          child = await startCluster(cluster);
          watch(child);
          log.warn({ pid: child.pid }, 'PostgreSQL runs again');
        } catch (error) {
          onGone(error as Error);
        }
      });
    };
    watch(child);

    return {
      connection: clusterConnection(cluster),
      pid: () => child.pid!,
      async stop() {
        stopping = true;
        await stopCluster(child);
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}
