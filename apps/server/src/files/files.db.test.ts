import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ErrorCode } from '@alongside/contracts';
import { createCanvas } from '@napi-rs/canvas';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { claimFilesForMessage, cleanFiles, passFilesOn } from './actions.ts';
import { type FilesTestServer, people, startFilesTestServer } from './testing.ts';

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

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const png = (width: number, height: number) => {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = '#2a6';
  context.fillRect(0, 0, width, height);
  return canvas.toBuffer('image/png');
};

/** Puts a file into a message, as posting it would. */
async function claim(
  person: keyof typeof people,
  fileIds: string[],
  visibility: 'public' | 'internal',
  ticketId = server.ticketId,
) {
  const messageId = randomUUID();
  return server.db
    .transaction()
    .execute((trx) => claimFilesForMessage(trx, { fileIds, reader: people[person], ticketId, messageId, visibility }));
}

async function errorOf(reply: Response): Promise<ErrorCode> {
  return ((await reply.json()) as { error: { code: ErrorCode } }).error.code;
}

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
    expect(await server.offset('customer', id)).toBe(0);
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

describe('what a file is', () => {
  const cases: [name: string, content: Uint8Array, mediaType: string, preview: string][] = [
    ['holiday.png', Buffer.from('<html><script>alert(1)</script></html>'), 'text/html', 'text'],
    [
      'holiday.jpg',
      Buffer.from(
        '<?xml version="1.0"?>\n<!-- x --><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
      ),
      'image/svg+xml',
      'text',
    ],
    ['page.html', png(3, 2), 'image/png', 'image'],
    ['notes.exe', Buffer.from('just words\n'), 'text/plain', 'text'],
    ['trace.log', Buffer.from('2026-11-21 卡顿 42 ms\n'), 'text/plain', 'text'],
  ];
  test.each(cases)('%s is found out by its content', async (name, content, mediaType, preview) => {
    const { id } = await server.upload('customer', content, name, 'image/png');
    const { file } = await server.json<{ file: Record<string, unknown> }>('customer', `/api/files/${id}`);
    expect(file).toMatchObject({ name, mediaType, preview });
  });

  test('markup is never shown as what it is, nothing served can run', async () => {
    for (const [name, content, mediaType] of cases) {
      const { id } = await server.upload('customer', content, name);
      const link = await server.link('customer', id);
      for (const url of [link.url, link.downloadUrl]) {
        const reply = await server.fetch(null, url);
        expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
        expect(reply.headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/);
        const type = reply.headers.get('content-type')!;
        const isMarkup = /html|svg/.test(mediaType);
        expect(type).toMatch(mediaType === 'image/png' ? /^image\/png$/ : /^text\/plain; charset=utf-8$/);
        if (isMarkup || url === link.downloadUrl)
          expect(reply.headers.get('content-disposition')).toMatch(/^attachment/);
        else expect(reply.headers.get('content-disposition')).toMatch(/^inline/);
        expect(Buffer.from(await reply.arrayBuffer())).toEqual(Buffer.from(content));
      }
    }
  });

  test('names keep no path and no disguise', async () => {
    const names: [string, string][] = [
      ['../../../../etc/passwd', 'passwd'],
      ['C:\\Windows\\system32\\a.txt', 'a.txt'],
      ['\u202egpj.exe', 'gpj.exe'],
      ['a\u0000b\r\nSet-Cookie: x.txt', 'abSet-Cookie: x.txt'],
      ['..', 'file'],
      ['', 'file'],
    ];
    for (const [given, kept] of names) {
      const { id } = await server.upload('customer', Buffer.from('x'), given);
      expect((await server.json<{ file: { name: string } }>('customer', `/api/files/${id}`)).file.name).toBe(kept);
    }
    const { id } = await server.upload('customer', Buffer.from('x'), `${'长'.repeat(300)}.log`);
    const { name } = (await server.json<{ file: { name: string } }>('customer', `/api/files/${id}`)).file;
    expect(name).toHaveLength(255);
    expect(name).toMatch(/…\.log$/);
    const reply = await server.fetch(null, (await server.link('customer', id)).url);
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-disposition')).toContain(`filename*=UTF-8''%E9%95%BF`);
  });

  test('pictures have a size and a thumbnail, bombs and broken ones do not', async () => {
    const picture = await server.upload('customer', png(1_600, 900), 'screen.png');
    expect((await server.json<{ file: object }>('customer', `/api/files/${picture.id}`)).file).toMatchObject({
      width: 1_600,
      height: 900,
    });
    const { thumbnailUrl } = await server.link('customer', picture.id);
    const thumbnail = await server.fetch(null, thumbnailUrl!);
    expect(thumbnail.headers.get('content-type')).toBe('image/webp');
    const bytes = Buffer.from(await thumbnail.arrayBuffer());
    expect(bytes.subarray(0, 4).toString()).toBe('RIFF');
    expect(bytes.length).toBeLessThan(50_000);

    const bomb = png(4, 4);
    bomb.writeUInt32BE(60_000, 16);
    bomb.writeUInt32BE(60_000, 20);
    const bombed = await server.upload('customer', bomb, 'bomb.png');
    expect((await server.link('customer', bombed.id)).thumbnailUrl).toBeNull();
    const torn = await server.upload('customer', png(500, 500).subarray(0, 60), 'torn.png');
    expect(torn.reply.status).toBe(204);
    expect((await server.link('customer', torn.id)).thumbnailUrl).toBeNull();
    const after = await server.upload('customer', png(50, 50), 'after.png');
    expect((await server.link('customer', after.id)).thumbnailUrl).not.toBeNull();
  });

  test('texts are previewed in whatever encoding they are', async () => {
    const text = '通话卡顿 audio stutter\n'.repeat(10);
    const gb = Buffer.from('cda8bbb0bfa8b6d920617564696f0a'.repeat(8), 'hex');
    const cases: [Uint8Array, string, string][] = [
      [Buffer.from(text), 'utf-8', '通话卡顿'],
      [Buffer.from(`\ufeff${text}`, 'utf16le'), 'utf-16le', '通话卡顿'],
      [gb, 'gb18030', '通话卡顿'],
    ];
    for (const [content, encoding, start] of cases) {
      const { id } = await server.upload('customer', content, 'a.log');
      const preview = await server.json<{ text: string }>('customer', `/api/files/${id}/preview`);
      expect(preview).toMatchObject({ encoding, truncated: false });
      expect(preview.text.startsWith(start)).toBe(true);
      const shown = await server.fetch(null, (await server.link('customer', id)).url);
      expect(shown.headers.get('content-type')).toBe(`text/plain; charset=${encoding}`);
    }
    const long = await server.upload('customer', Buffer.from('卡'.repeat(50_000)), 'long.log');
    const preview = await server.json<{ text: string; truncated: boolean }>(
      'customer',
      `/api/files/${long.id}/preview`,
    );
    expect(preview.truncated).toBe(true);
    expect(preview.text).toMatch(/^卡+$/);
    const binary = await server.upload('customer', randomBytes(2_000), 'a.log');
    expect((await server.fetch('customer', `/api/files/${binary.id}/preview`)).status).toBe(415);
  });
});

