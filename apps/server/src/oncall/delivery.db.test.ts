import { createDecipheriv, createECDH, createHmac, hkdfSync, randomBytes, randomUUID } from 'node:crypto';
import {
  acknowledgeEscalation,
  addPushDevice,
  createHook,
  type EscalationStep,
  getMyPages,
  getTestPage,
  listMyPages,
  lookAtAcknowledgement,
  redeemAcknowledgement,
  renewCalendarAddresses,
  reportPageShown,
  saveMyPages,
  seePage,
  sendTestPage,
} from '@alongside/contracts';
import { CONSOLE_WITHIN_MS, DELIVERY_RETRIES_MS } from '@alongside/desk';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { Client } from '../people/testing.ts';
import { opened } from '../tickets/testing.ts';
import { performDueStep } from './chain.actions.ts';
import { deliverPage } from './delivery.ts';
import { wakeAtStart, wakeForgotten } from './jobs.ts';
import { settleMail } from './page.actions.ts';
import type { PushMessage } from './push.ts';
import type { PageRow } from './tables.ts';
import {
  judged,
  type OncallDesk,
  rotationContent,
  setChain,
  startOncallDesk,
  startReceiver,
  told,
  withRotation,
} from './testing.ts';

let desk: OncallDesk;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
beforeAll(async () => {
  desk = await startOncallDesk();
  receiver = await startReceiver();
});
beforeEach(() => {
  desk.clock.reset();
  receiver.received.length = 0;
  receiver.answers.length = 0;
  receiver.state.status = 200;
});
afterAll(async () => {
  receiver?.close();
  await desk?.close();
});

const MINUTE = 60_000;
const step = (...targets: EscalationStep['targets']): EscalationStep => ({ targets, waitMs: 5 * MINUTE });
const engineer = (): EscalationStep['targets'][number] => ({ kind: 'person', id: desk.people.engineer.id });

/** A P0 whose chain has begun. */
async function begun(): Promise<{ ticketId: string; escalationId: string }> {
  const ticketId = await opened(desk.people.customer, 'Everything is down', { priority: 'P0', production: true });
  await judged(desk);
  const [chain] = await desk.chains(ticketId);
  return { ticketId, escalationId: chain!.id };
}

/** A delivery of a chain once it has come to a state. */
function pageOf(escalationId: string, channel: PageRow['channel'], ...states: PageRow['state'][]): Promise<PageRow> {
  return vi.waitUntil(
    async () =>
      (await desk.pages(escalationId)).find((page) => page.channel === channel && states.includes(page.state)),
    { interval: 20 },
  ) as Promise<PageRow>;
}

const deliveries = async (ticketId: string, channel: PageRow['channel']) =>
  (await told(desk, ticketId, 'page.delivered'))
    .filter((line) => line.channel === channel)
    .map(({ outcome, why, detail }) => [outcome, why, detail]);

