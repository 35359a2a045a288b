import { createHash, randomUUID } from 'node:crypto';
import {
  attachWatchedSession,
  type Diagnosis,
  type DiagnosisFinding,
  getWatching,
  openTicket,
  openWidgetSession,
  postMessage,
  recordFileDiagnosis,
  type SampleBatch,
  sendWatchedSamples,
  startWatching,
} from '@alongside/contracts';
import { until } from '@alongside/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Client } from '../people/testing.ts';
import type { Db } from '../platform/database/database.ts';
import { checkLaw } from '../tickets/law-testing.ts';
import { LiveClient, newVisitor, opened, snapshot } from '../tickets/testing.ts';
import { recordWatched } from './actions.ts';
import {
  type DiagnosisDesk,
  LOSSY,
  measuredStay,
  newestDiagnosis,
  recordedIn,
  spoilt,
  startDiagnosisDesk,
} from './testing.ts';
import { followContacts } from './watched.actions.ts';

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

describe('a call of the customer’s own product', () => {
  const about = { label: 'Lesson 42', pageUrl: 'https://school.test/room' };
  const begin = (who: Client, id: string) => who.call(startWatching, { body: { id, about } });
  const sendTo = (who: Client, id: string, batch: SampleBatch) =>
    who.call(sendWatchedSamples, { params: { id }, body: batch });
  async function watched(who: Client = people.customer, parts = LOSSY): Promise<string> {
    const id = randomUUID();
    const seconds = parts.reduce((sum, part) => sum + part.seconds, 0);
    expect((await begin(who, id)).body).toMatchObject({ goOn: true, session: { id, about, lastSampleAt: null } });
    for (const batch of measuredStay(Date.now() - seconds * 1_000, parts))
      expect((await sendTo(who, id, { ...batch, sentAtMs: Date.now() })).body.goOn).toBe(true);
    return id;
  }

  test('a ticket opened from it carries its last minutes, for the team alone', async () => {
    const watchedSessionId = await watched();
    expect((await begin(people.customer, watchedSessionId)).body.session.lastSampleAt).not.toBeNull();
    ticketId = await opened(people.customer, 'Our lesson stutters', { watchedSessionId });
    await recordWatched(desk.diagnosis.deps(), watchedSessionId, ticketId);
    await recordWatched(desk.diagnosis.deps(), watchedSessionId, ticketId);
    expect(recordedIn(await snapshot(people.engineer, ticketId))).toMatchObject([
      {
        source: { kind: 'watched', watchedSessionId, label: 'Lesson 42' },
        summary: { causes: [{ rule: 'packet-loss' }] },
      },
    ]);
    expect((await fetched()).participants).toMatchObject([{ name: 'Cleo Customer', side: 'customer' }]);
    expect(recordedIn(await snapshot(people.customer, ticketId))).toEqual([]);
    const params = { id: ticketId, sourceId: watchedSessionId };
    expect((await people.engineer.call(getWatching, { params })).body.watching.source).toMatchObject({
      kind: 'watched',
    });

    const live = await LiveClient.open(desk.platform, people.engineer);
    await live.subscribe({ topic: 'watching', ticketId, since: 0 });
    await until('the first look', async () => live.of('watching').length > 0);
    expect(live.of('watching')[0]!.watching).toMatchObject({ live: true, source: { label: 'Lesson 42' } });
    live.close();
  });

  test('one that is another’s is as none: nothing is opened, sent or attached', async () => {
    const watchedSessionId = await watched();
    for (const who of [people.colleague, people.otherCustomer, people.visitor]) {
      const id = randomUUID();
      const body = { id, channel: 'portal' as const, message: { id: randomUUID(), body: 'Mine' }, watchedSessionId };
      expect((await who.call(openTicket, { body })).status).toBe(404);
      expect(await snapshot(people.engineer, id)).toBeNull();
      expect((await begin(who, watchedSessionId)).error).toMatchObject({ code: 'id_conflict' });
      expect((await sendTo(who, watchedSessionId, measuredStay(Date.now(), [{ seconds: 10 }])[0]!)).status).toBe(404);
    }
    const params = { id: ticketId };
    expect((await people.colleague.call(attachWatchedSession, { params, body: { watchedSessionId } })).status).toBe(
      404,
    );
    expect((await people.customer.call(attachWatchedSession, { params, body: { watchedSessionId } })).status).toBe(200);
    expect((await begin(people.engineer, randomUUID())).status).toBe(403);
  });

  test('a visitor who is recognised keeps what their page watched', async () => {
    const visitor = await newVisitor(desk.platform);
    const watchedSessionId = await watched(visitor);
    await desk.platform.db.transaction().execute(async (trx) => {
      const contact = { id: people.customer.id, name: 'Cleo Customer', anonymous: false };
      await followContacts(trx, [{ from: { id: visitor.id, name: '' }, contact, organisation: null }]);
    });
    expect(await opened(people.customer, 'It was me', { watchedSessionId })).toBeTruthy();
    expect((await visitor.call(openWidgetSession, { body: { locale: 'en' } })).status).toBe(200);
  });

  test('the last batch ends it, and what went on since is judged again', async () => {
    const watchedSessionId = await watched();
    ticketId = await opened(people.customer, 'It stutters', { watchedSessionId });
    await recordWatched(desk.diagnosis.deps(), watchedSessionId, ticketId);
    clock.aheadMs = 120_000;
    const later = measuredStay(Date.now() + 60_000, [{ seconds: 60 }]);
    for (const batch of later.slice(0, -1))
      await sendTo(people.customer, watchedSessionId, { ...batch, sentAtMs: desk.now().getTime() });
    const last = { ...later.at(-1)!, sentAtMs: desk.now().getTime(), last: true };
    expect((await sendTo(people.customer, watchedSessionId, last)).body.goOn).toBe(false);
    await until('it is judged again', async () => recordedIn(await snapshot(people.engineer, ticketId)).length > 1);
  });
});

