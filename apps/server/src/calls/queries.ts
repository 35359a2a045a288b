import type { DbOrTrx } from '../platform/database/database.ts';
import type { CallParticipantRow, CallRow } from './tables.ts';

export async function findCall(db: DbOrTrx, id: string): Promise<CallRow | undefined> {
  return db.selectFrom('call').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function findActiveCall(db: DbOrTrx, ticketId: string): Promise<CallRow | undefined> {
  return db
    .selectFrom('call')
    .selectAll()
    .where('ticketId', '=', ticketId)
    .where('state', 'in', ['ringing', 'live'])
    .executeTakeFirst();
}

/** Every call that has not come to its end, oldest first. */
export async function findUnfinishedCalls(db: DbOrTrx): Promise<CallRow[]> {
  return db.selectFrom('call').selectAll().where('state', 'in', ['ringing', 'live']).orderBy('startedAt').execute();
}

/** Who has a token or was in, in the order of their arrival. */
export async function findParticipants(db: DbOrTrx, callId: string): Promise<CallParticipantRow[]> {
  return db
    .selectFrom('callParticipant')
    .selectAll()
    .where('callId', '=', callId)
    .orderBy('joinedAt')
    .orderBy('personId')
    .execute();
}

/** Whether a person of the team has been disabled since they were let in; a customer's rights are with the ticket. */
export async function hasLeftTheTeam(
  db: DbOrTrx,
  person: { kind: 'staff' | 'customer'; id: string },
): Promise<boolean> {
  if (person.kind === 'customer') return false;
  const row = await db.selectFrom('staff').select('disabled').where('id', '=', person.id).executeTakeFirst();
  return row?.disabled !== false;
}

/** Whether anybody of the team is left who has not declined this call. */
export async function isAnybodyLeftToAnswer(db: DbOrTrx, callId: string): Promise<boolean> {
  const row = await db
    .selectFrom('staff')
    .select('staff.id')
    .where('disabled', '=', false)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('callDecline')
            .select('callDecline.personId')
            .where('callDecline.callId', '=', callId)
            .whereRef('callDecline.personId', '=', 'staff.id'),
        ),
      ),
    )
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
