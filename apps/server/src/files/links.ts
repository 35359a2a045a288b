import { createHmac, timingSafeEqual } from 'node:crypto';
import { extensionOf } from './file-name.ts';

/** How a signed address shows a file. */
export type LinkVariant = 'inline' | 'download' | 'thumbnail';

/** A link is good for at least this long. */
export const LINK_LIFE_MS = 3_600_000;
/** Links of one quarter of an hour are the same text, so that browsers find in their cache what they have. */
const LINK_STEP_MS = 900_000;
/** The router refuses longer parts of a path. */
const NAME_MAX_LENGTH = 150;

export type SignedLinks = {
  url(file: { id: string; name: string }, variant: LinkVariant, now: Date): string;
  expiresAt(now: Date): Date;
  /** Whether this server made the link and its time is not over. */
  verify(link: { id: string; variant: string; exp: string; sig: string }, now: Date): boolean;
};

/** @param key 32 random bytes that survive restarts */
export function createSignedLinks(key: Buffer): SignedLinks {
  const sign = (id: string, variant: string, exp: number) =>
    createHmac('sha256', key).update(`${id}\n${variant}\n${exp}`).digest('base64url');
  const expiresAt = (now: Date) => new Date(Math.ceil(now.getTime() / LINK_STEP_MS) * LINK_STEP_MS + LINK_LIFE_MS);

  return {
    expiresAt,
    url(file, variant, now) {
      const exp = Math.floor(expiresAt(now).getTime() / 1000);
      const query = new URLSearchParams({ v: variant, exp: String(exp), sig: sign(file.id, variant, exp) });
      return `/files/${file.id}/${pathName(file.name)}?${query}`;
    },
    verify({ id, variant, exp, sig }, now) {
      if (!/^\d{1,12}$/.test(exp) || Number(exp) * 1000 < now.getTime()) return false;
      const expected = Buffer.from(sign(id, variant, Number(exp)));
      const given = Buffer.from(sig);
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}

/** The name in the address is for people and browsers' tabs only; too long a one is shortened, its extension stays. */
function pathName(name: string): string {
  const extension = extensionOf(name);
  const tail = extension === '' ? '' : `.${extension}`;
  const whole = encodeURIComponent(name);
  if (whole.length <= NAME_MAX_LENGTH && name !== '.' && name !== '..') return whole;
  let head = '';
  for (const character of name.slice(0, name.length - tail.length)) {
    const longer = head + encodeURIComponent(character);
    if (longer.length > NAME_MAX_LENGTH - tail.length) break;
    head = longer;
  }
  return `${head}${tail}`;
}