describe('the evidence of a file', () => {
  /** A file of one of the ticket's messages, as uploads leave it. */
  async function fileOf(who: Client, visibility: 'public' | 'internal' = 'public'): Promise<string> {
    const messageId = randomUUID();
    const message = { id: messageId, body: 'The dump', fileIds: [] };
    await who.call(postMessage, { params: { id: ticketId }, body: { message, visibility } });
    return storedFile(desk.platform.db, who, { ticketId, messageId, internal: visibility === 'internal' });
  }
  const finding: DiagnosisFinding = {
    rule: 'packet-loss',
    area: 'network',
    subject: { participantId: 'p', connectionId: 'c', trackId: 't', direction: 'receive', kind: 'video' },
    fromMs: 1_000,
    toMs: 9_000,
    severity: 'major',
    confidence: 0.9,
    evidence: [{ measure: 'lossRatio', value: 0.1, worst: 0.2, threshold: 0.03, trouble: 'above' }],
    facts: { pattern: '<img src=x onerror=alert(1)>' },
  };
  const diagnosis: Diagnosis = {
    state: 'findings',
    clock: 'relative',
    fromMs: 0,
    toMs: 60_000,
    participants: [{ id: 'p', name: null, side: null, userAgent: null }],
    causes: [{ finding, repeats: [], effects: [], alternatives: [], weight: 3 }],
    lanes: [
      {
        id: 'x',
        measure: 'lossRatio',
        subject: { ...finding.subject },
        points: [
          [0, 0],
          [1_000, null],
        ],
        max: 0.2,
      },
    ],
    quality: [],
    seenByEngine: false,
    knownErrors: [],
  };
  const post = (who: Client, fileId: string, made: object = diagnosis, diagnosisId: string = randomUUID()) =>
    who.call(recordFileDiagnosis, {
      params: { id: ticketId },
      body: { diagnosisId, source: { fileId, format: 'rtcstats', masked: { token: 3 } }, diagnosis: made as Diagnosis },
    });

  test('a customer’s page leaves what it found for the team, once', async () => {
    const fileId = await fileOf(people.customer);
    const id = randomUUID();
    const { received } = await checkLaw(desk, ticketId, async () => {
      expect((await post(people.customer, fileId, diagnosis, id)).body.events).toEqual([]);
      expect((await post(people.customer, fileId, diagnosis, id)).status).toBe(200);
    });
    expect(received.engineer.map(({ body }) => body)).toMatchObject([
      { type: 'diagnosis.recorded', source: { kind: 'file', fileName: 'dump.txt', masked: { token: 3 } } },
    ]);
    expect(received.customer).toEqual([]);
    expect(await fetched()).toEqual(diagnosis);
    const other = await fileOf(people.customer);
    expect((await post(people.customer, other, diagnosis, id)).error).toMatchObject({ code: 'id_conflict' });
  });

  test('only with a file of that ticket that they may see', async () => {
    const fileId = await fileOf(people.customer);
    const note = await fileOf(people.engineer, 'internal');
    expect((await post(people.engineer, note)).status).toBe(200);
    expect((await post(people.colleague, fileId)).status).toBe(200);
    expect((await post(people.customer, note)).status).toBe(404);
    expect((await post(people.otherCustomer, fileId)).status).toBe(404);
    expect((await post(people.customer, randomUUID())).status).toBe(404);
    ticketId = await opened(people.customer, 'Another');
    expect((await post(people.customer, fileId)).status).toBe(404);
  });

  test.each([
    ['a rule that is none', 'causes.0.finding.rule', 'made-up'],
    ['markup for a rule', 'causes.0.finding.rule', '<b>'],
    ['a measure that is none', 'lanes.0.measure', 'toString'],
    ['evidence of nothing', 'causes.0.finding.evidence.0.measure', 'x'],
    ['somebody who is not in it', 'lanes.0.subject.participantId', 'q'],
    ['a time that runs back', 'causes.0.finding.toMs', 0],
    ['a field too many', 'html', '<script>'],
    ['too many facts', 'causes.0.finding.facts', many(21)],
    ['too many lanes', 'lanes', Array(61).fill(diagnosis.lanes[0])],
  ])('%s is refused by its place', async (_, path, other) => {
    const fileId = await fileOf(people.customer);
    const { error } = await post(people.customer, fileId, spoilt(diagnosis, path, other));
    expect(error).toMatchObject({ code: 'invalid_input', field: `diagnosis.${path}` });
    expect(recordedIn(await snapshot(people.engineer, ticketId))).toEqual([]);
  });

  test('a megabyte is refused', async () => {
    const fileId = await fileOf(people.customer);
    const large = spoilt(diagnosis, 'causes.0.finding.facts', { a: 'x'.repeat(1_100_000) });
    const { error } = await post(people.customer, fileId, large);
    expect(error).toMatchObject({ code: 'invalid_input', field: 'diagnosis' });
  });
});

/** A file of a message, as an upload leaves it in the database. @returns its id */
async function storedFile(
  db: Db,
  who: Client,
  place: { ticketId: string; messageId: string; internal: boolean },
): Promise<string> {
  const id = randomUUID();
  const sha256 = createHash('sha256').update(id).digest('hex');
  const blob = { sha256, sizeBytes: 4, width: null, height: null, hasThumbnail: false, storedAt: new Date() };
  await db.insertInto('blob').values(blob).execute();
  await db
    .insertInto('file')
    .values({
      id,
      sha256,
      name: 'dump.txt',
      mediaType: 'text/plain',
      preview: 'text',
      uploaderKind: who.me!.role === 'customer' ? 'customer' : 'staff',
      uploaderId: who.id,
      uploadedAt: new Date(),
      ...place,
    })
    .execute();
  return id;
}

const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, index]));
