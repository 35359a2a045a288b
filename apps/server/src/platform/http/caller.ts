import type { Locale, RouteAccess, StaffRole } from '@alongside/contracts';
import { STAFF_ROLES } from '@alongside/contracts';
import type { FastifyRequest } from 'fastify';

type Session = {
  /** Row of the session, so that it can be ended. */
  sessionId: string;
  /** How the session was shown: a cookie is sent by the browser alone and needs protection against other sites. */
  via: 'cookie' | 'bearer';
  locale: Locale;
};

export type StaffCaller = Session & { kind: 'staff'; id: string; name: string; role: StaffRole };

export type CustomerCaller = Session & {
  kind: 'customer';
  id: string;
  name: string;
  /** A visitor nobody has named yet. */
  anonymous: boolean;
  organisationId: string | null;
};

/** The person behind a request or a socket. */
export type Caller = StaffCaller | CustomerCaller;

/** The caller a route with this access hands to its handler. */
export type CallerFor<A extends RouteAccess> = A extends 'anyone'
  ? Caller | null
  : A extends 'person'
    ? Caller
    : A extends 'customer'
      ? CustomerCaller
      : StaffCaller;

/** What identifies a caller: the people feature supplies the function that resolves it. */
export type Credentials = {
  cookies: Record<string, string | undefined>;
  bearer: string | null;
  /** For whom the page speaks, where one browser holds a session of each side: `CSRF_HEADER: staff`, `?as=customer`. */
  side?: 'staff' | 'customer' | undefined;
};
export type ResolveCaller = (credentials: Credentials) => Promise<Caller | null>;

/** The side a page names, in `CSRF_HEADER` or, where it can set none, in the address's `as`. */
export function readSide(named: unknown): Credentials['side'] {
  return named === 'staff' || named === 'customer' ? named : undefined;
}

/** Whether a caller may call a route at all; what they may touch is the feature's access function's business. */
export function mayCall(access: RouteAccess, caller: Caller | null): boolean {
  if (access === 'anyone') return true;
  if (caller === null) return false;
  if (access === 'person') return true;
  if (access === 'customer') return caller.kind === 'customer';
  return caller.kind === 'staff' && STAFF_ROLES.indexOf(caller.role) >= STAFF_ROLES.indexOf(access);
}

/** The token of `Authorization: Bearer …`, or null. */
export function bearerToken(request: Pick<FastifyRequest, 'headers'>): string | null {
  return /^Bearer +([\w.~+/=-]+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}
