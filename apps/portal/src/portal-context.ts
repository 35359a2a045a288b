import type { Me, Workspace } from '@alongside/contracts';
import { createContext, useContext } from 'react';

/** Whose portal it is, and who is in it. */
export type Portal = {
  workspace: Workspace;
  me: Me;
  setMe: (me: Me) => void;
  signOut: () => Promise<void>;
  /** Asks the server anew who is there. */
  reload: () => Promise<void>;
};

export const PortalContext = createContext<Portal | null>(null);

/** Whether the call shows the conversation itself: two places to write at one draft would overwrite each other. */
export const ChatTakenContext = createContext(false);

/** @throws Error outside the signed-in part */
export function usePortal(): Portal {
  const portal = useContext(PortalContext);
  if (!portal) throw new Error('usePortal is for the signed-in part');
  return portal;
}
