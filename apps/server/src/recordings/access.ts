import { AppError } from '@alongside/contracts';
import type { Reader } from '@alongside/desk';
import type { DbOrTrx } from '../platform/database/database.ts';
import { ticketFor } from '../tickets/access.ts';
import { findRecording, findSettings } from './queries.ts';
import type { RecordingRow } from './tables.ts';

/**
 * A recording that can be watched, if this person may: whoever sees the ticket, customers only where the workspace
 * lets them.
 * @throws AppError `not_found` for another's recording as for none
 */
export async function recordingFor(db: DbOrTrx, reader: Reader, id: string): Promise<RecordingRow> {
  const recording = await findRecording(db, id);
  if (!recording?.readyAt || recording.deletedAt) throw new AppError('not_found');
  await ticketFor(db, reader, recording.ticketId);
  if (reader.kind === 'customer' && !(await findSettings(db)).customersMayWatch) throw new AppError('not_found');
  return recording;
}
