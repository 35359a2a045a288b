import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { customersFeature } from '../customers/feature.ts';
import { peopleFeature } from '../people/feature.ts';
import { plansFeature } from '../plans/feature.ts';
import { loadConfig } from '../platform/config/load.ts';
import type { Db, OpenDatabase } from '../platform/database/database.ts';
import { createTestDatabase } from '../platform/database/testing.ts';
import { silentLog } from '../platform/log/logger.ts';
import { type RunningServer, startServer } from '../platform/server.ts';
import type { Author } from './actions.ts';
import { clock, givenCustomer, logOf, momentsOf, openedAt, planContent, says } from './clock-testing.ts';
import { ticketsFeature } from './feature.ts';
import { openTicket } from './open.actions.ts';
import { settleDue, settleTickets, wakeSoon } from './settle.actions.ts';

/** Four servers on one database, each with its own timers, as an operator has who outgrew one. */
const SERVERS = 4;

let database: OpenDatabase;
let db: Db;
let dataDir: string;
const servers: RunningServer[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  db = database.db;
  dataDir = mkdtempSync(join(tmpdir(), 'alongside-race-'));
  const config = loadConfig({ PORT: '0', HOST: '127.0.0.1', ALONGSIDE_DATA: dataDir, RATE_LIMIT_SCALE: '0' });
  const features = [peopleFeature, customersFeature, plansFeature, ticketsFeature];
  for (let index = 0; index < SERVERS; index += 1)
    servers.push(await startServer(config, silentLog(), database, features, { frontEnds: [] }));
});
afterAll(async () => {
  for (const server of servers) await server.stop();
  await database?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

test('each moment is recorded once, whoever of four is first, and beside customers who write', async () => {
  const { customer } = await givenCustomer(db, planContent({ first_response: 60, resolve: 120 }));
  const ids: string[] = [];
  for (let index = 0; index < 20; index += 1) ids.push(await openedAt(db, customer, 0));
  const work = servers.flatMap(({ platform }) => [
    settleTickets(platform.db, ids, clock(100)),
    settleDue(platform.db, { now: clock(100) }).then(({ failures }) => failures),
  ]);
  const words = ids.map((id) => says(db, customer, id, 100));
  for (const failures of await Promise.all(work)) expect([...failures.values()]).toEqual([]);
  await Promise.all(words);
  for (const id of ids) {
    expect(await momentsOf(db, id)).toEqual([
      'warned first_response:1 at 45',
      'breached first_response:1 at 60',
      'warned resolve:1 at 90',
    ]);
    expect((await logOf(db, id)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
  }
});

test('timers of four servers fire at their instants, and each moment comes once', async () => {
  const content = planContent({});
  const promise = { calendarId: null, targetsMs: { first_response: 2_000 } };
  const { customer } = await givenCustomer(db, { ...content, priorities: { ...content.priorities, P2: promise } });
  const ids = await Promise.all(Array.from({ length: 30 }, () => openedNow(customer)));
  // Sent for again and again: a clock still speaks once.
  await Promise.all(servers.map(({ platform }) => wakeSoon(platform.db)));
  const moments = () =>
    db
      .selectFrom('ticketEvent')
      .select(['ticketId', 'type', 'at', 'body'])
      .where('ticketId', 'in', ids)
      .where('type', 'in', ['clock.warned', 'clock.breached'])
      .execute();
  await vi.waitUntil(async () => (await moments()).length >= 2 * ids.length, { interval: 100 });
  const openedAts = await db.selectFrom('ticket').select(['id', 'openedAt']).where('id', 'in', ids).execute();
  const found = (await moments()).map(({ ticketId, type, at }) => {
    const { openedAt: from } = openedAts.find(({ id }) => id === ticketId)!;
    return `${ticketId} ${type} ${at.getTime() - from.getTime()}`;
  });
  expect(found.sort()).toEqual(ids.flatMap((id) => [`${id} clock.breached 2000`, `${id} clock.warned 1500`]).sort());
});

async function openedNow(customer: Author): Promise<string> {
  const id = crypto.randomUUID();
  const message = { id: crypto.randomUUID(), body: 'Now', fileIds: [] };
  const input = {
    id,
    topic: null,
    priority: 'P2',
    channel: 'portal',
    context: {},
    conversation: 'new',
    message,
  } as const;
  await openTicket(db, customer, input, 'en');
  return id;
}
