import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chownSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statfsSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type Connection, DatabaseError } from '../database.ts';
import { type Account, commandAs, postgresAccount } from './account.ts';
import { findBinaries, POSTGRES_MAJOR } from './binaries.ts';
import { describeFolderError } from './ownership.ts';
import { ended, isPostgresOf } from './processes.ts';

const USER = 'alongside';
const DATABASE = 'alongside';
/** The name of the socket file is made from it; nothing listens on the port. */
const PORT = 5432;
/** sizeof(sockaddr_un.sun_path) − 1 on Linux. */
const SOCKET_PATH_MAX = 107;
/** For a copy of the programs where root's folders hide both them and the data. */
const CACHE_DIR = '/var/cache/alongside';
const FREE_SPACE_MIN_BYTES = 64 * 2 ** 20;
const LOG_MAX_BYTES = 10 * 2 ** 20;
/** Replaying the log after a crash may take minutes on a slow disk. */
const START_TIMEOUT_MS = 300_000;
const STOP_TIMEOUT_MS = 30_000;

/** Small on purpose: the whole product rests under 350 MB. Operators who need more bring their own PostgreSQL. */
const SETTINGS: Record<string, string> = {
  shared_buffers: '32MB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  max_connections: '60',
  // Three idle processes less.
  io_method: 'sync',
  autovacuum_max_workers: '1',
  max_wal_senders: '0',
  max_replication_slots: '0',
  max_logical_replication_workers: '0',
  wal_level: 'minimal',
  max_wal_size: '256MB',
  min_wal_size: '32MB',
  jit: 'off',
  huge_pages: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  unix_socket_permissions: '0700',
};

/** One PostgreSQL folder and how to run it. */
export type Cluster = {
  dir: string;
  socketDir: string;
  logFile: string;
  binaries: string;
  account: Account;
  /** The account cannot pass the folders above; see `commandAs`. */
  outOfReach: boolean;
  settings: Record<string, string>;
};

/**
 * Finds programs and folders, and creates the database folder at the first start.
 * @param parentDir the data folder; the cluster is `postgres` in it
 * @param settings override ours; tests trade durability for speed with them
 * @throws DatabaseError when the folder is not a database of ours, or the disk is full
 */
export async function prepareCluster(parentDir: string, settings: Record<string, string> = {}): Promise<Cluster> {
  const account = postgresAccount();
  const dir = join(parentDir, 'postgres');
  refuseForeignCluster(dir);
  refuseFullDisk(parentDir);
  const outOfReach = !canReachAbove(parentDir, account);
  const cluster: Cluster = {
    dir,
    socketDir: socketDirOf(parentDir, account),
    logFile: join(parentDir, 'postgres.log'),
    // Passing file permissions is not enough for programs: PostgreSQL asks whether it may run them without that privilege.
    binaries: await findBinaries(account, outOfReach ? CACHE_DIR : parentDir),
    account,
    outOfReach,
    settings: { ...SETTINGS, ...settings },
  };
  if (!exists(dir)) await initialise(cluster);
  return cluster;
}

/** How clients reach the cluster, of this process or another. */
export function clusterConnection(cluster: Pick<Cluster, 'socketDir'>, database = DATABASE): Connection {
  return { host: cluster.socketDir, port: PORT, user: USER, database, password: '' };
}

/**
 * Starts PostgreSQL and waits until it answers. One left running by a killed server is stopped first.
 * @throws DatabaseError with the reason PostgreSQL gave
 */
export async function startCluster(cluster: Cluster): Promise<ChildProcess> {
  await stopLeftover(cluster.dir);
  const until = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const logStart = rotateLog(cluster.logFile);
    const child = spawnPostgres(cluster);
    const failure = await untilReady(cluster, child, until);
    if (failure === null) return child;
    const reason = readLog(cluster.logFile, logStart);
    // Sessions of a killed postmaster take a moment to notice and leave.
    if (/shared memory block .* is still in use/.test(reason) && performance.now() < until) {
      await sleep(250);
      continue;
    }
    throw describeStartFailure(failure, reason, cluster);
  }
}

/** Stops in order: running statements are cancelled, everything is written down. */
export async function stopCluster(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGINT');
  const late = setTimeout(() => child.kill('SIGQUIT'), STOP_TIMEOUT_MS);
  await gone;
  clearTimeout(late);
}

/** Creates our database in a running cluster, once. */
export async function createDatabase(cluster: Cluster): Promise<void> {
  const client = new pg.Client(clusterConnection(cluster, 'postgres'));
  await client.connect();
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [DATABASE]);
    if (found.rowCount === 0) await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}

