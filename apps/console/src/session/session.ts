import type { Me, Workspace } from '@alongside/contracts';
import { createContext, useContext } from 'react';

export type Session = {
  workspace: Workspace;
  me: Me;
  /** Takes over what a change of one's own profile or of the workspace answered. */
  update: (part: { me?: Me; workspace?: Workspace }) => void;
  /** Asks the server again who one is: after signing out, or when it no longer knows. */
  refresh: () => Promise<void>;
};

export const SessionContext = createContext<Session | null>(null);

/** The signed-in member of the team and their workspace. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession needs a signed-in person');
  return session;
}

/** Whether one's role includes another's rights: for showing places, the server decides about deeds. */
export function isAdministrator(me: Pick<Me, 'role'>): boolean {
  return me.role === 'administrator';
}

/** Whether one leads the team, or runs the desk. */
export function isLead(me: Pick<Me, 'role'>): boolean {
  return me.role === 'lead' || me.role === 'administrator';
}
