import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import {
  CSRF_HEADER,
  endCall,
  getDiagnosis,
  getWatching,
  getWatchSettings,
  leaveCall,
  type SampleBatch,
  startWatching,
  updateWatchSettings,
} from '@alongside/contracts';
import { until } from '@alongside/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Client } from '../people/testing.ts';
import { checkLaw } from '../tickets/law-testing.ts';
import { opened, snapshot } from '../tickets/testing.ts';
import { expireSamples, recordCall } from './actions.ts';
import { createEngineFollower } from './engine-follower.ts';
import { findKept } from './queries.ts';
import {
  type DiagnosisDesk,
  LOSSY,
  measuredStay,
  newestDiagnosis,
  packedRowsOf,
  recordedIn,
  SETTINGS,
  send,
  spoilt,
  startDiagnosisDesk,
} from './testing.ts';

let desk: DiagnosisDesk;
let people: DiagnosisDesk['people'];
let clock: DiagnosisDesk['clock'];
let ticketId: string;

beforeAll(async () => {
  desk = await startDiagnosisDesk();
  ({ people, clock } = desk);
});
afterAll(() => desk?.close());
beforeEach(async () => {
  ticketId = await desk.freshTicket();
});

const fetched = (who: Client = people.engineer) => newestDiagnosis(who, ticketId);

/** The clock of samples is ahead of the call's beginning, however long that takes: what is older is not the call's. */
const SETTING_OUT_MS = 30_000;

/** Follows a call whose every look the test asks for: the follower's own timer stands still. */
function followByHand(follower: { follow(callId: string): void }, callId: string): void {
  vi.useFakeTimers({ toFake: ['setInterval'] });
  follower.follow(callId);
  vi.useRealTimers();
}

const sendAll = (who: Client, id: string, batches: readonly SampleBatch[], startMs: number) =>
  desk.sendAll((batch) => send(who, id, batch), batches, startMs);

