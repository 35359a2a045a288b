import { keep, readKept } from '@alongside/ui';

/** Where in the widget one is; kept for the tab, so that walking through the host's pages loses nothing. */
export type Place =
  | { at: 'home' }
  | { at: 'new' }
  | { at: 'ticket'; ticketId: string }
  /** `ticketId`: the conversation it is run for. After a reload one is at home: a check does not survive it. */
  | { at: 'check'; ticketId: string | null };

const NAME = 'alongside.widget.place';
const HOME: Place = { at: 'home' };

export function recallPlace(): Place {
  return parsePlace(readKept(NAME, 'tab'));
}

export function rememberPlace(place: Place): void {
  keep(NAME, JSON.stringify(place), 'tab');
}

/** @param text as kept; anything unreadable is home */
export function parsePlace(text: string | null): Place {
  try {
    const value = JSON.parse(text ?? '') as Partial<{ at: string; ticketId: unknown }>;
    if (value.at === 'new') return { at: 'new' };
    if (value.at === 'ticket' && typeof value.ticketId === 'string') return { at: 'ticket', ticketId: value.ticketId };
  } catch {
    // Home.
  }
  return HOME;
}
