import { z } from 'zod';
import { Id } from '../actors.ts';
import { FileRef } from '../files.ts';
import { route } from '../route.ts';

/**
 * Uploads are tus 1.0 (https://tus.io) at this address: resumable, with metadata `filename`, `filetype` and
 * `fileId` (a UUID made by the client). When the last byte has arrived the file is known under `fileId`.
 */
export const UPLOAD_PATH = '/api/uploads';

const ById = z.strictObject({ id: Id });

export const getFile = route({
  method: 'GET',
  path: '/api/files/:id',
  access: 'person',
  rate: 'read',
  summary: 'One file: its name, size, type found in the content, hash.',
  params: ById,
  reply: z.strictObject({ file: FileRef }),
});

export const linkFiles = route({
  method: 'POST',
  path: '/api/files/links',
  access: 'person',
  rate: 'read',
  summary:
    'Signed addresses of files this person may see, good for an hour; of a thumbnail too where there is one. Files that are not theirs are left out.',
  body: z.strictObject({ ids: z.array(Id).min(1).max(100) }),
  reply: z.strictObject({
    links: z.array(
      z.strictObject({
        id: Id,
        url: z.string(),
        downloadUrl: z.string(),
        thumbnailUrl: z.string().nullable(),
        expiresAt: z.string(),
      }),
    ),
  }),
});

export const previewFile = route({
  method: 'GET',
  path: '/api/files/:id/preview',
  access: 'person',
  rate: 'read',
  summary: 'The first 64 KiB of a text or log file as text, whatever its encoding.',
  params: ById,
  reply: z.strictObject({ text: z.string(), truncated: z.boolean(), encoding: z.string() }),
});
