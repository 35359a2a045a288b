import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ReadableStream } from 'node:stream/web';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { OpenDatabase } from '../platform/database/database.ts';
import { createTestDatabase } from '../platform/database/testing.ts';
import { type FilesTestServer, startFilesTestServer } from './testing.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const MIB = 2 ** 20;

describe('a server of its own process', () => {
  let dir: string;
  let database: OpenDatabase;
  let child: ChildProcess;
  let origin: string;

  async function start(): Promise<void> {
    const program = new URL('./test-program.ts', import.meta.url).pathname;
    child = spawn(process.execPath, [program, dir, JSON.stringify(database.connection)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    origin = await new Promise<string>((resolve, reject) => {
      child.stdout!.once('data', (line) => resolve(String(line).trim()));
      child.once('exit', (code) => reject(new Error(`the program ended with ${code}`)));
    });
  }
  async function kill(): Promise<void> {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(origin + path, {
      ...init,
      headers: {
        authorization: 'Bearer customer',
        'tus-resumable': '1.0.0',
        ...(init.headers as Record<string, string>),
      },
    });
  async function begin(sizeBytes: number): Promise<string> {
    const id = randomUUID();
    const metadata = `filename ${Buffer.from('big.bin').toString('base64')},fileId ${Buffer.from(id).toString('base64')}`;
    const headers = { 'upload-length': String(sizeBytes), 'upload-metadata': metadata };
    expect((await ask('/api/uploads', { method: 'POST', headers })).status).toBe(201);
    return id;
  }
  const patch = (id: string, offset: number, body: unknown) =>
    ask(`/api/uploads/${id}`, {
      method: 'PATCH',
      headers: { 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
      body,
      duplex: 'half',
    } as RequestInit);
  const offsetOf = async (id: string) =>
    Number((await ask(`/api/uploads/${id}`, { method: 'HEAD' })).headers.get('upload-offset'));
  const staged = (id: string) => join(dir, 'uploads', id);

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'alongside-files-'));
    database = await createTestDatabase();
    await start();
  });
  afterAll(async () => {
    await kill();
    await database?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  test('killed in the middle of an upload, it goes on where the bytes end', async () => {
    const content = randomBytes(12 * MIB);
    const id = await begin(content.length);
    async function* slowly() {
      yield content.subarray(0, 5 * MIB);
      await new Promise(() => {});
    }
    const sending = patch(id, 0, ReadableStream.from(slowly())).catch(() => null);
    await vi.waitUntil(() => statSync(staged(id)).size >= 4 * MIB, { interval: 5 });
    await kill();
    await sending;
    await start();
    const offset = await offsetOf(id);
    expect(offset).toBeGreaterThanOrEqual(4 * MIB);
    expect(offset).toBeLessThanOrEqual(5 * MIB);
    expect((await patch(id, offset, content.subarray(offset))).status).toBe(204);
    const { file } = (await (await ask(`/api/files/${id}`)).json()) as { file: { sha256: string } };
    expect(file.sha256).toBe(sha256(content));
  });

  test('killed after the last byte and before the file was made, the file is made when asked', async () => {
    const content = randomBytes(MIB);
    const id = await begin(content.length);
    // As a kill between the last write and the first step after it leaves things.
    writeFileSync(staged(id), content);
    await kill();
    await start();
    expect(await offsetOf(id)).toBe(content.length);
    const { file } = (await (await ask(`/api/files/${id}`)).json()) as { file: { sha256: string } };
    expect(file.sha256).toBe(sha256(content));
    expect(readdirSync(join(dir, 'uploads'))).toEqual([]);
  });

  test('a large file does not pass through memory as a whole', async () => {
    const peakMib = () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))![1]) / 1024;
    const block = randomBytes(MIB);
    const blocks = 400;
    const before = peakMib();
    const id = await begin(blocks * MIB);
    async function* all() {
      for (let index = 0; index < blocks; index += 1) yield block;
    }
    expect((await patch(id, 0, ReadableStream.from(all()))).status).toBe(204);
    expect(peakMib() - before).toBeLessThan(160);
    const hash = createHash('sha256');
    for (let index = 0; index < blocks; index += 1) hash.update(block);
    const { file } = (await (await ask(`/api/files/${id}`)).json()) as { file: { sha256: string } };
    expect(file.sha256).toBe(hash.digest('hex'));
  });
});

