import { randomUUID } from 'node:crypto';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  agreeToRecording,
  askToRecord,
  type CallRecording,
  composeRecording,
  deleteRecording,
  endCall,
  endRecording,
  getRecording,
  joinCall,
  leaveCall,
  startCall,
  updateRecordingSettings,
} from '@alongside/contracts';
import { MANIFEST_NAME, type RecordingManifest } from '@alongside/sfu';
import { until } from '@alongside/testkit';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createCallsFeature } from '../calls/feature.ts';
import type { MediaPerson } from '../calls/media.ts';
import type { Recorder } from '../calls/recorder.ts';
import { createScriptedMedia, inMedia } from '../calls/testing.ts';
import { mergeVisitors } from '../customers/actions.ts';
import { findContact } from '../customers/queries.ts';
import type { Client } from '../people/testing.ts';
import { everybodyHas } from '../plans/testing.ts';
import { followed } from '../platform/testing.ts';
import { followContacts } from '../tickets/claim.actions.ts';
import { newVisitor, opened, snapshot, startTestDesk, type TestDesk } from '../tickets/testing.ts';
import { expireRecordings, startRecording } from './actions.ts';
import { finishQueue } from './deps.ts';
import { recordingsFeature } from './feature.ts';
import { finishInterrupted } from './jobs.ts';

const SOUND = Buffer.from('the sound of a call, one second of it');

const namesOf = (recorded: readonly MediaPerson[]) => recorded.map(({ kind, id }) => `${kind} ${id}`);

/** Files as the engine leaves them; the engine itself is tested in its own package. */
function createScriptedRecorder() {
  const started: string[] = [];
  const running = new Set<string>();
  const people = new Map<string, string[]>();
  const state = { refuses: false };
  const recorder: Recorder = {
    folder: '',
    onEnded: null,
    async start(recordingId, _callId, recorded) {
      if (state.refuses) throw new Error('the disk refuses');
      if (running.has(recordingId)) throw Object.assign(new Error('it has this one'), { code: 'already_exists' });
      started.push(recordingId);
      const folder = join(recorder.folder, recordingId);
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, '1-TR_A.ogg'), SOUND);
      const track = { file: '1-TR_A.ogg', kind: 'audio', source: 'microphone', codec: 'opus', startMs: 250 };
      const facts = {
        durationMs: 61_000,
        bytes: SOUND.length,
        width: 0,
        height: 0,
        rotation: 0,
        participantName: 'Eve Engineer',
      };
      const manifest = { tracks: [{ ...track, ...facts, participantIdentity: 'staff:1' }] } as unknown;
      await writeFile(join(folder, MANIFEST_NAME), JSON.stringify(manifest as RecordingManifest));
      people.set(recordingId, namesOf(recorded));
      // Once what it would leave behind is there: a test may end it the moment it runs.
      running.add(recordingId);
    },
    async include(recordingId, _callId, recorded) {
      const known = people.get(recordingId) ?? [];
      if (running.has(recordingId)) people.set(recordingId, [...new Set([...known, ...namesOf(recorded)])]);
    },
    async stop(recordingId) {
      running.delete(recordingId);
    },
  };
  return { recorder, started, running, people, state };
}

const engine = createScriptedRecorder();
const media = createScriptedMedia();
const recordings = recordingsFeature({ recorder: () => engine.recorder });
let desk: TestDesk;
let people: TestDesk['people'];
let ticketId: string;

beforeAll(async () => {
  desk = await startTestDesk([createCallsFeature(media.open), recordings]);
  ({ people } = desk);
  engine.recorder.folder = recordings.deps().folder;
  await everybodyHas(desk.platform, 'enterprise');
});
afterAll(() => desk?.close());
beforeEach(async () => {
  engine.state.refuses = false;
  ticketId = await opened(people.customer, 'The picture freezes');
});

async function live(customer: Client = people.customer): Promise<string> {
  const { body } = await people.engineer.call(startCall, {
    params: { id: ticketId },
    body: { callId: randomUUID(), video: true },
  });
  const { id } = body.call;
  await media.join(id, inMedia(people.engineer));
  await customer.call(joinCall, { params: { id }, body: {} });
  await media.join(id, inMedia(customer));
  return id;
}

const ask = (who: Client, id: string, recordingId: string = randomUUID()) =>
  who.call(askToRecord, { params: { id }, body: { recordingId } });
