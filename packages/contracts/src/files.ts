import { z } from 'zod';
import { Id } from './actors.ts';

export const FILE_NAME_MAX_LENGTH = 255;
export const MESSAGE_FILES_MAX = 20;

/** How a file can be shown without downloading it. */
export const FilePreviewKind = z.enum(['image', 'text', 'audio', 'video', 'none']);
export type FilePreviewKind = z.infer<typeof FilePreviewKind>;

/** A stored file as messages refer to it. The address comes from `fileLinks`, since it is signed and expires. */
export const FileRef = z.strictObject({
  id: Id,
  name: z.string(),
  sizeBytes: z.number().int().nonnegative(),
  /** The type found in the content, never the one claimed. */
  mediaType: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  preview: FilePreviewKind,
  /** Pixel size, where the preview is an image. */
  width: z.number().int().nullable(),
  height: z.number().int().nullable(),
});
export type FileRef = z.infer<typeof FileRef>;