describe('samples of a call', () => {
  test('only whoever is in it sends them; other organisations see no call', async () => {
    const id = await desk.live(ticketId);
    const [batch] = measuredStay(Date.now(), [{ seconds: 10 }]);
    expect((await send(people.customer, id, batch!)).body).toMatchObject({ goOn: true, sendEveryMs: 10_000 });
    expect((await send(people.colleague, id, batch!)).status).toBe(403);
    expect((await send(people.lead, id, batch!)).status).toBe(403);
    expect((await send(people.otherCustomer, id, batch!)).status).toBe(404);
    expect((await send(people.visitor, id, batch!)).status).toBe(404);
  });

  test('what is wrong is named; nothing of it is kept', async () => {
    const id = await desk.live(ticketId);
    const [batch] = measuredStay(Date.now(), [{ seconds: 10 }]);
    const refused = async (path: string, other: unknown) =>
      (await send(people.customer, id, spoilt(batch!, path, other))).error;
    const unknown = 'rows.tracks.0.columns.madeUp';
    expect(await refused(unknown, [1, 0, 0, 0, 0])).toMatchObject({
      code: 'invalid_input',
      field: unknown,
      issues: [{ message: 'There is no such measure.' }],
    });
    for (const [path, other] of [
      ['rows.tracks.0.columns.lossRatio', [0, 0, 0, 0]],
      ['rows.instants.0', -1],
      ['stay', 'x'],
    ] as const)
      expect((await refused(path, other)).field).toBe(path);
    expect((await refused('rows.events', [{ type: 'boom', at: 0 }])).field).toBe('rows.events.0.type');
    expect((await refused('userAgent', 'x'.repeat(70_000))).field).toBe('rows');
    expect(await packedRowsOf(desk.platform.db, id)).toEqual([]);
  });

  test('compressed ones are taken, bombs are not', async () => {
    const id = await desk.live(ticketId);
    const [batch] = measuredStay(Date.now(), [{ seconds: 10 }]);
    const post = (payload: Buffer) =>
      desk.platform.app.inject({
        method: 'POST',
        url: `/api/calls/${id}/samples`,
        headers: { [CSRF_HEADER]: '1', 'content-type': 'application/json', 'content-encoding': 'gzip' },
        cookies: people.customer.cookies,
        payload,
      });
    expect((await post(gzipSync(JSON.stringify(batch)))).statusCode).toBe(200);
    expect(await packedRowsOf(desk.platform.db, id)).toHaveLength(1);
    const bomb = await post(gzipSync(JSON.stringify({ ...batch, userAgent: 'x'.repeat(5_000_000) })));
    expect([bomb.statusCode, bomb.json().error.field]).toEqual([422, 'rows']);
    expect((await post(Buffer.from('this is no gzip'))).statusCode).toBe(400);
    expect((await post(gzipSync(JSON.stringify(batch)).subarray(0, 100))).statusCode).toBe(400);
  });

  test('addresses of people are kept only where the workspace says so', async () => {
    const id = await desk.live(ticketId);
    const [batch] = measuredStay(Date.now(), [{ seconds: 10, address: '203.0.113.7' }]);
    await send(people.customer, id, batch!);
    expect(JSON.stringify(await packedRowsOf(desk.platform.db, id))).not.toContain('203.0.113');
    const put = (who: Client) => who.call(updateWatchSettings, { body: { ...SETTINGS, keepAddresses: true } });
    expect((await put(people.engineer)).status).toBe(403);
    expect((await put(people.lead)).status).toBe(200);
    await send(people.engineer, id, batch!);
    expect(JSON.stringify(await packedRowsOf(desk.platform.db, id))).toContain('203.0.113');
  });

  test('where the workspace does not want it, nothing is kept and nothing more is asked for', async () => {
    await people.lead.call(updateWatchSettings, { body: { ...SETTINGS, watchCalls: false } });
    expect((await people.engineer.call(getWatchSettings, {})).body.settings.watchCalls).toBe(false);
    const id = await desk.live(ticketId);
    expect((await send(people.customer, id, measuredStay(Date.now(), [{ seconds: 10 }])[0]!)).body.goOn).toBe(false);
    expect(await packedRowsOf(desk.platform.db, id)).toEqual([]);
  });

  test('of a call that is full nothing more is kept', async () => {
    const id = await desk.live(ticketId);
    const [batch, next] = measuredStay(Date.now(), [{ seconds: 20 }]);
    const { kept } = desk.diagnosis.deps();
    await send(people.customer, id, batch!);
    await send(people.customer, id, batch!);
    expect(kept.get(id)).toMatchObject({ batches: 1 });
    kept.set(id, { batches: 10, bytes: 256 * 1024 * 1024 });
    expect((await send(people.customer, id, next!)).body.goOn).toBe(false);
    expect(await packedRowsOf(desk.platform.db, id)).toHaveLength(1);
  });

  test('what packs well counts as what it takes unpacked, also where it is counted again', async () => {
    const id = await desk.live(ticketId);
    const [batch] = measuredStay(Date.now(), [{ seconds: 10 }]);
    const url = 'u'.repeat(500);
    const connections = Array.from({ length: 20 }, (_, index) => ({ id: `c${index}`, url, columns: {} }));
    const rows = { ...batch!.rows, tracks: [], events: [], connections };
    const { kept } = desk.diagnosis.deps();
    await send(people.customer, id, { ...batch!, rows });
    expect(kept.get(id)!.bytes).toBeGreaterThan(20 * 500);
    expect(await findKept(desk.platform.db, { kind: 'call', id })).toEqual(kept.get(id));
  });

  test('after the end the last words are taken, and long after it nothing is', async () => {
    const id = await desk.live(ticketId);
    const [batch] = measuredStay(Date.now(), [{ seconds: 10 }]);
    await people.engineer.call(endCall, { params: { id }, body: { quality: null } });
    expect((await send(people.customer, id, batch!)).body.goOn).toBe(false);
    expect(await packedRowsOf(desk.platform.db, id)).toHaveLength(1);
    clock.aheadMs = 11 * 60_000;
    expect((await send(people.customer, id, batch!)).error).toMatchObject({ code: 'call_over' });
  });
});

