import type { FilePreviewKind } from '@alongside/contracts';
import type { Generated, Selectable } from 'kysely';
import type { Timestamp } from '../platform/database/tables.ts';

type Uploader = { uploaderKind: 'staff' | 'customer'; uploaderId: string };

export type FilesTables = {
  /** Stored content, once however often it was uploaded. */
  blob: {
    /** Hex; also its place in the content store. */
    sha256: string;
    sizeBytes: number;
    /** Pixel size as shown (after the camera's rotation), of images only. */
    width: number | null;
    height: number | null;
    hasThumbnail: boolean;
    storedAt: Timestamp;
  };
  file: Uploader & {
    id: string;
    sha256: string;
    name: string;
    /** Found in the content. */
    mediaType: string;
    preview: FilePreviewKind;
    /** The message it came with; null until that message is posted. */
    ticketId: string | null;
    messageId: string | null;
    /** Whether that message is an internal note. */
    internal: Generated<boolean>;
    /** Needed by something that is no message. */
    kept: Generated<boolean>;
    uploadedAt: Timestamp;
  };
  /** Uploads on their way. */
  upload: Uploader & {
    /** The file's id, made by the client. */
    id: string;
    name: string;
    sizeBytes: number;
    startedAt: Timestamp;
  };
};

export type FileRow = Selectable<FilesTables['file']>;
export type BlobRow = Selectable<FilesTables['blob']>;
export type UploadRow = Selectable<FilesTables['upload']>;
