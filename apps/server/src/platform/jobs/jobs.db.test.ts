import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import type { OpenDatabase } from '../database/database.ts';
import { createTestDatabase } from '../database/testing.ts';
import { silentLog } from '../log/logger.ts';
import { createJobs, type Jobs, type Queue, sendWithin } from './jobs.ts';

const note: Queue<{ text: string }> = { name: 'test.note', payload: z.strictObject({ text: z.string() }) };
const single: Queue<{ text: string }> = { ...note, name: 'test.single', onePerKey: true };
const shaky: Queue<{ text: string }> = { ...note, name: 'test.shaky', retries: 2, retryDelaySeconds: 1 };
const many: Queue<{ text: string }> = { ...shaky, name: 'test.many', batch: 50 };

let database: OpenDatabase;
let jobs: Jobs;
const done: string[] = [];
const batches: string[][] = [];
let failures = 1;

beforeAll(async () => {
  database = await createTestDatabase();
  jobs = createJobs(database.connection, silentLog());
  for (const queue of [note, single]) jobs.handle(queue, async ({ text }) => void done.push(text));
  jobs.handle(shaky, async ({ text }) => {
    if (failures-- > 0) throw new Error('not this time');
    done.push(text);
  });
  jobs.handleMany(many, async (payloads) => {
    batches.push(payloads.map(({ text }) => text));
    return payloads.map(({ text }) => {
      if (text === 'bad' && failures++ === 0) return new Error('this one not yet');
      done.push(text);
      return null;
    });
  });
  await jobs.start();
});
afterAll(async () => {
  await jobs?.stop();
  await database?.close();
});

const until = (text: string) => vi.waitUntil(() => done.includes(text));

test('a job runs at once', async () => {
  await jobs.send(note, { text: 'now' });
  await until('now');
});

test('a job of a transaction exists only when it commits', async () => {
  await database.db
    .transaction()
    .execute(async (trx) => {
      await jobs.send(note, { text: 'undone' }, { trx });
      throw new Error('rolled back');
    })
    .catch(() => {});
  await database.db.transaction().execute((trx) => jobs.send(note, { text: 'done' }, { trx }));
  await until('done');
  expect(done).not.toContain('undone');
});

test('a job with a time runs then and not before', async () => {
  const at = new Date(Date.now() + 1_500);
  await jobs.send(note, { text: 'later' }, { at });
  await until('later');
  const lateMs = Date.now() - at.getTime();
  expect(lateMs).toBeGreaterThan(-100);
  expect(lateMs).toBeLessThan(15_000);
});

test('of jobs with the same key one waits', async () => {
  const at = new Date(Date.now() + 3_000);
  for (const text of ['first', 'second']) await jobs.send(single, { text }, { at, key: 'k' });
  await jobs.send(single, { text: 'other' }, { at, key: 'l' });
  await Promise.all([until('first'), until('other')]);
  expect(done).not.toContain('second');
});

test('a failed job is tried again, and none of those fetched with it', async () => {
  const texts = Array.from({ length: 8 }, (_, index) => `shaky ${index}`);
  await database.db.transaction().execute((trx) =>
    sendWithin(
      trx,
      shaky,
      texts.map((text) => ({ payload: { text } })),
    ),
  );
  for (const text of texts) await until(text);
  for (const text of texts) expect(done.filter((other) => other === text)).toHaveLength(1);
});

test('many jobs are worked on together, and only those that failed again', async () => {
  failures = 0;
  const at = new Date(Date.now() + 600);
  const texts = ['bad', ...Array.from({ length: 30 }, (_, index) => `many ${index}`)];
  await database.db.transaction().execute((trx) =>
    sendWithin(
      trx,
      many,
      texts.map((text) => ({ payload: { text }, at })),
    ),
  );
  await until('bad');
  // Its two workers wake at once: each takes what the other has not locked, so the first 31 may come as two batches.
  const last = batches.pop();
  expect(batches.length).toBeLessThanOrEqual(2);
  expect(batches.flat().sort()).toEqual([...texts].sort());
  expect(last).toEqual(['bad']);
  for (const text of texts) expect(done.filter((other) => other === text)).toHaveLength(1);
});

test('a job sent within a transaction wakes its worker when that commits, and never before', async () => {
  await database.db
    .transaction()
    .execute(async (trx) => {
      await sendWithin(trx, note, [{ payload: { text: 'sent and undone' } }]);
      throw new Error('rolled back');
    })
    .catch(() => {});
  await database.db.transaction().execute((trx) => sendWithin(trx, note, [{ payload: { text: 'sent within' } }]));
  await until('sent within');
  expect(done).not.toContain('sent and undone');
});

test('a payload that is not as declared is refused where it is sent', async () => {
  await expect(jobs.send(note, { text: 7 } as never)).rejects.toThrow();
});
