import type { FastifyInstance } from 'fastify';

/** Whether one part works; may throw instead of saying no. */
export type HealthCheck = () => boolean | Promise<boolean>;

export type Health = {
  /** Adds a part without which the server is not up. */
  add(part: string, check: HealthCheck): void;
};

const CHECK_TIMEOUT_MS = 2_000;

/**
 * `/healthz`: 200 only when every part is up, else 503 naming those that are down.
 * Says nothing an attacker could use: the names of the parts and one word for each.
 */
export function registerHealth(app: FastifyInstance): Health {
  const checks = new Map<string, HealthCheck>();
  app.get('/healthz', async (_request, reply) => {
    const parts = await Promise.all(
      [...checks].map(async ([part, check]) => [part, (await isUp(check)) ? 'up' : 'down']),
    );
    const ok = parts.every(([, state]) => state === 'up');
    reply.code(ok ? 200 : 503).header('cache-control', 'no-store');
    return { status: ok ? 'up' : 'down', parts: Object.fromEntries(parts) };
  });
  return { add: (part, check) => void checks.set(part, check) };
}

async function isUp(check: HealthCheck): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), CHECK_TIMEOUT_MS);
  });
  try {
    return await Promise.race([check(), late]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
