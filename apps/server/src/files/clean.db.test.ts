import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cleanFiles } from './actions.ts';
import { type FilesTestServer, sha256, startFilesTestServer } from './testing.ts';

let dir: string;
let server: FilesTestServer;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'alongside-files-'));
  server = await startFilesTestServer(dir);
});
afterAll(async () => {
  await server?.close();
  rmSync(dir, { recursive: true, force: true });
});

test('cleaning removes what nobody needs and nothing else', async () => {
  const kept = await server.upload('customer', randomBytes(1_000), 'kept.bin');
  await server.claim('customer', [kept.id], 'public');
  const shared = randomBytes(1_000);
  const draft = await server.upload('customer', shared, 'draft.bin');
  const posted = await server.upload('customer', shared, 'posted.bin');
  await server.claim('customer', [posted.id], 'public');
  const lonely = randomBytes(1_000);
  const forgotten = await server.upload('customer', lonely, 'lonely.bin');
  const unfinished = await server.begin('customer', 1_000, 'unfinished.bin');
  await server.patch('customer', unfinished, 0, randomBytes(100));

  server.clock.aheadMs = 23 * 3_600_000;
  await cleanFiles(server.deps);
  expect(await server.offset('customer', unfinished)).toBe(100);
  server.clock.aheadMs = 25 * 3_600_000;
  expect((await cleanFiles(server.deps)).uploads).toBeGreaterThan(0);
  expect((await server.fetch('customer', `/api/uploads/${unfinished}`, { method: 'HEAD' })).status).toBe(404);
  expect(readdirSync(join(dir, 'uploads'))).not.toContain(unfinished);
  expect((await server.fetch('customer', `/api/files/${draft.id}`)).status).toBe(200);
  server.clock.aheadMs = 8 * 24 * 3_600_000;
  await cleanFiles(server.deps);
  server.clock.aheadMs = 0;
  expect((await server.fetch('customer', `/api/files/${draft.id}`)).status).toBe(404);
  expect((await server.fetch('customer', `/api/files/${forgotten.id}`)).status).toBe(404);
  expect(readdirSync(join(dir, 'files', sha256(lonely).slice(0, 2), sha256(lonely).slice(2, 4)))).toEqual([]);
  for (const id of [kept.id, posted.id])
    expect((await server.fetch(null, (await server.link('customer', id)).url)).status).toBe(200);
});
