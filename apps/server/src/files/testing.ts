import { createHash, randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { CSRF_HEADER, type ErrorCode, type Visibility } from '@alongside/contracts';
import { vi } from 'vitest';
import { createStaff } from '../people/actions.ts';
import { loadConfig } from '../platform/config/load.ts';
import type { Db, OpenDatabase } from '../platform/database/database.ts';
import { createTestDatabase } from '../platform/database/testing.ts';
import { createHttpApp } from '../platform/http/app.ts';
import type { Caller } from '../platform/http/caller.ts';
import { createJobs } from '../platform/jobs/jobs.ts';
import { silentLog } from '../platform/log/logger.ts';
import { createMailer, type Mail } from '../platform/mail/mail.ts';
import { claimFilesForMessage, type FilesDeps } from './actions.ts';
import { freeBytesOf } from './disk-room.ts';
import { createFiles } from './feature.ts';

// Fixed ids: they are the same people in every process of a test.
const customer = (id: string, organisationId: string | null, anonymous = false): Caller => ({
  kind: 'customer',
  id,
  name: 'Someone',
  anonymous,
  organisationId,
  locale: 'en',
  sessionId: randomUUID(),
  via: 'bearer',
});
const ORGANISATION = '5b2f7c52-3a3e-4f0e-9d0c-6a1f0c6f4f10';

/** The people of these tests, each signed in by a bearer token that is their name here. */
export const people = {
  customer: customer('00000000-0000-4000-8000-000000000001', ORGANISATION),
  colleague: customer('00000000-0000-4000-8000-000000000002', ORGANISATION),
  stranger: customer('00000000-0000-4000-8000-000000000003', null, true),
  newcomer: customer('00000000-0000-4000-8000-000000000005', null, true),
  hoarder: customer('00000000-0000-4000-8000-000000000004', null),
  staff: {
    kind: 'staff',
    id: '00000000-0000-4000-8000-000000000009',
    name: 'Engineer',
    role: 'engineer',
    locale: 'en',
    sessionId: randomUUID(),
    via: 'bearer',
  },
} satisfies Record<string, Caller>;
export type PersonName = keyof typeof people;

/** Of the tests' disk, what files never take. */
export const RESERVED_BYTES = 1_000_000;

export type FilesTestServer = Awaited<ReturnType<typeof startFilesTestServer>>;
type Link = { id: string; url: string; downloadUrl: string; thumbnailUrl: string | null };

/**
 * The files feature behind a real socket, a real database and a real disk. The customer and the colleague see the one
 * ticket there is, the stranger does not.
 */
export async function startFilesTestServer(
  dataDir: string,
  environment: Record<string, string> = {},
  given?: OpenDatabase,
) {
  const database = given ?? (await createTestDatabase());
  const config = loadConfig({ ALONGSIDE_DATA: dataDir, RATE_LIMIT_SCALE: '0', ...environment });
  const log = silentLog();
  const app = await createHttpApp(config, log);
  app.resolveCaller = async ({ bearer }) => people[bearer as PersonName] ?? null;
  const jobs = createJobs(database.connection, log);
  const clock = { aheadMs: 0 };
  const disk = { roomBytes: Number.POSITIVE_INFINITY, freeBytes: null as number | null };
  const ticketId = randomUUID();
  const mails: Mail[] = [];
  const mailer = {
    ...createMailer(config, database.db, jobs, log),
    send: async (_trx: unknown, mail: Mail) => {
      mails.push(mail);
      return { id: randomUUID(), goesOut: false };
    },
  };
  if (!given)
    await createStaff(database.db, {
      name: 'Root',
      email: 'root@alongside.test',
      role: 'administrator',
      passwordHash: 'none',
    });
  const files = await createFiles(
    { app, config, log, jobs, mailer, db: database.db, patientDb: database.patientDb },
    {
      seesTickets: async (_db, reader, ids) =>
        new Set(
          reader.kind === 'staff' || reader.organisationId === ORGANISATION ? ids.filter((id) => id === ticketId) : [],
        ),
      reservedBytes: RESERVED_BYTES,
      freeBytes: async (dir) => disk.freeBytes ?? freeBytesOf(dir),
      now: () => new Date(Date.now() + clock.aheadMs),
      beforeWrite(bytes) {
        disk.roomBytes -= bytes;
        if (disk.freeBytes !== null) disk.freeBytes -= bytes;
        if (disk.roomBytes < 0) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
      },
    },
  );
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;

  const ask = (person: PersonName | null, path: string, init: RequestInit = {}) =>
    fetch(origin + path, {
      redirect: 'manual',
      ...init,
      headers: {
        ...(person ? { authorization: `Bearer ${person}` } : {}),
        ...(path.startsWith('/api/uploads') ? { 'tus-resumable': '1.0.0', [CSRF_HEADER]: '1' } : {}),
        ...(init.headers as Record<string, string> | undefined),
      },
    });

  const metadata = (values: Record<string, string>) =>
    Object.entries(values)
      .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
      .join(',');

  const create = (
    person: PersonName | null,
    sizeBytes: number,
    filename: string,
    fileId: string = randomUUID(),
    filetype = '',
  ) =>
    ask(person, '/api/uploads', {
      method: 'POST',
      headers: { 'upload-length': String(sizeBytes), 'upload-metadata': metadata({ filename, fileId, filetype }) },
    });

  async function begin(
    person: PersonName,
    sizeBytes: number,
    filename: string,
    fileId: string = randomUUID(),
    filetype = '',
  ) {
    const reply = await create(person, sizeBytes, filename, fileId, filetype);
    if (reply.status !== 201) throw new Error(`${reply.status} ${await reply.text()}`);
    if (reply.headers.get('location') !== `/api/uploads/${fileId}`)
      throw new Error(`led to ${reply.headers.get('location')}`);
    return fileId;
  }

  const uploadHeaders = (offset: number) => ({
    'tus-resumable': '1.0.0',
    'upload-offset': String(offset),
    'content-type': 'application/offset+octet-stream',
  });
  const patch = (person: PersonName, id: string, offset: number, content: Uint8Array) =>
    ask(person, `/api/uploads/${id}`, {
      method: 'PATCH',
      headers: uploadHeaders(offset),
      body: content as RequestInit['body'],
    });

  return {
    origin,
    ticketId,
    clock,
    /** Less with every write: `roomBytes` is where the disk ends, `freeBytes` what it says of itself; null: the real one does. */
    disk,
    /** What was mailed. */
    mails,
    deps: files.deps as FilesDeps,
    db: database.db as Db,
    fetch: ask,
    create,
    begin,
    patch,
    /**
     * Sends a part, and the connection is cut before the announced end: by the client, or by the server as it cuts off who
     * is silent (../platform/http/slow-clients.ts), without an error.
     */
    async cutUpload(
      person: PersonName,
      id: string,
      content: Uint8Array,
      by: 'client' | 'server' = 'client',
    ): Promise<void> {
      const headers = {
        ...uploadHeaders(0),
        authorization: `Bearer ${person}`,
        'content-length': content.length + 10_000,
      };
      const received = new Promise<http.IncomingMessage>((resolve) => app.server.once('request', resolve));
      const request = http.request(`${origin}/api/uploads/${id}`, { method: 'PATCH', headers });
      const cut = new Promise<void>((resolve) => request.on('error', () => resolve()));
      request.write(content);
      await vi.waitUntil(() => statSync(join(dataDir, 'uploads', id)).size > 0, { interval: 5 });
      if (by === 'client') request.destroy(new Error('cut'));
      else (await received).destroy();
      await cut;
    },
    async offset(person: PersonName, id: string): Promise<number> {
      const reply = await ask(person, `/api/uploads/${id}`, { method: 'HEAD' });
      if (reply.status !== 200) throw new Error(`${reply.status}`);
      return Number(reply.headers.get('upload-offset'));
    },
    async upload(person: PersonName, content: Uint8Array, filename: string, filetype = '') {
      const id = await begin(person, content.length, filename, randomUUID(), filetype);
      return { id, reply: await patch(person, id, 0, content) };
    },
    async json<T>(person: PersonName, path: string, body?: unknown): Promise<T> {
      const sent =
        body === undefined
          ? {}
          : { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
      const reply = await ask(person, path, sent);
      if (!reply.ok) throw new Error(`${reply.status} ${await reply.text()}`);
      return (await reply.json()) as T;
    },
    async link(person: PersonName, id: string): Promise<Link> {
      const { links } = await this.json<{ links: Link[] }>(person, '/api/files/links', { ids: [id] });
      return links[0]!;
    },
    /** Puts files into a message, as posting it would. */
    claim(person: PersonName, fileIds: string[], visibility: Visibility) {
      const message = { fileIds, reader: people[person], ticketId, messageId: randomUUID(), visibility };
      return database.db.transaction().execute((trx) => claimFilesForMessage(trx, message));
    },
    async close() {
      // Connections kept open for a next request would keep it open for a minute.
      app.server.closeAllConnections();
      await app.close();
      await files.close();
      await database.close();
    },
  };
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export async function errorOf(reply: Response): Promise<ErrorCode> {
  return ((await reply.json()) as { error: { code: ErrorCode } }).error.code;
}
