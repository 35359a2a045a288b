import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { type CookieContext, cookieAttributes } from './cookies.ts';

export const DEVICES_COOKIE = 'alongside_devices';

/** A browser several people share keeps that many of them. */
const ENTRIES_MAX = 5;
const NUMBER_BYTES = 12;
const SIGNATURE_BYTES = 24;
const MAX_AGE_SECONDS = 400 * 24 * 3_600;

/**
 * Browsers from which an account signed in before, by a cookie that outlives its sessions (OWASP's “device cookies”).
 * It opens nothing: who shows it is only not counted among strangers, so that strangers who guess at an account keep
 * nobody else out of it.
 */
export type KnownDevices = {
  /** @returns what to count this browser's attempts on; null when it never signed in with this account */
  recognise(request: Pick<FastifyRequest, 'cookies'>, account: string): string | null;
  /** Lets the browser be recognised from now on. */
  remember(context: CookieContext, account: string): void;
};

declare module 'fastify' {
  interface FastifyInstance {
    knownDevices: KnownDevices;
  }
}

/** @param key 32 random bytes that survive restarts */
export function createKnownDevices(key: Buffer): KnownDevices {
  // The account is in the signature only: the cookie names nobody.
  const sign = (number: string, account: string) =>
    createHmac('sha256', key).update(`${number}\n${account}`).digest().subarray(0, SIGNATURE_BYTES);

  function isOf(entry: Entry, account: string): boolean {
    const given = Buffer.from(entry.signature, 'base64url');
    return given.length === SIGNATURE_BYTES && timingSafeEqual(given, sign(entry.number, account));
  }

  return {
    recognise(request, account) {
      const mine = readEntries(request).find((entry) => isOf(entry, account));
      return mine === undefined ? null : `device:${mine.number}`;
    },
    remember(context, account) {
      const known = readEntries(context.request);
      const number = known.find((entry) => isOf(entry, account))?.number ?? newNumber();
      const mine: Entry = { number, signature: sign(number, account).toString('base64url') };
      const entries = [mine, ...known.filter((entry) => entry.number !== number)].slice(0, ENTRIES_MAX);
      const value = entries.map((entry) => `${entry.number}.${entry.signature}`).join('~');
      context.reply.setCookie(DEVICES_COOKIE, value, { ...cookieAttributes(context), maxAge: MAX_AGE_SECONDS });
    },
  };
}

type Entry = { number: string; signature: string };

function newNumber(): string {
  return randomBytes(NUMBER_BYTES).toString('base64url');
}

function readEntries({ cookies }: Pick<FastifyRequest, 'cookies'>): Entry[] {
  const entries = (cookies[DEVICES_COOKIE] ?? '').split('~', ENTRIES_MAX);
  return entries.flatMap((entry) => {
    const [, number, signature] = /^([\w-]{16})\.([\w-]{32})$/.exec(entry) ?? [];
    return number === undefined || signature === undefined ? [] : [{ number, signature }];
  });
}
