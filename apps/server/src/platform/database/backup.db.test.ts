import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentLog } from '../log/logger.ts';
import { backUp } from './backup.ts';
import type { OpenDatabase } from './database.ts';
import { restore } from './restore.ts';
import { serverSecret } from './secrets.ts';
import { createTestDatabase } from './testing.ts';

const HALF_STORED = `${'a'.repeat(64)}.${randomUUID()}.tmp`;
const log = silentLog();
let dir: string;
let file: string;
let source: OpenDatabase;
const opened: OpenDatabase[] = [];

async function emptyDatabase(): Promise<OpenDatabase> {
  const database = await createTestDatabase({ migrated: false });
  opened.push(database);
  return database;
}

/** Everything in it, as text, by table. */
async function contents({ pool }: OpenDatabase): Promise<Record<string, string[]>> {
  const tables = await pool.query(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'schema_migration' order by 1`,
  );
  const all: Record<string, string[]> = {};
  for (const { name } of tables.rows) {
    const rows = await pool.query(`select t::text as row from "${name}" t order by 1`);
    all[name] = rows.rows.map(({ row }) => row);
  }
  return all;
}

const constraints = async ({ pool }: OpenDatabase) =>
  (
    await pool.query(
      `select conrelid::regclass::text, conname, pg_get_constraintdef(oid), convalidated from pg_constraint where connamespace = 'public'::regnamespace order by 1, 2`,
    )
  ).rows;
const triggers = async ({ pool }: OpenDatabase) =>
  (
    await pool.query(
      `select tgrelid::regclass::text, tgname, tgenabled from pg_trigger where not tgisinternal order by 1, 2`,
    )
  ).rows;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'alongside-backup-'));
  file = join(dir, 'backup.tar.gz');
  source = await createTestDatabase();
  opened.push(source);
  const { db } = source;
  await serverSecret(db, 'links');
  await sql`insert into mail (id, recipient, subject, text, state, created_at)
    select gen_random_uuid(), 'n' || n || '@example.com', E'tab\t new\nline \\ 回声消除 👋 ' || n, repeat('x', 200), 'kept', now()
    from generate_series(1, 30000) n`.execute(db);
  await sql`insert into feed (kind, payload) select 'k', jsonb_build_object('n', n, 'quote', '"''') from generate_series(1, 50) n`.execute(
    db,
  );
  mkdirSync(join(dir, 'files', 'ab'), { recursive: true });
  writeFileSync(join(dir, 'files', 'ab', 'small'), 'hello');
  writeFileSync(join(dir, 'files', 'ab', 'large'), randomBytes(3_000_001));
  writeFileSync(join(dir, 'files', 'empty'), '');
  // What a kill in the midst of storing a file leaves behind.
  writeFileSync(join(dir, 'files', 'ab', HALF_STORED), 'hel');
});
afterAll(async () => {
  for (const database of opened) await database.close();
  rmSync(dir, { recursive: true, force: true });
});

test('what is backed up comes back identical, counters and files too', async () => {
  const rows = await backUp(source.connection, file, join(dir, 'files'));
  expect(rows).toMatchObject({ mail: 30_000, feed: 50, server_secret: 1 });
  const target = await emptyDatabase();
  const back = join(dir, 'files back');
  expect(await restore(target, file, back, log)).toEqual(rows);
  expect(await contents(target)).toEqual(await contents(source));
  expect(await constraints(target)).toEqual(await constraints(source));
  expect(await triggers(target)).toEqual(await triggers(source));
  const next = async ({ pool }: OpenDatabase) =>
    (await pool.query(`insert into feed (kind, payload) values ('next', '{}') returning position`)).rows[0].position;
  expect(await next(target)).toBe(await next(source));
  const digest = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');
  for (const name of ['ab/small', 'ab/large', 'empty'])
    expect(digest(join(back, name))).toBe(digest(join(dir, 'files', name)));
  expect(readdirSync(join(back, 'ab')).sort()).toEqual(['large', 'small']);
});

test('one moment is backed up, whatever is written meanwhile', async () => {
  let writing = true;
  const writer = (async () => {
    for (let n = 0; writing; n += 1)
      await source.db.transaction().execute(async (trx) => {
        // Two tables that always agree.
        await sql`insert into feed (kind, payload) values ('pair', '{}')`.execute(trx);
        await sql`insert into feed_follower (name, position) values (${`pair ${n}`}, 0)`.execute(trx);
      });
  })();
  const rows = await backUp(source.connection, join(dir, 'busy.tar.gz'), null);
  writing = false;
  await writer;
  const target = await emptyDatabase();
  await restore(target, join(dir, 'busy.tar.gz'), null, log);
  const { rows: counted } = await target.pool.query(
    `select (select count(*) from feed where kind = 'pair') = (select count(*) from feed_follower) as agree`,
  );
  expect(counted[0].agree).toBe(true);
  expect(rows.mail).toBe(30_000);
});

test('a database in use is refused and left alone', async () => {
  const before = await contents(source);
  await expect(restore(source, file, null, log)).rejects.toThrow('into an empty database only');
  expect(await contents(source)).toEqual(before);
});

test('a backup that is cut off, altered or newer restores nothing, and the next try works', async () => {
  const target = await emptyDatabase();
  const files = join(dir, 'files of the next try');
  const bad = join(dir, 'bad.tar.gz');
  const whole = readFileSync(file);
  const plain = gunzipSync(whole);
  const variants: [Buffer, RegExp][] = [
    [whole.subarray(0, whole.length / 2), /not a complete backup/],
    [gzipSync(plain.subarray(0, plain.length - 4_096)), /not a complete backup/],
    [Buffer.from('hello'), /not a complete backup/],
    [
      gzipSync(
        Buffer.from(
          plain
            .toString('latin1')
            .replace(/"schema": ?\d+/, (found) => found.replace(/\d+/, '9'.repeat(found.match(/\d+/)![0].length))),
          'latin1',
        ),
      ),
      /newer version/,
    ],
  ];
  for (const [content, message] of variants) {
    writeFileSync(bad, content);
    await expect(restore(target, bad, files, log)).rejects.toThrow(message);
  }
  await expect(restore(target, join(dir, 'absent'), files, log)).rejects.toThrow('There is no file');
  await restore(target, file, files, log);
  expect(readFileSync(join(files, 'ab', 'small'), 'utf8')).toBe('hello');
  expect((await contents(target)).mail).toHaveLength(30_000);
});

test('a backup that fails leaves no file', async () => {
  const nowhere = join(dir, 'nowhere', 'b.tar.gz');
  await expect(backUp(source.connection, nowhere, null)).rejects.toThrow('ENOENT');
  const empty = await emptyDatabase();
  await expect(backUp(empty.connection, join(dir, 'never.tar.gz'), null)).rejects.toThrow('nothing to back up');
  expect(existsSync(join(dir, 'never.tar.gz')) || existsSync(join(dir, 'never.tar.gz.partial'))).toBe(false);
});