describe('a webhook', () => {
  let secret: Buffer;
  let hook: EscalationStep['targets'][number];
  beforeAll(async () => {
    const id = randomUUID();
    const made = await desk.people.lead.call(createHook, {
      body: { id, name: 'Chat room', url: `${receiver.origin}/room` },
    });
    secret = Buffer.from(made.body.secret.replace('whsec_', ''), 'base64');
    hook = { kind: 'webhook', id };
    await setChain(desk.people.lead, [step(hook), step(engineer())]);
  });

  test('is called with what happened, signed so that nobody else could have', async () => {
    const { ticketId, escalationId } = await begun();
    const page = await pageOf(escalationId, 'webhook', 'sent');
    const [call, ...more] = receiver.received;
    expect(more).toEqual([]);
    const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = call!.headers;
    const expected = createHmac('sha256', secret).update(`${id}.${at}.${call!.body}`).digest('base64');
    expect({ id, signature }).toEqual({ id: page.id, signature: `v1,${expected}` });
    expect(JSON.parse(call!.body.toString())).toMatchObject({
      type: 'page',
      data: { test: false, cause: 'opened', step: 1, ticket: { id: ticketId, subject: 'Everything is down' } },
    });
    expect(await deliveries(ticketId, 'webhook')).toEqual([['sent', undefined, '']]);
  });

  test('that fails is tried again with the same id, and the timeline tells the first failure and the end', async () => {
    receiver.answers.push(500);
    const { ticketId, escalationId } = await begun();
    const { id } = await pageOf(escalationId, 'webhook', 'retrying');
    desk.clock.aheadMs += DELIVERY_RETRIES_MS[0]!;
    await deliverPage(desk.deps, id);
    expect(await deliveries(ticketId, 'webhook')).toEqual([
      ['retrying', 'refused', 'HTTP 500'],
      ['sent', undefined, ''],
    ]);
    expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([id, id]);
  });

  test('that goes on failing is stepped over, in sight of everybody: the chain climbs at once', async () => {
    receiver.state.status = 503;
    const { ticketId, escalationId } = await begun();
    const { id } = await pageOf(escalationId, 'webhook', 'retrying');
    for (const pauseMs of DELIVERY_RETRIES_MS) {
      desk.clock.aheadMs += pauseMs;
      await deliverPage(desk.deps, id);
    }
    expect(receiver.received).toHaveLength(1 + DELIVERY_RETRIES_MS.length);
    expect(await deliveries(ticketId, 'webhook')).toEqual([
      ['retrying', 'refused', 'HTTP 503'],
      ['failed', 'refused', 'HTTP 503'],
    ]);
    // Not after its five minutes, of which some are left.
    const [chain] = await desk.chains(ticketId);
    expect(chain!.nextStepAt!.getTime()).toBeLessThanOrEqual(desk.clock.now().getTime());
    await performDueStep(desk.deps, escalationId);
    expect(await told(desk, ticketId, 'escalation.stepped')).toHaveLength(2);
  });

  test('taken up by a worker that died is called once more, with the same id, and never after that', async () => {
    const { escalationId } = await begun();
    const { id } = await pageOf(escalationId, 'webhook', 'sent');
    // As a kill between the call and its record would leave it.
    const claimedAt = desk.clock.now();
    await desk.platform.db
      .updateTable('page')
      .set({ state: 'sending', settledAt: null, claimedAt })
      .where('id', '=', id)
      .execute();
    await deliverPage(desk.deps, id);
    expect(receiver.received).toHaveLength(1);
    desk.clock.aheadMs += MINUTE;
    await wakeForgotten(desk.deps);
    await pageOf(escalationId, 'webhook', 'sent');
    await wakeForgotten(desk.deps);
    await deliverPage(desk.deps, id);
    expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([id, id]);
  });

  test('no longer wanted is not called any more', async () => {
    receiver.state.status = 500;
    const { ticketId, escalationId } = await begun();
    const { id } = await pageOf(escalationId, 'webhook', 'retrying');
    await desk.people.engineer.call(acknowledgeEscalation, { params: { id: ticketId }, body: {} });
    desk.clock.aheadMs += MINUTE;
    await deliverPage(desk.deps, id);
    expect(receiver.received).toHaveLength(1);
    await pageOf(escalationId, 'webhook', 'cancelled');
  });
});

