import { lookup as lookupByName } from 'node:dns';
import { type IncomingHttpHeaders, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { Config } from '../config/settings.ts';
import { addressRanges, isInRanges, isPublicAddress } from './public-address.ts';

/** Why a request to somebody else's server came to nothing. */
export type OutgoingReason =
  /** No http or https address, or one that carries a user and password. */
  | 'address_invalid'
  /** It leads into a private network, or to this machine. */
  | 'address_private'
  | 'name_unknown'
  | 'unreachable'
  | 'timeout'
  | 'too_large'
  | 'too_many_redirects';

/** A request that got no reply, or none that could be read. Its message is safe to show: it holds no secret of the address. */
export class OutgoingError extends Error {
  readonly reason: OutgoingReason;

  constructor(reason: OutgoingReason, message: string) {
    super(message);
    this.name = 'OutgoingError';
    this.reason = reason;
  }
}

export type OutgoingRequest = {
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** For everything: name, connection, reply and redirects. */
  timeoutMs?: number;
  /** Of the reply's body; more than that is an error, not a cut. */
  maxBytes?: number;
  /** How many redirects are followed; each leads through the same guard. Only a GET may follow any. */
  redirects?: number;
};

export type OutgoingReply = { status: number; headers: IncomingHttpHeaders; body: Buffer };

/** Requests to addresses that people entered: webhooks, feeds, push services. */
export type Outgoing = {
  /**
   * Never reaches a private network (server-side request forgery): the address that was judged is the one that is
   * connected to, so a name that changes its mind between the two (DNS rebinding) gains nothing.
   * @returns any status, errors of the other side included
   * @throws OutgoingError
   */
  fetch(address: string, request?: OutgoingRequest): Promise<OutgoingReply>;
  /** What can be said of an address without looking up its name: null when it may be saved. */
  refusal(address: string): 'address_invalid' | 'address_private' | null;
};

const TIMEOUT_MS = 10_000;
const REPLY_MAX_BYTES = 64 * 1024;
/** Names of this machine and of networks at home and in offices (RFC 6761, RFC 6762, RFC 8375). */
const LOCAL_NAME = /(^|\.)(localhost|local|internal|home\.arpa|lan|intranet|corp|private)$/;

/**
 * @param config OUTGOING_PRIVATE_RANGES opens private ranges
 * @param lookup the resolver; tests give their own
 */
export function createOutgoing(
  config: Pick<Config, 'outgoingPrivateRanges'>,
  lookup: typeof lookupByName = lookupByName,
): Outgoing {
  const opened = addressRanges(config.outgoingPrivateRanges ?? []);
  const isOpen = (address: string) => isPublicAddress(address) || isInRanges(address, opened);
  const opensAny = (config.outgoingPrivateRanges ?? []).length > 0;

  /** Resolves, judges, and hands exactly the judged address to the socket. */
  const guardedLookup: LookupFunction = (hostname, options, done) => {
    lookup(hostname, { all: true, verbatim: true }, (error, found) => {
      if (error) return done(new OutgoingError('name_unknown', `The name ${hostname} leads nowhere.`), '', 4);
      const open = found.filter(({ address }) => isOpen(address));
      if (open.length === 0) return done(privateError(hostname), '', 4);
      // The type knows only the single form; asked for all, Node takes the list.
      if (options.all) return (done as unknown as (error: null, found: typeof open) => void)(null, open);
      done(null, open[0]!.address, open[0]!.family);
    });
  };

  function refusal(address: string): 'address_invalid' | 'address_private' | null {
    const url = URL.parse(address);
    if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return 'address_invalid';
    const host = hostOf(url);
    if (isIP(host) !== 0) return isOpen(host) ? null : 'address_private';
    // With private ranges opened, only the lookup can tell.
    return LOCAL_NAME.test(host) && !opensAny ? 'address_private' : null;
  }

  async function fetchOnce(url: URL, request: OutgoingRequest, signal: AbortSignal): Promise<OutgoingReply> {
    const refused = refusal(url.href);
    if (refused === 'address_invalid') throw new OutgoingError(refused, 'This is no http or https address.');
    if (refused === 'address_private') throw privateError(hostOf(url));
    const maxBytes = request.maxBytes ?? REPLY_MAX_BYTES;
    return await new Promise<OutgoingReply>((resolve, reject) => {
      const send = url.protocol === 'https:' ? requestHttps : requestHttp;
      const { method = 'GET', headers = {}, body } = request;
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
      const outgoing = send(
        url,
        // A connection of its own: a kept one would skip the guard, and a server that closes it early.
        {
          method,
          headers: { 'user-agent': 'Alongside', ...headers, ...length },
          lookup: guardedLookup,
          agent: false,
          signal,
        },
        (reply) => {
          const chunks: Buffer[] = [];
          let sizeBytes = 0;
          reply.on('data', (chunk: Buffer) => {
            sizeBytes += chunk.length;
            if (sizeBytes > maxBytes)
              return outgoing.destroy(new OutgoingError('too_large', `The reply is larger than ${maxBytes} bytes.`));
            chunks.push(chunk);
          });
          reply.on('end', () =>
            resolve({ status: reply.statusCode ?? 0, headers: reply.headers, body: Buffer.concat(chunks) }),
          );
          reply.on('error', reject);
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  return {
    refusal,
    async fetch(address, request = {}) {
      const timeoutMs = request.timeoutMs ?? TIMEOUT_MS;
      const signal = AbortSignal.timeout(timeoutMs);
      let url = URL.parse(address);
      try {
        for (let left = request.method === 'POST' ? 0 : (request.redirects ?? 0); ; left -= 1) {
          if (!url) throw new OutgoingError('address_invalid', 'This is no http or https address.');
          const reply = await fetchOnce(url, request, signal);
          const next = [301, 302, 303, 307, 308].includes(reply.status) ? reply.headers.location : undefined;
          if (next === undefined || request.redirects === undefined) return reply;
          if (left <= 0) throw new OutgoingError('too_many_redirects', 'The address leads on and on.');
          url = URL.parse(next, url.href);
        }
      } catch (error) {
        throw asOutgoingError(error, signal, timeoutMs);
      }
    },
  };
}

/** Without the brackets of IPv6. The parser has already undone other spellings of an address (`0x7f.1`, `2130706433`). */
function hostOf(url: URL): string {
  return url.hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
}

function privateError(host: string): OutgoingError {
  return new OutgoingError('address_private', `${host} is in a private network, where this server may not go.`);
}

function asOutgoingError(error: unknown, signal: AbortSignal, timeoutMs: number): OutgoingError {
  if (error instanceof OutgoingError) return error;
  if (signal.aborted) return new OutgoingError('timeout', `There was no reply within ${timeoutMs / 1000} s.`);
  const { code, message } = error as NodeJS.ErrnoException;
  return new OutgoingError('unreachable', `The connection failed (${code ?? message}).`);
}