const agree = (who: Client, id: string, recordingId: string) =>
  who.call(agreeToRecording, { params: { id, recordingId }, body: {} });
const end = (who: Client, id: string, recordingId: string) =>
  who.call(endRecording, { params: { id, recordingId }, body: {} });
const watch = (who: Client, id: string) => who.call(getRecording, { params: { id } });

async function shown(who: Client = people.customer): Promise<CallRecording> {
  const entry = (await snapshot(who, ticketId))!.entries.findLast((one) => one.kind === 'call');
  if (entry?.kind !== 'call') throw new Error('the call is not in the timeline');
  return entry.call.recordings!.at(-1)!;
}
const shownAs = (state: CallRecording['state']) =>
  until(`the recording to be ${state}`, async () => (await shown()).state === state);
const watchable = () => until('it can be watched', async () => (await shown()).durationMs !== null);

/** One that both agreed to, and that is over. */
async function recorded(): Promise<{ callId: string; recordingId: string }> {
  const callId = await live();
  const recordingId = (await ask(people.engineer, callId)).body.call.recordings!.at(-1)!.id;
  await agree(people.customer, callId, recordingId);
  await until('the engine records', () => engine.running.has(recordingId));
  await end(people.engineer, callId, recordingId);
  await watchable();
  return { callId, recordingId };
}

describe('consent', () => {
  test('it begins when everybody in the call has agreed, and is on record with names', async () => {
    const callId = await live();
    expect((await ask(people.customer, callId)).status).toBe(403);
    expect((await ask(people.lead, callId)).status).toBe(403);
    const asked = await ask(people.engineer, callId);
    const { id } = asked.body.call.recordings![0]!;
    expect((await ask(people.engineer, callId, id)).status).toBe(200);
    expect((await ask(people.engineer, callId)).error).toMatchObject({ code: 'recording_active' });
    expect(await shown()).toMatchObject({ state: 'asking', agreed: [{ name: 'Eve Engineer' }], startedAt: null });
    expect(engine.started).not.toContain(id);

    await agree(people.customer, callId, id);
    await shownAs('recording');
    await until('the engine records', () => engine.running.has(id));
    expect((await shown()).agreed.map(({ name }) => name)).toEqual(['Eve Engineer', 'Cleo Customer']);

    await people.engineer.call(endCall, { params: { id: callId }, body: { quality: null } });
    expect(await shown()).toMatchObject({ state: 'ended', because: 'call_ended' });
    await watchable();
    expect(engine.running.has(id)).toBe(false);
  });

  test('whoever declines is not recorded; whoever withdraws ends it', async () => {
    const callId = await live();
    const first = (await ask(people.engineer, callId)).body.call.recordings![0]!.id;
    await end(people.customer, callId, first);
    expect(await shown()).toMatchObject({ state: 'ended', because: 'declined', endedBy: { name: 'Cleo Customer' } });
    expect((await agree(people.customer, callId, first)).error).toMatchObject({ code: 'recording_over' });

    const second = (await ask(people.engineer, callId)).body.call.recordings![1]!.id;
    await agree(people.customer, callId, second);
    await until('the engine records', () => engine.running.has(second));
    await end(people.customer, callId, second);
    expect(await shown()).toMatchObject({ because: 'withdrawn' });
    await until('the engine stopped', () => !engine.running.has(second));
    expect(engine.started).not.toContain(first);
    await watchable();
  });

  test('a visitor recognised during the call agrees and withdraws all the same', async () => {
    const { db } = desk.platform;
    const visitor = await newVisitor(desk.platform);
    ticketId = await opened(visitor, 'Who am I?');
    const callId = await live(visitor);
    const { id } = (await ask(people.engineer, callId)).body.call.recordings![0]!;
    await db.transaction().execute(async (trx) => {
      const contact = (await findContact(trx, people.customer.id))!;
      await followContacts(trx, await mergeVisitors(trx, [visitor.id], contact));
    });
    expect((await agree(people.otherCustomer, callId, id)).status).toBe(404);
    expect((await agree(people.customer, callId, id)).status).toBe(200);
    await until('the engine records', () => engine.running.has(id));
    expect((await end(people.customer, callId, id)).status).toBe(200);
    expect(await shown()).toMatchObject({ state: 'ended', because: 'withdrawn', endedBy: { id: visitor.id } });
  });

  test('whoever has not agreed leaves, and those who stay have all agreed', async () => {
    const callId = await live();
    const { id } = (await ask(people.engineer, callId)).body.call.recordings![0]!;
    await people.customer.call(leaveCall, { params: { id: callId }, body: { quality: null } });
    await shownAs('recording');
    await until('the engine records', () => engine.running.has(id));
  });

  test('nobody enters a recorded call without agreeing to it', async () => {
    const callId = await live();
    const { id } = (await ask(people.engineer, callId)).body.call.recordings![0]!;
    await agree(people.customer, callId, id);
    await shownAs('recording');
    const refused = await people.lead.call(joinCall, { params: { id: callId }, body: {} });
    expect(refused.error).toMatchObject({ code: 'recording_consent', details: { name: 'Eve Engineer' } });
    const admitted = await people.lead.call(joinCall, { params: { id: callId }, body: { agreesToRecording: true } });
    expect(admitted.status).toBe(200);
    await media.join(callId, inMedia(people.lead));
    expect((await shown()).agreed.map(({ name }) => name)).toContain('Liam Lead');
    await until('what they say is recorded', () => engine.people.get(id)?.length === 3);
    expect(engine.people.get(id)).toContain(namesOf([inMedia(people.lead)])[0]);
    // Who is in already comes back after a cut without being asked again.
    expect((await people.customer.call(joinCall, { params: { id: callId }, body: {} })).status).toBe(200);
  });

  test('somebody let in before it began ends it', async () => {
    const callId = await live();
    await people.lead.call(joinCall, { params: { id: callId }, body: {} });
    const { id } = (await ask(people.engineer, callId)).body.call.recordings![0]!;
    await agree(people.customer, callId, id);
    await until('the engine records', () => engine.running.has(id));
    await media.join(callId, inMedia(people.lead));
    await shownAs('ended');
    expect(await shown()).toMatchObject({ because: 'unasked', endedBy: { kind: 'system' } });
    // And nothing they said until then is in it.
    await until('the engine stopped', async () => (await shown()).durationMs !== null);
    expect(engine.people.get(id)).toEqual(namesOf([people.engineer, people.customer].map(inMedia)));
  });

  test('an engine that cannot, and one whose disk is full, are told as that', async () => {
    engine.state.refuses = true;
    const callId = await live();
    const first = (await ask(people.engineer, callId)).body.call.recordings![0]!.id;
    await agree(people.customer, callId, first);
    await shownAs('ended');
    expect(await shown()).toMatchObject({ because: 'failed', durationMs: null });

    engine.state.refuses = false;
    const second = (await ask(people.engineer, callId)).body.call.recordings![1]!.id;
    await agree(people.customer, callId, second);
    await until('the engine records', () => engine.running.has(second));
    engine.recorder.onEnded!(second, 'disk_full');
    await watchable();
    expect(await shown()).toMatchObject({ because: 'disk_full', durationMs: 61_000 });
  });
});

