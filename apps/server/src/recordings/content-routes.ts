import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@alongside/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isUuid } from '../files/file-id.ts';
import { contentDisposition } from '../files/file-name.ts';
import { parseRange } from '../files/ranges.ts';
import { networkOf } from '../platform/http/rate-limits.ts';
import { COMPOSED_NAME } from './compose.ts';
import type { RecordingsDeps } from './deps.ts';
import type { RecordingLinks } from './links.ts';
import { findRecording } from './queries.ts';
import type { RecordingRow } from './tables.ts';

/** Nothing that comes from here can run. Media elements of our pages are not concerned by it. */
const CONTENT_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'; form-action 'none'; base-uri 'none'";

const TYPES: Readonly<Record<string, string>> = {
  ogg: 'audio/ogg',
  webm: 'video/webm',
  mkv: 'video/x-matroska',
  mp4: 'video/mp4',
};

/** `GET /recordings/:id/:part?exp&sig`: a file by signed address; the signature is the right to see it. */
export function registerRecordingContent(app: FastifyInstance, deps: RecordingsDeps, links: RecordingLinks): void {
  app.route({
    // HEAD by hand: the one fastify adds announces the length of what is not sent.
    method: ['GET', 'HEAD'],
    url: '/recordings/:id/:part',
    handler: async (request, reply) => {
      const { id, part } = request.params as { id: string; part: string };
      const query = request.query as Record<string, unknown>;
      await app.rateLimits.consume('read', networkOf(request.ip));
      const link = { id, part, exp: String(query.exp), sig: String(query.sig) };
      if (!isUuid(id) || !links.verify(link, deps.now())) throw new AppError('not_found');
      const recording = await findRecording(deps.db, id);
      const name = recording && nameOf(recording, part);
      if (!recording?.readyAt || recording.deletedAt || !name) throw new AppError('not_found');
      reply.headers({
        'content-security-policy': CONTENT_POLICY,
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'private, max-age=3600',
        'accept-ranges': 'bytes',
        'content-disposition': contentDisposition(
          part === 'download' ? 'attachment' : 'inline',
          saveName(recording, name),
        ),
      });
      return send(join(deps.folder, id, name), name, request, reply);
    },
  });
}

/** Only what the row says is there. */
function nameOf({ tracks, composed }: RecordingRow, part: string): string | null {
  if (part === 'composed' || part === 'download') return composed === 'ready' ? COMPOSED_NAME : null;
  const name = /^\d{1,4}$/.test(part) ? tracks[Number(part)]?.file : undefined;
  return name !== undefined && /^[\w-]+\.(ogg|webm|mkv)$/.test(name) ? name : null;
}

function saveName({ startedAt, askedAt }: RecordingRow, name: string): string {
  const at = (startedAt ?? askedAt).toISOString().slice(0, 16).replace('T', ' ').replace(':', '.');
  return name === COMPOSED_NAME ? `recording ${at}.mp4` : name;
}

async function send(path: string, name: string, request: FastifyRequest, reply: FastifyReply) {
  const found = await stat(path).catch(() => null);
  if (!found) throw new AppError('not_found');
  const etag = `"${found.size}-${Math.round(found.mtimeMs)}"`;
  reply.header('etag', etag);
  if (request.headers['if-none-match'] === etag) return reply.code(304).send();
  const ifRange = request.headers['if-range'];
  const range = ifRange === undefined || ifRange === etag ? parseRange(request.headers.range, found.size) : null;
  if (range === 'unsatisfiable') {
    return reply.code(416).header('content-range', `bytes */${found.size}`).send();
  }
  reply.header('content-type', TYPES[name.slice(name.lastIndexOf('.') + 1)]);
  reply.header('content-length', range ? range.end - range.start + 1 : found.size);
  if (range) reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${found.size}`);
  if (request.method === 'HEAD' || found.size === 0) return reply.send('');
  return reply.send(createReadStream(path, range ?? {}));
}
