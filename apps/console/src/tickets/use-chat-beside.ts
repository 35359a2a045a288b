import type { TicketView } from '@alongside/contracts';
import { useCallback, useRef, useState } from 'react';

/** The conversation beside a call: shown or not, and how much was said by others since it was hidden. */
export function useChatBeside(view: TicketView | null, myId: string) {
  const [hiddenAt, setHiddenAt] = useState<number | null>(null);
  const said = view?.entries.filter((entry) => entry.kind === 'message' && entry.by.id !== myId).length ?? 0;
  const saidNow = useRef(said);
  saidNow.current = said;
  const onToggle = useCallback(() => setHiddenAt((current) => (current === null ? saidNow.current : null)), []);
  return { open: hiddenAt === null, unread: hiddenAt === null ? 0 : Math.max(0, said - hiddenAt), onToggle };
}