/** The connection to a cluster another process of ours runs, or null when it is down. */
export function runningCluster(parentDir: string): Connection | null {
  const dir = join(parentDir, 'postgres');
  const leftover = readPostmaster(dir);
  return leftover && isPostgresOf(leftover.pid, dir) ? clusterConnection({ socketDir: leftover.socketDir }) : null;
}

function spawnPostgres(cluster: Cluster): ChildProcess {
  const flags = Object.entries(cluster.settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const program = join(cluster.binaries, 'bin', 'postgres');
  const parameters = ['-D', cluster.dir, '-k', cluster.socketDir, '-c', 'listen_addresses=', ...flags];
  const { command, parameters: all, identity } = commandAs(cluster.account, program, parameters, cluster.outOfReach);
  const log = openSync(cluster.logFile, 'a');
  try {
    // Detached: Ctrl-C in a terminal reaches the whole group, and the database must outlive what is still being written.
    return spawn(command, all, {
      ...identity,
      detached: true,
      stdio: ['ignore', log, log],
      env: { PATH: process.env.PATH, LC_ALL: 'C' },
    });
  } finally {
    closeSync(log);
  }
}

/** @returns null when it answers, else why not */
async function untilReady(cluster: Cluster, child: ChildProcess, until: number): Promise<string | null> {
  let failure: string | null = null;
  child.once('error', (error) => {
    failure = error.message;
  });
  child.once('exit', (code, signal) => {
    failure ??= `it ended with ${signal ?? `code ${code}`}`;
  });
  while (failure === null) {
    const client = new pg.Client(clusterConnection(cluster, 'postgres'));
    client.on('error', () => {});
    try {
      await client.connect();
      await client.end();
      return null;
    } catch (error) {
      await client.end().catch(() => {});
      if (performance.now() > until) {
        child.kill('SIGQUIT');
        return `it did not answer in ${START_TIMEOUT_MS / 1000} s: ${(error as Error).message}`;
      }
      await sleep(15);
    }
  }
  return failure;
}

/** After a SIGKILL of our process PostgreSQL goes on; nobody's sessions are worth keeping, so it is stopped in order. */
async function stopLeftover(dir: string): Promise<void> {
  const leftover = readPostmaster(dir);
  if (leftover === null) return;
  if (!isPostgresOf(leftover.pid, dir)) {
    // Its number may belong to something else by now, or to a dead process nobody has collected (containers without an
    // init); PostgreSQL would take either for a running server. Ours is the only one that may be here: the folder is locked.
    const socket = join(leftover.socketDir, `.s.PGSQL.${PORT}`);
    for (const path of [join(dir, 'postmaster.pid'), `${socket}.lock`, socket]) rmSync(path, { force: true });
    return;
  }
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    try {
      process.kill(leftover.pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EPERM')
        throw new DatabaseError(
          `PostgreSQL (process ${leftover.pid}) still runs on ${dir} under another account. Start Alongside as the account that started it before, or stop that process.`,
        );
    }
    if (await ended(leftover.pid, STOP_TIMEOUT_MS)) return;
  }
  throw new DatabaseError(
    `PostgreSQL (process ${leftover.pid}) of an earlier run does not stop. End it and start again.`,
  );
}

function readPostmaster(dir: string): { pid: number; socketDir: string } | null {
  try {
    const lines = readFileSync(join(dir, 'postmaster.pid'), 'utf8').split('\n');
    const pid = Number(lines[0]);
    return Number.isInteger(pid) && pid > 0 ? { pid, socketDir: lines[4] ?? '' } : null;
  } catch {
    return null;
  }
}

async function initialise(cluster: Cluster): Promise<void> {
  // Made under another name: a start that was killed half way leaves no half database behind.
  const unfinished = `${cluster.dir}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  try {
    mkdirSync(unfinished, { mode: 0o700 });
    if (cluster.account) chownSync(unfinished, cluster.account.uid, cluster.account.gid);
  } catch (error) {
    throw describeFolderError(error, dirname(cluster.dir));
  }
  const parameters = [
    '-D',
    unfinished,
    '-U',
    USER,
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--data-checksums',
    '--wal-segsize=4',
  ];
  if (cluster.settings.fsync === 'off') parameters.push('--no-sync');
  const {
    command,
    parameters: all,
    identity,
  } = commandAs(cluster.account, join(cluster.binaries, 'bin', 'initdb'), parameters, cluster.outOfReach);
  const output: Buffer[] = [];
  const code = await new Promise<number | string>((resolve) => {
    const child = spawn(command, all, {
      ...identity,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, LC_ALL: 'C' },
    });
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
    child.once('error', (error) => resolve(error.message));
    child.once('close', (exitCode, signal) => resolve(exitCode ?? signal ?? 'nothing'));
  });
  if (code !== 0) {
    rmSync(unfinished, { recursive: true, force: true });
    throw describeStartFailure(`creating it ended with ${code}`, Buffer.concat(output).toString(), cluster);
  }
  renameSync(unfinished, cluster.dir);
}

function refuseForeignCluster(dir: string): void {
  if (!exists(dir)) return;
  let version: string;
  try {
    version = readFileSync(join(dir, 'PG_VERSION'), 'utf8').trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EACCES')
      throw new DatabaseError(
        `The database in ${dir} belongs to another account. Start Alongside as that account, or as root if root started it before.`,
      );
    if (readdirSync(dir).length === 0) {
      rmdirSync(dir);
      return;
    }
    throw new DatabaseError(
      `${dir} is not a PostgreSQL folder. Move it away, or give another folder with ALONGSIDE_DATA.`,
    );
  }
  if (version !== POSTGRES_MAJOR)
    throw new DatabaseError(
      `The database in ${dir} was made by PostgreSQL ${version}; this Alongside brings ${POSTGRES_MAJOR}. ` +
        'Back up with the version that made it (`alongside backup`), then restore into an empty folder with this one (`alongside restore`).',
    );
  // initdb left by root without an account of its own cannot be opened by anybody.
  const owner = statSync(dir).uid;
  const ours = postgresAccount()?.uid ?? process.getuid?.();
  if (ours !== undefined && owner !== ours)
    throw new DatabaseError(
      `The database in ${dir} belongs to account ${owner}, and this start would run it as ${ours}. Start Alongside as the account that started it before${owner === 65_534 ? ' (root)' : ''}.`,
    );
}

function refuseFullDisk(dir: string): void {
  const { bavail, bsize } = statfsSync(dir);
  if (bavail * bsize < FREE_SPACE_MIN_BYTES)
    throw new DatabaseError(
      `The disk of ${dir} is full: ${Math.round((bavail * bsize) / 2 ** 20)} MB are free, at least ${FREE_SPACE_MIN_BYTES / 2 ** 20} MB are needed to start. Make room and start again; nothing was lost.`,
    );
}

/** `run` in the data folder, or a short folder of ours in the system's temporary one where that path is too long for a socket. */
function socketDirOf(parentDir: string, account: Account): string {
  const wanted = join(parentDir, 'run');
  const fits = Buffer.byteLength(join(wanted, `.s.PGSQL.${PORT}`)) <= SOCKET_PATH_MAX;
  const dir = fits
    ? wanted
    : join(tmpdir(), `alongside-${createHash('sha256').update(parentDir).digest('hex').slice(0, 12)}`);
  const owner = account?.uid ?? process.getuid?.();
  try {
    mkdirSync(dir, { mode: 0o700 });
    if (account) chownSync(dir, account.uid, account.gid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw describeFolderError(error, parentDir);
    const found = lstatSync(dir);
    // The temporary folder is everybody's: one that waits there under our name may be somebody's trap.
    if (!found.isDirectory() || found.uid !== owner)
      throw new DatabaseError(
        `${dir} is needed for the database’s socket and belongs to somebody else. Remove it and start again.`,
      );
  }
  return dir;
}

function canReachAbove(parentDir: string, account: Account): boolean {
  if (account === null) return true;
  for (let at = parentDir; at !== dirname(at); at = dirname(at)) {
    const { mode } = statSync(at);
    if ((mode & 0o1) === 0) return false;
  }
  return true;
}

/** @returns where this run's lines begin */
function rotateLog(path: string): number {
  try {
    const { size } = statSync(path);
    if (size < LOG_MAX_BYTES) return size;
    renameSync(path, `${path}.1`);
    return 0;
  } catch {
    return 0;
  }
}

function readLog(path: string, from: number): string {
  try {
    return readFileSync(path).subarray(from).toString();
  } catch {
    return '';
  }
}

function describeStartFailure(failure: string, output: string, cluster: Cluster): DatabaseError {
  if (/No space left on device/.test(output))
    return new DatabaseError(`The disk of ${cluster.dir} is full. Make room and start again; nothing was lost.`);
  if (/ENOENT.*setpriv|setpriv.*ENOENT/.test(failure) || /setpriv:/.test(output))
    return new DatabaseError(
      `PostgreSQL does not run as root, and the account it runs as cannot reach ${cluster.dir}. Give a folder outside of root’s home with ALONGSIDE_DATA (such as /var/lib/alongside), or start as an ordinary user.`,
    );
  const lines = output.trim().split('\n').slice(-4).join('\n  ');
  return new DatabaseError(
    `PostgreSQL did not start: ${failure}. It said:\n  ${lines}\nMore stands in ${cluster.logFile}.`,
  );
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