describe('the evidence of a call', () => {
  async function ended(make: (id: string, startMs: number) => Promise<void>): Promise<string> {
    const id = await desk.live(ticketId);
    await make(id, Date.now());
    await people.engineer.call(endCall, { params: { id }, body: { quality: null } });
    await recordCall(desk.diagnosis.deps(), id);
    return id;
  }

  test('says what was wrong, with whom and when, with what is drawn of it; once, and for the team alone', async () => {
    const startMs = Date.now();
    const id = await ended(async (callId) => {
      await sendAll(people.customer, callId, measuredStay(startMs, LOSSY), startMs);
      await sendAll(people.engineer, callId, measuredStay(startMs, [{ seconds: 60 }]), startMs);
    });
    await recordCall(desk.diagnosis.deps(), id);
    const entries = recordedIn(await snapshot(people.engineer, ticketId));
    expect(entries).toMatchObject([
      {
        source: { kind: 'call', callId: id },
        summary: { state: 'findings', causes: [{ rule: 'packet-loss', participantId: people.customer.id }] },
      },
    ]);
    const diagnosis = await fetched();
    const { finding } = diagnosis.causes[0]!;
    expect(Math.abs(finding.fromMs - (startMs + 20_000))).toBeLessThan(3_000);
    expect(Math.abs(finding.toMs - (startMs + 40_000))).toBeLessThan(3_000);
    expect(diagnosis.participants).toMatchObject([
      { id: people.engineer.id, name: 'Eve Engineer', side: 'staff', userAgent: 'Test 1' },
      { id: people.customer.id, name: 'Cleo Customer', side: 'customer' },
    ]);
    expect(diagnosis.lanes[0]).toMatchObject({ measure: 'lossRatio', max: 0.25 });
    expect(diagnosis.seenByEngine).toBe(false);

    for (const who of [people.customer, people.colleague]) {
      expect(JSON.stringify(await snapshot(who, ticketId))).not.toContain('diagnosis');
      expect((await who.call(getDiagnosis, { params: { id: entries[0]!.diagnosisId } })).status).toBe(403);
      expect((await who.call(getWatching, { params: { id: ticketId, sourceId: id } })).status).toBe(403);
    }
    const elsewhere = await opened(people.otherCustomer, 'Another');
    const there = await people.engineer.call(getWatching, { params: { id: elsewhere, sourceId: id } });
    expect(there.status).toBe(404);
    const whole = (await people.engineer.call(getWatching, { params: { id: ticketId, sourceId: id } })).body.watching;
    expect(whole).toMatchObject({ live: false, diagnosis: { state: 'findings' } });
  });

  test('the law of the timeline holds when it comes', async () => {
    const id = await desk.live(ticketId);
    const startMs = Date.now();
    await sendAll(people.customer, id, measuredStay(startMs, LOSSY), startMs);
    await people.engineer.call(endCall, { params: { id }, body: { quality: null } });
    const { received } = await checkLaw(desk, ticketId, () => recordCall(desk.diagnosis.deps(), id));
    expect(received.engineer.map(({ body }) => body.type)).toEqual(['diagnosis.recorded']);
    expect(received.customer).toEqual([]);
  });

  test('repeated and in any order, batches tell the same', async () => {
    const startMs = Date.now() + SETTING_OUT_MS;
    const stay = measuredStay(startMs, LOSSY);
    const ordered = await ended((id) => sendAll(people.customer, id, stay, startMs)).then(() => fetched());
    ticketId = await opened(people.customer, 'Again');
    clock.aheadMs = 0;
    await ended(async (id) => {
      clock.aheadMs = startMs + 60_000 - Date.now();
      for (const batch of [stay[5]!, ...stay.toReversed(), stay[2]!]) {
        // As they would be after a time offline: sent when they come.
        const body = { ...batch, sentAtMs: desk.now().getTime() };
        expect((await send(people.customer, id, body)).status).toBe(200);
      }
    });
    const shuffled = await fetched();
    expect(shuffled.lanes.map(({ points }) => points.length)).toEqual(ordered.lanes.map(({ points }) => points.length));
    expect(shuffled.causes[0]!.finding.rule).toBe('packet-loss');
    expect(shuffled.causes[0]!.finding.evidence).toEqual(ordered.causes[0]!.finding.evidence);
  });

  test('a clock that is hours off is set right; a reload is another stay of the same person', async () => {
    const startMs = Date.now() + SETTING_OUT_MS;
    await ended(async (id) => {
      for (const [batch, clockAheadMs] of [
        ...measuredStay(startMs, [{ seconds: 20, lossRatio: 0.25 }], 7_200_000).map((one) => [one, 7_200_000] as const),
        ...measuredStay(startMs + 25_000, [{ seconds: 20 }], -3_000).map((one) => [one, -3_000] as const),
      ]) {
        clock.aheadMs = batch.sentAtMs - clockAheadMs - Date.now();
        await send(people.customer, id, batch);
      }
    });
    const diagnosis = await fetched();
    expect(diagnosis.participants).toHaveLength(1);
    expect(Math.abs(diagnosis.fromMs - startMs)).toBeLessThan(3_000);
    expect(Math.abs(diagnosis.toMs - (startMs + 45_000))).toBeLessThan(3_000);
    expect(Math.abs(diagnosis.causes[0]!.finding.toMs - (startMs + 20_000))).toBeLessThan(3_000);
  });

  test('the engine’s own view is in it', async () => {
    const startMs = Date.now();
    const id = await desk.live(ticketId);
    const follower = createEngineFollower({
      ...desk.platform,
      now: desk.now,
      roomView: () => async () => desk.engine.view,
      isLookedAt: () => false,
    });
    const [batch] = measuredStay(startMs, [{ seconds: 10 }]);
    await send(people.customer, id, batch!);
    followByHand(follower, id);
    for (let second = 0; second < 20; second += 2) {
      const who = {
        identity: `customer:${people.customer.id}`,
        roundTripMs: 450,
        estimateBps: 1e6,
        signalSilentMs: 300,
      };
      const bytes = { bytesReceived: second * 9_000, bytesSent: second * 9_000 };
      desk.engine.view = {
        atMs: startMs + second * 1_000,
        participants: [{ ...who, ...bytes, received: [], sent: [] }],
      };
      clock.aheadMs = startMs + second * 1_000 - Date.now();
      await follower.look();
    }
    follower.stop();
    desk.engine.view = undefined;
    await people.engineer.call(endCall, { params: { id }, body: { quality: null } });
    await recordCall(desk.diagnosis.deps(), id);
    const diagnosis = await fetched();
    expect(diagnosis.seenByEngine).toBe(true);
    expect(diagnosis.participants.map(({ id: one }) => one)).toContain('media-engine');
    expect(diagnosis.causes[0]?.finding).toMatchObject({
      rule: 'high-rtt',
      subject: { participantId: people.customer.id },
    });
  });

  test('the engine’s view is kept with every look while somebody of the team looks on, else every fifth', async () => {
    const id = await desk.live(ticketId);
    let isLookedAt = false;
    const follower = createEngineFollower({
      ...desk.platform,
      now: desk.now,
      roomView: () => async () => desk.engine.view,
      isLookedAt: () => isLookedAt,
    });
    followByHand(follower, id);
    const kept: number[] = [];
    for (let look = 1; look <= 8; look++) {
      isLookedAt = look > 5;
      const who = {
        identity: `customer:${people.customer.id}`,
        roundTripMs: 40,
        estimateBps: 1e6,
        signalSilentMs: 300,
      };
      const bytes = { bytesReceived: look * 9_000, bytesSent: look * 9_000 };
      desk.engine.view = {
        atMs: Date.now() + look * 2_000,
        participants: [{ ...who, ...bytes, received: [], sent: [] }],
      };
      await follower.look();
      kept.push((await packedRowsOf(desk.platform.db, id)).length);
    }
    follower.stop();
    desk.engine.view = undefined;
    await people.engineer.call(endCall, { params: { id }, body: { quality: null } });
    expect(kept).toEqual([0, 0, 0, 0, 1, 2, 3, 4]);
  });

  test('what nobody measured leaves nothing', async () => {
    await ended(async () => {});
    expect(recordedIn(await snapshot(people.engineer, ticketId))).toEqual([]);
  });

  test('the end of a call has it judged', async () => {
    const id = await desk.live(ticketId);
    const startMs = Date.now() - 60_000;
    for (const batch of measuredStay(startMs, [{ seconds: 60 }])) await send(people.customer, id, batch);
    clock.aheadMs = -12_000;
    for (const who of [people.engineer, people.customer])
      await who.call(leaveCall, { params: { id }, body: { quality: null } });
    await until(
      'the evidence is there',
      async () => recordedIn(await snapshot(people.engineer, ticketId)).length === 1,
    );
  });
});

