import { finished, PassThrough, Readable } from 'node:stream';
import { AppError, type LocalisedText, UPLOAD_PATH } from '@alongside/contracts';
import { Metadata, Server } from '@tus/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../platform/http/caller.ts';
import { asAppError, requestLocale } from '../platform/http/errors.ts';
import { isUploader } from './access.ts';
import { beginUpload, type FilesDeps, finishUpload, isComplete } from './actions.ts';
import { isUuid } from './file-id.ts';
import { findFile, findUpload } from './queries.ts';
import { createUploadLocks } from './upload-locks.ts';

/** How long a request that lost its client may take to write what it has, before the next one takes over, ms. */
const DRAIN_MS = 1_000;
const METADATA_MAX_LENGTH = 4_096;
const MALFORMED: LocalisedText = { en: 'This is missing or malformed.', 'zh-CN': '缺失或格式不正确。' };

/**
 * Resumable uploads, tus 1.0 (https://tus.io/protocols/resumable-upload), by whoever has a session, each only their own.
 * Answers to mistakes are the ones every route gives, not tus's texts.
 */
export function registerUploadRoutes(app: FastifyInstance, deps: FilesDeps): void {
  const failures = new WeakMap<Request, unknown>();
  const tus = new Server({
    path: UPLOAD_PATH,
    datastore: deps.uploads,
    locker: createUploadLocks(),
    lockDrainTimeout: DRAIN_MS,
    maxSize: deps.policy.maxBytes,
    relativeLocation: true,
    allowedOrigins: () => false,
    namingFunction: (_request, metadata) => metadata?.fileId?.toLowerCase() ?? '',
    onUploadFinish: async (_request, upload) => {
      await finishOnce(upload.id);
      return {};
    },
    onResponseError: (request, error) => {
      failures.set(request as unknown as Request, error);
      return undefined;
    },
  });

  // Two requests may find the same upload complete at once.
  const finishing = new Map<string, Promise<void>>();
  function finishOnce(id: string): Promise<void> {
    let running = finishing.get(id);
    if (!running) {
      running = finishUpload(deps, id).finally(() => finishing.delete(id));
      finishing.set(id, running);
    }
    return running;
  }

  app.register(async (scope) => {
    // The body is not for fastify: it streams to the disk.
    scope.addContentTypeParser('application/offset+octet-stream', (_request, _payload, done) => done(null));

    scope.route({
      method: ['POST', 'OPTIONS'],
      url: UPLOAD_PATH,
      handler: async (request, reply) => {
        if (request.method === 'POST') {
          const caller = signedIn(request);
          await app.rateLimits.consume('write', caller.id);
          await beginUpload(deps, uploaderOf(caller), newUpload(request));
        }
        return handOver(request, reply);
      },
    });
    scope.route({
      method: ['HEAD', 'PATCH', 'DELETE'],
      url: `${UPLOAD_PATH}/:id`,
      handler: async (request, reply) => {
        const { id } = request.params as { id: string };
        const caller = signedIn(request);
        // A large file comes in many pieces: they are counted apart, or an upload would use up what else one does.
        await app.rateLimits.consume(request.method === 'DELETE' ? 'write' : 'read', `upload:${caller.id}`);
        await refuseOthers(caller, id);
        return handOver(request, reply);
      },
    });
  });

  /** Another's upload answers as one that does not exist. */
  async function refuseOthers(caller: Caller, id: string): Promise<void> {
    const upload = isUuid(id) ? await findUpload(deps.db, id) : undefined;
    const known = upload ?? (isUuid(id) ? await findFile(deps.db, id) : undefined);
    if (!known || !isUploader(caller, known)) throw new AppError('not_found');
    if (upload && (await isComplete(deps, upload))) await finishOnce(id);
  }

  async function handOver(request: FastifyRequest, reply: FastifyReply) {
    const { asked, discardRest } = webRequest(request);
    const answer = await tus.handleWeb(asked as unknown as Parameters<typeof tus.handleWeb>[0]);
    discardRest();
    const failure = failures.get(asked);
    const known = failure === undefined ? null : asRegistered(failure, request);
    if (known?.code === 'storage_full') await deps.tellFull();
    if (known) throw known;
    reply.code(answer.status);
    for (const [name, value] of answer.headers) reply.header(name, value);
    if (asked.method === 'HEAD' || answer.body === null) return reply.send();
    return reply.send(await answer.text());
  }
}

/** The request as tus wants it. What was not read of a refused one must be read, or the connection stays blocked. */
function webRequest(request: FastifyRequest): { asked: Request; discardRest(): void } {
  const { raw, method } = request;
  const headers = new Headers();
  for (const [name, value] of Object.entries(raw.headers)) if (value !== undefined) headers.set(name, String(value));
  // tus takes the last segment of the whole address for the id: in a query it would be one nobody has checked.
  const url = new URL((raw.url ?? '/').split(/[?#]/, 1)[0]!, 'http://upload.invalid');
  if (method !== 'PATCH' && method !== 'POST')
    return { asked: new Request(url, { method, headers }), discardRest() {} };
  const body = new PassThrough();
  // Whoever is cut off for their silence ends without an 'error'.
  finished(raw, (error) => {
    if (error) body.destroy(error);
  });
  raw.pipe(body);
  const init = { method, headers, body: Readable.toWeb(body), duplex: 'half' };
  return {
    asked: new Request(url, init as RequestInit),
    discardRest() {
      raw.unpipe(body);
      raw.resume();
    },
  };
}

/** tus's own refusals keep their status, which clients act on; ours and the disk's become what they are. */
function asRegistered(failure: unknown, request: FastifyRequest): AppError | null {
  const { status_code: status, code } = failure as { status_code?: number; code?: string };
  if (failure instanceof AppError) return failure;
  // More bytes than were announced.
  if (status === 413) return new AppError('malformed_request');
  if (status !== undefined && status < 500) return null;
  if (code === 'EDQUOT') return new AppError('storage_full');
  const known = asAppError(failure, request);
  if (known.status >= 500) request.log.error({ err: failure, code: known.code }, 'an upload failed');
  return known;
}

function signedIn(request: FastifyRequest): Caller {
  if (request.caller === null) throw new AppError('unauthenticated');
  return request.caller;
}

function uploaderOf(caller: Caller) {
  return { kind: caller.kind, id: caller.id, anonymous: caller.kind === 'customer' && caller.anonymous };
}

function newUpload(request: FastifyRequest): { id: string; name: string; sizeBytes: number } {
  const length = request.headers['upload-length'];
  const metadata = metadataOf(request);
  const id = metadata.fileId?.toLowerCase() ?? '';
  if (!isUuid(id)) throw wrong(request, 'fileId');
  if (typeof length !== 'string' || !/^\d{1,15}$/.test(length)) throw wrong(request, 'upload-length');
  return { id, name: metadata.filename ?? '', sizeBytes: Number(length) };
}

function metadataOf(request: FastifyRequest): Record<string, string | null> {
  const header = request.headers['upload-metadata'];
  if (typeof header !== 'string' || header.length > METADATA_MAX_LENGTH) throw wrong(request, 'upload-metadata');
  try {
    return Metadata.parse(header);
  } catch {
    throw wrong(request, 'upload-metadata');
  }
}

function wrong(request: FastifyRequest, field: string): AppError {
  return new AppError('invalid_input', { field }, [{ field, message: MALFORMED[requestLocale(request)] }]);
}
