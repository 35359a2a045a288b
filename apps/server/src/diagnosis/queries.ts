import type { WatchSettings } from '@alongside/contracts';
import type { DbOrTrx } from '../platform/database/database.ts';
import type { Watched } from './deps.ts';
import type { DiagnosisRow, SampleBatchRow, WatchedSessionRow } from './tables.ts';

const columnOf = ({ kind }: Watched) => (kind === 'call' ? ('callId' as const) : ('watchedSessionId' as const));

export async function findWatchSettings(db: DbOrTrx): Promise<WatchSettings> {
  return db
    .selectFrom('watchSettings')
    .select(['watchCalls', 'watchProducts', 'retentionDays', 'keepAddresses'])
    .executeTakeFirstOrThrow();
}

/** How much is kept of a call, bytes as they are judged. */
export async function findKept(db: DbOrTrx, watched: Watched): Promise<{ batches: number; bytes: number }> {
  const row = await db
    .selectFrom('sampleBatch')
    .select(({ fn }) => [fn.countAll().as('batches'), fn.sum('sizeBytes').as('bytes')])
    .where(columnOf(watched), '=', watched.id)
    .executeTakeFirstOrThrow();
  return { batches: Number(row.batches), bytes: Number(row.bytes ?? 0) };
}

/** Those received since an instant, without their content: what a look at new ones begins with. */
export async function findBatchIds(db: DbOrTrx, watched: Watched, since: Date): Promise<number[]> {
  const rows = await db
    .selectFrom('sampleBatch')
    .select('id')
    .where(columnOf(watched), '=', watched.id)
    .where('receivedAt', '>=', since)
    .orderBy('id')
    .execute();
  return rows.map(({ id }) => Number(id));
}

export async function findBatches(db: DbOrTrx, ids: readonly number[]): Promise<SampleBatchRow[]> {
  if (ids.length === 0) return [];
  return db.selectFrom('sampleBatch').selectAll().where('id', 'in', ids).execute();
}

/** All of a call, or those received since an instant. */
export async function findBatchesOf(db: DbOrTrx, watched: Watched, since?: Date): Promise<SampleBatchRow[]> {
  return db
    .selectFrom('sampleBatch')
    .selectAll()
    .where(columnOf(watched), '=', watched.id)
    .$if(since !== undefined, (query) => query.where('receivedAt', '>=', since!))
    .execute();
}

export async function findWatchedSession(db: DbOrTrx, id: string): Promise<WatchedSessionRow | undefined> {
  return db.selectFrom('watchedSession').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Sessions a ticket is about, newest first. */
export async function findWatchedSessionsOf(db: DbOrTrx, ticketId: string): Promise<WatchedSessionRow[]> {
  return db
    .selectFrom('watchedSession')
    .innerJoin('watchedSessionTicket', 'watchedSessionTicket.watchedSessionId', 'watchedSession.id')
    .selectAll('watchedSession')
    .where('watchedSessionTicket.ticketId', '=', ticketId)
    .orderBy('watchedSession.startedAt', 'desc')
    .execute();
}

/** Tickets that are about a session. */
export async function findTicketsAbout(db: DbOrTrx, watchedSessionId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('watchedSessionTicket')
    .select('ticketId')
    .where('watchedSessionId', '=', watchedSessionId)
    .execute();
  return rows.map(({ ticketId }) => ticketId);
}

export async function findContactName(db: DbOrTrx, id: string): Promise<string | null> {
  const row = await db.selectFrom('contact').select('name').where('id', '=', id).executeTakeFirst();
  return row?.name ?? null;
}

export async function findDiagnosis(db: DbOrTrx, id: string): Promise<DiagnosisRow | undefined> {
  return db.selectFrom('diagnosis').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function findDiagnosisOfCall(db: DbOrTrx, callId: string): Promise<{ id: string } | undefined> {
  return db.selectFrom('diagnosis').select('id').where('callId', '=', callId).executeTakeFirst();
}

/** The newest of a session in a ticket. */
export async function findDiagnosisOfWatched(
  db: DbOrTrx,
  watchedSessionId: string,
  ticketId: string,
): Promise<DiagnosisRow | undefined> {
  return db
    .selectFrom('diagnosis')
    .selectAll()
    .where('watchedSessionId', '=', watchedSessionId)
    .where('ticketId', '=', ticketId)
    .orderBy('recordedAt', 'desc')
    .limit(1)
    .executeTakeFirst();
}
