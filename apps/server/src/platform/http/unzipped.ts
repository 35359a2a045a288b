import { PassThrough, pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { FastifyRequest, RequestPayload } from 'fastify';

/**
 * A request's body as it was before it was compressed. Whoever reads it stops at the route's limit, which is what keeps a
 * small body from becoming a large one in here.
 */
export function unzipped(request: FastifyRequest, payload: RequestPayload): RequestPayload {
  if (request.headers['content-encoding'] !== 'gzip') return payload;
  const counter = new PassThrough();
  const gunzip: Readable & { receivedEncodedLength?: number } = createGunzip();
  gunzip.receivedEncodedLength = 0;
  counter.on('data', (chunk: Buffer) => {
    gunzip.receivedEncodedLength! += chunk.length;
  });
  // What goes wrong is told by the last of them, which is read.
  pipeline(payload, counter, gunzip as ReturnType<typeof createGunzip>, () => {});
  return gunzip;
}
