import { AppError } from '@alongside/contracts';
import { type Reader, seesInternal } from '@alongside/desk';
import { callFor } from '../calls/access.ts';
import { findCall, findParticipants } from '../calls/queries.ts';
import type { CallRow } from '../calls/tables.ts';
import { fileFor } from '../files/access.ts';
import type { DbOrTrx } from '../platform/database/database.ts';
import { seesTickets, ticketFor } from '../tickets/access.ts';
import type { TicketRow } from '../tickets/tables.ts';
import type { Watched } from './deps.ts';
import { findDiagnosis, findTicketsAbout, findWatchedSession } from './queries.ts';
import type { DiagnosisRow, WatchedSessionRow } from './tables.ts';

/**
 * The call, for somebody who is or was in it.
 * @throws AppError `not_found` for another's call as for none, `forbidden` for whoever only sees it
 */
export async function callOf(db: DbOrTrx, person: Reader, callId: string): Promise<CallRow> {
  const call = await callFor(db, person, callId);
  const isIn = (await findParticipants(db, callId)).some(({ personId }) => personId === person.id);
  if (!isIn) throw new AppError('forbidden');
  return call;
}

/** One's own watched session. @throws AppError `not_found` for another's as for none */
export async function ownWatchedSession(db: DbOrTrx, person: Reader, id: string): Promise<WatchedSessionRow> {
  const session = await findWatchedSession(db, id);
  if (!session || person.kind !== 'customer' || session.contactId !== person.id) throw new AppError('not_found');
  return session;
}

/** What is measured of a ticket's calls, for the team. @throws AppError `not_found` */
export async function watchedFor(db: DbOrTrx, reader: Reader, ticketId: string, sourceId: string): Promise<Watched> {
  const { id } = await watchableTicket(db, reader, ticketId);
  const call = await findCall(db, sourceId);
  if (call?.ticketId === id) return { kind: 'call', id: sourceId };
  if (!(await findTicketsAbout(db, sourceId)).includes(id)) throw new AppError('not_found');
  return { kind: 'watched', id: sourceId };
}

/** A ticket whose measurements this reader may see: the team's alone. @throws AppError `not_found` */
export async function watchableTicket(db: DbOrTrx, reader: Reader, ticketId: string): Promise<TicketRow> {
  if (!seesInternal(reader)) throw new AppError('not_found');
  return ticketFor(db, reader, ticketId);
}

/** @throws AppError `not_found` for customers as for none */
export async function diagnosisFor(db: DbOrTrx, reader: Reader, id: string): Promise<DiagnosisRow> {
  const row = await findDiagnosis(db, id);
  if (!row) throw new AppError('not_found');
  await watchableTicket(db, reader, row.ticketId);
  return row;
}

/**
 * The name of a file of one of a ticket's messages that this person may see.
 * @throws AppError `not_found`
 */
export async function fileNameFor(db: DbOrTrx, reader: Reader, ticketId: string, fileId: string): Promise<string> {
  const file = await fileFor(db, seesTickets, reader, fileId);
  if (file.ticketId !== ticketId) throw new AppError('not_found');
  return file.name;
}
