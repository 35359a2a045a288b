import { createHash, randomUUID } from 'node:crypto';
import { listTickets, postMessage, type TicketHead, type Visibility } from '@alongside/contracts';
import { type Kysely, sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Client } from '../people/testing.ts';
import { lastFiles } from '../platform/database/migrations/0020-last-files.ts';
import { checkLaw } from './law-testing.ts';
import { opened, startTestDesk, type TestDesk } from './testing.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await startTestDesk();
});
afterAll(() => desk?.close());

/** A file somebody uploaded and has not sent yet, without its content. */
async function uploaded(who: Client, name: string, mediaType: string): Promise<string> {
  const { db } = desk.platform;
  const id = randomUUID();
  const sha256 = createHash('sha256').update(id).digest('hex');
  const blob = { sha256, sizeBytes: 4, width: null, height: null, hasThumbnail: false, storedAt: new Date() };
  await db.insertInto('blob').values(blob).execute();
  const uploaderKind = who.me?.role === 'customer' ? 'customer' : 'staff';
  const file = { id, sha256, name, mediaType, preview: 'none', uploaderKind, uploaderId: who.id } as const;
  await db
    .insertInto('file')
    .values({ ...file, uploadedAt: new Date() })
    .execute();
  return id;
}

async function send(who: Client, id: string, fileIds: string[], visibility: Visibility = 'public', body = '') {
  const message = { id: randomUUID(), body, fileIds };
  const reply = await who.call(postMessage, { params: { id }, body: { message, visibility } });
  expect(reply.status).toBe(200);
}

async function listed(who: Client, id: string): Promise<TicketHead['lastMessage']> {
  return (await who.call(listTickets, {})).body.tickets.find((ticket) => ticket.id === id)!.lastMessage;
}

test('lists name the file a message is made of, and nobody is told of an internal note’s', async () => {
  const { customer, engineer } = desk.people;
  const id = await opened(customer, 'It stutters');
  expect((await listed(customer, id))?.firstFile).toBeNull();

  const photo = await uploaded(customer, 'rack.png', 'image/png');
  const log = await uploaded(customer, 'trace.log', 'text/plain');
  await checkLaw(desk, id, () => send(customer, id, [photo, log]));
  const said = { preview: '', fileCount: 2, firstFile: { name: 'rack.png', mediaType: 'image/png' } };
  expect(await listed(engineer, id)).toMatchObject(said);

  const own = await uploaded(engineer, 'our-own.png', 'image/png');
  await checkLaw(desk, id, () => send(engineer, id, [own], 'internal'));
  expect(await listed(customer, id)).toMatchObject(said);
  expect(await listed(engineer, id)).toMatchObject(said);
});

test('tickets of before get theirs from what was said last in public', async () => {
  const { customer, engineer } = desk.people;
  const { db } = desk.platform;
  const withFile = await opened(customer, 'With a file');
  const photo = await uploaded(customer, 'rack.png', 'image/png');
  await send(customer, withFile, [photo]);
  const own = await uploaded(engineer, 'our-own.png', 'image/png');
  await send(engineer, withFile, [own], 'internal');
  const without = await opened(customer, 'Without one');
  const before = [await listed(customer, withFile), await listed(customer, without)];

  await sql`update ticket set last_message = last_message - 'firstFile'`.execute(db);
  await lastFiles.up(db as unknown as Kysely<unknown>);
  expect([await listed(customer, withFile), await listed(customer, without)]).toEqual(before);
});
