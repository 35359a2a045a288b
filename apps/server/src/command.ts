// What the command line asks of the server's side: `node command.ts backup|restore|config …`. Started by apps/cli.
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { configDocument, configSummary } from './platform/config/document.ts';
import { ConfigError, loadConfig } from './platform/config/load.ts';
import type { Config } from './platform/config/settings.ts';
import { backUp } from './platform/database/backup.ts';
import { type Connection, DatabaseError } from './platform/database/database.ts';
import { runningCluster } from './platform/database/embedded/cluster.ts';
import { restore } from './platform/database/restore.ts';
import { openConfigured } from './platform/database/start.ts';
import { createLog } from './platform/log/logger.ts';

const [command, ...args] = process.argv.slice(2);
const flags = new Set(args.filter((argument) => argument.startsWith('--')));
const file = args.find((argument) => !argument.startsWith('--'));

try {
  if (command === 'config')
    process.stdout.write(flags.has('--document') ? configDocument() : configSummary(loadConfig(process.env)));
  else if (command === 'backup' && file) await runBackup(loadConfig(process.env), resolve(file));
  else if (command === 'restore' && file) await runRestore(loadConfig(process.env), resolve(file));
  else throw new DatabaseError(`Unknown command: ${process.argv.slice(2).join(' ')}`);
} catch (error) {
  const known = error instanceof ConfigError || error instanceof DatabaseError;
  process.stderr.write(`${known ? error.message : (error as Error).stack}\n`);
  process.exitCode = 1;
}

async function runBackup(config: Config, target: string): Promise<void> {
  if (existsSync(target)) throw new DatabaseError(`${target} exists already and is not overwritten.`);
  const filesDir = config.s3Bucket === undefined && !flags.has('--no-files') ? join(config.dataDir, 'files') : null;
  // Beside a running server its database is used as it runs; otherwise it is started for the moment.
  const running: Connection | null = config.databaseUrl === undefined ? runningCluster(config.dataDir) : null;
  if (running) report('Backed up', await backUp(running, target, filesDir), target);
  else {
    const database = await openConfigured(config, createLog({ ...config, logLevel: 'warn' }), fail);
    try {
      report('Backed up', await backUp(database.connection, target, filesDir), target);
    } finally {
      await database.close();
    }
  }
  if (config.s3Bucket !== undefined)
    process.stdout.write(`Files are in the bucket ${config.s3Bucket} and not in this backup.\n`);
  const recordings = join(config.dataDir, 'recordings');
  if (existsSync(recordings) && readdirSync(recordings).length > 0)
    process.stdout.write(`Recordings are in ${recordings} and not in this backup: copy that folder as well.\n`);
}

async function runRestore(config: Config, source: string): Promise<void> {
  const filesDir = config.s3Bucket === undefined ? join(config.dataDir, 'files') : null;
  const log = createLog({ ...config, logLevel: 'warn' });
  const database = await openConfigured(config, log, fail);
  try {
    report('Restored', await restore(database, source, filesDir, log), source);
  } finally {
    await database.close();
  }
}

function report(what: string, rows: Record<string, number>, path: string): void {
  const total = Object.values(rows).reduce((sum, count) => sum + count, 0);
  process.stdout.write(`${what} ${total} rows of ${Object.keys(rows).length} tables: ${path}\n`);
}

function fail(reason: Error): void {
  process.stderr.write(`${reason.message}\n`);
  process.exit(1);
}