test('a start that runs twice leaves the recording it has begun alone', async () => {
  const callId = await live();
  const { id } = (await ask(people.engineer, callId)).body.call.recordings![0]!;
  await agree(people.customer, callId, id);
  await until('the engine records', () => engine.running.has(id));
  await startRecording(recordings.deps(), id);
  const ends = sql`select 1 from pgboss.job where name = ${finishQueue.name} and data ->> 'recordingId' = ${id}`;
  expect((await ends.execute(desk.platform.db)).rows).toEqual([]);
  expect(await shown()).toMatchObject({ state: 'recording' });
});

test('a ticket somebody holds does not keep those who follow the calls waiting', async () => {
  const { db } = desk.platform;
  const callId = await live();
  const { id } = (await ask(people.engineer, callId)).body.call.recordings![0]!;
  await db.transaction().execute(async (holder) => {
    await db.transaction().execute(async (trx) => {
      // Nothing is followed until the ticket is held.
      await trx.selectFrom('feedFollower').select('name').where('name', '=', 'recordings').forUpdate().execute();
      await agree(people.customer, callId, id);
      await holder.selectFrom('ticket').select('id').where('id', '=', ticketId).forUpdate().execute();
    });
    await followed(desk.platform, 'recordings');
  });
  await shownAs('recording');
});

