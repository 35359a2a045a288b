import { randomUUID } from 'node:crypto';
import { endCall, getWatching, type SampleBatch } from '@alongside/contracts';
import { until } from '@alongside/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Client } from '../people/testing.ts';
import type { Sockets } from '../platform/realtime/sockets.ts';
import type { Topic } from '../platform/realtime/topics.ts';
import { LiveClient } from '../tickets/testing.ts';
import { startLiveWatching } from './live.ts';
import { keepCallSamples } from './samples.actions.ts';
import { type DiagnosisDesk, LOSSY, measuredStay, send, startDiagnosisDesk } from './testing.ts';

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

const sendAll = (who: Client, id: string, batches: readonly SampleBatch[], startMs: number) =>
  desk.sendAll((batch) => send(who, id, batch), batches, startMs);

/** A look under way may have read before what it is to tell: the second begins afterwards. */
async function lookAnew(): Promise<void> {
  for (let times = 0; times < 2; times += 1) await desk.diagnosis.live().look();
}

describe('live', () => {
  test('the team sees it as it goes, whichever process began it; customers may not', async () => {
    const id = await desk.live(ticketId);
    const startMs = Date.now();
    const stay = measuredStay(startMs, LOSSY);
    await sendAll(people.customer, id, stay.slice(0, 3), startMs);

    const live = await LiveClient.open(desk.platform, people.engineer);
    await live.subscribe({ topic: 'watching', ticketId, since: 0 });
    await until('the first look', async () => live.of('watching').length > 0);
    const seen = () => live.of('watching').at(-1)!.watching;
    expect(seen()).toMatchObject({ source: { kind: 'call', callId: id }, live: true, ticketId });
    expect(seen().diagnosis.causes[0]?.finding.rule).toBe('packet-loss');
    expect(Math.abs(seen().lastSampleMs[people.customer.id]! - (startMs + 30_000))).toBeLessThan(3_000);

    expect(seen().diagnosis.lanes.map(({ measure }) => measure)).toEqual([
      'rttMs',
      'receivedBps',
      'lossRatio',
      'lossRatio',
    ]);

    // Somebody looks: samples are wanted sooner.
    expect((await send(people.customer, id, stay[2]!)).body.sendEveryMs).toBe(2_000);
    await sendAll(people.customer, id, stay.slice(3), startMs);
    await lookAnew();
    expect(seen().diagnosis.causes, 'what is over is no current cause').toEqual([]);
    // A graph in which nothing was found anew may wait for its turn.
    clock.aheadMs += 2_000;
    await lookAnew();
    const count = live.of('watching').length;
    clock.aheadMs += 2_000;
    await lookAnew();
    expect(live.of('watching'), 'nothing new, nothing sent').toHaveLength(count);

    await people.engineer.call(endCall, { params: { id }, body: { quality: null } });
    await lookAnew();
    expect(seen().live).toBe(false);
    live.close();

    const customer = await LiveClient.open(desk.platform, people.customer);
    await customer.subscribe({ topic: 'watching', ticketId, since: 0 });
    expect(customer.of('refused')).toMatchObject([{ error: { code: 'not_found' } }]);
    customer.close();
  });

  /** Another process, and what it tells the one who looks on. */
  function watchedElsewhere(now: () => Date) {
    const { db, log } = desk.platform;
    const told: unknown[] = [];
    let topic: Pick<Topic, 'onReadersChanged'> | undefined;
    const sockets: Pick<Sockets, 'registerTopic' | 'readersAt' | 'publish'> = {
      registerTopic: (given) => {
        topic = given;
      },
      readersAt: () => [people.engineer as never],
      publish: (_topic, _place, frameFor) => void told.push(frameFor(people.engineer as never)),
    };
    const watching = startLiveWatching({ db, log, now, sockets });
    topic!.onReadersChanged!(ticketId);
    const look = async () => {
      await watching.look();
      await watching.look();
    };
    return { told, look, stop: () => watching.stop() };
  }

  test('what is found is told at once, and graphs in which nothing changed every two seconds', async () => {
    const id = await desk.live(ticketId);
    const startMs = Date.now();
    const stay = measuredStay(startMs, [{ seconds: 40, lossRatio: 0.25 }, { seconds: 40 }]);
    await sendAll(people.customer, id, stay.slice(0, 3), startMs);
    let nowMs = desk.now().getTime();
    const { told, look, stop } = watchedElsewhere(() => new Date(nowMs));
    await look();
    expect(told).toMatchObject([{ watching: { diagnosis: { causes: [{ finding: { rule: 'packet-loss' } }] } } }]);
    await sendAll(people.customer, id, stay.slice(3, 4), startMs);
    nowMs += 1_000;
    await look();
    expect(told, 'the same as before').toHaveLength(1);
    nowMs += 1_000;
    await look();
    expect(told, 'its graph goes on').toHaveLength(2);
    await sendAll(people.customer, id, stay.slice(4), startMs);
    await look();
    expect(told.length).toBeGreaterThan(2);
    expect(told.at(-1), 'the loss is over').toMatchObject({ watching: { diagnosis: { causes: [] } } });
    stop();
  });

  test('after a restart it goes on from the rows', async () => {
    const id = await desk.live(ticketId);
    const startMs = Date.now();
    await sendAll(people.customer, id, measuredStay(startMs, [{ seconds: 40, lossRatio: 0.25 }]), startMs);
    const { told, look, stop } = watchedElsewhere(desk.now);
    await look();
    stop();
    expect(told).toMatchObject([{ watching: { diagnosis: { causes: [{ finding: { rule: 'packet-loss' } }] } } }]);
    expect(id).toBeTruthy();
  });

  test('ten people, each with a stay of their own', async () => {
    const id = await desk.live(ticketId);
    const startMs = Date.now();
    // Rows as the calls feature writes them for people of the team who join.
    const others = Array.from({ length: 8 }, () => randomUUID());
    for (const personId of others)
      await desk.platform.db
        .insertInto('callParticipant')
        .values({
          callId: id,
          personKind: 'staff',
          personId,
          personName: personId.slice(0, 4),
          mediaSid: null,
          joinedAt: new Date(),
          awayUntil: null,
          leftAt: null,
          quality: null,
        })
        .execute();
    const everybody = [people.engineer.id, people.customer.id, ...others];
    const call = await desk.platform.db.selectFrom('call').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    clock.aheadMs = 20_000;
    for (const [index, personId] of everybody.entries())
      for (const batch of measuredStay(startMs, [{ seconds: 20, lossRatio: index === 7 ? 0.25 : 0 }]))
        await keepCallSamples(desk.diagnosis.deps(), { kind: 'staff', id: personId }, call, batch, 'en');
    const { diagnosis } = (await people.engineer.call(getWatching, { params: { id: ticketId, sourceId: id } })).body
      .watching;
    expect(diagnosis.participants).toHaveLength(10);
    expect(diagnosis.causes.map(({ finding }) => finding.subject.participantId)).toEqual([everybody[7]]);
  });
});
