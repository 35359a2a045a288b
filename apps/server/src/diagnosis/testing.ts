import { randomUUID } from 'node:crypto';
import {
  type Diagnosis,
  getDiagnosis,
  joinCall,
  type SampleBatch,
  sendCallSamples,
  startCall,
  type TicketView,
  updateWatchSettings,
} from '@alongside/contracts';
import { encodeRows, SessionBuilder } from '@alongside/diagnosis';
import type { RoomView } from '@alongside/sfu';
import { createCallsFeature } from '../calls/feature.ts';
import { createScriptedMedia, inMedia } from '../calls/testing.ts';
import type { Client } from '../people/testing.ts';
import { everybodyHas } from '../plans/testing.ts';
import type { Db } from '../platform/database/database.ts';
import { opened, snapshot, startTestDesk } from '../tickets/testing.ts';
import { createDiagnosisFeature } from './feature.ts';
import { type PackedRows, unpack } from './packed-rows.ts';

/** A desk whose calls are measured, with a clock that can be put ahead. */
export async function startDiagnosisDesk() {
  const media = createScriptedMedia();
  const clock = { aheadMs: 0 };
  const now = () => new Date(Date.now() + clock.aheadMs);
  const engine: { view: RoomView | undefined } = { view: undefined };
  const diagnosis = createDiagnosisFeature({ roomView: () => null }, now);
  const desk = await startTestDesk([createCallsFeature(media.open, now), diagnosis]);
  await everybodyHas(desk.platform, 'enterprise');
  const { people } = desk;
  return {
    ...desk,
    media,
    clock,
    now,
    diagnosis,
    /** What the media engine says of every call, to whoever looks. */
    engine,
    /** Clock and settings as they were at first. @returns a new ticket's id */
    async freshTicket(): Promise<string> {
      clock.aheadMs = 0;
      await people.lead.call(updateWatchSettings, { body: SETTINGS });
      return opened(people.customer, 'It stutters');
    },
    /** Sends batches as time goes by: each when it was measured. */
    async sendAll(
      send: (batch: SampleBatch) => Promise<{ status: number }>,
      batches: readonly SampleBatch[],
      startMs: number,
    ): Promise<void> {
      for (const batch of batches) {
        const measuredMs = batch.rows.fromMs + batch.rows.instants.reduce((sum, step) => sum + step, 0);
        clock.aheadMs = Math.max(clock.aheadMs, Math.max(measuredMs, startMs) - Date.now());
        const { status } = await send(batch);
        if (status !== 200) throw new Error(`a batch was answered with ${status}`);
      }
    },
    /** A call both are in. @returns its id */
    async live(ticketId: string): Promise<string> {
      const body = { callId: randomUUID(), video: true };
      const { id } = (await people.engineer.call(startCall, { params: { id: ticketId }, body })).body.call;
      await media.join(id, inMedia(people.engineer));
      await people.customer.call(joinCall, { params: { id }, body: {} });
      await media.join(id, inMedia(people.customer));
      return id;
    },
  };
}
/** One batch of a call. */
export const send = (who: Client, id: string, batch: SampleBatch) =>
  who.call(sendCallSamples, { params: { id }, body: batch });

export type DiagnosisDesk = Awaited<ReturnType<typeof startDiagnosisDesk>>;

/** What a browser measures in a test: a sample every two seconds, with so much of what is received lost. */
export type Measured = { seconds: number; lossRatio?: number; address?: string };

/**
 * A stay of a browser whose clock is wrong by so much, as batches of ten seconds.
 * @param startMs server's clock; sent as it is measured, so that `sentAtMs` lies `clockAheadMs` ahead of it
 */
export function measuredStay(startMs: number, parts: readonly Measured[], clockAheadMs = 0): SampleBatch[] {
  const builder = new SessionBuilder('live');
  const connection = builder.connection('sub', 'me');
  const place = { connectionId: 'sub', participantId: 'me', direction: 'receive' } as const;
  const tracks = [
    builder.track({ id: 'v', kind: 'video', ...place }),
    builder.track({ id: 'a', kind: 'audio', ...place }),
  ];
  const stay = randomUUID();
  const batches: SampleBatch[] = [];
  let atMs = startMs + clockAheadMs;
  let afterMs = Number.NEGATIVE_INFINITY;
  const send = () => {
    const encoded = encodeRows(builder.build(), 'me', afterMs);
    if (!encoded) return;
    afterMs = encoded.upToMs;
    const rows = encoded.rows as SampleBatch['rows'];
    batches.push({
      version: 1,
      stay,
      number: batches.length,
      sentAtMs: Math.round(afterMs),
      userAgent: 'Test 1',
      rows,
    });
  };
  for (const { seconds, lossRatio = 0, address } of parts) {
    if (address) {
      const local = { type: 'relay', protocol: 'udp', relayProtocol: 'tls', address, port: 4_711 } as const;
      const end = { url: null, networkType: null };
      const remote = { ...local, ...end, type: 'host', relayProtocol: null } as const;
      builder.pairSelected('sub', atMs + 1, { ...local, ...end }, remote);
    }
    for (let second = 2; second <= seconds; second += 2) {
      atMs += 2_000;
      connection.samples.append(atMs, { rttMs: 40, receivedBps: 900_000, sentBps: 900_000 });
      for (const track of tracks) track.samples.append(atMs, { lossRatio, bitrateBps: 400_000, jitterMs: 4 });
      if (second % 10 === 0) send();
    }
  }
  send();
  return batches;
}

/** What is kept of a call. */
export async function packedRowsOf(db: Db, callId: string): Promise<PackedRows[]> {
  const rows = await db.selectFrom('sampleBatch').select('content').where('callId', '=', callId).execute();
  return rows.map(({ content }) => unpack(content));
}

/** As a new workspace has them. */
export const SETTINGS = { watchCalls: true, watchProducts: true, retentionDays: 30, keepAddresses: false };

/** A minute whose middle third is bad. */
export const LOSSY: readonly Measured[] = [{ seconds: 20 }, { seconds: 20, lossRatio: 0.25 }, { seconds: 20 }];

/** The diagnoses a reader's timeline tells of. */
export function recordedIn(view: TicketView | null) {
  return view!.entries.flatMap((entry) =>
    entry.kind === 'change' && entry.change.what === 'recorded' && entry.change.body.type === 'diagnosis.recorded'
      ? [entry.change.body]
      : [],
  );
}

/** The whole of the last of them. */
export async function newestDiagnosis(who: Client, ticketId: string): Promise<Diagnosis> {
  const { diagnosisId } = recordedIn(await snapshot(who, ticketId)).at(-1)!;
  return (await who.call(getDiagnosis, { params: { id: diagnosisId } })).body.recorded.diagnosis;
}

/**
 * A copy of it in which the value at a path is another: what strangers might send.
 * @param path keys and places with dots between, as a refusal names its field: `rows.tracks.0.columns`
 * @throws TypeError where the path leads through nothing
 */
export function spoilt<T extends object>(value: T, path: string, other: unknown): T {
  const copy = structuredClone(value);
  const keys = path.split('.');
  const last = keys.pop()!;
  const parent = keys.reduce<object>((at, key) => Reflect.get(at, key) as object, copy);
  Reflect.set(parent, last, other);
  return copy;
}
