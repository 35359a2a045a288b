import { randomUUID } from 'node:crypto';
import * as contracts from '@alongside/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createCallsFeature } from '../calls/feature.ts';
import { createScriptedMedia } from '../calls/testing.ts';
import { Client } from '../people/testing.ts';
import { opened, snapshot, startTestDesk, type TestDesk } from '../tickets/testing.ts';
import { checksFeature } from './feature.ts';
import { forgetChecks } from './jobs.ts';
import { createCheckLimits } from './limits.ts';
import { endOldRooms } from './rooms.actions.ts';
import { goodReport } from './testing.ts';

const media = createScriptedMedia();
const clock = { aheadMs: 0 };
const now = () => new Date(Date.now() + clock.aheadMs);
const calls = createCallsFeature(media.open, now);
const checks = checksFeature(calls, now);
let desk: TestDesk;
let stranger: Client;

beforeAll(async () => {
  desk = await startTestDesk([calls, checks]);
  stranger = new Client(desk.platform);
});
afterAll(() => desk?.close());

const save = (who: Client, report = goodReport(), ask: string | null = null, id = randomUUID()) =>
  who.call(contracts.saveCheck, { body: { id, report, ask } });

const told = async (who: Client, ticketId: string) =>
  (await snapshot(who, ticketId))!.entries.flatMap((entry) =>
    entry.kind === 'change' && entry.change.what === 'recorded' && entry.change.body.type === 'check.attached'
      ? [{ by: entry.by.kind, ...entry.change.body }]
      : [],
  );

test('a stranger gets a room for two that is soon over, and it is ended then', async () => {
  const { status, body } = await stranger.call(contracts.openCheckRoom, { body: {} });
  expect(status).toBe(200);
  expect(body).toMatchObject({ backups: 'missing', addresses: [{ role: 'primary', server: 'ok' }] });
  const [send, receive] = [JSON.parse(body.tokens.send), JSON.parse(body.tokens.receive)];
  expect(send).toMatchObject({ identity: 'check:send', may: { canPublish: true, canSubscribe: false } });
  expect(receive).toMatchObject({ identity: 'check:receive', may: { canPublish: false, canSubscribe: true } });
  expect(send.bounds).toEqual({ lifetimeS: 60, maxParticipants: 2, maxPublishKbps: 3_000 });
  expect(receive.room).toBe(send.room);

  const calling = randomUUID();
  media.enter(calling, { kind: 'staff', id: randomUUID() });
  // Of another program on the same media server.
  media.enter('check-in', { kind: 'staff', id: randomUUID() });
  expect(await endOldRooms(checks.deps())).toBe(1);
  expect(media.closed).toEqual([]);
  clock.aheadMs = 61_000;
  expect(await endOldRooms(checks.deps())).toBe(0);
  expect(media.closed).toEqual([send.room]);
  clock.aheadMs = 0;
});

test('no room while the media server is away, and none for whoever asks again and again', async () => {
  media.state.isUp = false;
  expect((await stranger.call(contracts.openCheckRoom, { body: {} })).status).toBe(503);
  media.state.isUp = true;
  const limits = createCheckLimits(0.1);
  for (let room = 0; room < 3; room++) await limits.takeRoom('203.0.113.7', room);
  await expect(limits.takeRoom('203.0.113.7', 4)).rejects.toMatchObject({ code: 'rate_limited' });
  await limits.takeRoom('198.51.100.1', 5);
  // Four are open: as many as may be at once.
  await expect(limits.takeRoom('192.0.2.1', 6)).rejects.toMatchObject({
    code: 'rate_limited',
    details: { seconds: 60 },
  });
  await limits.takeRoom('192.0.2.1', 60_007);
});

test('a result is read by whoever has its link, and judged by what it measured', async () => {
  const id = randomUUID();
  const report = goodReport({ speaker: 'not_heard' });
  const saved = await save(stranger, report, null, id);
  expect(saved.status).toBe(200);
  expect(saved.body.check).toMatchObject({ id, attached: false, report, verdict: { state: 'degraded' } });
  expect((await save(stranger, report, null, id)).body).toEqual(saved.body);
  expect((await save(stranger, goodReport({ durationMs: 1 }), null, id)).status).toBe(409);
  expect((await stranger.call(contracts.getCheck, { params: { id } })).body).toEqual(saved.body);
  expect((await stranger.call(contracts.getCheck, { params: { id: randomUUID() } })).status).toBe(404);
});