describe('a push message', () => {
  const device = createECDH('prime256v1');
  const auth = randomBytes(16);
  device.generateKeys();
  const endpoint = () => `${receiver.origin}/push`;
  beforeAll(async () => {
    await setChain(desk.people.lead, [step(engineer()), step(engineer())]);
  });
  beforeEach(async () => {
    const keys = { p256dh: device.getPublicKey('base64url'), auth: auth.toString('base64url') };
    await desk.people.engineer.call(addPushDevice, {
      body: { name: 'Chrome, Linux', subscription: { endpoint: endpoint(), keys } },
    });
  });

  test('reaches the browser encrypted for it alone, with a button that acknowledges', async () => {
    const { ticketId, escalationId } = await begun();
    await pageOf(escalationId, 'push', 'sent');
    const [sent] = receiver.received;
    expect(sent).toMatchObject({
      path: '/push',
      headers: { 'content-encoding': 'aes128gcm', urgency: 'high', authorization: expect.stringMatching(/^vapid t=/) },
    });
    expect(sent!.body.toString('latin1')).not.toContain('Everything');
    const message = JSON.parse(decrypted(sent!.body, device, auth)) as PushMessage;
    expect(message).toMatchObject({ tag: escalationId, title: expect.stringContaining('Everything is down') });
    const nobody = new Client(desk.platform);
    await nobody.call(redeemAcknowledgement, { body: { token: message.token } });
    expect(await told(desk, ticketId, 'escalation.acknowledged')).toHaveLength(1);
    expect(await deliveries(ticketId, 'push')).toEqual([['sent', undefined, '']]);
  });

  test('to a browser that took its permission back fails at once, and the browser is forgotten', async () => {
    receiver.state.status = 410;
    const { ticketId, escalationId } = await begun();
    await pageOf(escalationId, 'push', 'failed');
    expect(await deliveries(ticketId, 'push')).toEqual([['failed', 'device_gone', 'HTTP 410']]);
    expect((await desk.people.engineer.call(getMyPages, {})).body.devices).toEqual([]);
  });

  test('to a browser whose keys are none fails at once, and the browser is forgotten', async () => {
    await desk.platform.db
      .updateTable('pushDevice')
      .set({ p256dh: 'A'.repeat(87) })
      .execute();
    const { ticketId, escalationId } = await begun();
    await pageOf(escalationId, 'push', 'failed');
    expect(await deliveries(ticketId, 'push')).toEqual([['failed', 'refused', expect.any(String)]]);
    expect((await desk.people.engineer.call(getMyPages, {})).body.devices).toEqual([]);
  });
});

describe('a mail', () => {
  test('that fails is told of once, however often its first failure is looked at', async () => {
    const { ticketId, escalationId } = await begun();
    const { id, mailId } = await pageOf(escalationId, 'email', 'kept');
    // As with a mail server, which these tests have none of.
    await desk.platform.db.updateTable('page').set({ state: 'sending' }).where('id', '=', id).execute();
    const before = await deliveries(ticketId, 'email');
    const outcome = { id: mailId!, state: 'failed', error: 'No route', attempts: 1 } as const;
    for (let look = 0; look < 2; look += 1) await settleMail(desk.deps, outcome);
    expect((await deliveries(ticketId, 'email')).slice(before.length)).toEqual([['retrying', 'refused', 'No route']]);
  });

  const tokenOf = async (escalationId: string) => {
    const { mailId } = await pageOf(escalationId, 'email', 'kept');
    const mail = await desk.platform.db
      .selectFrom('mail')
      .select('text')
      .where('id', '=', mailId!)
      .executeTakeFirstOrThrow();
    return /\/console\/acknowledge#([\w-]+)/.exec(mail.text)![1]!;
  };

  test('leads to an acknowledgement without a session, which looking at does not give', async () => {
    const { ticketId, escalationId } = await begun();
    const token = await tokenOf(escalationId);
    const nobody = new Client(desk.platform);
    expect((await nobody.call(lookAtAcknowledgement, { body: { token } })).body).toMatchObject({
      person: { name: 'Eve Engineer' },
      state: 'waiting',
      ticket: { subject: 'Everything is down' },
    });
    expect(await told(desk, ticketId, 'escalation.acknowledged')).toEqual([]);
    expect((await nobody.call(redeemAcknowledgement, { body: { token } })).body).toMatchObject({
      state: 'acknowledged',
      by: 'Eve Engineer',
    });
    expect((await nobody.call(redeemAcknowledgement, { body: { token } })).error.code).toBe('link_expired');
    expect(await told(desk, ticketId, 'escalation.acknowledged')).toHaveLength(1);
  });

  test('has a link that ends after a day, and cannot be made up', async () => {
    const { escalationId } = await begun();
    const token = await tokenOf(escalationId);
    const nobody = new Client(desk.platform);
    const code = async (made: string) =>
      (await nobody.call(redeemAcknowledgement, { body: { token: made } })).error.code;
    expect(await code(`${token.slice(0, -4)}AAAA`)).toBe('link_expired');
    expect(await code('x'.repeat(60))).toBe('link_expired');
    desk.clock.aheadMs += 24 * 60 * MINUTE + MINUTE;
    expect(await code(token)).toBe('link_expired');
  });
});

