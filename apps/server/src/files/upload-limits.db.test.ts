import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { errorOf, type FilesTestServer, startFilesTestServer } from './testing.ts';

let dir: string;
let server: FilesTestServer;

// Reads: twelve a minute; writes: two.
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'alongside-files-'));
  server = await startFilesTestServer(dir, { RATE_LIMIT_SCALE: '0.01' });
});
afterAll(async () => {
  await server?.close();
  rmSync(dir, { recursive: true, force: true });
});

test('the pieces of uploads are counted, by person, and apart from what else they do', async () => {
  const id = await server.begin('customer', 1_000, 'a.bin');
  const content = randomBytes(10);
  for (let piece = 0; piece < 6; piece += 1) {
    expect((await server.patch('customer', id, piece * 10, content)).status).toBe(204);
    expect(await server.offset('customer', id)).toBe(piece * 10 + 10);
  }
  const refused = await server.patch('customer', id, 60, content);
  expect([refused.status, await errorOf(refused)]).toEqual([429, 'rate_limited']);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await server.fetch('customer', `/api/uploads/${id}`, { method: 'HEAD' })).status).toBe(429);
  expect((await server.fetch('customer', `/api/files/${id}`)).status).toBe(404);
  const other = await server.begin('colleague', 1_000, 'b.bin');
  expect((await server.patch('colleague', other, 0, content)).status).toBe(204);
});

test('so is giving them up', async () => {
  const remove = () => server.fetch('staff', '/api/uploads/00000000-0000-4000-8000-000000000000', { method: 'DELETE' });
  expect([(await remove()).status, (await remove()).status, (await remove()).status]).toEqual([404, 404, 429]);
});
