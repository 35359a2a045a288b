import { randomUUID } from 'node:crypto';
import { joinCall, type SampleBatch, startCall } from '@alongside/contracts';
import { encodeRows, SessionBuilder } from '@alongside/diagnosis';
import type { RoomView } from '@alongside/sfu';
import { createCallsFeature } from '../calls/feature.ts';
import { createScriptedMedia, inMedia } from '../calls/testing.ts';
import { everybodyHas } from '../plans/testing.ts';
import type { Db } from '../platform/database/database.ts';
import { startTestDesk } from '../tickets/testing.ts';
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
