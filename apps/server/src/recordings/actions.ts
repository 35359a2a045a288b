import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ActorRef,
  AppError,
  type Call,
  type CallRecording,
  type RecordingEnd,
  type RecordingSettings,
  SYSTEM_ACTOR,
} from '@alongside/contracts';
import { activeRecording, agreesTo, askedToAgree, foldRecording, type RecordingEvent } from '@alongside/desk';
import type { CallActor } from '../calls/actions.ts';
import type { MediaPerson } from '../calls/media.ts';
import { wasMergedInto } from '../customers/queries.ts';
import type { DbOrTrx, Trx } from '../platform/database/database.ts';
import { lockTicketFor } from '../tickets/access.ts';
import { changeTickets, type TicketLog } from '../tickets/log.actions.ts';
import { findTicket } from '../tickets/queries.ts';
import type { TicketRow } from '../tickets/tables.ts';
import { finishQueue, type RecordingsDeps, startQueue } from './deps.ts';
import { findOpen, findReadyBefore, findRecording, findSettings } from './queries.ts';
import type { RecordingRow } from './tables.ts';

const DAY_MS = 86_400_000;

type CallOfTicket = { ticketId: string; callId: string };

/**
 * Asks everybody in a call whether it may be recorded; whoever asks agrees.
 * @throws AppError `call_over`, `forbidden` for whoever is not in the call, `recording_active`, `recording_external`
 */
export async function askToRecord(
  deps: RecordingsDeps,
  actor: CallActor,
  { ticketId, callId }: CallOfTicket,
  recordingId: string,
): Promise<Call> {
  if (deps.recorder() === null) throw new AppError('recording_external');
  return changeTickets(
    deps.db,
    async (log) => {
      const { ticket, call, me } = await liveCall(log, actor, ticketId, callId);
      const active = activeRecording(call);
      if (active?.id === recordingId) return call;
      if (active) throw new AppError('recording_active');
      if (await findRecording(log.trx, recordingId)) throw new AppError('id_conflict');
      await log.trx
        .insertInto('recording')
        .values({ id: recordingId, ticketId, callId, askedAt: deps.now(), tracks: '[]' })
        .execute();
      return append(log, ticket, me, { type: 'call.recording_asked', callId, recordingId });
    },
    () => deps.now(),
  );
}

/** @throws AppError `call_over`, `forbidden`, `recording_over` */
export async function agreeToRecording(
  deps: RecordingsDeps,
  actor: CallActor,
  { ticketId, callId }: CallOfTicket,
  recordingId: string,
): Promise<Call> {
  return changeTickets(
    deps.db,
    async (log) => {
      const { ticket, call, me } = await liveCall(log, actor, ticketId, callId);
      const recording = openRecording(call, recordingId);
      if (agreesTo(recording, me)) return call;
      return append(log, ticket, me, { type: 'call.recording_agreed', callId, recordingId });
    },
    () => deps.now(),
  );
}

/**
 * Ends a recording or the asking for one. Who asked stops it, and so does the team while it is recorded; anybody else
 * declines, or withdraws what they agreed to.
 * @throws AppError `call_over`, `forbidden`, `recording_over`
 */
export async function endRecording(
  deps: RecordingsDeps,
  actor: CallActor,
  { ticketId, callId }: CallOfTicket,
  recordingId: string,
): Promise<Call> {
  return changeTickets(
    deps.db,
    async (log) => {
      const { ticket, call, me } = await liveCall(log, actor, ticketId, callId);
      const recording = openRecording(call, recordingId);
      return end(deps, log, ticket, me, recording, becauseOf(recording, me));
    },
    () => deps.now(),
  );
}

function becauseOf(recording: CallRecording, by: ActorRef): RecordingEnd {
  if (recording.askedBy.id === by.id) return 'stopped';
  if (recording.state === 'asking') return 'declined';
  return by.kind === 'staff' ? 'stopped' : 'withdrawn';
}

