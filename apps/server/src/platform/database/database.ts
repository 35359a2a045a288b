import { CamelCasePlugin, Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import type { Log } from '../log/logger.ts';
import type { Database } from './schema.ts';
import { KEEP_ALIVE, timeLimits } from './time-limits.ts';

export type Db = Kysely<Database>;
export type Trx = Transaction<Database>;

/** What functions take that work inside and outside a transaction. */
export type DbOrTrx = Db | Trx;

/** How to reach the database; also for the few dedicated connections (hub, jobs, backup). */
export type Connection = pg.ClientConfig;

export type OpenDatabase = {
  db: Db;
  /** The same without a limit of time, on few connections of its own: for migrations and jobs that go through much. */
  patientDb: Db;
  connection: Connection;
  /** That of `patientDb`, borrowed by restore, which streams with COPY. */
  pool: pg.Pool;
  close(): Promise<void>;
};

const INT8_OID = 20;
const OLDEST_SUPPORTED = 15;

/** Less than a page waits for its answer, so that it still hears ours. */
const STATEMENT_MAX_MS = 15_000;

/** Opened when needed, closed when idle. */
const PATIENT_CONNECTIONS_MAX = 3;

/** The database is not one we can work with; the message is for the operator. */
export class DatabaseError extends Error {
  override name = 'DatabaseError';
}

/**
 * Opens the pool and the query builder on it.
 * @param connectionsMax most connections of the pool; the hub, the jobs and `patientDb` have their own beside it
 * @param statementMaxMs how long a statement of `db` may take; longer ones fail, and callers are told to try again
 * @throws DatabaseError when it cannot be reached or is older than PostgreSQL 15
 */
export async function openDatabase(
  connection: Connection,
  connectionsMax: number,
  log: Log,
  statementMaxMs = STATEMENT_MAX_MS,
): Promise<OpenDatabase> {
  let closing = false;
  const openPool = (max: number, limits: pg.PoolConfig) => {
    const pool = new pg.Pool({
      ...withTypes(connection),
      ...KEEP_ALIVE,
      ...limits,
      max,
      application_name: 'alongside',
      // A forgotten transaction would hold back clean-up and block rows for everybody.
      idle_in_transaction_session_timeout: 30_000,
      connectionTimeoutMillis: 10_000,
    });
    // Without a listener a connection lost while idle would end the process; the pool replaces it by itself.
    pool.on('error', (error) => closing || log.warn({ err: error }, 'a database connection was lost'));
    // The pool listens to idle ones only. Lost while borrowed, a connection fails the query that runs on it; unheard,
    // its error would end the process as well.
    pool.on('connect', (client) => void client.on('error', () => {}));
    return pool;
  };
  const pool = openPool(connectionsMax, timeLimits(statementMaxMs));
  try {
    await refuseOldServer(pool);
  } catch (error) {
    await pool.end();
    throw error;
  }
  const patientPool = openPool(PATIENT_CONNECTIONS_MAX, {});
  const db = queriesOn(pool);
  const patientDb = queriesOn(patientPool);
  const close = async () => {
    closing = true;
    await Promise.all([db.destroy(), patientDb.destroy()]);
  };
  return { db, patientDb, pool: patientPool, connection: withTypes(connection), close };
}

function queriesOn(pool: pg.Pool): Db {
  return new Kysely<Database>({
    dialect: new PostgresDialect({ pool }),
    // jsonb values are ours and keep their spelling.
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });
}

/** bigint arrives as a number: our counters stay far below 2^53. */
function withTypes(connection: Connection): Connection {
  return {
    ...connection,
    types: {
      getTypeParser: ((oid: number, format: 'text' | 'binary') =>
        oid === INT8_OID ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
    },
  };
}

async function refuseOldServer(pool: pg.Pool): Promise<void> {
  let version: number;
  try {
    const result = await pool.query<{ server_version_num: string }>('show server_version_num');
    version = Math.floor(Number(result.rows[0]!.server_version_num) / 10_000);
  } catch (error) {
    throw new DatabaseError(`The database cannot be reached: ${(error as Error).message}`, { cause: error });
  }
  if (version < OLDEST_SUPPORTED)
    throw new DatabaseError(`DATABASE_URL leads to PostgreSQL ${version}; ${OLDEST_SUPPORTED} or newer is needed.`);
}