describe('keeping', () => {
  test('samples go when they are old; diagnoses stay; what no ticket is about goes within a day', async () => {
    const id = await desk.live(ticketId);
    const startMs = Date.now();
    await sendAll(people.customer, id, measuredStay(startMs, LOSSY), startMs);
    await people.engineer.call(endCall, { params: { id }, body: { quality: null } });
    await recordCall(desk.diagnosis.deps(), id);
    const loose = randomUUID();
    await people.customer.call(startWatching, { body: { id: loose, about: { label: '' } } });

    const after = (days: number) => ({ ...desk.diagnosis.deps(), now: () => new Date(Date.now() + days * 86_400_000) });
    await expireSamples(after(2));
    expect(await packedRowsOf(desk.platform.db, id)).toHaveLength(6);
    expect(
      (await people.customer.call(startWatching, { body: { id: loose, about: { label: 'new' } } })).body.session.about
        .label,
    ).toBe('new');
    await people.lead.call(updateWatchSettings, { body: { ...SETTINGS, retentionDays: null } });
    await expireSamples(after(100));
    expect(await packedRowsOf(desk.platform.db, id)).toHaveLength(6);
    await people.lead.call(updateWatchSettings, { body: SETTINGS });
    await expireSamples(after(31));
    expect(await packedRowsOf(desk.platform.db, id)).toEqual([]);
    expect((await fetched()).causes).not.toEqual([]);
  });
});
