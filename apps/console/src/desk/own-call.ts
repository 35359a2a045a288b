import type { CallSnapshot } from '@alongside/client';
import { useClient, useSelected } from '@alongside/ui';
import { useDeferredValue } from 'react';

/** Where one's own call is: its ticket, and whether one is in it, or was and still looks at how it went. */
export type OwnCall = { ticketId: string; callId: string | null; isIn: boolean; isFailed: boolean };

/**
 * One's own call, told only when it changes for the desk: its pictures and levels move many times a second, and no list
 * has to be drawn again for them.
 */
export function useOwnCall(): OwnCall | null {
  const { call } = useClient();
  // See CallStage in CallScreens.tsx: the desk makes room with it.
  const key = useDeferredValue(useSelected(call, keyOf));
  if (key === '') return null;
  const [stage, ticketId, callId] = key.split(' ');
  return { ticketId: ticketId!, callId: callId || null, isIn: stage === 'in', isFailed: stage === 'failed' };
}

function keyOf({ phase, ticketId, callId }: CallSnapshot): string {
  if (ticketId === null || phase === 'idle' || phase === 'preview') return '';
  const stage = phase === 'ended' || phase === 'failed' ? phase : 'in';
  return `${stage} ${ticketId} ${callId ?? ''}`;
}
