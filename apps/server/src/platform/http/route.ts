import { AppError, type Route, type RouteArguments, type RouteReply } from '@alongside/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { type CallerFor, mayCall } from './caller.ts';
import { requestLocale } from './errors.ts';
import { networkOf } from './rate-limits.ts';
import { unzipped } from './unzipped.ts';
import { parseInput } from './validate.ts';

/** What a handler gets: validated input and the person, already known to be allowed to call. */
export type RouteContext<R extends Route> = RouteArguments<R> & {
  caller: CallerFor<R['access']>;
  request: FastifyRequest;
  /** For cookies and headers; the body is what the handler returns. */
  reply: FastifyReply;
};

export type RouteHandler<R extends Route> = (context: RouteContext<R>) => Promise<RouteReply<R>> | RouteReply<R>;

export type RouteOptions = {
  /**
   * On whom requests are counted, where that is not the caller or, for credentials, the network they come from: a
   * stranger behind the same address must not use up the attempts of somebody who is known otherwise.
   * @returns null for the usual
   */
  countedOn?: (request: FastifyRequest) => string | null;
};

/** More than this in a path parameter is never one of ours. */
export const PARAMETER_MAX_LENGTH = 200;

/**
 * Registers one route of the contracts: who may call, how often, validated input in, validated reply out.
 * A reply with a field the contract does not declare fails instead of leaking it.
 */
export function route<const R extends Route>(
  app: FastifyInstance,
  contract: R,
  handler: RouteHandler<R>,
  options: RouteOptions = {},
): void {
  register(app, contract, options, async (context) => {
    const body = await handler(context);
    context.reply.header('cache-control', 'no-store').type('application/json; charset=utf-8');
    return JSON.stringify(contract.reply.parse(body));
  });
}

/** A file as an answer; `disposition` is the whole header, with its name. */
export type FileAnswer = { type: string; disposition: string; content: Buffer };

/** Registers a route of the contracts that answers with a file: the same in all that comes before. */
export function fileRoute<const R extends Route>(
  app: FastifyInstance,
  contract: R,
  handler: (context: RouteContext<R>) => Promise<FileAnswer>,
): void {
  register(app, contract, {}, async (context) => {
    const { type, disposition, content } = await handler(context);
    context.reply.headers({ 'cache-control': 'no-store', 'content-disposition': disposition }).type(type);
    return content;
  });
}

function register<const R extends Route>(
  app: FastifyInstance,
  contract: R,
  { countedOn }: RouteOptions,
  answer: (context: RouteContext<R>) => Promise<string | Buffer>,
): void {
  app.knownPaths.push({ method: contract.method, pattern: pathPattern(contract.path) });
  app.route({
    method: contract.method,
    url: contract.path,
    ...(contract.bodyMax
      ? { bodyLimit: contract.bodyMax.bytes, config: { largestField: contract.bodyMax.field } }
      : {}),
    ...(contract.mayBeGzipped ? { preParsing: async (request, _reply, payload) => unzipped(request, payload) } : {}),
    handler: async (request, reply) => {
      const { caller } = request;
      const usual = caller && contract.rate !== 'credential' ? caller.id : networkOf(request.ip);
      await app.rateLimits.consume(contract.rate, countedOn?.(request) ?? usual);
      if (!mayCall(contract.access, caller)) throw new AppError(caller === null ? 'unauthenticated' : 'forbidden');
      const locale = requestLocale(request);
      const parse = (schema: z.ZodType | undefined, input: unknown) =>
        schema === undefined ? undefined : parseInput(schema, input, locale);
      return answer({
        params: parse(contract.params, request.params),
        query: parse(contract.query, request.query),
        body: parse(contract.body, request.body ?? {}),
        caller,
        request,
        reply,
      } as RouteContext<R>);
    },
  });
}

/** `/api/tickets/:id` → a pattern for one request path, to tell 405 from 404. */
export function pathPattern(path: string): RegExp {
  const source = path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:(\w+)/g, '[^/]+');
  return new RegExp(`^${source}/?$`);
}
