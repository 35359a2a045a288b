import { AppError } from '@alongside/contracts';
import type { Reader } from '@alongside/desk';
import type { DbOrTrx } from '../platform/database/database.ts';
import { type FileWithBlob, findFiles } from './queries.ts';

/**
 * Which of these tickets a reader may see. Handed in where the server is put together: tickets come after files and
 * know them, not the other way round.
 */
export type SeesTickets = (db: DbOrTrx, reader: Reader, ticketIds: readonly string[]) => Promise<ReadonlySet<string>>;

/**
 * Those of the files this person may see: their own, and those of messages they may see. Others are left out.
 * Customers never see those of internal notes.
 */
export async function filesFor(
  db: DbOrTrx,
  seesTickets: SeesTickets,
  reader: Reader,
  ids: readonly string[],
): Promise<FileWithBlob[]> {
  const files = await findFiles(db, ids);
  const shared = files.filter((file) => !isUploader(reader, file) && mayKnow(reader, file));
  const ticketIds = [...new Set(shared.flatMap((file) => file.ticketId ?? []))];
  const seen = ticketIds.length === 0 ? new Set<string>() : await seesTickets(db, reader, ticketIds);
  return files.filter(
    (file) => isUploader(reader, file) || (mayKnow(reader, file) && file.ticketId !== null && seen.has(file.ticketId)),
  );
}

/** @throws AppError `not_found` for another's file as for none */
export async function fileFor(
  db: DbOrTrx,
  seesTickets: SeesTickets,
  reader: Reader,
  id: string,
): Promise<FileWithBlob> {
  const [file] = await filesFor(db, seesTickets, reader, [id]);
  if (!file) throw new AppError('not_found');
  return file;
}

export function isUploader(
  reader: Pick<Reader, 'kind' | 'id'>,
  row: { uploaderKind: string; uploaderId: string },
): boolean {
  return row.uploaderKind === reader.kind && row.uploaderId === reader.id;
}

function mayKnow(reader: Reader, file: FileWithBlob): boolean {
  return reader.kind === 'staff' || !file.internal;
}
