import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import pg from 'pg';
import { silentLog } from '../log/logger.ts';
import { type Connection, type OpenDatabase, openDatabase } from './database.ts';
import { type Cluster, clusterConnection, prepareCluster, startCluster, stopCluster } from './embedded/cluster.ts';
import { migrate } from './migrate.ts';

/** Nothing here must survive a power cut. */
const CARELESS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  // Files that race four servers run side by side.
  max_connections: '300',
};

type TestServer = {
  connectionTo(database: string): Connection;
  /** Database with the finished schema, which the others are copies of. */
  template: string;
  stop(): Promise<void>;
};

const KEPT_MAX_AGE_MS = 24 * 3_600_000;

let shared: { server: Promise<TestServer>; users: number } | null = null;

/**
 * A fresh database with the current schema for one test file; call `close()` in afterAll.
 * Runs on the PostgreSQL of TEST_DATABASE_URL, whose account must be allowed to create databases (that of `startRunDatabase`, or
 * yours); without one on an embedded server of the file's own.
 * @param migrated false gives an empty database
 */
export async function createTestDatabase({ migrated = true } = {}): Promise<OpenDatabase> {
  shared ??= { server: startTestServer(), users: 0 };
  const mine = shared;
  mine.users += 1;
  const server = await mine.server;
  const name = `alongside_test_${randomUUID().replaceAll('-', '')}`;
  await onServer(server, `create database ${name} template ${migrated ? server.template : 'template0'}`);
  const database = await openDatabase(server.connectionTo(name), 10, silentLog());
  return {
    ...database,
    async close() {
      await database.close();
      await onServer(server, `drop database if exists ${name} with (force)`);
      mine.users -= 1;
      if (mine.users > 0) return;
      if (shared === mine) shared = null;
      await server.stop();
    },
  };
}

function startTestServer(): Promise<TestServer> {
  const url = process.env.TEST_DATABASE_URL;
  return url === undefined || url === '' ? startEmbeddedTestServer() : useTestServer(url);
}

/**
 * Once before all files of a run: one embedded PostgreSQL for the whole run, told to the files by
 * TEST_DATABASE_URL; a server for every file would cost each a second and a half (measured). Nothing where that variable
 * names a server already.
 * @public for testing-run.ts, which cannot import it
 * @returns what stops it
 */
export async function startRunDatabase(): Promise<(() => Promise<void>) | undefined> {
  if (process.env.TEST_DATABASE_URL) return undefined;
  const { server, url } = await startEmbedded();
  process.env.TEST_DATABASE_URL = url;
  return async () => {
    delete process.env.TEST_DATABASE_URL;
    await server.stop();
  };
}

/** Changes with every migration, so that a template made before is not used after. */
function schemaKey(): string {
  const dir = new URL('./migrations/', import.meta.url);
  const hash = createHash('sha256');
  for (const name of readdirSync(dir).sort()) hash.update(name).update(readFileSync(new URL(name, dir)));
  return hash.digest('hex').slice(0, 16);
}

async function useTestServer(url: string): Promise<TestServer> {
  const address = new URL(url);
  const connectionTo = (database: string): Connection => {
    const other = new URL(address);
    other.pathname = `/${database}`;
    return { connectionString: other.href };
  };
  const template = `alongside_template_${schemaKey()}`;
  const server = { connectionTo, template, stop: async () => {} };
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    // Several test processes start at once; one makes the template.
    await admin.query('select pg_advisory_lock(7700002)');
    const found = await admin.query('select 1 from pg_database where datname = $1', [template]);
    if (found.rowCount === 0) {
      const unfinished = `${template}_new`;
      await admin.query(`drop database if exists ${unfinished}`);
      await admin.query(`create database ${unfinished} template template0`);
      await applySchema(connectionTo(unfinished));
      await admin.query(`alter database ${unfinished} rename to ${template}`);
    }
  } finally {
    await admin.end();
  }
  return server;
}

async function startEmbeddedTestServer(): Promise<TestServer> {
  return (await startEmbedded()).server;
}

/** Starts on a copy of a cluster kept between runs: copying takes a tenth of creating. */
async function startEmbedded(): Promise<{ server: TestServer; url: string }> {
  const root = join(tmpdir(), `alongside-test-${process.getuid?.() ?? 0}`);
  mkdirSync(root, { recursive: true });
  chmodSync(root, 0o711);
  const kept = join(root, schemaKey());
  if (!existsSync(kept)) await makeKeptCluster(root, kept);
  const dir = mkdtempSync(join(root, 'run-'));
  chmodSync(dir, 0o711);
  execFileSync('cp', ['-a', '--reflink=auto', join(kept, 'postgres'), join(dir, 'postgres')]);
  const cluster = await prepareCluster(dir, CARELESS);
  const child = await startCluster(cluster);
  const guard = guardAgainstOurDeath(child, dir, cluster.socketDir);
  const url = urlOf(cluster);
  const stop = async () => {
    await stopCluster(child);
    guard.stdin!.end();
    for (const path of [dir, cluster.socketDir]) rmSync(path, { recursive: true, force: true });
  };
  return { server: { ...(await useTestServer(url)), stop }, url };
}

async function makeKeptCluster(root: string, kept: string): Promise<void> {
  forgetOldClusters(root);
  const dir = mkdtempSync(join(root, 'new-'));
  chmodSync(dir, 0o711);
  const cluster = await prepareCluster(dir, CARELESS);
  const child = await startCluster(cluster);
  await useTestServer(urlOf(cluster));
  await stopCluster(child);
  try {
    renameSync(dir, kept);
  } catch {
    // Another test process was quicker with the same.
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The address of a cluster behind a socket, as TEST_DATABASE_URL takes it. */
function urlOf(cluster: Cluster): string {
  const { host, port, user } = clusterConnection(cluster);
  return `postgresql://${user}@localhost:${port}/postgres?host=${encodeURIComponent(host!)}`;
}

/** Those of earlier schemas; another process may still be copying a recent one. */
function forgetOldClusters(root: string): void {
  for (const name of readdirSync(root)) {
    const path = join(root, name);
    if (Date.now() - statSync(path).mtimeMs > KEPT_MAX_AGE_MS) rmSync(path, { recursive: true, force: true });
  }
}

async function applySchema(connection: Connection): Promise<void> {
  const database = await openDatabase(connection, 2, silentLog());
  await migrate(database.db, silentLog());
  await sql`analyze`.execute(database.db);
  await database.close();
}

/** A killed test process must leave no PostgreSQL behind: a shell waits for our end of a pipe to close. */
function guardAgainstOurDeath(child: ChildProcess, dir: string, socketDir: string): ChildProcess {
  const script = 'cat >/dev/null; kill -QUIT "$1" 2>/dev/null && sleep 1; rm -rf "$2" "$3"';
  const guard = spawn('sh', ['-c', script, 'sh', String(child.pid), dir, socketDir], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  guard.unref();
  (guard.stdin as unknown as { unref(): void }).unref();
  child.unref();
  return guard;
}

async function onServer(server: TestServer, statement: string): Promise<void> {
  const client = new pg.Client(server.connectionTo('postgres'));
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
