import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join, normalize, sep } from 'node:path';
import { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { PoolClient } from 'pg';
import { type CopyStreamQuery, from as copyFrom } from 'pg-copy-streams';
import type { Log } from '../log/logger.ts';
import { type ArchiveEntry, readArchive, readEntry } from './archive.ts';
import { BACKUP_FORMAT, type Ending, type Manifest, quote } from './backup.ts';
import { DatabaseError, type OpenDatabase } from './database.ts';
import { migrate, newestSchema } from './migrate.ts';

/**
 * Fills an empty database from a backup, all or nothing, and brings its schema up to date.
 * Jobs are not in backups: what waits is found again in the tables at the next start.
 * @param filesDir where the files' contents go; null leaves them out
 * @returns rows per table
 * @throws DatabaseError when the database is not empty, or the file is not a complete backup this version can read
 */
export async function restore(
  database: OpenDatabase,
  file: string,
  filesDir: string | null,
  log: Log,
): Promise<Ending['rows']> {
  await refuseFullDatabase(database);
  if (filesDir !== null) await refuseFullFolder(filesDir);
  const entries = readArchive(unpacked(file));
  try {
    const manifest = await readManifest(entries);
    await migrate(database.patientDb, log, { upTo: manifest.schema });
    const rows = await fill(database, manifest, entries, filesDir);
    await migrate(database.patientDb, log);
    await database.pool.query('analyze');
    return rows;
  } catch (error) {
    // It was empty before, so nothing of anybody's is lost, and the next try finds it empty again.
    await database.pool.query('drop schema public cascade; create schema public');
    if (filesDir !== null) await emptyFolder(filesDir);
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new DatabaseError(`There is no file ${file}.`);
    if (code?.startsWith('Z_') || /archive/.test(message))
      throw new DatabaseError(`${file} is not a complete backup: ${message}. Nothing was restored.`);
    throw error;
  }
}

async function emptyFolder(dir: string): Promise<void> {
  for (const name of await readdir(dir).catch(() => [])) await rm(join(dir, name), { recursive: true, force: true });
}

function unpacked(file: string): AsyncIterable<Buffer> {
  const raw = createReadStream(file);
  const content = createGunzip();
  // `pipe` hands on data, not failures.
  raw.on('error', (error) => content.destroy(error));
  return raw.pipe(content);
}

async function readManifest(entries: AsyncGenerator<ArchiveEntry>): Promise<Manifest> {
  const first = await entries.next();
  if (first.done || first.value.name !== 'manifest.json') throw new DatabaseError('This is not a backup of Alongside.');
  const manifest = JSON.parse((await readEntry(first.value)).toString()) as Manifest;
  if (manifest.product !== 'alongside') throw new DatabaseError('This is not a backup of Alongside.');
  if (manifest.format > BACKUP_FORMAT || manifest.schema > newestSchema())
    throw new DatabaseError(
      `This backup was made by a newer version of Alongside (schema ${manifest.schema}, this one knows ${newestSchema()}). Restore it with that version.`,
    );
  return manifest;
}

async function fill(
  { pool }: OpenDatabase,
  manifest: Manifest,
  entries: AsyncGenerator<ArchiveEntry>,
  filesDir: string | null,
): Promise<Ending['rows']> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query('set local idle_in_transaction_session_timeout = 0');
    const putBack = await setConstraintsAside(client, manifest);
    const rows: Ending['rows'] = Object.fromEntries(manifest.tables.map(({ name }) => [name, 0]));
    let ending: Ending | null = null;
    const tables = new TableFiller(client, manifest, rows);
    for await (const entry of entries) {
      if (!tables.continues(entry)) await tables.finish();
      if (entry.name === 'end.json') ending = JSON.parse((await readEntry(entry)).toString()) as Ending;
      else if (entry.name.startsWith('tables/')) await tables.take(entry);
      else if (entry.name.startsWith('files/')) await readFile(entry, filesDir);
      else await readEntry(entry);
    }
    if (ending === null) throw new Error('the archive is cut off');
    for (const [name, count] of Object.entries(ending.rows))
      if (rows[name] !== count)
        throw new Error(`the archive holds ${rows[name]} rows of ${name} where ${count} were written`);
    for (const { name, lastValue } of manifest.sequences)
      await client.query('select setval($1::regclass, $2)', [quote(name), lastValue]);
    await putBack();
    await client.query('commit');
    return rows;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

/** Takes foreign keys and triggers off the tables, so that their order does not matter. @returns puts them back, which checks every row */
async function setConstraintsAside(client: PoolClient, manifest: Manifest): Promise<() => Promise<void>> {
  const { rows: keys } = await client.query<{ table_name: string; name: string; definition: string }>(
    `select conrelid::regclass::text as table_name, conname as name, pg_get_constraintdef(oid) as definition
     from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`,
  );
  const tables = manifest.tables.map(({ name }) => quote(name));
  for (const key of keys) await client.query(`alter table ${key.table_name} drop constraint ${quote(key.name)}`);
  for (const table of tables) await client.query(`alter table ${table} disable trigger user`);
  // Rows that migrations made come again with the backup.
  if (tables.length > 0) await client.query(`truncate ${tables.join(', ')}`);
  return async () => {
    for (const table of tables) await client.query(`alter table ${table} enable trigger user`);
    for (const key of keys)
      await client.query(`alter table ${key.table_name} add constraint ${quote(key.name)} ${key.definition}`);
  };
}

/** Puts a table's parts back together: rows go across the cuts between them. */
class TableFiller {
  readonly #client: PoolClient;
  readonly #manifest: Manifest;
  readonly #rows: Ending['rows'];
  #current: { name: string; into: CopyStreamQuery } | null = null;

  constructor(client: PoolClient, manifest: Manifest, rows: Ending['rows']) {
    this.#client = client;
    this.#manifest = manifest;
    this.#rows = rows;
  }

  continues(entry: ArchiveEntry): boolean {
    return this.#current !== null && entry.name.startsWith(`tables/${this.#current.name}/`);
  }

  async take(entry: ArchiveEntry): Promise<void> {
    const name = entry.name.split('/')[1]!;
    const table = this.#manifest.tables.find((candidate) => candidate.name === name);
    if (!table) throw new Error(`the archive holds a table ${name} that its manifest does not name`);
    this.#current ??= {
      name,
      into: this.#client.query(copyFrom(`copy ${quote(name)} (${table.columns.map(quote).join(', ')}) from stdin`)),
    };
    await pipeline(Readable.from(entry.chunks()), this.#current.into, { end: false });
  }

  async finish(): Promise<void> {
    if (this.#current === null) return;
    const { name, into } = this.#current;
    this.#current = null;
    into.end();
    await finished(into);
    this.#rows[name] = into.rowCount;
  }
}

async function readFile(entry: ArchiveEntry, dir: string | null): Promise<void> {
  const inside = normalize(entry.name.slice('files/'.length));
  if (inside.startsWith('..') || inside.startsWith(sep))
    throw new Error(`the archive holds a file outside of its place: ${entry.name}`);
  if (dir === null) {
    for await (const _ of entry.chunks());
    return;
  }
  const path = join(dir, inside);
  await mkdir(dirname(path), { recursive: true });
  await pipeline(Readable.from(entry.chunks()), createWriteStream(path, { flush: true }));
}

async function refuseFullDatabase({ pool }: OpenDatabase): Promise<void> {
  const { rows } = await pool.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm') limit 1`,
  );
  if (rows.length > 0)
    throw new DatabaseError(
      'A backup is restored into an empty database only, and this one is in use. Give a new folder with ALONGSIDE_DATA (or an empty database with DATABASE_URL).',
    );
}

async function refuseFullFolder(dir: string): Promise<void> {
  const entries = await readdir(dir).catch(() => []);
  if (entries.length > 0)
    throw new DatabaseError(`The folder ${dir} already holds files. Give a new folder with ALONGSIDE_DATA.`);
}
