import { randomUUID } from 'node:crypto';
import {
  type ActorRef,
  AppError,
  type Diagnosis,
  type DiagnosisSource,
  type Locale,
  SYSTEM_ACTOR,
  type WatchSettings,
} from '@alongside/contracts';
import type { CallActor } from '../calls/actions.ts';
import { findCall } from '../calls/queries.ts';
import type { Trx } from '../platform/database/database.ts';
import { lockTicketFor } from '../tickets/access.ts';
import { changeTickets, type TicketLog } from '../tickets/log.actions.ts';
import type { TicketEventRow } from '../tickets/tables.ts';
import { fileNameFor } from './access.ts';
import { type DiagnosisDeps, recordCallQueue, type Watched } from './deps.ts';
import type { Judged } from './judge-worker.ts';
import { summaryOf } from './judged.ts';
import { participantsOf } from './people.ts';
import {
  findBatchesOf,
  findDiagnosis,
  findDiagnosisOfCall,
  findDiagnosisOfWatched,
  findWatchedSession,
  findWatchSettings,
} from './queries.ts';
import { refuseUnsound } from './soundness.ts';
import { storedBatch } from './stored-batch.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Last batches are on their way when a call ends, ms. */
const LAST_WORDS_MS = 12_000;
/** What a ticket gets of a customer's own call: its last minutes, ms. */
const WATCHED_MS = 15 * MINUTE_MS;
/** A session that went on for longer after it was judged is judged once more at its end, ms. */
const WENT_ON_MS = MINUTE_MS;
/** Sessions no ticket is about are removed after this, ms. */
const UNATTACHED_KEPT_MS = DAY_MS;

/** A call has ended: it is judged when its last samples are here. */
export async function onCallFinished(deps: DiagnosisDeps, trx: Trx, callId: string): Promise<void> {
  const at = new Date(deps.now().getTime() + LAST_WORDS_MS);
  await deps.jobs.send(recordCallQueue, { callId }, { trx, at });
}

/** Judges all that was measured of a call, as it is known now. @returns null where nothing was */
export async function judgeWhole(
  { patientDb, judging }: Pick<DiagnosisDeps, 'patientDb' | 'judging'>,
  watched: Watched,
  startMs: number,
  since?: Date,
): Promise<Judged | null> {
  const participants = await participantsOf(patientDb, watched);
  const rows = await findBatchesOf(patientDb, watched, since);
  return rows.length === 0 ? null : judging.ask({ startMs, batches: rows.map(storedBatch), participants });
}

/** Puts what is found in a call that is over into its ticket, once. Nothing where nothing was measured. */
export async function recordCall(deps: DiagnosisDeps, callId: string): Promise<void> {
  const call = await findCall(deps.db, callId);
  if (!call || (await findDiagnosisOfCall(deps.db, callId))) return;
  const whole = await judgeWhole(deps, { kind: 'call', id: callId }, call.startedAt.getTime());
  if (!whole) return;
  await changeTickets(
    deps.db,
    async (log) => {
      if (!(await log.lock(call.ticketId)) || (await findDiagnosisOfCall(log.trx, callId))) return;
      await record(log, call.ticketId, SYSTEM_ACTOR, randomUUID(), { kind: 'call', callId }, whole.diagnosis);
    },
    () => deps.now(),
  );
}

/** Puts what is found in the last minutes of a watched session into a ticket that is about it. */
export async function recordWatched(deps: DiagnosisDeps, watchedSessionId: string, ticketId: string): Promise<void> {
  const watched = await findWatchedSession(deps.db, watchedSessionId);
  if (!watched?.lastSampleAt) return;
  const since = new Date(watched.lastSampleAt.getTime() - WATCHED_MS);
  const source = { kind: 'watched', id: watchedSessionId } as const;
  const whole = await judgeWhole(deps, source, since.getTime(), since);
  if (!whole) return;
  const { diagnosis } = whole;
  await changeTickets(
    deps.db,
    async (log) => {
      if (!(await log.lock(ticketId))) return;
      const before = await findDiagnosisOfWatched(log.trx, watchedSessionId, ticketId);
      if (before && diagnosis.toMs - before.diagnosis.toMs < WENT_ON_MS) return;
      const { label } = watched.about;
      await record(log, ticketId, SYSTEM_ACTOR, randomUUID(), { kind: 'watched', watchedSessionId, label }, diagnosis);
    },
    () => deps.now(),
  );
}

/**
 * Puts what somebody's browser found in a file of the ticket into the ticket. The same again changes nothing.
 * @throws AppError `not_found` for a ticket or file that is not theirs to see, `invalid_input`, `id_conflict`
 */
export async function recordFile(
  deps: DiagnosisDeps,
  actor: CallActor,
  ticketId: string,
  input: {
    diagnosisId: string;
    source: { fileId: string; format: string; masked: Record<string, number> };
    diagnosis: Diagnosis;
  },
  locale: Locale,
): Promise<TicketEventRow[]> {
  const { diagnosisId, source, diagnosis } = input;
  refuseUnsound(diagnosis, locale);
  return changeTickets(
    deps.db,
    async (log) => {
      const ticket = await lockTicketFor(log, actor, ticketId);
      const fileName = await fileNameFor(log.trx, actor, ticket.id, source.fileId);
      const known = await findDiagnosis(log.trx, diagnosisId);
      if (known) {
        if (known.ticketId !== ticket.id || known.fileId !== source.fileId) throw new AppError('id_conflict');
        return [];
      }
      const { kind, id, name } = actor;
      return [
        await record(log, ticket.id, { kind, id, name }, diagnosisId, { kind: 'file', fileName, ...source }, diagnosis),
      ];
    },
    () => deps.now(),
  );
}

/** The row with everything, and the event with what a timeline shows of it. */
async function record(
  log: TicketLog,
  ticketId: string,
  by: ActorRef,
  id: string,
  source: DiagnosisSource,
  diagnosis: Diagnosis,
): Promise<TicketEventRow> {
  await log.trx
    .insertInto('diagnosis')
    .values({
      id,
      ticketId,
      source: JSON.stringify(source),
      callId: source.kind === 'call' ? source.callId : null,
      watchedSessionId: source.kind === 'watched' ? source.watchedSessionId : null,
      fileId: source.kind === 'file' ? source.fileId : null,
      recordedAt: log.now(),
      diagnosis: JSON.stringify(diagnosis),
    })
    .execute();
  return log.append(ticketId, by, {
    type: 'diagnosis.recorded',
    diagnosisId: id,
    source,
    summary: summaryOf(diagnosis),
  });
}

/** Removes samples older than the workspace keeps them, and sessions that no ticket came to be about. */
export async function expireSamples({ patientDb, now }: DiagnosisDeps): Promise<void> {
  const { retentionDays } = await findWatchSettings(patientDb);
  if (retentionDays !== null)
    await patientDb
      .deleteFrom('sampleBatch')
      .where('receivedAt', '<', new Date(now().getTime() - retentionDays * DAY_MS))
      .execute();
  await patientDb
    .deleteFrom('watchedSession')
    .where((eb) => eb(eb.fn.coalesce('lastSampleAt', 'startedAt'), '<', new Date(now().getTime() - UNATTACHED_KEPT_MS)))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('watchedSessionTicket')
            .select('ticketId')
            .whereRef('watchedSessionTicket.watchedSessionId', '=', 'watchedSession.id'),
        ),
      ),
    )
    .execute();
}

export async function updateWatchSettings({ db }: DiagnosisDeps, settings: WatchSettings): Promise<WatchSettings> {
  await db.updateTable('watchSettings').set(settings).execute();
  return findWatchSettings(db);
}
