import { createHmac, timingSafeEqual } from 'node:crypto';
import type { PageRow } from './tables.ts';

/** An acknowledgement by link is possible for so long, ms. */
const LINK_LASTS_MS = 24 * 3_600_000;
const SIGNATURE_BYTES = 24;

/** Where a page's mail and push message lead. */
export type PageLinks = {
  /** A page with one button, which needs no session. */
  acknowledge: string;
  /** The token of that link; a push message's button sends it itself. */
  token: string;
  /** The ticket in the console; the on-call place for a test page. */
  open: string;
};

/**
 * The links of one page.
 * @param secret signs; 32 bytes of this installation
 * @param origin where people reach this server
 */
export function linksOf(
  secret: Buffer,
  origin: string,
  { ticket }: { ticket: { number: number } | null },
  page: Pick<PageRow, 'id'>,
  now: Date,
): PageLinks {
  const token = acknowledgeToken(secret, page.id, new Date(now.getTime() + LINK_LASTS_MS));
  return {
    token,
    // Behind the #, so that it stands in no server's log and goes to no other site.
    acknowledge: `${origin}/console/acknowledge#${token}`,
    open: ticket ? `${origin}/console/tickets/${ticket.number}` : `${origin}/console/on-call`,
  };
}

/** The right to acknowledge one page, once, until an instant. */
export function acknowledgeToken(secret: Buffer, pageId: string, expiresAt: Date): string {
  const payload = Buffer.alloc(20);
  payload.write(pageId.replaceAll('-', ''), 'hex');
  payload.writeUInt32BE(Math.floor(expiresAt.getTime() / 1_000), 16);
  return Buffer.concat([payload, signature(secret, payload)]).toString('base64url');
}

/** @returns the page's id; null when the token is not ours or has expired */
export function readAcknowledgeToken(secret: Buffer, token: string, now: Date): string | null {
  const bytes = Buffer.from(token, 'base64url');
  if (bytes.length !== 20 + SIGNATURE_BYTES) return null;
  const payload = bytes.subarray(0, 20);
  if (!timingSafeEqual(bytes.subarray(20), signature(secret, payload))) return null;
  if (payload.readUInt32BE(16) * 1_000 < now.getTime()) return null;
  return uuidOf(payload.subarray(0, 16));
}

/** Whose calendar, of which rotation (null = their own shifts), by which of their addresses. */
export type CalendarAddress = { staffId: string; rotationId: string | null; key: number };

/** The secret part of a calendar's address. It lasts until its owner asks for new ones. */
export function calendarToken(secret: Buffer, { staffId, rotationId, key }: CalendarAddress): string {
  const payload = Buffer.alloc(36);
  payload.write(staffId.replaceAll('-', ''), 'hex');
  if (rotationId !== null) payload.write(rotationId.replaceAll('-', ''), 16, 'hex');
  payload.writeUInt32BE(key, 32);
  return Buffer.concat([payload, signature(secret, payload)]).toString('base64url');
}

/** @returns what the address names; null when it is none of ours */
export function readCalendarToken(secret: Buffer, token: string): CalendarAddress | null {
  const bytes = Buffer.from(token, 'base64url');
  if (bytes.length !== 36 + SIGNATURE_BYTES) return null;
  const payload = bytes.subarray(0, 36);
  if (!timingSafeEqual(bytes.subarray(36), signature(secret, payload))) return null;
  const rotation = payload.subarray(16, 32);
  return {
    staffId: uuidOf(payload.subarray(0, 16)),
    rotationId: rotation.every((byte) => byte === 0) ? null : uuidOf(rotation),
    key: payload.readUInt32BE(32),
  };
}

/** The two kinds of token differ in length, which is signed with them: none passes for the other. */
function signature(secret: Buffer, payload: Buffer): Buffer {
  return createHmac('sha256', secret)
    .update(`${payload.length}:`)
    .update(payload)
    .digest()
    .subarray(0, SIGNATURE_BYTES);
}

function uuidOf(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
