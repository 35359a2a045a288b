import { SpeakerInfo, SpeakersChanged } from '@livekit/protocol';
import type { Participant } from './participant.ts';

/** Who speaks in a room: compares levels from interval to interval and tells only what changed. */
export class Speakers {
  readonly #levels = new Map<string, number>();

  /** Ends an interval; undefined when everybody is as loud as before. */
  update(participants: Iterable<Participant>, intervalMs: number): SpeakersChanged | undefined {
    const changed: SpeakerInfo[] = [];
    for (const participant of participants) {
      const level = participant.publications.takeAudioLevel(intervalMs);
      if (participant.hidden || level === (this.#levels.get(participant.sid) ?? 0)) continue;
      this.#levels.set(participant.sid, level);
      changed.push(new SpeakerInfo({ sid: participant.sid, level, active: level > 0 }));
    }
    return changed.length > 0 ? new SpeakersChanged({ speakers: changed }) : undefined;
  }

  /** Everybody who spoke, those silent by now as well: whoever was away may have missed that they stopped. */
  current(): SpeakersChanged {
    return new SpeakersChanged({
      speakers: [...this.#levels].map(([sid, level]) => new SpeakerInfo({ sid, level, active: level > 0 })),
    });
  }

  forget(participant: Participant): void {
    this.#levels.delete(participant.sid);
  }
}