/** After somebody came, left or agreed: begins when all in the call have agreed, ends when somebody in it has not. */
export async function considerRecording(deps: RecordingsDeps, { ticketId, callId }: CallOfTicket): Promise<void> {
  const recorded = await changeTickets(
    deps.db,
    async (log) => {
      const { trx } = log;
      const ticket = (await log.lock(ticketId))!;
      const call = ticket.activeCall;
      const recording = call?.id === callId ? activeRecording(call) : null;
      if (!call || !recording) return null;
      const open = askedToAgree(call, recording);
      if (recording.state === 'recording') {
        if (open.length === 0) return recording;
        await end(deps, log, ticket, SYSTEM_ACTOR, recording, 'unasked');
        return null;
      }
      if (call.state !== 'live' || open.length > 0) return null;
      append(log, ticket, recording.askedBy, { type: 'call.recording_started', callId, recordingId: recording.id });
      await trx.updateTable('recording').set({ startedAt: deps.now() }).where('id', '=', recording.id).execute();
      await deps.jobs.send(startQueue, { recordingId: recording.id }, { trx });
      return null;
    },
    () => deps.now(),
  );
  // Who came after it had begun has agreed while coming.
  if (recorded) await deps.recorder()?.include(recorded.id, callId, peopleOf(recorded));
}

/** The call is over, and its log says so for the recording too; what there is of it is to be looked at. */
export async function onCallFinished(deps: RecordingsDeps, trx: Trx, callId: string): Promise<void> {
  for (const { id, startedAt } of await findOpen(trx, callId)) await close(deps, trx, id, startedAt !== null);
}

/**
 * Has the engine begin what everybody agreed to, with those who did: whoever was let in before and comes now has not been
 * asked, and is in no file when that ends the recording.
 */
export async function startRecording(deps: RecordingsDeps, recordingId: string): Promise<void> {
  const recording = await findRecording(deps.db, recordingId);
  if (!recording?.startedAt || recording.endedAt) return;
  try {
    const recorder = deps.recorder();
    if (!recorder) throw new Error('there is no recorder');
    await recorder.start(recordingId, recording.callId, await findAgreed(deps, recording));
    // Who agreed while it began was told to an engine that did not know of it yet.
    await recorder.include(recordingId, recording.callId, await findAgreed(deps, recording));
  } catch (error) {
    // A job may run twice, and the one before has begun it: to end it as failed would end a sound recording.
    if ((error as { code?: string }).code === 'already_exists') return;
    deps.log.error({ err: error, recordingId }, 'a recording could not begin');
    await deps.jobs.send(finishQueue, { recordingId, failure: 'failed' });
  }
}

async function findAgreed({ db }: RecordingsDeps, { id, ticketId, callId }: RecordingRow): Promise<MediaPerson[]> {
  const call = (await findTicket(db, ticketId))?.activeCall;
  const shown = call?.id === callId ? activeRecording(call) : null;
  return shown?.id === id ? peopleOf(shown) : [];
}

function peopleOf({ agreed }: CallRecording): MediaPerson[] {
  return agreed.flatMap(({ kind, id }) => (kind === 'staff' || kind === 'customer' ? [{ kind, id }] : []));
}

/** What the engine's files hold, read by `finishRecording`'s caller. */
export type RecordedFiles = Pick<RecordingRow, 'durationMs' | 'sizeBytes' | 'tracks'>;

/**
 * Takes stock of an ended recording: it can be watched from now on, or there is nothing to watch.
 * @param failure why the engine ended it, when nobody meant it to
 */
export async function finishRecording(
  deps: RecordingsDeps,
  recordingId: string,
  failure: RecordingEnd | null,
  files: RecordedFiles | null,
): Promise<void> {
  const known = await findRecording(deps.db, recordingId);
  if (!known) return;
  await changeTickets(
    deps.db,
    async (log) => {
      const ticket = (await log.lock(known.ticketId))!;
      const shown = ticket.activeCall?.id === known.callId ? activeRecording(ticket.activeCall) : null;
      const recording = (await findRecording(log.trx, recordingId))!;
      const { callId } = recording;
      if (shown?.id === recordingId && shown.state === 'recording') {
        append(log, ticket, SYSTEM_ACTOR, {
          type: 'call.recording_ended',
          callId,
          recordingId,
          because: failure ?? 'failed',
        });
      }
      const endedAt = recording.endedAt ?? deps.now();
      if (!files || recording.readyAt) {
        await log.trx.updateTable('recording').set({ endedAt }).where('id', '=', recordingId).execute();
        return;
      }
      await log.trx
        .updateTable('recording')
        .set({ ...files, tracks: JSON.stringify(files.tracks), endedAt, readyAt: deps.now() })
        .where('id', '=', recordingId)
        .execute();
      const durationMs = files.durationMs ?? 0;
      append(log, ticket, SYSTEM_ACTOR, { type: 'call.recording_ready', callId, recordingId, durationMs });
    },
    () => deps.now(),
  );
}

