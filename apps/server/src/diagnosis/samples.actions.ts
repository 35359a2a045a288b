import {
  AppError,
  type Locale,
  type LocalisedText,
  SAMPLES_SEND_EVERY_MS,
  type SampleBatch,
  type SamplesReply,
} from '@alongside/contracts';
import { checkRows, type RowsProblem, withoutAddresses } from '@alongside/diagnosis';
import type { CallRow } from '../calls/tables.ts';
import type { Db } from '../platform/database/database.ts';
import type { DiagnosisDeps, Watched } from './deps.ts';
import { recordWatchedQueue } from './deps.ts';
import { JUDGED_MAX_BYTES, type PackedRows, pack } from './packed-rows.ts';
import { findKept, findTicketsAbout, findWatchSettings } from './queries.ts';
import type { WatchedSessionRow } from './tables.ts';

/** While somebody of the team looks, ms. */
const LOOKED_AT_EVERY_MS = 2_000;
/** Last batches come after the end: of a page that was offline, or closed, ms. */
const AFTER_END_MS = 10 * 60_000;
/** Kept of one call; ten people's three hours fit, or two people's days. Bytes as they are judged, not as they are packed. */
const KEPT_MAX = {
  batches: 50_000,
  // What a page watches is one person's: it need not be so much, and anybody may send it.
  bytes: { call: JUDGED_MAX_BYTES, watched: JUDGED_MAX_BYTES / 4 },
};
/** Calls whose counts are held; of others they are looked up again. */
const COUNTED_MAX = 1_000;

type Person = { kind: 'staff' | 'customer'; id: string };

/**
 * Keeps what a browser measured of a call it is or was in. What came before changes nothing.
 * @throws AppError `invalid_input` naming the place in `rows`, `call_over` long after the end
 */
export async function keepCallSamples(
  deps: DiagnosisDeps,
  person: Person,
  call: CallRow,
  batch: SampleBatch,
  locale: Locale,
): Promise<SamplesReply> {
  const now = deps.now().getTime();
  if (call.endedAt !== null && now - call.endedAt.getTime() > AFTER_END_MS) throw new AppError('call_over');
  const { watchCalls, keepAddresses } = await findWatchSettings(deps.db);
  const watched: Watched = { kind: 'call', id: call.id };
  const isKept = watchCalls && (await keep(deps, watched, person, batch, keepAddresses, locale));
  if (isKept && call.endedAt === null) deps.followEngine(call.id);
  return reply(deps, call.id, isKept && call.endedAt === null);
}

/** Keeps what a page measured of a call of its own. @throws AppError `invalid_input` naming the place in `rows` */
export async function keepWatchedSamples(
  deps: DiagnosisDeps,
  session: WatchedSessionRow,
  batch: SampleBatch,
  locale: Locale,
): Promise<SamplesReply> {
  const { watchProducts, keepAddresses } = await findWatchSettings(deps.db);
  const watched: Watched = { kind: 'watched', id: session.id };
  const person = { kind: 'customer', id: session.id } as const;
  const isKept = watchProducts && (await keep(deps, watched, person, batch, keepAddresses, locale));
  if (isKept) {
    const now = deps.now();
    await deps.db
      .updateTable('watchedSession')
      .set({ lastSampleAt: now, endedAt: batch.last ? now : null })
      .where('id', '=', session.id)
      .execute();
    if (batch.last)
      for (const ticketId of await findTicketsAbout(deps.db, session.id))
        await deps.jobs.send(recordWatchedQueue, { watchedSessionId: session.id, ticketId });
  }
  return reply(deps, session.id, isKept && !batch.last);
}

function reply(deps: DiagnosisDeps, sourceId: string, goOn: boolean): SamplesReply {
  return {
    serverTimeMs: deps.now().getTime(),
    goOn,
    sendEveryMs: deps.isLookedAt(sourceId) ? LOOKED_AT_EVERY_MS : SAMPLES_SEND_EVERY_MS,
  };
}

/** @returns false where there is no room for more */
async function keep(
  { db, now, kept }: DiagnosisDeps,
  watched: Watched,
  person: Person,
  batch: SampleBatch,
  keepAddresses: boolean,
  locale: Locale,
): Promise<boolean> {
  const { stay, number, sentAtMs, clockOffsetMs = null, userAgent = null } = batch;
  const problem = checkRows(batch.rows);
  if (problem) throw refusal(problem, locale);
  const count = kept.get(watched.id) ?? (await findKept(db, watched));
  kept.set(watched.id, count);
  if (kept.size > COUNTED_MAX) kept.delete(kept.keys().next().value!);
  if (count.batches >= KEPT_MAX.batches || count.bytes >= KEPT_MAX.bytes[watched.kind]) return false;
  const receivedAt = now();
  const receivedOffsetMs = receivedAt.getTime() - sentAtMs;
  const sizeBytes = await insertBatch(
    db,
    watched,
    person,
    { stay, number, receivedAt, receivedOffsetMs, clockOffsetMs },
    { rows: keepAddresses ? batch.rows : withoutAddresses(batch.rows), userAgent },
  );
  if (sizeBytes > 0) {
    count.batches += 1;
    count.bytes += sizeBytes;
  }
  return true;
}

type BatchFacts = {
  stay: string;
  number: number;
  receivedAt: Date;
  receivedOffsetMs: number;
  clockOffsetMs: number | null;
};

/** @returns how much it takes when it is judged, bytes; 0 where it was there already */
export async function insertBatch(
  db: Db,
  watched: Watched,
  { kind, id }: { kind: Person['kind'] | 'engine'; id: string },
  facts: BatchFacts,
  rows: PackedRows,
): Promise<number> {
  const { content, sizeBytes } = pack(rows);
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('sampleBatch')
    .values({
      callId: watched.kind === 'call' ? watched.id : null,
      watchedSessionId: watched.kind === 'watched' ? watched.id : null,
      participantId: id,
      participantKind: kind,
      ...facts,
      sizeBytes,
      content,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows ? sizeBytes : 0;
}

const PROBLEMS: Record<RowsProblem['code'], LocalisedText> = {
  unknown_measure: { en: 'There is no such measure.', 'zh-CN': '没有这个测量项。' },
  wrong_length: { en: 'This needs one value for each instant.', 'zh-CN': '每个时间点都应有一个值。' },
  unknown_event: { en: 'There is no such event.', 'zh-CN': '没有这种事件。' },
  unknown_member: { en: 'This field is not known here.', 'zh-CN': '无法识别该字段。' },
  wrong_type: { en: 'This is of the wrong kind.', 'zh-CN': '内容类型不正确。' },
  too_long: { en: 'This is too long.', 'zh-CN': '内容过长。' },
  unknown_id: { en: 'Nothing in here has this id.', 'zh-CN': '此处没有该标识对应的内容。' },
};

function refusal({ field, code }: RowsProblem, locale: Locale): AppError {
  const place = `rows.${field}`;
  return new AppError('invalid_input', { field: place }, [{ field: place, message: PROBLEMS[code][locale] }]);
}
