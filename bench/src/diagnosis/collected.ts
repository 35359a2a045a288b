import type { SampleBatch } from '@alongside/contracts';
import { decodeRows, type Session, SessionBuilder } from '@alongside/diagnosis';

/** What both pages of a call tell, as one session: as the server puts it together. */
export class Collected {
  readonly #builder = new SessionBuilder('live');

  tell(participantId: string, { rows, userAgent }: SampleBatch): void {
    this.#builder.participant(participantId).userAgent ??= userAgent ?? null;
    decodeRows(rows, this.#builder, { participantId, prefix: `${participantId} `, offsetMs: 0 });
  }

  session(): Session {
    return this.#builder.build();
  }
}
