import type { AccessClaims } from '../service/tokens.ts';
import type { Participant } from './participant.ts';

/** So many of those who stand by are announced at a time: a whole team may stand by, and everybody's sections cost. */
const ANNOUNCED_MAX = 2;

/**
 * Whether whoever comes in with these claims is to be announced while it stands by: its token asks for that, and there are
 * not enough of them. Decided once: whoever is told of somebody must be told when they leave.
 */
export function isAnnounced(claims: AccessClaims, people: Iterable<Participant>): boolean {
  if (claims.attributes.announced !== 'true') return false;
  let count = 0;
  // Whoever comes again takes its own place: the older connection is still here.
  for (const other of people) if (other.announced && other.identity !== claims.identity) count++;
  return count < ANNOUNCED_MAX;
}
