import type { QueueView } from '@alongside/contracts';
import { createContext, useContext } from 'react';

/** What every place of the desk can ask for. */
export type Desk = {
  counts: Readonly<Record<QueueView, number>> | null;
  openPalette: () => void;
  openNewTicket: (contact?: { id: string; name: string }) => void;
  openShortcuts: () => void;
};

export const DeskContext = createContext<Desk>({
  counts: null,
  openPalette: () => {},
  openNewTicket: () => {},
  openShortcuts: () => {},
});

export function useDesk(): Desk {
  return useContext(DeskContext);
}
