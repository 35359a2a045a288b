// A server of its own process for tests that kill it: `node test-program.ts <data folder> <database connection as JSON>`.
import { openDatabase } from '../platform/database/database.ts';
import { silentLog } from '../platform/log/logger.ts';
import { startFilesTestServer } from './testing.ts';

const [dataDir, connection] = process.argv.slice(2);
const database = await openDatabase(JSON.parse(connection!), 4, silentLog());
const server = await startFilesTestServer(dataDir!, {}, database);
process.stdout.write(`${server.origin}\n`);
