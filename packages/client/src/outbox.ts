import type { ActorRef, FileRef, Visibility } from '@alongside/contracts';
import type { ApiErrorCode } from './api-error.ts';
import type { Store } from './store.ts';

/** One's own message that the server has not confirmed. */
export type OutgoingMessage = {
  /** The message's id on the server too: sending twice changes nothing. */
  id: string;
  ticketId: string;
  visibility: Visibility;
  body: string;
  files: readonly OutgoingFile[];
  by: ActorRef;
  /** ISO instant of this machine. */
  createdAt: string;
  /** `queued` waits for its turn, for its uploads or for the network; `failed` was refused and needs the person. */
  state: 'queued' | 'sending' | 'failed';
  attempts: number;
  /** Of the last attempt; the message is in the person's language. */
  error: { code: ApiErrorCode; message: string } | null;
};

export type OutgoingFile = Pick<FileRef, 'id' | 'name' | 'sizeBytes' | 'mediaType'>;

/** What the person has written and not sent. */
export type Draft = { body: string; visibility: Visibility; files: readonly OutgoingFile[] };

/** Messages on their way; kept over reloads and shared by the tabs of one person. */
export type Outbox = Store<readonly OutgoingMessage[]> & {
  send(message: {
    id?: string;
    ticketId: string;
    visibility: Visibility;
    body: string;
    files: readonly OutgoingFile[];
  }): string;
  /** Tries a failed one again. */
  retry(id: string): void;
  /** Changes a failed one and tries again. */
  edit(id: string, body: string): void;
  /** Drops one that is not being sent right now; returns it so that it can go back into the composer. */
  discard(id: string): OutgoingMessage | null;
  close(): void;
};

/** Drafts per key (a ticket's id, or 'new'); kept over reloads. */
export type Drafts = {
  get(key: string): Promise<Draft | null>;
  /** Cheap to call on each key press; an empty draft is forgotten. */
  set(key: string, draft: Draft): void;
  clear(key: string): void;
};
