import type { z } from 'zod';

/**
 * Who may call a route at all; the feature's access function then decides about the one thing asked for.
 * `person` = anyone with a session (staff, customer, visitor); staff routes name the least role.
 */
export type RouteAccess = 'anyone' | 'person' | 'customer' | 'engineer' | 'lead' | 'administrator';

/** How often one caller may call: `credential` guards guessing, `write` sending, `read` looking. */
export type RateClass = 'credential' | 'write' | 'read';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * The header by which a request shows that a page of ours made it: no form and no foreign page can set it without being
 * asked first (CORS preflight, which we never grant). Its value names the side the page speaks for, `staff` or
 * `customer`, or is `1`.
 */
export const CSRF_HEADER = 'x-alongside';

/** One HTTP route as data: the server registers it, the clients call it, the reference is made from it. */
export type Route = {
  method: HttpMethod;
  /** Path with `:name` parameters. */
  path: string;
  access: RouteAccess;
  rate: RateClass;
  /** What it is for, one sentence. */
  summary: string;
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
  /** Where more than the server's common limit is needed; a larger one is told as the fault of this field. */
  bodyMax?: { bytes: number; field: string };
  /** The body may come compressed (`content-encoding: gzip`); limits count it unpacked. */
  mayBeGzipped?: true;
  reply: z.ZodType;
};

type In<S> = S extends z.ZodType ? z.input<S> : undefined;
type Out<S> = S extends z.ZodType ? z.output<S> : undefined;

/** What a caller passes. */
export type RouteInput<R extends Route> = (R['params'] extends z.ZodType
  ? { params: In<R['params']> }
  : { params?: undefined }) &
  (R['query'] extends z.ZodType ? { query?: In<R['query']> } : { query?: undefined }) &
  (R['body'] extends z.ZodType ? { body: In<R['body']> } : { body?: undefined });

/** What the server's handler gets, validated. */
export type RouteArguments<R extends Route> = {
  params: Out<R['params']>;
  query: Out<R['query']>;
  body: Out<R['body']>;
};

export type RouteReply<R extends Route> = z.output<R['reply']>;

/** Declares a route; exists for inference. */
export function route<const R extends Route>(definition: R): R {
  return definition;
}
