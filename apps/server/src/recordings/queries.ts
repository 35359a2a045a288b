import type { RecordingSettings } from '@alongside/contracts';
import type { DbOrTrx } from '../platform/database/database.ts';
import type { RecordingRow } from './tables.ts';

export async function findRecording(db: DbOrTrx, id: string): Promise<RecordingRow | undefined> {
  return db.selectFrom('recording').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function findSettings(db: DbOrTrx): Promise<RecordingSettings> {
  return db.selectFrom('recordingSettings').select(['customersMayWatch', 'retentionDays']).executeTakeFirstOrThrow();
}

/** Begun, and not yet known whether there is anything to watch. */
export async function findUnfinished(db: DbOrTrx): Promise<RecordingRow[]> {
  return db
    .selectFrom('recording')
    .selectAll()
    .where('readyAt', 'is', null)
    .where('startedAt', 'is not', null)
    .where('deletedAt', 'is', null)
    .execute();
}

/** Being made into one file, as far as the rows know. */
export async function findComposing(db: DbOrTrx): Promise<RecordingRow[]> {
  return db
    .selectFrom('recording')
    .selectAll()
    .where('composed', '=', 'running')
    .where('deletedAt', 'is', null)
    .execute();
}

/** Of a call, begun or asked for and not ended. */
export async function findOpen(db: DbOrTrx, callId: string): Promise<RecordingRow[]> {
  return db.selectFrom('recording').selectAll().where('callId', '=', callId).where('endedAt', 'is', null).execute();
}

/** Whose files have been kept since before `before`. */
export async function findReadyBefore(db: DbOrTrx, before: Date): Promise<RecordingRow[]> {
  return db
    .selectFrom('recording')
    .selectAll()
    .where('readyAt', '<', before)
    .where('deletedAt', 'is', null)
    .limit(500)
    .execute();
}
