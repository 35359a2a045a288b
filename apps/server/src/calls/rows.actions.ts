import type { TicketLog } from '../tickets/log.actions.ts';
import type { CallActor } from './actions.ts';
import type { CallParticipantRow, CallRow } from './tables.ts';

/** A call's rows under the lock of its ticket. */
type CallRows = { log: TicketLog; call: CallRow };

/** Lets somebody in; whoever was let in before stays as they are. */
export async function admit(log: TicketLog, callId: string, actor: CallActor): Promise<void> {
  await log.trx
    .insertInto('callParticipant')
    .values({
      callId,
      personKind: actor.kind,
      personId: actor.id,
      personName: actor.name,
      mediaSid: null,
      joinedAt: null,
      awayUntil: null,
      leftAt: null,
      quality: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Changes a participant, in the row and in what is held of it. */
export async function setPerson(
  change: CallRows,
  person: CallParticipantRow,
  set: Partial<CallParticipantRow>,
): Promise<void> {
  Object.assign(person, set);
  const { quality, ...columns } = set;
  await change.log.trx
    .updateTable('callParticipant')
    .set({
      ...columns,
      ...(quality === undefined ? {} : { quality: quality === null ? null : JSON.stringify(quality) }),
    })
    .where('callId', '=', change.call.id)
    .where('personId', '=', person.personId)
    .execute();
}

/** Changes a call, in the row and in what is held of it. */
export async function setCall(
  change: CallRows,
  set: Partial<Pick<CallRow, 'state' | 'answeredAt' | 'endedAt'>>,
): Promise<void> {
  Object.assign(change.call, set);
  await change.log.trx.updateTable('call').set(set).where('id', '=', change.call.id).execute();
}
