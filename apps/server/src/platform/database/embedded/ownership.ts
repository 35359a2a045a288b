import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseError } from '../database.ts';
import { processStart } from './processes.ts';

const MARKER = 'alongside.json';
const LOCK = 'server.lock';
const REFRESH_MS = 5_000;
/** A lock of another host (two containers on one volume do not see each other's processes) counts until it is this old. */
const FOREIGN_LOCK_MS = 20_000;

type Holder = { pid: number; start: string | null; host: string; since: string };

/**
 * Makes the data folder ours, or finds out that it is.
 * @throws DatabaseError when it cannot be written, or holds things that are not ours
 */
export function prepareDataDir(dataDir: string): void {
  try {
    // Others may pass through, not look: under root, PostgreSQL runs as another account.
    mkdirSync(dataDir, { recursive: true, mode: 0o711 });
    const entries = readdirSync(dataDir).filter((name) => !name.startsWith('.') && name !== 'lost+found');
    if (entries.length > 0 && !entries.includes(MARKER))
      throw new DatabaseError(
        `The folder ${dataDir} holds other things (${entries.slice(0, 3).join(', ')}${entries.length > 3 ? ', …' : ''}) and was not made by Alongside. ` +
          'Give ALONGSIDE_DATA a folder that is empty or does not exist yet.',
      );
    if (!entries.includes(MARKER))
      writeFileSync(join(dataDir, MARKER), `${JSON.stringify({ product: 'alongside', layout: 1 })}\n`);
  } catch (error) {
    throw describeFolderError(error, dataDir);
  }
}

/**
 * Takes the folder for this process, so that never two servers work on it.
 * @returns gives it back
 * @throws DatabaseError naming the process that has it
 */
export function lockDataDir(dataDir: string): () => void {
  const path = join(dataDir, LOCK);
  const mine: Holder = {
    pid: process.pid,
    start: processStart(process.pid),
    host: hostname(),
    since: new Date().toISOString(),
  };
  const draft = `${path}.${process.pid}`;
  try {
    writeFileSync(draft, `${JSON.stringify(mine)}\n`);
    for (let attempt = 0; !takeLock(draft, path); attempt += 1) {
      const holder = readHolder(path);
      if (attempt >= 5 || (holder !== null && isAlive(holder, path))) throw new DatabaseError(inUse(dataDir, holder));
      removeStale(path, holder);
    }
  } catch (error) {
    throw describeFolderError(error, dataDir);
  } finally {
    rmSync(draft, { force: true });
  }
  const refresh = setInterval(() => {
    try {
      utimesSync(path, new Date(), new Date());
    } catch {
      // The folder is gone; whoever writes to it next says so.
    }
  }, REFRESH_MS);
  refresh.unref();
  return () => {
    clearInterval(refresh);
    if (readHolder(path)?.pid === process.pid) rmSync(path, { force: true });
  };
}

/** A hard link appears completely written or not at all, and fails where one exists. */
function takeLock(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Moves a dead holder's lock away; puts it back if another starter was quicker and it is a live one now. */
function removeStale(path: string, seen: Holder | null): void {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = readHolder(aside);
  if (moved !== null && (moved.pid !== seen?.pid || moved.start !== seen.start)) takeLock(aside, path);
  rmSync(aside, { force: true });
}

function readHolder(path: string): Holder | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch {
    return null;
  }
}

function isAlive(holder: Holder, path: string): boolean {
  if (holder.host === hostname()) return processStart(holder.pid) === holder.start;
  try {
    return Date.now() - statSync(path).mtimeMs < FOREIGN_LOCK_MS;
  } catch {
    return false;
  }
}

function inUse(dataDir: string, holder: Holder | null): string {
  const who =
    holder === null
      ? ''
      : ` (process ${holder.pid}${holder.host === hostname() ? '' : ` on ${holder.host}`}, since ${holder.since})`;
  return `Alongside is already running on ${dataDir}${who}. Stop it first, or give this one another folder with ALONGSIDE_DATA and another PORT.`;
}

/** Says what is wrong with the folder in words an operator can act on. */
export function describeFolderError(error: unknown, dataDir: string): Error {
  const { code } = error as NodeJS.ErrnoException;
  const sentence: Record<string, string> = {
    EACCES: `The folder ${dataDir} cannot be written by this account. Change its owner, or give another one with ALONGSIDE_DATA.`,
    EPERM: `The folder ${dataDir} cannot be written by this account. Change its owner, or give another one with ALONGSIDE_DATA.`,
    EROFS: `The folder ${dataDir} is on a file system that is read-only.`,
    ENOTDIR: `${dataDir} is a file, and a folder is needed. Give another one with ALONGSIDE_DATA.`,
    EEXIST: `${dataDir} is a file, and a folder is needed. Give another one with ALONGSIDE_DATA.`,
    ENOSPC: `The disk of ${dataDir} is full. Make room and start again; nothing was lost.`,
    EDQUOT: `The disk quota of ${dataDir} is used up. Make room and start again; nothing was lost.`,
  };
  return code !== undefined && sentence[code] ? new DatabaseError(sentence[code], { cause: error }) : (error as Error);
}
