import { AppError } from '@alongside/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { networkOf } from '../platform/http/rate-limits.ts';
import type { FilesDeps } from './actions.ts';
import { isUuid } from './file-id.ts';
import { contentDisposition } from './file-name.ts';
import type { SignedLinks } from './links.ts';
import { HEAD_BYTES } from './media-type.ts';
import { type FileWithBlob, findFile } from './queries.ts';
import { parseRange } from './ranges.ts';
import { readText } from './text-encoding.ts';

/**
 * Nothing that comes from here can run: no scripts, no styles, no place to load from, an origin of its own.
 * Media elements of our pages are not concerned by it: it rules what is opened as a page.
 */
const CONTENT_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'; form-action 'none'; base-uri 'none'";

/** Texts a browser would run or style when told what they are. */
const MARKUP = new Set(['text/html', 'image/svg+xml', 'application/xml']);

/** `GET /files/:id/:name?v&exp&sig`: content by signed address; the signature is the right to see it. */
export function registerContentRoutes(app: FastifyInstance, deps: FilesDeps, links: SignedLinks): void {
  app.route({
    // HEAD by hand: the one fastify adds announces the length of what is not sent.
    method: ['GET', 'HEAD'],
    url: '/files/:id/:name',
    handler: async (request, reply) => {
      const { id } = request.params as { id: string };
      const query = request.query as Record<string, unknown>;
      const link = { id, variant: String(query.v), exp: String(query.exp), sig: String(query.sig) };
      await app.rateLimits.consume('read', networkOf(request.ip));
      if (!isUuid(id) || !links.verify(link, deps.now())) throw new AppError('not_found');
      const file = await findFile(deps.db, id);
      if (!file) throw new AppError('not_found');
      const maxAgeS = Math.max(0, Number(link.exp) - Math.ceil(deps.now().getTime() / 1000));
      reply.headers({
        'content-security-policy': CONTENT_POLICY,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': `private, max-age=${maxAgeS}, immutable`,
      });
      if (link.variant === 'thumbnail') return sendThumbnail(deps, file, request, reply);
      return sendContent(deps, file, link.variant === 'download', request, reply);
    },
  });
}

async function sendThumbnail(deps: FilesDeps, file: FileWithBlob, request: FastifyRequest, reply: FastifyReply) {
  if (!file.hasThumbnail) throw new AppError('not_found');
  const etag = `"${file.sha256}-thumbnail"`;
  reply.headers({ etag, 'content-disposition': contentDisposition('inline', `${file.name}.webp`) });
  if (isKnown(request, etag)) return reply.code(304).send();
  return reply.type('image/webp').send(await deps.contents.open(`${file.sha256}.thumbnail`));
}

async function sendContent(
  deps: FilesDeps,
  file: FileWithBlob,
  asDownload: boolean,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  const etag = `"${file.sha256}"`;
  const isShown = !asDownload && file.preview !== 'none' && !MARKUP.has(file.mediaType);
  reply.headers({
    etag,
    'accept-ranges': 'bytes',
    'content-disposition': contentDisposition(isShown ? 'inline' : 'attachment', file.name),
  });
  if (isKnown(request, etag)) return reply.code(304).send();
  reply.header('content-type', await servedType(deps, file));
  // A range of another version would be glued to what the client has.
  const ifRange = request.headers['if-range'];
  const range = ifRange === undefined || ifRange === etag ? parseRange(request.headers.range, file.sizeBytes) : null;
  if (range === 'unsatisfiable') {
    return reply.code(416).removeHeader('content-type').header('content-range', `bytes */${file.sizeBytes}`).send();
  }
  const length = range ? range.end - range.start + 1 : file.sizeBytes;
  reply.header('content-length', length);
  if (range) reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${file.sizeBytes}`);
  if (request.method === 'HEAD' || length === 0) return reply.send('');
  return reply.send(await deps.contents.open(file.sha256, range ?? undefined));
}

/** Text is only ever plain text, in the encoding it is really in. */
async function servedType(deps: FilesDeps, file: FileWithBlob): Promise<string> {
  if (file.preview !== 'text') return file.mediaType;
  return `text/plain; charset=${(await readBeginning(deps, file)).encoding}`;
}

/** The first 64 KiB of a text. */
export async function readBeginning(
  deps: Pick<FilesDeps, 'contents'>,
  file: FileWithBlob,
): Promise<{ text: string; encoding: string; truncated: boolean }> {
  if (file.sizeBytes === 0) return { text: '', encoding: 'utf-8', truncated: false };
  const source = await deps.contents.open(file.sha256, { start: 0, end: Math.min(HEAD_BYTES, file.sizeBytes) - 1 });
  const chunks: Buffer[] = [];
  for await (const chunk of source) chunks.push(chunk as Buffer);
  const found = readText(Buffer.concat(chunks));
  return {
    text: found?.text.replace(/^\ufeff/, '') ?? '',
    encoding: found?.encoding ?? 'utf-8',
    truncated: file.sizeBytes > HEAD_BYTES,
  };
}

function isKnown(request: FastifyRequest, etag: string): boolean {
  const known = request.headers['if-none-match'];
  return (
    known !== undefined &&
    (known.trim() === '*' || known.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag))
  );
}