describe('who sees a file', () => {
  test('its uploader; with its message also who sees the message; notes stay with staff', async () => {
    const { id } = await server.upload('customer', Buffer.from('log'), 'a.log');
    expect((await server.fetch('staff', `/api/files/${id}`)).status).toBe(404);
    await claim('customer', [id], 'public');
    expect((await server.fetch('staff', `/api/files/${id}`)).status).toBe(200);
    expect((await server.fetch('colleague', `/api/files/${id}`)).status).toBe(200);
    expect((await server.fetch('stranger', `/api/files/${id}`)).status).toBe(404);

    const note = await server.upload('staff', Buffer.from('secret'), 'note.log');
    await claim('staff', [note.id], 'internal');
    for (const person of ['customer', 'colleague', 'stranger'] as const) {
      expect((await server.fetch(person, `/api/files/${note.id}`)).status).toBe(404);
      expect((await server.fetch(person, `/api/files/${note.id}/preview`)).status).toBe(404);
      const { links } = await server.json<{ links: { id: string }[] }>(person, '/api/files/links', {
        ids: [note.id, id],
      });
      expect(links.map((link) => link.id)).not.toContain(note.id);
    }
  });

  test('a message takes only what its sender uploaded whole', async () => {
    const mine = await server.upload('customer', Buffer.from('1'), 'one.log');
    const also = await server.upload('customer', Buffer.from('2'), 'two.log');
    const theirs = await server.upload('stranger', Buffer.from('3'), 'three.log');
    const incomplete = await server.begin('customer', 10, 'four.log');
    await expect(claim('customer', [mine.id, theirs.id], 'public')).rejects.toMatchObject({ code: 'file_missing' });
    await expect(claim('customer', [incomplete], 'public')).rejects.toMatchObject({ code: 'file_missing' });
    const files = await claim('customer', [also.id, mine.id], 'public');
    expect(files.map((file) => file.name)).toEqual(['two.log', 'one.log']);
    await expect(claim('customer', [mine.id], 'public')).rejects.toMatchObject({ code: 'file_missing' });
  });

  test('the same message may take its files again', async () => {
    const { id } = await server.upload('customer', Buffer.from('again'), 'a.log');
    const messageId = randomUUID();
    const once = () =>
      server.db.transaction().execute((trx) =>
        claimFilesForMessage(trx, {
          fileIds: [id],
          reader: people.customer,
          ticketId: server.ticketId,
          messageId,
          visibility: 'public',
        }),
      );
    expect(await once()).toEqual(await once());
  });

  test('a visitor’s uploads follow them when they turn out to be somebody', async () => {
    const { id } = await server.upload('stranger', Buffer.from('before'), 'a.log');
    await server.db.transaction().execute((trx) => passFilesOn(trx, people.stranger.id, people.customer.id));
    expect(await claim('customer', [id], 'public')).toHaveLength(1);
  });
});

