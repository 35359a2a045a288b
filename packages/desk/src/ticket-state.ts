import type { ActorKind, TicketState, Visibility } from '@alongside/contracts';

/**
 * The ticket's state machine.
 *
 *     open ⇄ waiting_for_customer      a public answer hands it to the customer, their word hands it back
 *       ⇅ on_hold                      parked by staff for a reason outside both
 *     … → solved → closed              solved can be reopened; closed is final, a new ticket follows it
 *
 * A choice is made by a person; `closed` is reached by the customer's confirmation, by staff, or by the clock.
 */
const CHOICES: Record<ActorKind, Record<TicketState, readonly TicketState[]>> = {
  staff: {
    open: ['waiting_for_customer', 'on_hold', 'solved'],
    waiting_for_customer: ['open', 'on_hold', 'solved'],
    on_hold: ['open', 'waiting_for_customer', 'solved'],
    solved: ['open', 'closed'],
    closed: [],
  },
  customer: {
    open: ['solved'],
    waiting_for_customer: ['solved'],
    on_hold: ['solved'],
    solved: ['open', 'closed'],
    closed: [],
  },
  assistant: { open: [], waiting_for_customer: [], on_hold: [], solved: [], closed: [] },
  system: { open: [], waiting_for_customer: [], on_hold: [], solved: ['closed'], closed: [] },
};

/** A solved ticket nobody reopens closes after this long. */
export const CLOSE_AFTER_SOLVED_MS = 7 * 24 * 3_600_000;

/** The states this kind of actor may choose from the present one. */
export function allowedStates(kind: ActorKind, state: TicketState): readonly TicketState[] {
  return CHOICES[kind][state];
}

/**
 * The state after a message: whose turn it is follows from who spoke last.
 * @returns the new state, the same state when nothing moves, or null when the ticket takes no more messages
 */
export function stateAfterMessage(kind: ActorKind, state: TicketState, visibility: Visibility): TicketState | null {
  if (state === 'closed') return visibility === 'internal' ? state : null;
  if (visibility === 'internal' || kind === 'system' || kind === 'assistant') return state;
  if (kind === 'customer') return 'open';
  return state === 'open' ? 'waiting_for_customer' : state;
}
