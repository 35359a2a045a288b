// A process that supervises the embedded database and nothing else; killed by embedded.io.test.ts.
import { silentLog } from '../../log/logger.ts';
import { startEmbeddedDatabase } from './supervisor.ts';

try {
  const database = await startEmbeddedDatabase(process.argv[2]!, silentLog(), () => process.exit(1));
  process.once('SIGTERM', async () => {
    await database.stop();
    process.exit(0);
  });
  // Keeps the process alive where nothing else does.
  setInterval(() => {}, 60_000);
  console.log('up');
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