describe('watching', () => {
  test('those who see the ticket watch it by signed address, and nobody else', async () => {
    const { recordingId } = await recorded();
    const { recording } = (await watch(people.customer, recordingId)).body;
    expect(recording).toMatchObject({
      durationMs: 61_000,
      tracks: [{ startMs: 0, who: 'Eve Engineer' }],
      may: { delete: false },
    });
    expect((await watch(people.lead, recordingId)).body.recording.may.delete).toBe(true);
    expect((await watch(people.otherCustomer, recordingId)).status).toBe(404);

    const fetchPart = (url: string, range?: string) =>
      desk.platform.app.inject({ url, headers: range ? { range } : {} });
    const { url } = recording.tracks[0]!;
    const part = await fetchPart(url, 'bytes=4-8');
    expect([part.statusCode, part.body]).toEqual([206, 'sound']);
    expect(part.headers['content-range']).toBe(`bytes 4-8/${SOUND.length}`);
    expect(part.headers['content-security-policy']).toContain('sandbox');
    expect(part.headers['content-type']).toBe('audio/ogg');
    expect((await fetchPart(url)).rawPayload).toEqual(SOUND);
    expect((await fetchPart(url, 'bytes=999-')).statusCode).toBe(416);
    expect((await fetchPart(url.replace(/sig=./, 'sig=~'))).statusCode).toBe(404);
    expect((await fetchPart(url.replace('/0?', '/1?'))).statusCode).toBe(404);
  });

  test('the workspace decides whether customers watch', async () => {
    const { recordingId } = await recorded();
    const put = (who: Client, customersMayWatch: boolean) =>
      who.call(updateRecordingSettings, { body: { customersMayWatch, retentionDays: 30 } });
    expect((await put(people.engineer, false)).status).toBe(403);
    expect((await put(people.lead, false)).status).toBe(200);
    expect((await watch(people.customer, recordingId)).status).toBe(404);
    expect((await watch(people.engineer, recordingId)).status).toBe(200);
    await put(people.lead, true);
    expect((await watch(people.customer, recordingId)).status).toBe(200);
  });

  test('what cannot be composed says so, and can be asked for again', async () => {
    const { recordingId } = await recorded();
    const asked = await people.customer.call(composeRecording, { params: { id: recordingId }, body: {} });
    expect(asked.body.recording.composed).toMatchObject({ state: 'running', downloadUrl: null });
    // The scripted sound is none: ffmpeg refuses it, or is not there.
    await until('it was tried', async () => {
      const { state } = (await watch(people.customer, recordingId)).body.recording.composed;
      return state === 'failed' || state === 'no_ffmpeg';
    });
  });

  test('composing whose job is gone is taken up at the start', async () => {
    const { recordingId } = await recorded();
    await desk.platform.db
      .updateTable('recording')
      .set({ composed: 'running' })
      .where('id', '=', recordingId)
      .execute();
    await finishInterrupted(recordings.deps());
    await until('it was tried', async () => {
      const { state } = (await watch(people.customer, recordingId)).body.recording.composed;
      return state === 'failed' || state === 'no_ffmpeg';
    });
  });

  test('leads delete: the files are gone, the record stays', async () => {
    const { recordingId } = await recorded();
    const file = join(recordings.deps().folder, recordingId);
    const remove = (who: Client) => who.call(deleteRecording, { params: { id: recordingId } });
    expect((await remove(people.engineer)).status).toBe(403);
    await access(file);
    expect((await remove(people.lead)).status).toBe(200);
    await expect(access(file)).rejects.toThrow();
    expect(await shown()).toMatchObject({ deleted: { by: { name: 'Liam Lead' } }, agreed: [{}, {}] });
    expect((await watch(people.lead, recordingId)).status).toBe(404);
  });

  test('what is older than the workspace keeps is removed', async () => {
    const { recordingId } = await recorded();
    await people.lead.call(updateRecordingSettings, { body: { customersMayWatch: true, retentionDays: 30 } });
    const after = (days: number) => ({ ...recordings.deps(), now: () => new Date(Date.now() + days * 86_400_000) });
    await expireRecordings(after(29));
    expect((await watch(people.engineer, recordingId)).status).toBe(200);
    await expireRecordings(after(31));
    expect((await watch(people.engineer, recordingId)).status).toBe(404);
    expect(await shown()).toMatchObject({ deleted: { by: { kind: 'system' } } });
  });
});
