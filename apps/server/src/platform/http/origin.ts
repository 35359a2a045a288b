import { AppError, CSRF_HEADER } from '@alongside/contracts';
import type { FastifyRequest } from 'fastify';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The parts of a request the check looks at. */
export type OriginFacts = {
  method: string;
  /** `https://host[:port]` this request was sent to, and the configured public one. */
  ownOrigins: readonly string[];
  headers: Record<string, string | string[] | undefined>;
};

/** A name or an address as URLs hold them, with or without a port. */
const HOST = /^([a-z0-9_][a-z0-9_.-]*|\[[0-9a-f:.]+\])(:\d{1,5})?$/i;

/** Whether a request's `Host` can be one. It goes into links and policies, where a quote or a semicolon would be heard. */
export function isHost(text: string): boolean {
  return HOST.test(text);
}

/** Our own origins as seen by this request. */
export function ownOrigins(request: FastifyRequest, publicUrl: string | undefined): string[] {
  const seen = `${request.protocol}://${request.host}`;
  return publicUrl === undefined || publicUrl === seen ? [seen] : [seen, publicUrl];
}

/**
 * Whether this page is reached over HTTPS: as `PUBLIC_URL` says where it is set, since a proxy that ends TLS need not be
 * one whose headers we believe; else as this request came.
 */
export function isSecure(request: Pick<FastifyRequest, 'protocol'>, publicUrl: string | undefined): boolean {
  return publicUrl === undefined ? request.protocol === 'https' : publicUrl.startsWith('https:');
}

/**
 * Stops requests another site made the browser send (cross-site request forgery). A request with a bearer token
 * carries nothing a browser adds by itself and needs no check.
 * @throws AppError `cross_site`
 */
export function refuseCrossSite({ method, ownOrigins: own, headers }: OriginFacts): void {
  if (SAFE_METHODS.has(method)) return;
  if (/^bearer /i.test(String(headers.authorization ?? ''))) return;
  if (headers[CSRF_HEADER] === undefined) throw new AppError('cross_site');
  refuseForeignOrigin(headers, own);
}

/**
 * Stops what a page of another site started, by what browsers say about it. Programs that are no browsers say nothing and pass.
 * @throws AppError `cross_site`
 */
export function refuseForeignOrigin(headers: OriginFacts['headers'], own: readonly string[]): void {
  const site = headers['sec-fetch-site'];
  const origin = headers.origin;
  if (origin !== undefined) {
    if (own.includes(String(origin))) return;
    throw new AppError('cross_site');
  }
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw new AppError('cross_site');
}
