import type { Participant } from './participant.ts';

/** So many of those who stand by are announced at a time: a whole team may stand by, and everybody's sections cost. */
const ANNOUNCED_MAX = 2;

/** Whether a participant is among the first of a room who ask to be announced; one who has just left was. */
export function isAnnounced(one: Participant, people: Iterable<Participant>): boolean {
  let left = ANNOUNCED_MAX;
  for (const other of people) {
    if (!other.standsBy || other.attributes.announced !== 'true') continue;
    if (other === one) return true;
    left--;
    if (left === 0) return false;
  }
  return true;
}
