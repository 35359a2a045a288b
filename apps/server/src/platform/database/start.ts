import type { Config } from '../config/settings.ts';
import type { Log } from '../log/logger.ts';
import { type OpenDatabase, openDatabase } from './database.ts';
import { startEmbeddedDatabase } from './embedded/supervisor.ts';
import { migrate } from './migrate.ts';

/**
 * Opens the database the configuration asks for, ours or the operator's, with the current schema.
 * @param onGone the embedded one falls and cannot be started again
 * @returns its `close` stops the embedded PostgreSQL too
 * @throws DatabaseError in words for the operator
 */
export async function startDatabase(config: Config, log: Log, onGone: (reason: Error) => void): Promise<OpenDatabase> {
  const opened = await openConfigured(config, log, onGone);
  try {
    await migrate(opened.patientDb, log);
    return opened;
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** As `startDatabase`, and leaves the schema as it is: backup and restore have their own ideas about it. */
export async function openConfigured(config: Config, log: Log, onGone: (reason: Error) => void): Promise<OpenDatabase> {
  if (config.databaseUrl !== undefined)
    return openDatabase(
      { connectionString: config.databaseUrl },
      config.databaseConnections,
      log,
      config.databaseTimeoutMs,
    );
  const embedded = await startEmbeddedDatabase(config.dataDir, log, onGone);
  try {
    const database = await openDatabase(embedded.connection, config.databaseConnections, log, config.databaseTimeoutMs);
    return {
      ...database,
      async close() {
        await database.close();
        await embedded.stop();
      },
    };
  } catch (error) {
    await embedded.stop();
    throw error;
  }
}
