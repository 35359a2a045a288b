import type { FastifyReply, FastifyRequest } from 'fastify';

/** Two cookies, so that console and portal can be open side by side in one browser. */
export const SESSION_COOKIES = { staff: 'alongside_staff', customer: 'alongside_customer' } as const;

/** The session's row decides when it ends; the cookie only has to outlive it. */
const COOKIE_MAX_AGE_SECONDS = 400 * 24 * 3_600;

/** Hands the browser a session it sends back by itself and no script can read. */
export function setSessionCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  kind: keyof typeof SESSION_COOKIES,
  token: string,
): void {
  reply.setCookie(SESSION_COOKIES[kind], token, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: request.protocol === 'https',
    maxAge: COOKIE_MAX_AGE_SECONDS,
  });
}

export function clearSessionCookie(reply: FastifyReply, kind: keyof typeof SESSION_COOKIES): void {
  reply.clearCookie(SESSION_COOKIES[kind], { path: '/' });
}