test.each([
  [
    'an address that is not masked',
    { addresses: [{ ...goodReport().addresses![0]!, host: '203.0.113.7' }] },
    /^report\.addresses\.0\.host$/,
  ],
  [
    'markup for a host',
    { addresses: [{ ...goodReport().addresses![0]!, host: '<b>' }] },
    /^report\.addresses\.0\.host$/,
  ],
  [
    'a level beyond full scale',
    { microphone: { problem: null, levels: [2], peak: null } },
    /^report\.microphone\.levels\.0$/,
  ],
  [
    'an unknown rule’s name',
    {
      roundTrip: {
        ...goodReport().roundTrip!,
        findings: [{ rule: 'A b', severity: 'minor', direction: null, kind: null }],
      },
    },
    /^report\.roundTrip\.findings\.0\.rule$/,
  ],
  ['a field nobody declared', { email: 'a@b.test' }, /^report/],
])('%s is refused, and nothing is kept', async (_, change, field) => {
  const id = randomUUID();
  const reply = await save(stranger, goodReport(change as Partial<contracts.CheckReport>), null, id);
  expect(reply.status).toBe(422);
  expect(reply.error.field).toMatch(field);
  expect((await stranger.call(contracts.getCheck, { params: { id } })).status).toBe(404);
});

test('a customer puts it into a ticket of theirs, once, and nobody into another’s', async () => {
  const { people } = desk;
  const ticketId = await opened(people.customer, 'Nobody hears me');
  const { id } = (await save(stranger)).body.check;
  const attach = (who: Client, to = ticketId) =>
    who.call(contracts.attachCheck, { params: { id }, body: { ticketId: to } });
  expect((await attach(stranger)).status).toBe(401);
  expect((await attach(people.otherCustomer)).status).toBe(404);
  expect((await attach(people.customer)).body.events).toHaveLength(1);
  expect((await attach(people.customer)).body.events).toHaveLength(0);
  const other = await opened(people.customer, 'Another');
  expect((await attach(people.customer, other)).status).toBe(409);
  const line = { by: 'customer', type: 'check.attached', checkId: id, verdict: 'ready', reasons: [], asked: false };
  expect(await told(people.customer, ticketId)).toEqual([line]);
  expect(await told(people.engineer, ticketId)).toEqual([line]);
  expect((await stranger.call(contracts.getCheck, { params: { id } })).body.check).toMatchObject({
    attached: true,
    expiresAt: null,
  });
});

test('whoever runs it by the team’s link has the result in the ticket, signed in or not, five times at most', async () => {
  const { people } = desk;
  const ticketId = await opened(people.customer, 'The picture freezes');
  const ask = (who: Client, id: string) => who.call(contracts.askForCheck, { params: { id: ticketId }, body: { id } });
  const id = randomUUID();
  expect((await ask(people.customer, id)).status).toBe(403);
  const { body } = await ask(people.engineer, id);
  expect(body.ask.url).toMatch(new RegExp(`^http.*/check\\?ask=${id}$`));
  expect((await ask(people.engineer, id)).body).toEqual(body);

  expect((await save(stranger, goodReport(), id)).body.check.attached).toBe(true);
  await save(people.customer, goodReport(), id);
  await save(people.otherCustomer, goodReport(), id);
  expect((await told(people.customer, ticketId)).map(({ by, asked }) => [by, asked])).toEqual([
    ['system', true],
    ['customer', true],
    ['system', true],
  ]);
  await save(stranger, goodReport(), id);
  await save(stranger, goodReport(), id);
  expect((await save(stranger, goodReport(), id)).body.check.attached).toBe(false);
  expect(await told(people.engineer, ticketId)).toHaveLength(5);
  // An asking of nobody: the check is kept all the same.
  expect((await save(stranger, goodReport(), randomUUID())).body.check.attached).toBe(false);

  const late = randomUUID();
  await ask(people.engineer, late);
  clock.aheadMs = 8 * 86_400_000;
  expect((await save(stranger, goodReport(), late)).body.check.attached).toBe(false);
  clock.aheadMs = 0;
});

test('what stands in no ticket is forgotten after thirty days, what does is kept', async () => {
  const { people } = desk;
  const [loose, kept] = [(await save(stranger)).body.check.id, (await save(stranger)).body.check.id];
  const ticketId = await opened(people.customer, 'Keep this');
  await people.customer.call(contracts.attachCheck, { params: { id: kept }, body: { ticketId } });
  clock.aheadMs = 31 * 86_400_000;
  await forgetChecks(checks.deps());
  clock.aheadMs = 0;
  const statusOf = async (id: string) => (await stranger.call(contracts.getCheck, { params: { id } })).status;
  expect([await statusOf(loose), await statusOf(kept)]).toEqual([404, 200]);
});
