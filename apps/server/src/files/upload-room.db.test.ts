import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { errorOf, type FilesTestServer, RESERVED_BYTES, sha256, startFilesTestServer } from './testing.ts';

let dir: string;
let server: FilesTestServer;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'alongside-files-'));
  server = await startFilesTestServer(dir, { UPLOAD_MAX_BYTES: '40M' });
});
afterEach(async () => {
  await server?.close();
  rmSync(dir, { recursive: true, force: true });
});

test('uploads at once do not each see the room that the others take', async () => {
  server.disk.freeBytes = RESERVED_BYTES + 10_000_000;
  const first = await server.begin('customer', 6_000_000, 'a.bin');
  const refused = await server.create('colleague', 6_000_000, 'b.bin');
  expect([refused.status, await errorOf(refused)]).toEqual([507, 'storage_full']);
  expect(server.mails.map((mail) => mail.to)).toEqual(['root@alongside.test']);
  await server.begin('colleague', 4_000_000, 'c.bin');
  expect((await server.create('customer', 6_000_000, 'a.bin', first)).status, 'the same again').toBe(201);
  expect((await server.create('staff', 1_000, 'd.bin')).status).toBe(507);
  // What has arrived lies on the disk and is no longer to come.
  expect((await server.patch('customer', first, 0, randomBytes(3_000_000))).status).toBe(204);
  expect(server.disk.freeBytes).toBe(RESERVED_BYTES + 7_000_000);
  server.disk.freeBytes += 1_000;
  await server.begin('staff', 1_000, 'd.bin');
  expect((await server.fetch('customer', `/api/uploads/${first}`, { method: 'DELETE' })).status).toBe(204);
  await server.begin('staff', 3_000_000, 'e.bin');
});

test('of several that begin in the same moment only so many are taken as there is room for', async () => {
  server.disk.freeBytes = RESERVED_BYTES + 10_000_000;
  const replies = await Promise.all(
    (['customer', 'colleague', 'staff', 'hoarder'] as const).map((who) => server.create(who, 4_000_000, 'a.bin')),
  );
  expect(replies.map(({ status }) => status).sort()).toEqual([201, 201, 507, 507]);
});

test('one that has long been silent keeps no room from others', async () => {
  server.disk.freeBytes = RESERVED_BYTES + 10_000_000;
  await server.begin('customer', 9_000_000, 'a.bin');
  expect((await server.create('colleague', 9_000_000, 'b.bin')).status).toBe(507);
  server.clock.aheadMs = 10 * 60_000;
  expect((await server.create('colleague', 9_000_000, 'b.bin')).status).toBe(201);
});

test('what is reserved is not written to, whoever took the room meanwhile; it goes on when there is room', async () => {
  const content = randomBytes(6_000_000);
  const id = await server.begin('customer', content.length, 'meanwhile.bin');
  server.disk.freeBytes = RESERVED_BYTES + 2_500_000;
  const reply = await server.patch('customer', id, 0, content);
  expect([reply.status, await errorOf(reply)]).toEqual([507, 'storage_full']);
  expect(server.disk.freeBytes).toBeGreaterThanOrEqual(RESERVED_BYTES);
  const offset = await server.offset('customer', id);
  expect(offset).toBeGreaterThan(0);
  server.disk.freeBytes = null;
  expect((await server.patch('customer', id, offset, content.subarray(offset))).status).toBe(204);
  const { file } = await server.json<{ file: { sha256: string } }>('customer', `/api/files/${id}`);
  expect(file.sha256).toBe(sha256(content));
});
