import { createHash, timingSafeEqual } from 'node:crypto';
import { AppError } from '@alongside/contracts';
import type { FastifyInstance } from 'fastify';
import { bearerToken } from '../platform/http/caller.ts';
import { networkOf } from '../platform/http/rate-limits.ts';

/**
 * `/metrics` for Prometheus: whoever shows the token of the configuration. Without one there is nothing at this path:
 * the figures name rooms, and tell strangers how busy one is.
 */
export function registerMetrics(
  app: FastifyInstance,
  token: string | undefined,
  metrics: (() => Promise<{ type: string; text: string }>) | null,
): void {
  if (token === undefined || metrics === null) return;
  const expected = digest(token);
  app.get('/metrics', async (request, reply) => {
    const given = bearerToken(request);
    if (given === null || !timingSafeEqual(digest(given), expected)) {
      await app.rateLimits.consume('credential', networkOf(request.ip));
      throw new AppError('unauthenticated');
    }
    const { type, text } = await metrics();
    reply.header('cache-control', 'no-store').type(type);
    return text;
  });
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
