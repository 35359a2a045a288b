import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import http, { type RequestListener, type Server } from 'node:http';
import https from 'node:https';
import { AppError, CSRF_HEADER, type HttpMethod, UPLOAD_PATH } from '@alongside/contracts';
import cookie from '@fastify/cookie';
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify';
import type { Config } from '../config/settings.ts';
import type { Log } from '../log/logger.ts';
import { bearerToken, type Caller, type ResolveCaller, readSide } from './caller.ts';
import { type Doors, withDoors } from './doors.ts';
import { replyWithError } from './errors.ts';
import { SECURITY_HEADERS } from './headers.ts';
import { isHost, ownOrigins, refuseCrossSite } from './origin.ts';
import { createRateLimits, type RateLimits } from './rate-limits.ts';
import { PARAMETER_MAX_LENGTH } from './route.ts';
import { sharePort } from './shared-port.ts';
import { withBodyDeadline } from './slow-clients.ts';

declare module 'fastify' {
  interface FastifyInstance {
    rateLimits: RateLimits;
    /** Every registered contract route, to answer 405 where only the method is wrong. */
    knownPaths: { method: HttpMethod; pattern: RegExp }[];
    /** Set by the people feature; until then nobody is signed in. */
    resolveCaller: ResolveCaller;
  }
  interface FastifyRequest {
    caller: Caller | null;
  }
}

/** A 10 000-character address is an attack or a mistake. */
const URL_MAX_LENGTH = 4_096;

/**
 * The HTTP server without any feature: errors, sessions, headers, limits. Features add routes with `route()`.
 * @param doors asked first, in order
 */
export async function createHttpApp(config: Config, log: Log, doors: Doors = []): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: config.bodyMaxBytes,
    trustProxy: config.trustedProxies.length > 0 ? config.trustedProxies : false,
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: PARAMETER_MAX_LENGTH },
    // Uploads may take days; who never ends another request is cut off by `withBodyDeadline`.
    connectionTimeout: 0,
    requestTimeout: 0,
    serverFactory: (handler) => createServer(config, doors, withBodyDeadline(isUpload, withDoors(doors, handler))),
  });
  await app.register(cookie);
  app.decorate('rateLimits', createRateLimits(config.rateLimitScale));
  app.decorate('knownPaths', []);
  app.decorate('resolveCaller', async () => null);
  app.decorateRequest('caller', null);
  app.setErrorHandler((error, request, reply) => replyWithError(error, request, reply));
  app.setNotFoundHandler((request) => {
    throw new AppError(nothingHere(app, request.url));
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS).header('x-request-id', request.id);
    if (isHttps(config)) reply.header('strict-transport-security', 'max-age=31536000');
    if (request.url.length > URL_MAX_LENGTH || !isHost(request.host || 'localhost'))
      throw new AppError('malformed_request');
    // As the router understood the address: it takes `/%61pi/` for `/api/`.
    const path = request.routeOptions.url ?? request.url;
    if (!path.startsWith('/api/') && !path.startsWith('/files/')) return;
    refuseCrossSite({
      method: request.method,
      ownOrigins: ownOrigins(request, config.publicUrl),
      headers: request.headers,
    });
    request.caller = await app.resolveCaller({
      cookies: request.cookies,
      bearer: bearerToken(request),
      // A link to a file sets no header; it names its side in the address.
      side: readSide(request.headers[CSRF_HEADER] ?? (request.query as Record<string, unknown>).as),
    });
  });
  app.addHook('onResponse', async (request, reply) => logRequest(log, request, reply));
  return app;
}

function createServer(config: Config, doors: Doors, listener: RequestListener): Server {
  const options = { headersTimeout: 20_000, requestTimeout: 0, keepAliveTimeout: 72_000, maxHeaderSize: 16_384 };
  if (config.tlsCertFile === undefined || config.tlsKeyFile === undefined) return http.createServer(options, listener);
  const tls = { cert: readFileSync(config.tlsCertFile), key: readFileSync(config.tlsKeyFile) };
  const server = https.createServer({ ...options, ...tls }, listener);
  if (config.turnTlsPort === config.port) sharePort(server, doors);
  return server as unknown as Server;
}

function isUpload(path: string): boolean {
  return path.startsWith(`${UPLOAD_PATH}/`);
}

function nothingHere(app: FastifyInstance, url: string): 'not_found' | 'method_not_allowed' {
  const path = url.split('?', 1)[0]!;
  return app.knownPaths.some(({ pattern }) => pattern.test(path)) ? 'method_not_allowed' : 'not_found';
}

function isHttps(config: Config): boolean {
  return config.tlsCertFile !== undefined || config.publicUrl?.startsWith('https:') === true;
}

/** One line per request that changed something, failed or was slow; the rest only at debug level. */
function logRequest(
  log: Log,
  request: { method: string; url: string; id: string; caller: Caller | null },
  reply: { statusCode: number; elapsedTime: number },
): void {
  const slow = reply.elapsedTime > 1_000;
  const quiet = request.method === 'GET' && reply.statusCode < 400 && !slow;
  log[quiet ? 'debug' : 'info'](
    {
      method: request.method,
      path: request.url.split('?', 1)[0],
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime),
      requestId: request.id,
      ...(request.caller ? { caller: request.caller.id } : {}),
    },
    'request',
  );
}