describe('an S3 bucket', () => {
  let dir: string;
  let s3: { run(): Promise<{ port: number }>; close(): Promise<void> };
  let server: FilesTestServer;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'alongside-s3-'));
    // It has no types.
    const { default: S3rver } = (await import('s3rver' as string)) as {
      default: new (options: object) => typeof s3;
    };
    s3 = new S3rver({
      ...{ port: 0, address: '127.0.0.1', silent: true, directory: join(dir, 'bucket') },
      configureBuckets: [{ name: 'alongside-test' }],
    });
    const { port } = await s3.run();
    server = await startFilesTestServer(join(dir, 'data'), {
      S3_ENDPOINT: `http://127.0.0.1:${port}`,
      S3_BUCKET: 'alongside-test',
      S3_ACCESS_KEY_ID: 'S3RVER',
      S3_SECRET_ACCESS_KEY: 'S3RVER',
    });
  });
  afterAll(async () => {
    await server?.close();
    await s3?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  test.each([
    ['small', 5_000],
    ['in parts', 35 * MIB],
  ])('holds what would lie on the disk: %s', async (_name, sizeBytes) => {
    const content = randomBytes(sizeBytes);
    const { id, reply } = await server.upload('customer', content, '录音.bin');
    expect(reply.status).toBe(204);
    const { url } = await server.link('customer', id);
    const whole = Buffer.from(await (await server.fetch(null, url)).arrayBuffer());
    expect(sha256(whole)).toBe(sha256(content));
    const part = await server.fetch(null, url, { headers: { range: 'bytes=1000-1999' } });
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer())).toEqual(content.subarray(1_000, 2_000));
    expect(readdirSync(join(dir, 'data', 'uploads'))).toEqual([]);
    expect(readdirSync(join(dir, 'data'))).toEqual(['uploads']);
  });

  test('the same content twice lies there once; what nobody needs is removed', async () => {
    const content = randomBytes(4_000);
    const [a, b] = [await server.upload('customer', content, 'a.bin'), await server.upload('staff', content, 'b.bin')];
    expect([a.reply.status, b.reply.status]).toEqual([204, 204]);
    const key = sha256(content);
    expect(await server.deps.contents.has(key, content.length)).toBe(true);
    for (const [person, { id }] of [
      ['customer', a],
      ['staff', b],
    ] as const)
      expect((await server.fetch(person, `/api/uploads/${id}`, { method: 'DELETE' })).status).toBe(204);
    const { cleanFiles } = await import('./actions.ts');
    await cleanFiles(server.deps);
    expect(await server.deps.contents.has(key, content.length)).toBe(false);
    await expect(server.deps.contents.open(key)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

test('a disk that is really full answers storage_full', async ({ skip }) => {
  const dir = mkdtempSync(join(tmpdir(), 'alongside-full-'));
  const { execFileSync } = await import('node:child_process');
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', dir], { stdio: 'ignore' });
  } catch {
    rmSync(dir, { recursive: true, force: true });
    skip('only who may mount a small disk can fill one');
  }
  const server = await startFilesTestServer(dir);
  try {
    const codeOf = async (reply: Response) => ((await reply.json()) as { error: { code: string } }).error.code;
    const filler = join(dir, 'filler');
    writeFileSync(filler, Buffer.alloc(2 * MIB));
    const refused = await server.create('customer', 5 * MIB, 'a.bin');
    expect([refused.status, await codeOf(refused)]).toEqual([507, 'storage_full']);
    // As where others take the room after the look: the second one meets the end of the disk in the middle of a write.
    server.disk.freeBytes = Number.POSITIVE_INFINITY;
    const first = await server.begin('customer', 1.5 * MIB, 'a.bin');
    const content = randomBytes(3.4 * MIB);
    const second = await server.begin('customer', content.length, 'b.bin');
    expect((await server.patch('customer', first, 0, randomBytes(1.5 * MIB))).status).toBe(204);
    const full = await server.patch('customer', second, 0, content);
    expect([full.status, await codeOf(full)]).toEqual([507, 'storage_full']);
    expect((await server.fetch('customer', `/api/files/${second}`)).status).toBe(404);
    expect((await server.fetch('customer', `/api/files/${first}`)).status).toBe(200);
    rmSync(filler);
    const offset = await server.offset('customer', second);
    expect(offset % MIB).not.toBe(0);
    expect((await server.patch('customer', second, offset, content.subarray(offset))).status).toBe(204);
    const { file } = await server.json<{ file: { sha256: string } }>('customer', `/api/files/${second}`);
    expect(file.sha256).toBe(sha256(content));
  } finally {
    await server.close();
    execFileSync('umount', [dir]);
    rmSync(dir, { recursive: true, force: true });
  }
});
