import type { FileRef } from '@alongside/contracts';
import type { ApiErrorCode } from './api-error.ts';
import type { Store } from './store.ts';

/** `waiting` = the network is cut, goes on by itself · `detached` = the page was reloaded: give the same file again. */
export type UploadState = 'queued' | 'uploading' | 'waiting' | 'paused' | 'detached' | 'done' | 'failed';

export type Upload = {
  /** The file's id on the server, made here. */
  id: string;
  /** What it belongs to, e.g. a ticket's id: composers show only their own. */
  scope: string;
  name: string;
  sizeBytes: number;
  /** As the browser guesses it; the server finds its own in the content. */
  mediaType: string;
  sentBytes: number;
  /** Over the last seconds; null while unknown. */
  rateBps: number | null;
  remainingMs: number | null;
  state: UploadState;
  error: { code: ApiErrorCode; message: string } | null;
  /** What the server found, once done. */
  file: FileRef | null;
};

/** Resumable uploads (tus 1.0), a few at a time. */
export type Uploads = Store<readonly Upload[]> & {
  /** @returns the file's id; a file too large is in the list as `failed` at once */
  add(file: File, scope: string): string;
  pause(id: string): void;
  /** Goes on after a pause, or tries a failed one again. */
  resume(id: string): void;
  /** Stops it, forgets it, and tells the server to drop what arrived. */
  cancel(id: string): void;
  /** Gives the file again to a detached upload; goes on where it stopped. False when it is another file. */
  reattach(id: string, file: File): boolean;
  /** Takes finished ones out of the list, e.g. when their message is on its way. */
  forget(ids: readonly string[]): void;
  /** Whether all are on the server; unknown ids count as done (they were uploaded in another life of the page). */
  readiness(ids: readonly string[]): 'ready' | 'waiting' | 'failed';
  close(): void;
};
