import * as contracts from '@alongside/contracts';
import { AppError } from '@alongside/contracts';
import type { FastifyInstance } from 'fastify';
import { route } from '../platform/http/route.ts';
import { fileFor, filesFor, type SeesTickets } from './access.ts';
import type { FilesDeps } from './actions.ts';
import { readBeginning } from './content-routes.ts';
import type { SignedLinks } from './links.ts';
import { presentFile } from './present.ts';

export function registerFileRoutes(
  app: FastifyInstance,
  deps: FilesDeps,
  links: SignedLinks,
  seesTickets: SeesTickets,
): void {
  const { db } = deps;

  route(app, contracts.getFile, async ({ params, caller }) => ({
    file: presentFile(await fileFor(db, seesTickets, caller, params.id)),
  }));

  route(app, contracts.linkFiles, async ({ body, caller }) => {
    const files = await filesFor(db, seesTickets, caller, body.ids);
    const now = deps.now();
    const expiresAt = links.expiresAt(now).toISOString();
    return {
      links: files.map((file) => ({
        id: file.id,
        url: links.url(file, 'inline', now),
        downloadUrl: links.url(file, 'download', now),
        thumbnailUrl: file.hasThumbnail ? links.url(file, 'thumbnail', now) : null,
        expiresAt,
      })),
    };
  });

  route(app, contracts.previewFile, async ({ params, caller }) => {
    const file = await fileFor(db, seesTickets, caller, params.id);
    if (file.preview !== 'text') throw new AppError('unsupported_media_type');
    return readBeginning(deps, file);
  });
}