describe('the console', () => {
  test('that shows a page has delivered it; seen it goes quiet; another’s page is nobody else’s', async () => {
    const { ticketId, escalationId } = await begun();
    const { pages } = (await desk.people.engineer.call(listMyPages, {})).body;
    const page = pages.find((each) => each.escalationId === escalationId)!;
    expect(page).toMatchObject({ ticket: { id: ticketId, priority: 'P0' }, step: 1, seenAt: null });
    const params = { id: page.id };
    expect((await desk.people.lead.call(reportPageShown, { params, body: {} })).status).toBe(404);
    await desk.people.engineer.call(reportPageShown, { params, body: {} });
    await desk.people.engineer.call(reportPageShown, { params, body: {} });
    expect(await deliveries(ticketId, 'console')).toEqual([['sent', undefined, '']]);
    await desk.people.engineer.call(seePage, { params, body: {} });
    await desk.people.engineer.call(seePage, { params, body: {} });
    expect(await told(desk, ticketId, 'page.seen')).toHaveLength(1);
    await desk.people.engineer.call(acknowledgeEscalation, { params: { id: ticketId }, body: {} });
    const left = (await desk.people.engineer.call(listMyPages, {})).body.pages;
    expect(left.some((each) => each.escalationId === escalationId)).toBe(false);
  });

  test('that shows nothing in time has not delivered', async () => {
    const { ticketId, escalationId } = await begun();
    const { id } = (await desk.pages(escalationId)).find(({ channel }) => channel === 'console')!;
    desk.clock.aheadMs += CONSOLE_WITHIN_MS;
    await deliverPage(desk.deps, id);
    expect(await deliveries(ticketId, 'console')).toEqual([['failed', 'no_console', '']]);
  });
});

test('somebody who wants no mail gets none, and one way must remain', async () => {
  const { engineer: client } = desk.people;
  const channels = { console: true, email: false, push: false };
  await client.call(saveMyPages, { body: { channels, offDuty: true } });
  const { escalationId } = await begun();
  expect((await desk.pages(escalationId)).map(({ channel }) => channel)).toEqual(['console']);
  const none = { console: false, email: false, push: false };
  expect((await client.call(saveMyPages, { body: { channels: none, offDuty: true } })).status).toBe(422);
  await client.call(saveMyPages, { body: { channels: { console: true, email: true, push: true }, offDuty: true } });
});

test('a test page goes every way and tells what came of each', async () => {
  const { testId } = (await desk.people.lead.call(sendTestPage, { body: {} })).body;
  const look = async () => (await desk.people.lead.call(getTestPage, { params: { id: testId } })).body.deliveries;
  await vi.waitUntil(async () => (await look()).some(({ outcome }) => outcome === 'kept'));
  expect((await look()).map(({ channel, outcome }) => [channel, outcome]).sort()).toEqual([
    ['console', null],
    ['email', 'kept'],
  ]);
  expect((await desk.people.engineer.call(getTestPage, { params: { id: testId } })).status).toBe(404);
});

