import type { MediaChoice } from './model.ts';

/** A call this tab was in; kept in the tab's session so that it comes back after a reload. */
export type RememberedCall = { personId: string; ticketId: string; callId: string; media: MediaChoice; atMs: number };

const KEY = 'alongside:call';
/** A tab restored after longer than this does not walk back into a call by itself, ms. */
const STALE_AFTER_MS = 10 * 60_000;

/** @param call null forgets it */
export function rememberCall(call: Omit<RememberedCall, 'atMs'> | null): void {
  try {
    if (call === null) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, JSON.stringify({ ...call, atMs: Date.now() }));
  } catch {
    // Storage is closed to a frame on another site: the banner in the conversation still offers to join.
  }
}

/** @param personId only one's own call is one's own */
export function recallCall(personId: string): RememberedCall | null {
  try {
    const call = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as RememberedCall | null;
    if (!call || call.personId !== personId || Date.now() - call.atMs > STALE_AFTER_MS) return null;
    return call;
  } catch {
    return null;
  }
}
