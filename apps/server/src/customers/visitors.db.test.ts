import { randomUUID } from 'node:crypto';
import { createContact, getContact, openWidgetSession } from '@alongside/contracts';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client } from '../people/testing.ts';
import { newVisitor, opened, snapshot, startTestDesk, type TestDesk } from '../tickets/testing.ts';
import { forgetVisitors } from './visitor.actions.ts';

const DAY_MS = 24 * 3_600_000;

let desk: TestDesk;
beforeAll(async () => {
  desk = await startTestDesk();
});
afterAll(() => desk?.close());

const forget = () => forgetVisitors(desk.platform.patientDb, desk.platform.app.contactHolders, new Date());
const isKnown = async (id: string) => (await desk.people.engineer.call(getContact, { params: { id } })).status === 200;

/** Moves a contact and their sessions into the past. */
async function age(client: Client, { cameDays, seenDays }: { cameDays: number; seenDays: number }): Promise<void> {
  const { db } = desk.platform;
  // With microseconds, as the database's own clock gives them.
  const createdAt = sql<Date>`now() - ${cameDays} * interval '1 day' + interval '123 microseconds'`;
  await db.updateTable('contact').set({ createdAt }).where('id', '=', client.id).execute();
  const seenAt = new Date(Date.now() - seenDays * DAY_MS);
  await db.updateTable('session').set({ seenAt }).where('personId', '=', client.id).execute();
}

test('a visitor who never wrote and stays away for a month is forgotten, and nobody else', async () => {
  const { platform, people } = desk;
  const away = await newVisitor(platform);
  await age(away, { cameDays: 31, seenDays: 31 });
  const fresh = await newVisitor(platform);
  const regular = await newVisitor(platform);
  await age(regular, { cameDays: 300, seenDays: 29 });
  const wrote = await newVisitor(platform);
  const ticketId = await opened(wrote, 'Long ago');
  await age(wrote, { cameDays: 300, seenDays: 300 });
  const named = randomUUID();
  await people.engineer.call(createContact, { body: { id: named, name: 'Nina', email: 'nina@north.test' } });
  await platform.db
    .updateTable('contact')
    .set({ createdAt: new Date(Date.now() - 300 * DAY_MS) })
    .where('id', '=', named)
    .execute();

  expect(await forget()).toBe(1);
  expect(await isKnown(away.id)).toBe(false);
  for (const id of [fresh.id, regular.id, wrote.id, named]) expect(await isKnown(id)).toBe(true);
  expect(await snapshot(wrote, ticketId)).not.toBeNull();
  // Who comes back with the old token begins anew and is not turned away.
  const back = await new Client(platform).call(openWidgetSession, { body: { token: away.bearer!, locale: 'en' } });
  expect(back.status).toBe(200);
  expect(back.body.me.id).not.toBe(away.id);
  expect(await forget()).toBe(0);
});

test('one whom something refers to keeps nobody else, however many there are', async () => {
  const { platform } = desk;
  const many = Array.from({ length: 120 }, (_, index) => ({
    id: randomUUID(),
    name: `Robot ${index}`,
    anonymous: true,
    locale: 'en' as const,
    createdAt: new Date(Date.now() - 40 * DAY_MS),
  }));
  await platform.db.insertInto('contact').values(many).execute();
  await sql`create table keepsake (contact_id uuid references contact)`.execute(platform.db);
  await sql`insert into keepsake values (${many[7]!.id})`.execute(platform.db);
  expect(await forget()).toBe(119);
  expect(await isKnown(many[7]!.id)).toBe(true);
});

test('it happens every night', async () => {
  const { rows } = await sql<{ name: string }>`select name from pgboss.schedule`.execute(desk.platform.db);
  expect(rows.map((row) => row.name)).toContain('customers.forget-visitors');
});
