import { SampleBatch } from '@alongside/contracts';
import { checkRows, encodeRows, SessionBuilder, withoutAddresses } from '@alongside/diagnosis';
import { GrowingSession } from '../../../apps/server/src/diagnosis/growing-session.ts';
import { judged } from '../../../apps/server/src/diagnosis/judged.ts';
import { pack } from '../../../apps/server/src/diagnosis/packed-rows.ts';
import { storedBatch } from '../../../apps/server/src/diagnosis/stored-batch.ts';

/** As the server does it while somebody looks: batches every 2 s, a look every second over the last 5 minutes. */
const LOOK_EVERY_MS = 1_000;
const SAMPLE_EVERY_MS = 2_000;
const WINDOW_MS = 5 * 60_000;

/** What watching a call costs the server. Shares are of one core; HTTP and PostgreSQL are not in them. */
export type ServerCost = {
  people: number;
  /** Taking, checking and packing what comes. */
  takingShare: number;
  /** Reading it again, judging and drawing, while somebody of the team looks. */
  lookingShare: number;
  /** Judging a whole hour at the end, ms; in proportion to what was replayed. */
  wholeHourMs: number;
  batchBytes: number;
};

type Stay = { id: string; builder: SessionBuilder; afterMs: number; number: number };

/** One person's browser: what Chromium tells of a call with simulcast, with noise instead of constants. */
function sampleOf(stay: Stay, atMs: number, people: number): void {
  const { builder, id } = stay;
  const noise = (mean: number) => mean * (0.7 + 0.6 * Math.random());
  for (const connectionId of ['pub', 'sub'])
    builder.connection(connectionId, id).samples.append(atMs, {
      rttMs: noise(40),
      availableOutgoingBps: noise(2e6),
      sentBps: noise(1e6),
      receivedBps: noise(1e6),
      checksSent: 1,
      checksAnswered: 1,
    });
  const stream = (name: string, connectionId: string, direction: 'send' | 'receive', kind: 'audio' | 'video') => {
    const track = builder.track({ id: name, connectionId, participantId: id, direction, kind });
    const common = { bitrateBps: noise(5e5), packets: noise(100), nacks: 0 };
    track.samples.append(atMs, {
      ...common,
      ...(direction === 'receive'
        ? { lossRatio: Math.random() < 0.05 ? 0.01 : 0, jitterMs: noise(5), bufferMs: noise(60), framesReceived: 50 }
        : { remoteLossRatio: 0, remoteJitterMs: noise(5), remoteRttMs: noise(40), targetBps: noise(1e6), active: 1 }),
      ...(kind === 'audio'
        ? { audioLevel: noise(0.05), concealedRatio: 0.001, silentConcealedRatio: 0.001, stretchedRatio: 0.002 }
        : { framesPerSecond: noise(25), widthPx: 1_280, heightPx: 720, decodeMs: noise(4), freezeMs: 0, plis: 0 }),
    });
  };
  stream('a', 'pub', 'send', 'audio');
  for (const layer of ['q', 'h', 'f']) stream(`v ${layer}`, 'pub', 'send', 'video');
  for (let other = 1; other < people; other++) {
    stream(`a ${other}`, 'sub', 'receive', 'audio');
    stream(`v ${other}`, 'sub', 'receive', 'video');
  }
}

/**
 * Replays a call as fast as the processor goes.
 * @param minutes the longer, the less the start of the process matters
 */
export function measureServerCost(people: number, minutes: number): ServerCost {
  const startMs = Date.UTC(2026, 4, 14, 2);
  const stays: Stay[] = Array.from({ length: people }, (_, index) => ({
    id: `00000000-0000-4000-8000-00000000000${index}`,
    builder: new SessionBuilder('live'),
    afterMs: Number.NEGATIVE_INFINITY,
    number: 0,
  }));
  const window = new GrowingSession(startMs, WINDOW_MS);
  const whole = new GrowingSession(startMs);
  const participants = stays.map(({ id }) => ({ id, name: id, side: 'staff' as const, userAgent: null }));
  let takingMs = 0;
  let lookingMs = 0;
  let bytes = 0;
  let count = 0;
  const timed = (work: () => void): number => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  };
  for (let atMs = startMs; atMs < startMs + minutes * 60_000; atMs += LOOK_EVERY_MS) {
    for (const [nth, stay] of stays.entries()) {
      // At moments of their own: there is something new at each look.
      if ((atMs - startMs + nth * LOOK_EVERY_MS) % SAMPLE_EVERY_MS !== 0) continue;
      sampleOf(stay, atMs, people);
      const encoded = encodeRows(stay.builder.build(), stay.id, stay.afterMs);
      if (!encoded) continue;
      stay.afterMs = encoded.upToMs;
      stay.builder.forgetBefore(encoded.upToMs);
      const { id } = stay;
      const { rows } = encoded;
      const body = JSON.stringify({ version: 1, stay: id, number: stay.number, sentAtMs: atMs, userAgent: 'x', rows });
      bytes += body.length;
      let packed: ReturnType<typeof pack> = { content: Buffer.alloc(0), sizeBytes: 0 };
      takingMs += timed(() => {
        const batch = SampleBatch.parse(JSON.parse(body));
        if (checkRows(batch.rows)) throw new Error('the replayed rows are refused');
        packed = pack({ rows: withoutAddresses(batch.rows), userAgent: batch.userAgent ?? null });
      });
      count += 1;
      const row = {
        id: count,
        callId: id,
        watchedSessionId: null,
        participantId: id,
        participantKind: 'staff' as const,
        stay: id,
        number: stay.number++,
        receivedAt: new Date(atMs),
        receivedOffsetMs: 0,
        clockOffsetMs: 0,
        ...packed,
      };
      lookingMs += timed(() => void window.add([storedBatch(row)]));
      whole.add([storedBatch(row)]);
    }
    lookingMs += timed(() => {
      window.forget(atMs);
      const diagnosis = judged(
        window.build(() => null),
        { participants, isLive: true },
      );
      JSON.stringify(diagnosis);
    });
  }
  const wholeMs = timed(
    () =>
      void judged(
        whole.build(() => null),
        { participants, isLive: false },
      ),
  );
  const spanMs = minutes * 60_000;
  return {
    people,
    takingShare: takingMs / spanMs,
    lookingShare: lookingMs / spanMs,
    wholeHourMs: (wholeMs * 60) / minutes,
    batchBytes: Math.round(bytes / count),
  };
}

/** Prints what watching calls costs the server. */
export async function benchServerCost(quick: boolean): Promise<void> {
  const percent = (share: number) => `${(share * 100).toFixed(2)} %`;
  console.log('Watching calls on the server (JSON, checks, packing, judging; without HTTP and PostgreSQL)');
  for (const people of [2, 10]) {
    const cost = measureServerCost(people, quick ? 6 : 30);
    console.log(`  a call of ${people}: nobody looks ${percent(cost.takingShare)} of one core,`);
    console.log(`    somebody looks ${percent(cost.takingShare + cost.lookingShare)} (promised for two: under 2 %),`);
    console.log(
      `    an hour judged at its end in about ${Math.round(cost.wholeHourMs)} ms; ${cost.batchBytes} bytes a batch`,
    );
  }
}
