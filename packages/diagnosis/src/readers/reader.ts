import type { SessionFormat } from '../model/session.ts';
import type { SessionBuilder } from '../model/session-builder.ts';

/** What a document itself may leave open. */
export type ReadingHints = {
  /** When it was last written, ms: tells the year where times have none. */
  writtenMs?: number;
  /** Minutes east of UTC of times that name no zone: most likely those of whoever looks. */
  zoneMinutes?: number;
};

/** Turns one kind of document into a session, piece by piece, without ever holding all of it. */
export type Reader = {
  format: SessionFormat;
  /** What writes its documents breaks characters itself: such are no trouble of the document. */
  holdsBrokenText?: true;
  /**
   * @param head the first bytes as text, up to 64 KiB
   * @returns whether this reader is the one for it
   */
  recognises(head: string): boolean;
  /** @param bytes the document in pieces of any size, as UTF-8 */
  read(bytes: AsyncIterable<Uint8Array>, into: SessionBuilder, hints: ReadingHints): Promise<void>;
};
