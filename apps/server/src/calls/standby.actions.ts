import { randomUUID } from 'node:crypto';
import { AppError, type Call, type CallStandby } from '@alongside/contracts';
import { isOver } from '@alongside/desk';
import { arrived, type CallActor, type CallsDeps } from './actions.ts';
import { presentCall } from './present.ts';
import { findCall, findParticipants } from './queries.ts';
import type { CallRow } from './tables.ts';

/**
 * Lets the rung person's page connect before they answer: it waits in the media room, hidden and without rights, and
 * neither answers the call nor hears or sees anything of it.
 * @throws AppError `forbidden` for the calling side, `call_over`, `media_unavailable`
 */
export async function standBy(
  deps: CallsDeps,
  actor: CallActor,
  call: CallRow,
): Promise<Pick<CallStandby, 'connection' | 'token'>> {
  if (actor.kind !== call.rings) throw new AppError('forbidden');
  if (isOver(call)) throw new AppError('call_over');
  if (!deps.media.isUp()) throw new AppError('media_unavailable');
  const connection = randomUUID();
  return { connection, token: await deps.media.standbyToken(call.id, actor, connection) };
}

/**
 * Gives the page of a person who was let in by `enterCall` its rights on the connection it stands by with: they are in.
 * @returns the call as it is with them; null when that connection is not there, and they must enter with a new one
 */
export async function admitStandby(
  deps: CallsDeps,
  actor: CallActor,
  callId: string,
  connection: string,
): Promise<Call | null> {
  try {
    const admitted = await deps.media.admit(callId, actor, connection);
    if (!admitted) return null;
    // One still connecting reports itself when it is there, as everybody does.
    if (admitted.isConnected) await arrived(deps, callId, admitted.participant);
    return presentCall((await findCall(deps.db, callId))!, await findParticipants(deps.db, callId));
  } catch (error) {
    deps.log.warn({ err: error, callId }, 'a page that stood by could not be let in');
    return null;
  }
}
