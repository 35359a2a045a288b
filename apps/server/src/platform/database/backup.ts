import { createReadStream, createWriteStream } from 'node:fs';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { ArchiveWriter } from './archive.ts';
import { type Connection, DatabaseError } from './database.ts';

/** Version of the archive's layout. */
export const BACKUP_FORMAT = 1;

/** First entry of a backup. */
export type Manifest = {
  product: 'alongside';
  format: number;
  /** Number of the newest migration of the database it was made from. */
  schema: number;
  createdAt: string;
  tables: { name: string; columns: string[] }[];
  sequences: { name: string; lastValue: number }[];
  /** Whether the files are in it; those in S3 never are. */
  files: boolean;
};

/** Last entry: without it the backup is cut off. */
export type Ending = { rows: Record<string, number> };

/** Table contents are cut into entries of this size: an entry's size stands before it, and nobody knows a table's. */
const PART_BYTES = 4 * 2 ** 20;
/** Kept in the manifest, or of the running system only. */
const LEFT_OUT = new Set(['schema_migration']);

/**
 * Writes everything into one file, while the server goes on. The file appears under its name only when it is complete.
 * @param filesDir folder of the files' contents; null leaves them out
 * @returns rows per table
 * @throws DatabaseError when there is nothing to back up
 */
export async function backUp(connection: Connection, file: string, filesDir: string | null): Promise<Ending['rows']> {
  const client = new pg.Client({ ...connection, application_name: 'alongside backup' });
  // A lost connection fails the statement under way; the event alone would end the process.
  client.on('error', () => {});
  await client.connect();
  const unfinished = `${file}.partial`;
  try {
    // One snapshot for all tables.
    await client.query('begin isolation level repeatable read read only');
    const manifest = await describe(client, filesDir !== null);
    const gzip = createGzip({ level: 6 });
    const out = createWriteStream(unfinished, { mode: 0o600, flush: true });
    gzip.on('error', (error) => out.destroy(error));
    out.on('error', (error) => gzip.destroy(error));
    const written = finished(gzip.pipe(out));
    // Waited for below; until then a failure must not count as unhandled.
    written.catch(() => {});
    const archive = new ArchiveWriter(gzip);
    await archive.entry('manifest.json', json(manifest));
    const rows: Ending['rows'] = {};
    for (const table of manifest.tables) rows[table.name] = await writeTable(client, archive, table);
    await client.query('commit');
    if (filesDir !== null) await writeFiles(archive, filesDir);
    await archive.entry('end.json', json({ rows } satisfies Ending));
    await archive.end();
    gzip.end();
    await written;
    await rename(unfinished, file);
    await syncFolder(file);
    return rows;
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  } finally {
    await client.end();
  }
}

async function describe(client: pg.Client, files: boolean): Promise<Manifest> {
  const known = await client.query(`select to_regclass('public.schema_migration') is not null as found`);
  if (!known.rows[0].found)
    throw new DatabaseError('There is nothing to back up: this database was never used by Alongside.');
  const schema = await client.query('select max(number) as newest from schema_migration');
  const columns = await client.query<{ name: string; columns: string[] }>(
    `select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
     from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
       and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     group by c.relname order by c.relname`,
  );
  const sequences = await client.query<{ name: string; last_value: string | null }>(
    `select sequencename as name, last_value from pg_sequences where schemaname = 'public' order by 1`,
  );
  return {
    product: 'alongside',
    format: BACKUP_FORMAT,
    schema: Number(schema.rows[0].newest),
    createdAt: new Date().toISOString(),
    tables: columns.rows.filter(({ name }) => !LEFT_OUT.has(name)),
    sequences: sequences.rows.flatMap(({ name, last_value }) =>
      last_value === null ? [] : [{ name, lastValue: Number(last_value) }],
    ),
    files,
  };
}

async function writeTable(
  client: pg.Client,
  archive: ArchiveWriter,
  { name, columns }: Manifest['tables'][number],
): Promise<number> {
  const stream = client.query(copyTo(`copy ${quote(name)} (${columns.map(quote).join(', ')}) to stdout`));
  let parts: Buffer[] = [];
  let sizeBytes = 0;
  let number = 0;
  const flush = async () => {
    number += 1;
    await archive.entry(`tables/${name}/${String(number).padStart(6, '0')}.copy`, Buffer.concat(parts));
    parts = [];
    sizeBytes = 0;
  };
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    parts.push(chunk);
    sizeBytes += chunk.byteLength;
    if (sizeBytes >= PART_BYTES) await flush();
  }
  if (sizeBytes > 0) await flush();
  return stream.rowCount;
}

async function writeFiles(archive: ArchiveWriter, dir: string): Promise<void> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    // A temporary name is half a copy: of one that is being made, or that a kill cut off.
    if (!entry.isFile() || entry.name.endsWith('.tmp')) continue;
    const path = join(entry.parentPath, entry.name);
    const found = await stat(path).catch(() => null);
    // Removed since the folder was read; contents never change under their name.
    if (found) await archive.entryFrom(`files/${relative(dir, path)}`, found.size, createReadStream(path));
  }
}

/** Without it a power cut may forget the new name. */
async function syncFolder(file: string): Promise<void> {
  const folder = await open(join(file, '..'), 'r');
  await folder.sync().catch(() => {});
  await folder.close();
}

/** A name as SQL takes it. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function json(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
}
