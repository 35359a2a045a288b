import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { loadConfig } from './config/load.ts';
import type { Db } from './database/database.ts';
import { createTestDatabase } from './database/testing.ts';
import type { FrontEnd } from './http/front-ends.ts';
import { createLog, silentLog } from './log/logger.ts';
import type { Feature } from './platform.ts';
import { setCheckpoint } from './realtime/follow.ts';
import { type RunningServer, startServer } from './server.ts';

/** Waits until a follower of the feed has handled all that has happened so far. @param name its own */
export async function followed({ db }: { db: Db }, name: string): Promise<void> {
  await setCheckpoint(db);
  const newest = await db
    .selectFrom('feed')
    .select((eb) => eb.fn.max('position').as('position'))
    .executeTakeFirstOrThrow();
  const follower = db.selectFrom('feedFollower').select('position').where('name', '=', name);
  await vi.waitUntil(async () => (await follower.executeTakeFirstOrThrow()).position >= newest.position, {
    interval: 5,
  });
}

/** A whole server in the test's own process, on a fresh database, listening on a free port of the loopback. */
export type TestServer = RunningServer & {
  dataDir: string;
  /** Stops it and removes all it made. */
  close(): Promise<void>;
};

/**
 * @param features those under test, in the order of features.ts
 * @param env further settings, as in the environment; ALONGSIDE_TEST_LOG=1 in the real one shows the log
 */
export async function startTestServer(
  features: readonly Feature[],
  {
    env = {},
    args = [],
    frontEnds = [],
  }: { env?: Record<string, string>; args?: readonly string[]; frontEnds?: readonly FrontEnd[] } = {},
): Promise<TestServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'alongside-test-data-'));
  const config = loadConfig({ PORT: '0', HOST: '127.0.0.1', ALONGSIDE_DATA: dataDir, RATE_LIMIT_SCALE: '0', ...env });
  const log = process.env.ALONGSIDE_TEST_LOG ? createLog({ ...config, logFormat: 'text' }) : silentLog();
  const database = await createTestDatabase();
  const remove = async () => {
    await database.close();
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    const server = await startServer(config, log, database, features, { args, frontEnds });
    return {
      ...server,
      dataDir,
      async close() {
        await server.stop();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
