import type { Trx } from '../platform/database/database.ts';
import { announce } from '../platform/realtime/feed.ts';

/** Which live connections an announcement is about. */
type Whose =
  | { sessionId: string }
  | { personId: string; exceptSessionId?: string | undefined }
  /** Those a revoked key had opened. */
  | { identityKeyId: string };

/** Tells every process that sessions ended: their live connections must end with them. */
export async function announceSessionsEnded(trx: Trx, whose: Whose): Promise<void> {
  await announce(trx, { kind: 'session.ended', payload: whose });
}

/** Tells every process that a person may now do more or less: their connections begin anew with the new rights. */
export async function announceRightsChanged(trx: Trx, personId: string): Promise<void> {
  await announce(trx, { kind: 'person.rights_changed', payload: { personId } });
}
