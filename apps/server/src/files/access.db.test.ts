import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { claimFilesForMessage, passFilesOn } from './actions.ts';
import { type FilesTestServer, people, startFilesTestServer } from './testing.ts';

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

describe('who sees a file', () => {
  test('its uploader; with its message also who sees the message; notes stay with staff', async () => {
    const { id } = await server.upload('customer', Buffer.from('log'), 'a.log');
    expect((await server.fetch('staff', `/api/files/${id}`)).status).toBe(404);
    await server.claim('customer', [id], 'public');
    expect((await server.fetch('staff', `/api/files/${id}`)).status).toBe(200);
    expect((await server.fetch('colleague', `/api/files/${id}`)).status).toBe(200);
    expect((await server.fetch('stranger', `/api/files/${id}`)).status).toBe(404);

    const note = await server.upload('staff', Buffer.from('secret'), 'note.log');
    await server.claim('staff', [note.id], 'internal');
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
    await expect(server.claim('customer', [mine.id, theirs.id], 'public')).rejects.toMatchObject({
      code: 'file_missing',
    });
    await expect(server.claim('customer', [incomplete], 'public')).rejects.toMatchObject({ code: 'file_missing' });
    const files = await server.claim('customer', [also.id, mine.id], 'public');
    expect(files.map((file) => file.name)).toEqual(['two.log', 'one.log']);
    await expect(server.claim('customer', [mine.id], 'public')).rejects.toMatchObject({
      code: 'file_sent',
      details: { name: 'one.log' },
    });
    // Whoever else names it learns neither its name nor that it was sent.
    await expect(server.claim('stranger', [mine.id], 'public')).rejects.toMatchObject({
      code: 'file_missing',
      details: { name: mine.id.slice(0, 8) },
    });
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
    expect(await server.claim('customer', [id], 'public')).toHaveLength(1);
  });
});
