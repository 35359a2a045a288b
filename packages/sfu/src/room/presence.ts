import { ParticipantInfo, ParticipantInfo_State, ParticipantUpdate, SignalResponse } from '@livekit/protocol';
import type { Participant } from './participant.ts';

/** In a room with more people than this, listeners come and go in the news of many. */
const BIG_ROOM = 50;

function encoded(participants: ParticipantInfo[]): Uint8Array {
  return new SignalResponse({ message: { case: 'update', value: new ParticipantUpdate({ participants }) } }).toBinary();
}

/** Whether somebody else is told of a participant: of who is hidden nobody is, of who is announced those who are not hidden. */
export const isTold = (of: Participant, to: Participant): boolean => !of.hidden || (of.announced && !to.hidden);

/** Whoever is hidden no more hears of those it is to agree with: before that they were told to it by nobody. */
export function tellAnnounced(to: Participant, people: Iterable<Participant>): void {
  const infos = [...people].filter((other) => other !== to && other.announced).map((other) => other.info());
  if (infos.length > 0) to.sendEncoded(encoded(infos));
}

/**
 * Tells a room how its participants are. Whoever publishes is told of at once: clients drop tracks of people they do not
 * know. Of the others in a big room, everybody is told together a few times a second: else a hall of listeners coming
 * in costs a message from each to each.
 */
export class Presence {
  readonly #waiting = new Map<string, ParticipantInfo>();

  /** Tells all of `people` that may know it how a participant is now, itself included unless it is `except`. */
  tell(participant: Participant, people: ReadonlyMap<string, Participant>, except?: Participant): void {
    const info = participant.info();
    const waits = people.size > BIG_ROOM && participant.publications.count === 0 && !participant.hidden;
    if (waits) this.#waiting.set(participant.sid, info);
    else {
      this.#waiting.delete(participant.sid);
      this.#tellDeparture(participant, people);
    }
    const bytes = encoded([info]);
    const hears = (other: Participant) => other === participant || (!waits && isTold(participant, other));
    for (const other of people.values()) if (other !== except && hears(other)) other.sendEncoded(bytes);
  }

  /** Whoever is hidden from now on is gone to all others: clients keep whoever is merely not named any more. */
  tellHidden(participant: Participant, people: ReadonlyMap<string, Participant>): void {
    this.#waiting.delete(participant.sid);
    const info = new ParticipantInfo({ ...participant.info(), state: ParticipantInfo_State.DISCONNECTED, tracks: [] });
    participant.room.returning.left(info, participant.room.host.nowMs());
    const bytes = encoded([info]);
    for (const other of people.values()) if (other !== participant) other.sendEncoded(bytes);
  }

  /**
   * Whoever is told of at once is here again under the same identity: told later, the going of its older self would take
   * it away from everybody, since clients know people by identity. It is not told of that itself: it would take on the sid.
   */
  #tellDeparture({ sid, identity }: Participant, people: ReadonlyMap<string, Participant>): void {
    for (const info of this.#waiting.values()) {
      if (info.identity !== identity || info.sid === sid) continue;
      this.#waiting.delete(info.sid);
      const bytes = encoded([info]);
      for (const other of people.values()) if (other.identity !== identity) other.sendEncoded(bytes);
    }
  }

  /** What has waited, in one message to each: the same to all, though who is back finds its own going before its coming. */
  flush(people: ReadonlyMap<string, Participant>): void {
    if (this.#waiting.size === 0) return;
    const bytes = encoded([...this.#waiting.values()]);
    this.#waiting.clear();
    for (const participant of people.values()) participant.sendEncoded(bytes);
  }
}
