import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCanvas } from '@napi-rs/canvas';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

const png = (width: number, height: number) => {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = '#2a6';
  context.fillRect(0, 0, width, height);
  return canvas.toBuffer('image/png');
};

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
