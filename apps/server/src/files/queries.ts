import type { DbOrTrx } from '../platform/database/database.ts';
import type { BlobRow, FileRow, UploadRow } from './tables.ts';

/** A file with its content's facts. */
export type FileWithBlob = FileRow & Omit<BlobRow, 'sha256' | 'storedAt'>;

export async function findFiles(db: DbOrTrx, ids: readonly string[]): Promise<FileWithBlob[]> {
  if (ids.length === 0) return [];
  return db
    .selectFrom('file')
    .innerJoin('blob', 'blob.sha256', 'file.sha256')
    .selectAll('file')
    .select(['blob.sizeBytes', 'blob.width', 'blob.height', 'blob.hasThumbnail'])
    .where('file.id', 'in', ids)
    .execute();
}

export async function findFile(db: DbOrTrx, id: string): Promise<FileWithBlob | undefined> {
  return (await findFiles(db, [id]))[0];
}

export async function findUpload(db: DbOrTrx, id: string): Promise<UploadRow | undefined> {
  return db.selectFrom('upload').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Which of these ids are uploads under way. */
export async function findUploadIds(db: DbOrTrx, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await db.selectFrom('upload').select('id').where('id', 'in', ids).execute();
  return new Set(rows.map((row) => row.id));
}

/** Uploads that began after an instant, or are among these. */
export async function findUploadsSince(
  db: DbOrTrx,
  since: Date,
  ids: readonly string[],
): Promise<Pick<UploadRow, 'id' | 'sizeBytes'>[]> {
  return db
    .selectFrom('upload')
    .select(['id', 'sizeBytes'])
    .where((eb) => eb.or([eb('startedAt', '>', since), ...(ids.length > 0 ? [eb('id', 'in', [...ids])] : [])]))
    .execute();
}

/** How much a person has on the way. */
export async function findInFlight(db: DbOrTrx, uploaderId: string): Promise<{ count: number; bytes: number }> {
  const row = await db
    .selectFrom('upload')
    .select(({ fn }) => [fn.countAll().as('count'), fn.sum('sizeBytes').as('bytes')])
    .where('uploaderId', '=', uploaderId)
    .executeTakeFirstOrThrow();
  return { count: Number(row.count), bytes: Number(row.bytes ?? 0) };
}

/** Bytes of all of a person's finished files. */
export async function findStoredBytes(db: DbOrTrx, uploaderId: string): Promise<number> {
  const row = await storedBytes(db, uploaderId).executeTakeFirstOrThrow();
  return Number(row.bytes ?? 0);
}

/** Bytes of a person's finished files that came with no message. */
export async function findUnclaimedBytes(db: DbOrTrx, uploaderId: string): Promise<number> {
  const row = await storedBytes(db, uploaderId).where('file.messageId', 'is', null).executeTakeFirstOrThrow();
  return Number(row.bytes ?? 0);
}

function storedBytes(db: DbOrTrx, uploaderId: string) {
  return db
    .selectFrom('file')
    .innerJoin('blob', 'blob.sha256', 'file.sha256')
    .select(({ fn }) => fn.sum('blob.sizeBytes').as('bytes'))
    .where('file.uploaderId', '=', uploaderId);
}

export async function findBlob(db: DbOrTrx, sha256: string): Promise<BlobRow | undefined> {
  return db.selectFrom('blob').selectAll().where('sha256', '=', sha256).executeTakeFirst();
}