/** Removes the files; that there was a recording stays on record. */
export async function deleteRecording(deps: RecordingsDeps, by: ActorRef, recording: RecordingRow): Promise<void> {
  const { id: recordingId, callId, ticketId } = recording;
  await rm(join(deps.folder, recordingId), { recursive: true, force: true });
  await changeTickets(
    deps.db,
    async (log) => {
      const ticket = (await log.lock(ticketId))!;
      const now = await findRecording(log.trx, recordingId);
      if (!now || now.deletedAt) return;
      await log.trx.updateTable('recording').set({ deletedAt: deps.now() }).where('id', '=', recordingId).execute();
      append(log, ticket, by, { type: 'call.recording_deleted', callId, recordingId });
    },
    () => deps.now(),
  );
}

/** Removes what is older than the workspace keeps. */
export async function expireRecordings(deps: RecordingsDeps): Promise<void> {
  const { retentionDays } = await findSettings(deps.db);
  if (retentionDays === null) return;
  const before = new Date(deps.now().getTime() - retentionDays * DAY_MS);
  const failures: unknown[] = [];
  for (const recording of await findReadyBefore(deps.db, before)) {
    // A folder that cannot be removed must not keep the others for ever.
    await deleteRecording(deps, SYSTEM_ACTOR, recording).catch((error) => failures.push(error));
  }
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} recordings could not be deleted`);
}

export async function updateSettings(deps: RecordingsDeps, settings: RecordingSettings): Promise<RecordingSettings> {
  await deps.db.updateTable('recordingSettings').set(settings).execute();
  return findSettings(deps.db);
}

/** What becomes of the one file with everything in it. */
export async function setComposed(
  db: DbOrTrx,
  recordingId: string,
  set: Partial<Pick<RecordingRow, 'composed' | 'composedProgress' | 'composedBytes'>>,
): Promise<void> {
  await db.updateTable('recording').set(set).where('id', '=', recordingId).execute();
}

/** The call, for somebody who is in it, and as whom they are: a visitor recognised since they came is there as the visitor. */
async function liveCall(
  log: TicketLog,
  actor: CallActor,
  ticketId: string,
  callId: string,
): Promise<{ ticket: Readonly<TicketRow>; call: Call; me: ActorRef }> {
  const ticket = await lockTicketFor(log, actor, ticketId);
  const call = ticket.activeCall;
  if (call?.id !== callId || call.state !== 'live') throw new AppError('call_over');
  const there = call.participants.flatMap(({ who, leftAt }) => (leftAt === null ? [who] : []));
  let me = there.find(({ id }) => id === actor.id);
  for (const who of there) if (!me && (await wasMergedInto(log.trx, who.id, actor.id))) me = who;
  if (!me) throw new AppError('forbidden');
  return { ticket, call, me };
}

function openRecording(call: Call, recordingId: string): CallRecording {
  const recording = activeRecording(call);
  if (recording?.id !== recordingId) throw new AppError('recording_over');
  return recording;
}

async function end(
  deps: RecordingsDeps,
  log: TicketLog,
  ticket: Readonly<TicketRow>,
  by: ActorRef,
  recording: CallRecording,
  because: RecordingEnd,
): Promise<Call> {
  const callId = ticket.activeCall!.id;
  await close(deps, log.trx, recording.id, recording.state === 'recording');
  return append(log, ticket, by, { type: 'call.recording_ended', callId, recordingId: recording.id, because });
}

async function close(deps: RecordingsDeps, trx: Trx, recordingId: string, begun: boolean): Promise<void> {
  await trx.updateTable('recording').set({ endedAt: deps.now() }).where('id', '=', recordingId).execute();
  if (begun) await deps.jobs.send(finishQueue, { recordingId, failure: null }, { trx });
}

/** @returns the call after it, as the ticket shows it */
function append(log: TicketLog, ticket: Readonly<TicketRow>, by: ActorRef, body: RecordingEvent): Call {
  const at = log.now();
  const shown = ticket.activeCall;
  const folded = shown?.id === body.callId ? foldRecording(shown, by, at.toISOString(), body) : null;
  log.append(ticket.id, by, body, folded ? { activeCall: folded } : {}, at);
  return folded as Call;
}
