import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { silentLog } from '../../log/logger.ts';
import { findBinaries } from './binaries.ts';
import { runningCluster } from './cluster.ts';
import { processStart } from './processes.ts';
import { type EmbeddedDatabase, startEmbeddedDatabase } from './supervisor.ts';

const PROGRAM = fileURLToPath(new URL('./test-program.ts', import.meta.url));
const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;

let dir: string;
/** Holds a data folder as a first start leaves it: creating one for every test would take most of the time. */
let madeDir: string;
let dataDir: string;
const databases: EmbeddedDatabase[] = [];
const programs: ChildProcess[] = [];

beforeAll(async () => {
  madeDir = mkdtempSync(join(tmpdir(), 'alongside-made-'));
  chmodSync(madeDir, 0o755);
  const database = await startEmbeddedDatabase(join(madeDir, 'data'), silentLog(), () => {});
  await database.stop();
});
afterAll(() => rmSync(madeDir, { recursive: true, force: true }));
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'alongside-embedded-'));
  chmodSync(dir, 0o755);
  dataDir = join(dir, 'data');
});
afterEach(async () => {
  for (const program of programs.splice(0)) program.kill('SIGKILL');
  for (const database of databases.splice(0)) await database.stop();
  // What a killed program of ours left running.
  const pid = postgresPid();
  if (pid !== null && processStart(pid) !== null) {
    process.kill(pid, 'SIGKILL');
    await vi.waitUntil(() => processStart(pid) === null);
  }
  rmSync(dir, { recursive: true, force: true });
});

function useMade(): void {
  execFileSync('cp', ['-a', join(madeDir, 'data'), dataDir]);
}

function postgresPid(): number | null {
  const path = join(dataDir, 'postgres', 'postmaster.pid');
  return existsSync(path) ? Number(readFileSync(path, 'utf8').split('\n')[0]) : null;
}

async function start(folder = dataDir, onGone = () => {}): Promise<EmbeddedDatabase> {
  const database = await startEmbeddedDatabase(folder, silentLog(), onGone);
  databases.push(database);
  return database;
}

async function query<T extends pg.QueryResultRow>(
  database: Pick<EmbeddedDatabase, 'connection'>,
  statement: string,
): Promise<T[]> {
  const client = new pg.Client(database.connection);
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<T>(statement)).rows;
  } finally {
    await client.end();
  }
}

/** The supervisor in a process of its own; resolves when it prints `up`, or with its complaint. */
async function startProgram(
  options: { uid?: number; gid?: number; folder?: string } = {},
): Promise<{ program: ChildProcess; said: string }> {
  const { folder = dataDir, ...identity } = options;
  const program = spawn(process.execPath, [PROGRAM, folder], { ...identity, stdio: ['ignore', 'pipe', 'pipe'] });
  programs.push(program);
  let said = '';
  program.stdout.on('data', (chunk) => (said += chunk));
  program.stderr.on('data', (chunk) => (said += chunk));
  await vi.waitUntil(() => said.includes('up') || program.exitCode !== null, { timeout: 60_000 });
  return { program, said };
}

const died = (program: ChildProcess) => new Promise((resolve) => program.once('exit', resolve));

describe('the embedded database', () => {
  test('is real PostgreSQL on a socket in its folder, durable, with a collation of its own', async () => {
    const database = await start();
    const [row] = await query<Record<string, string>>(
      database,
      `select current_setting('server_version_num')::int / 10000 as major, current_setting('fsync') as fsync,
              current_setting('synchronous_commit') as commit, current_setting('data_checksums') as checksums,
              current_setting('listen_addresses') as addresses, datlocprovider as provider, datlocale as locale
       from pg_database where datname = current_database()`,
    );
    expect(row).toEqual({
      major: 18,
      fsync: 'on',
      commit: 'on',
      checksums: 'on',
      addresses: '',
      provider: 'b',
      locale: 'C.UTF-8',
    });
    expect(database.connection.host).toBe(join(dataDir, 'run'));
    await database.stop();
    expect(postgresPid()).toBeNull();
    expect(existsSync(join(dataDir, 'server.lock'))).toBe(false);
  });

  test('loses nothing acknowledged when our process is killed, and never runs twice', async () => {
    useMade();
    const { program } = await startProgram();
    const left = { connection: runningCluster(dataDir)! };
    await query(left, 'create table kept (n int)');
    await query(left, 'insert into kept select generate_series(1, 1000)');
    const before = postgresPid()!;
    const ended = died(program);
    program.kill('SIGKILL');
    await ended;
    // PostgreSQL goes on without us.
    expect(processStart(before)).not.toBeNull();
    const database = await start();
    expect(processStart(before)).toBeNull();
    expect(database.pid()).toBe(postgresPid());
    expect(await query(database, 'select count(*)::int as n from kept')).toEqual([{ n: 1000 }]);
  });

  test('recovers when PostgreSQL is killed with us', async () => {
    useMade();
    const { program } = await startProgram();
    const left = { connection: runningCluster(dataDir)! };
    await query(left, 'create table kept as select generate_series(1, 1000) as n');
    const ended = died(program);
    program.kill('SIGKILL');
    process.kill(postgresPid()!, 'SIGKILL');
    await ended;
    const database = await start();
    expect(await query(database, 'select count(*)::int as n from kept')).toEqual([{ n: 1000 }]);
  });

  test('is started again when it falls while we run', async () => {
    useMade();
    const database = await start();
    await query(database, 'create table kept as select 1 as n');
    const before = database.pid();
    process.kill(before, 'SIGKILL');
    await vi.waitUntil(() => database.pid() !== before);
    expect(await query(database, 'select n from kept')).toEqual([{ n: 1 }]);
  });

  test('a second server on the folder is refused in one sentence that names the first', async () => {
    useMade();
    await start();
    await expect(start()).rejects.toThrow(new RegExp(`already running on .*process ${process.pid}.*ALONGSIDE_DATA`));
    const { said } = await startProgram();
    expect(said).toContain('already running');
  });

  test('a lock of a process that is gone, or whose number another one has, does not count', async () => {
    useMade();
    await (await start()).stop();
    for (const start of ['1', '999999999'])
      for (const pid of [process.pid, 4_194_303]) {
        const { hostname } = await import('node:os');
        writeFileSync(join(dataDir, 'server.lock'), JSON.stringify({ pid, start, host: hostname(), since: '' }));
        const database = await startEmbeddedDatabase(dataDir, silentLog(), () => {});
        await database.stop();
      }
    writeFileSync(
      join(dataDir, 'server.lock'),
      JSON.stringify({ pid: 1, start: '1', host: 'another-container', since: '' }),
    );
    await expect(start()).rejects.toThrow('on another-container');
  });

  test('a path too long for a socket gets a short one elsewhere', async () => {
    const long = join(dir, 'x'.repeat(60), 'y'.repeat(60));
    const database = await start(long);
    expect(Buffer.byteLength(`${database.connection.host}/.s.PGSQL.5432`)).toBeLessThan(108);
    expect(await query(database, 'select 1 as n')).toEqual([{ n: 1 }]);
    await database.stop();
    rmSync(String(database.connection.host), { recursive: true, force: true });
  });

  test('a start that was killed while creating the folder leaves nothing in the way', async () => {
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, 'alongside.json'), '{}');
    mkdirSync(join(dataDir, 'postgres.new'));
    writeFileSync(join(dataDir, 'postgres.new', 'PG_VERSION'), '18');
    expect(await query(await start(), 'select 1 as n')).toEqual([{ n: 1 }]);
  });
});

