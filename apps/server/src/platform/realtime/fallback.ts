import { randomBytes } from 'node:crypto';
import { AppError, CSRF_HEADER } from '@alongside/contracts';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { bearerToken, readSide } from '../http/caller.ts';
import { requestLocale } from '../http/errors.ts';
import { networkOf } from '../http/rate-limits.ts';
import { parseInput } from '../http/validate.ts';
import type { Wire } from './connection.ts';
import type { Sockets } from './sockets.ts';

const STREAM_PATH = '/api/socket/stream';
const SEND_PATH = '/api/socket/send';
/** Keeps proxies from closing a quiet stream, and tells the client that we live. */
const COMMENT_EVERY_MS = 10_000;
const FRAMES_MAX = 50;

const SendBody = z.strictObject({
  stream: z.string().min(1).max(100),
  frames: z.array(z.unknown()).max(FRAMES_MAX),
});

/**
 * The live connection where WebSockets are blocked: server frames come down a stream of server-sent events (the first
 * event, `open`, names the stream), client frames come up by POST. `close` is the last event and holds the code a
 * WebSocket would have been closed with.
 */
export function registerFallback(app: FastifyInstance, sockets: Sockets): void {
  const streams = new Map<string, (text: string) => void>();

  app.get(STREAM_PATH, async (request, reply) => {
    await app.rateLimits.consume('write', networkOf(request.ip));
    const { raw } = reply;
    reply.hijack();
    // Its 'close' is over and would be waited for in vain.
    if (raw.destroyed) return;
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      // nginx collects replies unless told not to.
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
    const stream = randomBytes(16).toString('base64url');
    const wire: Wire = {
      send: (text) => raw.write(`data: ${text}\n\n`),
      close(code, reason) {
        raw.end(`event: close\ndata: ${JSON.stringify({ code, reason })}\n\n`);
        setTimeout(() => raw.destroy(), 2_000).unref();
      },
      terminate: () => raw.destroy(),
      bufferedBytes: () => raw.writableLength,
    };
    raw.write(`event: open\ndata: ${JSON.stringify({ stream })}\n\n`);
    const { receive, closed } = sockets.open(wire, {
      address: request.ip,
      cookies: request.cookies,
      bearer: bearerToken(request),
      side: readSide(request.headers[CSRF_HEADER]),
    });
    streams.set(stream, receive);
    const comment = setInterval(() => raw.write(':\n\n'), COMMENT_EVERY_MS);
    raw.on('error', () => {});
    raw.once('close', () => {
      clearInterval(comment);
      streams.delete(stream);
      closed();
    });
  });

  app.post(SEND_PATH, async (request, reply) => {
    const { stream, frames } = parseInput(SendBody, request.body, requestLocale(request));
    const receive = streams.get(stream);
    if (!receive) throw new AppError('not_found');
    for (const frame of frames) receive(JSON.stringify(frame));
    reply.type('application/json').send('{}');
    return reply;
  });
}
