import { isPastTold } from '../tickets/settle.actions.ts';
import { arrived, type CallsDeps, departed, settleCall, suspectEverybody } from './actions.ts';
import { findParticipants, findUnfinishedCalls, hasLeftTheTeam } from './queries.ts';
import type { CallRow } from './tables.ts';

/** After a start: the calls of the earlier life go on if their people come back. */
export async function resumeCalls(deps: CallsDeps): Promise<void> {
  for (const call of await findUnfinishedCalls(deps.db)) await suspectEverybody(deps, call.id);
}

/**
 * Compares the rows of unfinished calls with who really is in their rooms: reports get lost, servers restart.
 * What is due is done too, in case the job that should have waked us was lost.
 */
export async function reconcileCalls(deps: CallsDeps): Promise<void> {
  // Calls of a past that is being told have no rooms, and nobody is in them.
  if (!(await deps.db.transaction().execute(isPastTold))) return;
  for (const call of await findUnfinishedCalls(deps.db)) {
    try {
      if (deps.media.isUp()) await reconcileCall(deps, call);
    } catch (error) {
      deps.log.warn({ err: error, callId: call.id }, 'the media server cannot be asked who is in a call');
    }
    try {
      await settleCall(deps, call.id);
    } catch (error) {
      // One that cannot be settled must not keep the others from it.
      deps.log.error({ err: error, callId: call.id }, 'a call could not be settled');
    }
  }
}

async function reconcileCall(deps: CallsDeps, call: CallRow): Promise<void> {
  const before = await findParticipants(deps.db, call.id);
  const present = await deps.media.list(call.id);
  for (const participant of present) {
    // Their sessions ended; the media room knows nothing of sessions.
    if (await hasLeftTheTeam(deps.db, participant.person)) {
      await deps.media.remove(call.id, participant.person);
      continue;
    }
    const row = before.find((known) => known.personId === participant.person.id);
    if (row?.mediaSid !== participant.sid || row.awayUntil !== null) await arrived(deps, call.id, participant);
  }
  for (const row of before) {
    // Looked at before the room was asked: who arrived in between has another connection now and is left alone.
    if (row.mediaSid === null || present.some(({ person }) => person.id === row.personId)) continue;
    await departed(deps, call.id, { person: { kind: row.personKind, id: row.personId }, sid: row.mediaSid });
  }
}