describe('folders that are not right are refused in words', () => {
  test('one with other things in it', async () => {
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, 'thesis.txt'), 'mine');
    await expect(start()).rejects.toThrow(/holds other things \(thesis.txt\).*empty/);
    expect(readdirSync(dataDir)).toEqual(['thesis.txt']);
  });

  test('a file', async () => {
    writeFileSync(dataDir, '');
    await expect(start()).rejects.toThrow('is a file');
  });

  test('a database of another PostgreSQL, or none', async () => {
    mkdirSync(join(dataDir, 'postgres'), { recursive: true });
    writeFileSync(join(dataDir, 'alongside.json'), '{}');
    writeFileSync(join(dataDir, 'postgres', 'other'), '');
    await expect(start()).rejects.toThrow('is not a PostgreSQL folder');
    writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), '17\n');
    await expect(start()).rejects.toThrow(/made by PostgreSQL 17.*brings 18.*alongside backup/);
    expect(existsSync(join(dataDir, 'server.lock'))).toBe(false);
  });

  test.runIf(isRoot)('a full disk', async () => {
    mkdirSync(dataDir);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', dataDir], { stdio: 'ignore' });
    } catch {
      // Mounting is not allowed here (a container); the unit of the check is the free space, tested where it is.
      return;
    }
    try {
      await expect(start()).rejects.toThrow(/disk .* is full.*Make room/s);
    } finally {
      execFileSync('umount', [dataDir]);
    }
  });

  test.runIf(isRoot)('one that an ordinary account may not write', async () => {
    mkdirSync(dataDir, { mode: 0o755 });
    const { said } = await startProgram({ uid: NOBODY, gid: NOBODY });
    expect(said).toContain('cannot be written by this account');
  });
});

describe.runIf(isRoot)('accounts', () => {
  test('an ordinary account runs it as itself', async () => {
    chmodSync(dir, 0o777);
    const { program, said } = await startProgram({ uid: NOBODY, gid: NOBODY });
    expect(said).toContain('up');
    const status = readFileSync(`/proc/${postgresPid()}/status`, 'utf8');
    expect(status).toMatch(/^Uid:\s+65534/m);
    const ended = died(program);
    program.kill('SIGTERM');
    await ended;
    expect(postgresPid()).toBeNull();
  });

  test('programs nobody can reach are copied, links and all', async () => {
    const packaged = await findBinaries(null, dir);
    const hidden = join(dir, 'hidden');
    mkdirSync(hidden, { mode: 0o700 });
    cpSync(join(packaged, '..'), hidden, { recursive: true, verbatimSymlinks: true });
    // As a registry delivers them: without symbolic links.
    for (const name of readdirSync(join(hidden, 'native', 'lib')))
      if (lstatSync(join(hidden, 'native', 'lib', name)).isSymbolicLink()) rmSync(join(hidden, 'native', 'lib', name));
    const account = { uid: NOBODY, gid: NOBODY };
    const usable = await findBinaries(account, join(dir, 'spare'), join(hidden, 'native'));
    expect(usable.startsWith(join(dir, 'spare'))).toBe(true);
    for (const program of ['postgres', 'initdb'])
      expect(execFileSync(join(usable, 'bin', program), ['--version'], account).toString()).toContain(
        'PostgreSQL) 18.',
      );
    expect(await findBinaries(account, join(dir, 'spare'), join(hidden, 'native'))).toBe(usable);
  });

  test('root runs it as nobody, also in a folder nobody else may enter', async () => {
    chmodSync(dir, 0o700);
    useMade();
    const database = await start();
    const status = readFileSync(`/proc/${database.pid()}/status`, 'utf8');
    expect(status).toMatch(/^Uid:\s+65534\s+65534/m);
    expect(await query(database, 'select 1 as n')).toEqual([{ n: 1 }]);
  });
});