describe('signed addresses', () => {
  test('open nothing when changed, for another file, or too late', async () => {
    const { id } = await server.upload('customer', Buffer.from('a'), 'a.log');
    const other = await server.upload('customer', Buffer.from('b'), 'b.log');
    const { url } = await server.link('customer', id);
    expect((await server.fetch(null, url)).status).toBe(200);
    const changed = [
      url.replace(id, other.id),
      url.replace('v=inline', 'v=download'),
      url.replace(/exp=\d+/, (exp) => `exp=${Number(exp.slice(4)) + 1}`),
      url.replace(/sig=.*/, 'sig='),
      url.replace(/sig=./, 'sig=~'),
      url.split('?')[0]!,
      `${url}&exp=99999999999`,
    ];
    for (const address of changed) expect((await server.fetch(null, address)).status).toBe(404);
    server.clock.aheadMs = 59 * 60_000;
    expect((await server.fetch(null, url)).status).toBe(200);
    server.clock.aheadMs = 76 * 60_000;
    expect((await server.fetch(null, url)).status).toBe(404);
    server.clock.aheadMs = 0;
  });

  test('ranges, caching, heads', async () => {
    const content = randomBytes(100_000);
    const { id } = await server.upload('customer', content, 'a.bin');
    const { url } = await server.link('customer', id);
    const ask = (headers: Record<string, string>, method = 'GET') => server.fetch(null, url, { headers, method });
    const etag = (await ask({})).headers.get('etag')!;
    expect(etag).toBe(`"${sha256(content)}"`);
    const part = await ask({ range: 'bytes=1000-1999' });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 1000-1999/100000']);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(content.subarray(1_000, 2_000));
    expect(Buffer.from(await (await ask({ range: 'bytes=-10' })).arrayBuffer())).toEqual(content.subarray(-10));
    expect(Buffer.from(await (await ask({ range: 'bytes=99990-' })).arrayBuffer())).toEqual(content.subarray(-10));
    const beyond = await ask({ range: 'bytes=100000-' });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, 'bytes */100000']);
    for (const range of ['bytes=0-1,5-6', 'bytes=5-2', 'lines=1-2', 'bytes=-'])
      expect((await ask({ range })).status).toBe(200);
    expect((await ask({ range: 'bytes=0-9', 'if-range': '"other"' })).status).toBe(200);
    expect((await ask({ 'if-none-match': etag })).status).toBe(304);
    const head = await ask({}, 'HEAD');
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '100000']);
  });
});

test('cleaning removes what nobody needs and nothing else', async () => {
  const kept = await server.upload('customer', randomBytes(1_000), 'kept.bin');
  await claim('customer', [kept.id], 'public');
  const shared = randomBytes(1_000);
  const draft = await server.upload('customer', shared, 'draft.bin');
  const posted = await server.upload('customer', shared, 'posted.bin');
  await claim('customer', [posted.id], 'public');
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
