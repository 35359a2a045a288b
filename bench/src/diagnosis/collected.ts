import type { SampleBatch } from '@alongside/contracts';
import { decodeRows, type SampleRows, type Session, SessionBuilder } from '@alongside/diagnosis';

/** Rows as they came, by whom. */
export type ToldRows = { participantId: string; rows: SampleRows }[];

/** What both pages of a call tell, as one session: as the server puts it together. */
export class Collected {
  readonly #builder = new SessionBuilder('live');
  readonly told: ToldRows = [];

  tell(participantId: string, { rows, userAgent }: SampleBatch): void {
    this.told.push({ participantId, rows });
    this.#builder.participant(participantId).userAgent ??= userAgent ?? null;
    decodeRows(rows, this.#builder, { participantId, prefix: `${participantId} `, offsetMs: 0 });
  }

  session(): Session {
    return this.#builder.build();
  }
}
