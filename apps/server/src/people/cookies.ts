import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../platform/config/settings.ts';
import { isSecure } from '../platform/http/origin.ts';

/** Two cookies, so that console and portal can be open side by side in one browser. */
export const SESSION_COOKIES = { staff: 'alongside_staff', customer: 'alongside_customer' } as const;

/** The session's row decides when it ends; the cookie only has to outlive it. */
const COOKIE_MAX_AGE_SECONDS = 400 * 24 * 3_600;

/** Where a cookie is set: the request it answers, its reply, and the configuration. */
export type CookieContext = { request: FastifyRequest; reply: FastifyReply; config: Pick<Config, 'publicUrl'> };

/** Hands the browser a session it sends back by itself and no script can read. */
export function setSessionCookie(context: CookieContext, kind: keyof typeof SESSION_COOKIES, token: string): void {
  context.reply.setCookie(SESSION_COOKIES[kind], token, {
    ...cookieAttributes(context),
    maxAge: COOKIE_MAX_AGE_SECONDS,
  });
}

export function clearSessionCookie(context: CookieContext, kind: keyof typeof SESSION_COOKIES): void {
  context.reply.clearCookie(SESSION_COOKIES[kind], cookieAttributes(context));
}

/** What all cookies of ours have in common. */
export function cookieAttributes({ request, config }: CookieContext) {
  return { path: '/', httpOnly: true, sameSite: 'lax', secure: isSecure(request, config.publicUrl) } as const;
}
