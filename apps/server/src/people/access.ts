import type { DbOrTrx } from '../platform/database/database.ts';
import type { StaffCaller } from '../platform/http/caller.ts';
import { findSession, findStaff, type SessionRow } from './queries.ts';
import { touchSession } from './session.actions.ts';

/**
 * The member of staff behind a session's token, or null when it ended or they were disabled.
 * Roles are read with every request: taking one away takes effect at once.
 */
export async function staffCallerOf(db: DbOrTrx, token: string, now = new Date()): Promise<StaffCaller | null> {
  const session = await findSession(db, token, 'cookie', now);
  return session?.personKind === 'staff' ? staffCallerOfSession(db, session, now) : null;
}

async function staffCallerOfSession(db: DbOrTrx, session: SessionRow, now: Date): Promise<StaffCaller | null> {
  const staff = await findStaff(db, session.personId);
  if (!staff || staff.disabled) return null;
  await touchSession(db, session, now);
  return {
    kind: 'staff',
    id: staff.id,
    name: staff.name,
    role: staff.role,
    sessionId: session.id,
    via: session.via,
    locale: staff.locale,
  };
}