test('a chain whose job was lost goes on, once', async () => {
  const { ticketId, escalationId } = await begun();
  const [chain] = await desk.chains(ticketId);
  desk.clock.stands = new Date(chain!.nextStepAt!.getTime() + MINUTE);
  await wakeForgotten(desk.deps);
  await vi.waitUntil(async () => (await told(desk, ticketId, 'escalation.stepped')).length === 2);
  await wakeForgotten(desk.deps);
  await wakeForgotten(desk.deps);
  await judged(desk);
  expect((await told(desk, ticketId, 'escalation.stepped')).map((line) => line.step)).toEqual([1, 2]);
  expect(new Set((await desk.pages(escalationId)).map((page) => `${page.step} ${page.channel}`)).size).toBe(
    (await desk.pages(escalationId)).length,
  );
});

test('a start looks at what a killed worker had in hand, and repeats nothing of it', async () => {
  const { ticketId, escalationId } = await begun();
  // As a kill between an event and its look would leave it.
  const { db } = desk.platform;
  await db.deleteFrom('page').where('escalationId', '=', escalationId).execute();
  await db.deleteFrom('escalation').where('id', '=', escalationId).execute();
  await db.deleteFrom('escalationCursor').where('ticketId', '=', ticketId).execute();
  await wakeAtStart(desk.deps);
  await vi.waitUntil(async () => (await desk.chains(ticketId)).length === 1);
  await wakeAtStart(desk.deps);
  await judged(desk);
  expect(await desk.chains(ticketId)).toHaveLength(1);
});

test('a calendar program reads shifts by a secret address, until it is renewed', async () => {
  const { lead, engineer: client } = desk.people;
  await withRotation(lead, rotationContent([client, lead], { name: 'Video, nights; all' }));
  const addresses = async () => (await client.call(getMyPages, {})).body.calendars.map(({ url }) => new URL(url));
  const [own, rotation] = await addresses();
  const fetchFile = (url: URL, headers = {}) =>
    desk.platform.app.inject({ method: 'GET', url: url.pathname + url.search, headers });
  const file = await fetchFile(rotation!);
  expect(file.headers['content-type']).toBe('text/calendar; charset=utf-8');
  const lines = file.body.replaceAll('\r\n ', '').split('\r\n');
  expect(lines[0]).toBe('BEGIN:VCALENDAR');
  expect(lines).toContain('SUMMARY:Video\\, nights\\; all: Eve Engineer on call');
  expect(lines).toContain('SUMMARY:Video\\, nights\\; all: Liam Lead on call');
  expect((await fetchFile(own!)).body).not.toContain('Liam Lead');
  desk.clock.aheadMs += 2_000;
  expect((await fetchFile(rotation!, { 'if-none-match': file.headers.etag })).statusCode).toBe(304);
  desk.clock.aheadMs -= 2_000;
  await client.call(renewCalendarAddresses, { body: {} });
  expect((await fetchFile(own!)).statusCode).toBe(404);
  expect((await fetchFile((await addresses())[0]!)).statusCode).toBe(200);
});

/** What a browser does with a message (RFC 8291, aes128gcm). */
function decrypted(body: Buffer, device: ReturnType<typeof createECDH>, auth: Buffer): string {
  const [salt, keyLength] = [body.subarray(0, 16), body[20]!];
  const serverKey = body.subarray(21, 21 + keyLength);
  const record = body.subarray(21 + keyLength);
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), device.getPublicKey(), serverKey]);
  const key = Buffer.from(hkdfSync('sha256', device.computeSecret(serverKey), auth, info, 32));
  const derive = (name: string, length: number) =>
    Buffer.from(hkdfSync('sha256', key, salt, Buffer.from(`Content-Encoding: ${name}\0`), length));
  const cipher = createDecipheriv('aes-128-gcm', derive('aes128gcm', 16), derive('nonce', 12));
  cipher.setAuthTag(record.subarray(-16));
  const plain = Buffer.concat([cipher.update(record.subarray(0, -16)), cipher.final()]);
  // The last record ends with a 2 and then zeros.
  return plain.subarray(0, plain.lastIndexOf(2)).toString();
}
