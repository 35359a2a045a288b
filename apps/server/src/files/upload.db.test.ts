import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ErrorReply } from '@alongside/contracts';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { errorOf, type FilesTestServer, people, sha256, startFilesTestServer } from './testing.ts';

let dir: string;
let server: FilesTestServer;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'alongside-files-'));
  server = await startFilesTestServer(dir, {
    UPLOAD_MAX_BYTES: '40M',
    UPLOAD_TYPES_REFUSED: 'application/x-msdownload',
  });
});
afterAll(async () => {
  await server?.close();
  rmSync(dir, { recursive: true, force: true });
});

describe('uploading', () => {
  test('a file arrives whole, is known under its id, and lies under its hash', async () => {
    const content = randomBytes(3_000_000);
    const { id, reply } = await server.upload('customer', content, '日志 🚀.bin');
    expect(reply.status).toBe(204);
    const { file } = await server.json<{ file: Record<string, unknown> }>('customer', `/api/files/${id}`);
    expect(file).toEqual({
      id,
      name: '日志 🚀.bin',
      sizeBytes: content.length,
      mediaType: 'application/octet-stream',
      sha256: sha256(content),
      preview: 'none',
      width: null,
      height: null,
    });
    expect(readdirSync(join(dir, 'files', sha256(content).slice(0, 2), sha256(content).slice(2, 4)))).toEqual([
      sha256(content),
    ]);
    expect(readdirSync(join(dir, 'uploads'))).not.toContain(id);
    const link = await server.link('customer', id);
    const body = Buffer.from(await (await server.fetch(null, link.url)).arrayBuffer());
    expect(sha256(body)).toBe(sha256(content));
  });

  test('goes on where a cut left it', async () => {
    const content = randomBytes(2_500_000);
    const id = await server.begin('customer', content.length, 'cut.bin');
    await server.cutUpload('customer', id, content.subarray(0, 1_200_000));
    const offset = await server.offset('customer', id);
    expect(offset).toBeGreaterThan(0);
    expect(offset).toBeLessThanOrEqual(1_200_000);
    const wrong = await server.patch('customer', id, 0, content);
    expect(wrong.status).toBe(409);
    expect((await server.patch('customer', id, offset, content.subarray(offset))).status).toBe(204);
    expect((await server.json<{ file: { sha256: string } }>('customer', `/api/files/${id}`)).file.sha256).toBe(
      sha256(content),
    );
  });

  test('in pieces, begun twice, and told twice that it is complete: still one file', async () => {
    const content = randomBytes(300_000);
    const id = await server.begin('staff', content.length, 'pieces.bin');
    expect((await server.patch('staff', id, 0, content.subarray(0, 100_000))).status).toBe(204);
    await server.begin('staff', content.length, 'pieces.bin', id);
    expect(await server.offset('staff', id)).toBe(100_000);
    expect((await server.patch('staff', id, 100_000, content.subarray(100_000))).status).toBe(204);
    await server.begin('staff', content.length, 'pieces.bin', id);
    expect(await server.offset('staff', id)).toBe(content.length);
    expect((await server.json<{ file: { sha256: string } }>('staff', `/api/files/${id}`)).file.sha256).toBe(
      sha256(content),
    );
  });

  test('the same content twice lies there once', async () => {
    const content = randomBytes(5_000);
    const [a, b] = await Promise.all([
      server.upload('staff', content, 'a.bin'),
      server.upload('customer', content, 'b.bin'),
    ]);
    expect([a.reply.status, b.reply.status]).toEqual([204, 204]);
    const rows = await server.db.selectFrom('blob').select('sha256').where('sha256', '=', sha256(content)).execute();
    expect(rows).toHaveLength(1);
    expect((await server.json<{ file: { name: string } }>('customer', `/api/files/${b.id}`)).file.name).toBe('b.bin');
  });

  test('an empty file is a file', async () => {
    const id = await server.begin('customer', 0, 'empty.log');
    const { file } = await server.json<{ file: Record<string, unknown> }>('customer', `/api/files/${id}`);
    expect(file).toMatchObject({ sizeBytes: 0, mediaType: 'text/plain' });
    expect(await (await server.fetch(null, (await server.link('customer', id)).url)).text()).toBe('');
  });

  test('is for who is signed in, and each only their own', async () => {
    const content = randomBytes(1_000);
    expect(await errorOf(await server.create(null, content.length, 'a.bin'))).toBe('unauthenticated');
    const id = await server.begin('customer', content.length, 'a.bin');
    for (const other of ['stranger', 'staff'] as const) {
      expect(await errorOf(await server.patch(other, id, 0, content))).toBe('not_found');
      expect((await server.fetch(other, `/api/uploads/${id}`, { method: 'HEAD' })).status).toBe(404);
      expect((await server.fetch(other, `/api/uploads/${id}`, { method: 'DELETE' })).status).toBe(404);
      expect(await errorOf(await server.create(other, content.length, 'a.bin', id))).toBe('id_conflict');
    }
    const own = await server.begin('stranger', content.length, 'own.bin');
    expect((await server.fetch('stranger', `/api/uploads/${own}?x=/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await server.fetch('stranger', `/api/uploads/${own}`, { method: 'HEAD' })).status).toBe(404);
    expect(await server.offset('customer', id)).toBe(0);
  });

  test('one that is cut off for its silence lets go by itself, and goes on where that left it', async () => {
    const content = randomBytes(1_500_000);
    const id = await server.begin('customer', content.length, 'silent.bin');
    const write = vi.spyOn(server.deps.uploads, 'write');
    try {
      await server.cutUpload('customer', id, content.subarray(0, 1_200_000), 'server');
      let isOver = false;
      const over = () => {
        isOver = true;
      };
      (write.mock.results[0]!.value as Promise<number>).then(over, over);
      // Nobody asks for it meanwhile: that alone would make it let go.
      await vi.waitUntil(() => isOver);
    } finally {
      write.mockRestore();
    }
    const offset = await server.offset('customer', id);
    expect(offset).toBeGreaterThan(0);
    expect((await server.patch('customer', id, offset, content.subarray(offset))).status).toBe(204);
    const { file } = await server.json<{ file: { sha256: string } }>('customer', `/api/files/${id}`);
    expect(file.sha256).toBe(sha256(content));
  });

  test('a cancelled one is gone', async () => {
    const id = await server.begin('customer', 1_000, 'a.bin');
    await server.patch('customer', id, 0, randomBytes(500));
    expect((await server.fetch('customer', `/api/uploads/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await server.fetch('customer', `/api/uploads/${id}`, { method: 'HEAD' })).status).toBe(404);
    expect(readdirSync(join(dir, 'uploads'))).not.toContain(id);
  });

  test('limits: size, bytes on the way, refused kinds, more than announced', async () => {
    const tooLarge = await server.create('customer', 41 * 2 ** 20, 'a.bin');
    expect(tooLarge.status).toBe(413);
    expect(await errorOf(tooLarge)).toBe('file_too_large');
    const many = await Promise.all(Array.from({ length: 4 }, () => server.create('hoarder', 30 * 2 ** 20, 'a.bin')));
    expect(many.map((reply) => reply.status).sort()).toEqual([201, 201, 429, 429]);
    // What a visitor has sent and no message took counts too, or they would fill the disk file by file.
    const half = Buffer.alloc(24 * 2 ** 20, 'x');
    await server.upload('stranger', half, 'first.bin');
    expect(await errorOf(await server.create('stranger', half.length, 'second.bin'))).toBe('rate_limited');
    expect((await server.create('stranger', 1_000, 'small.bin')).status).toBe(201);
    const { id, reply } = await server.upload(
      'customer',
      Buffer.concat([Buffer.from('MZ'), randomBytes(2_000)]),
      'harmless.txt',
    );
    expect(await errorOf(reply)).toBe('file_type_refused');
    expect((await server.fetch('customer', `/api/files/${id}`)).status).toBe(404);
    const small = await server.begin('customer', 100, 'a.bin');
    expect((await server.patch('customer', small, 0, randomBytes(5_000))).status).toBe(400);
  });

  test('all files of one customer’s person together have a limit, those of messages included; staff have none', async () => {
    const { quotas } = server.deps.policy;
    const before = { ...quotas };
    const content = Buffer.alloc(400_000, 'q');
    const used = async () =>
      (
        await server.db
          .selectFrom('file')
          .innerJoin('blob', 'blob.sha256', 'file.sha256')
          .select(({ fn }) => fn.sum<number>('blob.sizeBytes').as('bytes'))
          .where('uploaderId', '=', people.colleague.id)
          .executeTakeFirstOrThrow()
      ).bytes;
    try {
      quotas.customer = 1_000_000;
      quotas.visitor = 500_000;
      for (const name of ['one.log', 'two.log']) {
        const { id } = await server.upload('colleague', content, name);
        await server.claim('colleague', [id], 'public');
      }
      expect(Number(await used())).toBe(800_000);
      const beyond = await server.create('colleague', content.length, 'three.log');
      expect(beyond.status).toBe(413);
      expect(((await beyond.json()) as ErrorReply).error).toMatchObject({
        code: 'file_quota_reached',
        retry: false,
        details: { limit: '976.6 KiB' },
      });
      // Several at once do not each see the room that is left.
      const atOnce = await Promise.all([1, 2, 3].map(() => server.create('colleague', 150_000, 'small.log')));
      expect(atOnce.map((reply) => reply.status).sort()).toEqual([201, 413, 413]);
      expect(await errorOf(await server.create('newcomer', 500_001, 'large.log'))).toBe('file_quota_reached');
      expect((await server.create('newcomer', 500_000, 'fits.log')).status).toBe(201);
      quotas.customer = 0;
      expect((await server.create('colleague', content.length, 'three.log')).status).toBe(201);
      quotas.customer = 1;
      expect((await server.create('staff', content.length, 'ours.log')).status).toBe(201);
    } finally {
      Object.assign(quotas, before);
    }
  });

  test('what tus sends wrongly is named, and does no harm', async () => {
    for (const fileId of ['', '../../../etc/passwd', 'x'.repeat(5_000), `${randomUUID()}/..`]) {
      const reply = await server.create('customer', 10, 'a.bin', fileId);
      expect(reply.status).toBe(422);
    }
    const noLength = await server.fetch('customer', '/api/uploads', {
      method: 'POST',
      headers: {
        'tus-resumable': '1.0.0',
        'upload-metadata': `fileId ${Buffer.from(randomUUID()).toString('base64')}`,
      },
    });
    expect(noLength.status).toBe(422);
    for (const path of ['..%2f..%2fetc%2fpasswd', '%00', 'x'.repeat(190)])
      expect((await server.fetch('customer', `/api/uploads/${path}`, { method: 'HEAD' })).status).toBe(404);
  });

  test('a full disk says so; nothing half done stays, and it goes on when there is room', async () => {
    const content = randomBytes(6_000_000);
    const id = await server.begin('customer', content.length, 'full.bin');
    server.disk.roomBytes = 2_500_000;
    const reply = await server.patch('customer', id, 0, content);
    expect(reply.status).toBe(507);
    expect(await errorOf(reply)).toBe('storage_full');
    expect((await server.fetch('customer', `/api/files/${id}`)).status).toBe(404);
    await server.patch('customer', id, await server.offset('customer', id), content.subarray(0, 100));
    expect(server.mails.map((mail) => mail.to)).toEqual(['root@alongside.test']);
    server.disk.roomBytes = Number.POSITIVE_INFINITY;
    const offset = await server.offset('customer', id);
    expect(offset).toBeLessThan(content.length);
    expect((await server.patch('customer', id, offset, content.subarray(offset))).status).toBe(204);
    expect((await server.json<{ file: { sha256: string } }>('customer', `/api/files/${id}`)).file.sha256).toBe(
      sha256(content),
    );
  });
});
