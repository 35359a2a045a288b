import type { linkFiles, previewFile, RouteReply } from '@alongside/contracts';

export type FileLink = RouteReply<typeof linkFiles>['links'][number];
export type FilePreview = RouteReply<typeof previewFile>;

/** Signed addresses of files, fetched in batches, cached and renewed before they expire. */
export type Files = {
  /** Changes when any link arrived or was renewed. */
  subscribe(listener: () => void): () => void;
  /** The link if it is known and still good; asks for it otherwise (then `subscribe` tells). */
  peek(id: string): FileLink | null;
  /** @throws ApiError `not_found` when the file is not this person's to see */
  link(id: string): Promise<FileLink>;
  /** The beginning of a text or log file. Cached. */
  preview(id: string): Promise<FilePreview>;
  close(): void;
};
