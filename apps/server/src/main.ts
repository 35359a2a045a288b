import { readArguments } from './arguments.ts';
import { FEATURES } from './features.ts';
import { ConfigError, loadConfig } from './platform/config/load.ts';
import { DatabaseError } from './platform/database/database.ts';
import { startDatabase } from './platform/database/start.ts';
import { createLog } from './platform/log/logger.ts';
import { startServer } from './platform/server.ts';

const asked = readArguments(process.argv.slice(2));
if (asked.run === 'nothing') {
  process[asked.exitCode === 0 ? 'stdout' : 'stderr'].write(asked.text);
  process.exit(asked.exitCode);
}
const { args } = asked;
/** Whatever hangs, the process ends; PostgreSQL recovers from worse. */
const SHUTDOWN_MAX_MS = 25_000;

try {
  const config = loadConfig(process.env);
  const log = createLog(config);
  const database = await startDatabase(
    config,
    log,
    (reason) => void shutDown(`the database is gone: ${reason.message}`, 1),
  );
  const starting = startServer(config, log, database, FEATURES, { args });
  // From here on a signal finds something to stop, even while starting.
  const server = starting.catch(async (error) => {
    await database.close();
    throw error;
  });

  let stopping: Promise<void> | null = null;
  function shutDown(why: string, code: number): Promise<void> {
    stopping ??= (async () => {
      log.info({ why }, 'stopping');
      setTimeout(() => process.exit(code || 1), SHUTDOWN_MAX_MS).unref();
      const running = await server.catch(() => null);
      if (running) {
        await running.stop();
        await database.close();
      }
      log.info('stopped');
      process.exit(code);
    })();
    return stopping;
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void shutDown(signal, 0));
  // Started by a script that was killed: nobody is left who could stop us.
  process.on('disconnect', () => void shutDown('the starter is gone', 0));
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'a promise failed and nobody looked'));
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'something failed that nothing caught');
    void shutDown('an uncaught error', 1);
  });

  const { origin, links } = await server;
  printLinks([...links, ...(links.length === 0 ? [{ label: 'Alongside', url: origin }] : [])]);
} catch (error) {
  process.stderr.write(`\n${asSentence(error)}\n\n`);
  process.exit(1);
}

function printLinks(links: readonly { label: string; url: string }[]): void {
  const width = Math.max(...links.map(({ label }) => label.length));
  const lines = links.map(({ label, url }) => `  ${label.padEnd(width)}  ${url}`);
  process.stdout.write(`\n${lines.join('\n')}\n\n`);
}

function asSentence(error: unknown): string {
  if (error instanceof ConfigError || error instanceof DatabaseError) return error.message;
  const { code, message, stack } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE')
    return `The port is already in use (${message}). Another server runs there; give this one another with PORT.`;
  if (code === 'EACCES' && message.includes('listen'))
    return `This account may not listen there (${message}). Give another port with PORT.`;
  return `Alongside could not start. ${stack ?? message}`;
}
