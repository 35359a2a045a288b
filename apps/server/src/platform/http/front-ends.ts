import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '@alongside/contracts';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config/settings.ts';
import { pagePolicy } from './headers.ts';
import { isHost } from './origin.ts';

/** A built front end and where it is served. */
export type FrontEnd = {
  /** With slashes at both ends. */
  path: string;
  dir: string;
  /** May be shown in frames of other sites. */
  embeddable?: boolean;
};

/** Sites that may embed the widget besides our own pages, which always may. Supplied by the feature that keeps the list. */
export type EmbeddingSites = { list: () => Promise<readonly string[]> };

const HASHED_NAME = /-[\w-]{8,}\.\w+$/;
const YEAR_SECONDS = 31_536_000;

/**
 * Serves built front ends: hashed files for ever, pages fresh, addresses inside a page's own routing with that page,
 * all under a strict content security policy.
 */
export async function registerFrontEnds(
  app: FastifyInstance,
  config: Pick<Config, 'livekitUrl' | 'mediaBackupUrls' | 'publicUrl'>,
  frontEnds: readonly FrontEnd[],
  embedding: EmbeddingSites,
): Promise<void> {
  const elsewhere = [
    ...(config.livekitUrl === undefined ? [] : [config.livekitUrl]),
    ...(config.mediaBackupUrls ?? []),
  ];
  const media = [...new Set(elsewhere.flatMap(mediaOrigins))];
  for (const frontEnd of frontEnds) {
    if (!existsSync(join(frontEnd.dir, 'index.html'))) continue;
    // A prefix of its own is what lets each scope answer for its missing pages.
    const front = async (scope: FastifyInstance) => {
      await scope.register(fastifyStatic, {
        root: frontEnd.dir,
        prefix: '/',
        // Each front end has its own decorated reply, on its own scope.
        decorateReply: true,
        preCompressed: true,
        cacheControl: false,
        index: false,
        redirect: false,
        setHeaders: (response, path) => {
          const cache = HASHED_NAME.test(path.replace(/\.(br|gz)$/, ''))
            ? `public, max-age=${YEAR_SECONDS}, immutable`
            : 'no-cache';
          response.header('cache-control', cache);
        },
        wildcard: true,
      });
      scope.addHook('onSend', async (request, reply) => {
        await protect(request, reply, frontEnd, media, embedding);
      });
      const page = (_request: FastifyRequest, reply: FastifyReply) =>
        reply.header('cache-control', 'no-cache').sendFile('index.html', { cacheControl: false });
      scope.get('/', { prefixTrailingSlash: 'slash' }, page);
      scope.setNotFoundHandler((request, reply) => {
        // A missing file must not look like a page: a stale tab would run HTML as script.
        if (!['GET', 'HEAD'].includes(request.method) || /\.\w{1,5}$/.test(request.url.split('?', 1)[0]!))
          throw new AppError('not_found');
        return page(request, reply);
      });
    };
    const prefix = frontEnd.path.slice(0, -1);
    await app.register(front, { prefix });
    app.get(prefix, (_request, reply) => reply.redirect(frontEnd.path));
  }
}

async function protect(
  request: FastifyRequest,
  reply: FastifyReply,
  frontEnd: FrontEnd,
  media: readonly string[],
  embedding: EmbeddingSites,
): Promise<void> {
  const { host } = request;
  // Older browsers do not count WebSockets of our own host as “self”.
  const own = isHost(host) ? [`ws://${host}`, `wss://${host}`] : [];
  const ancestors = frontEnd.embeddable ? ["'self'", ...(await embedding.list())] : [];
  reply.headers(pagePolicy([...own, ...media], ancestors));
  if (!frontEnd.embeddable) return;
  reply.removeHeader('x-frame-options');
  // The loader is a script of other sites, and loads a module there: public files, fetched without a session.
  reply
    .header('cross-origin-resource-policy', 'cross-origin')
    .header('access-control-allow-origin', '*')
    .removeHeader('cross-origin-opener-policy');
}

function mediaOrigins(url: string): string[] {
  const { host, protocol } = new URL(url);
  const secure = protocol === 'wss:' || protocol === 'https:';
  return secure ? [`wss://${host}`, `https://${host}`] : [`ws://${host}`, `http://${host}`];
}
