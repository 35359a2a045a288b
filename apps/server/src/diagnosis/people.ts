import type { DiagnosisParticipant } from '@alongside/contracts';
import { findParticipants } from '../calls/queries.ts';
import type { DbOrTrx } from '../platform/database/database.ts';
import type { Watched } from './deps.ts';
import { findContactName, findWatchedSession } from './queries.ts';
import { ENGINE_PARTICIPANT } from './stored-batch.ts';

/** Who measures a call, as a diagnosis names them. */
export async function participantsOf(db: DbOrTrx, watched: Watched): Promise<DiagnosisParticipant[]> {
  if (watched.kind === 'watched') {
    const session = await findWatchedSession(db, watched.id);
    if (!session) return [];
    const name = await findContactName(db, session.contactId);
    // Whoever watched before they were recognised measured under their own id of then.
    return [{ id: session.id, name, side: 'customer', userAgent: null }];
  }
  const people = await findParticipants(db, watched.id);
  return [
    ...people.map(({ personId, personName, personKind }) => ({
      id: personId,
      name: personName,
      side: personKind,
      userAgent: null,
    })),
    { id: ENGINE_PARTICIPANT, name: null, side: null, userAgent: null },
  ];
}
