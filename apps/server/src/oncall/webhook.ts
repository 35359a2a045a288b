import { createHmac } from 'node:crypto';
import { type Outgoing, OutgoingError } from '../platform/http/outgoing.ts';
import type { Tried } from './page.actions.ts';
import type { PageFacts } from './page-facts.ts';
import type { HookRow, PageRow } from './tables.ts';

/** What a webhook is sent, as JSON. */
export type HookMessage = {
  type: 'page';
  /** When it was made, ISO. */
  timestamp: string;
  data: {
    /** The same on every try of this delivery. */
    pageId: string;
    escalationId: string;
    test: boolean;
    ticket: {
      id: string;
      number: number;
      subject: string;
      priority: string;
      contact: string;
      organisation: string | null;
      url: string;
    } | null;
    cause: string;
    policy: string | null;
    by: string | null;
    note: string;
    step: number;
    round: number;
    late: boolean;
  };
};

export function hookMessage(facts: PageFacts, page: PageRow, ticketUrl: string): HookMessage {
  const { ticket, escalationId, cause, policy, by, note } = facts;
  return {
    type: 'page',
    timestamp: page.createdAt.toISOString(),
    data: {
      pageId: page.id,
      escalationId,
      test: ticket === null,
      ticket: ticket && {
        id: ticket.id,
        number: ticket.number,
        subject: ticket.subject,
        priority: ticket.priority,
        contact: ticket.contact,
        organisation: ticket.organisation,
        url: ticketUrl,
      },
      cause,
      policy,
      by: by?.name ?? null,
      note,
      step: page.step,
      round: page.round,
      late: page.late,
    },
  };
}

/** How a secret is shown, as Standard Webhooks writes them. */
export function shownSecret(secret: Buffer): string {
  return `whsec_${secret.toString('base64')}`;
}

/**
 * The headers of a signed message (Standard Webhooks 1.0.0, symmetric): HMAC-SHA256 over id, time and body, so that
 * neither can be replayed with another.
 * @param id the same on every try, so that a receiver recognises a repeat
 * @param at when this try is made
 */
export function signedHeaders(secret: Buffer, id: string, at: Date, body: string): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}

/** Calls a webhook. Only a success (2xx) counts as heard. */
export async function callHook(
  outgoing: Outgoing,
  hook: Pick<HookRow, 'url' | 'secret'>,
  page: PageRow,
  message: HookMessage,
  now: Date,
): Promise<Tried> {
  const body = JSON.stringify(message);
  return tryOutgoing(
    async () =>
      outgoing.fetch(hook.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...signedHeaders(hook.secret, page.id, now, body) },
        body,
      }),
    () => false,
  );
}

/**
 * @param fetch the request
 * @param isGone whether a status says that it will never be taken
 */
export async function tryOutgoing(
  fetch: () => Promise<{ status: number }>,
  isGone: (status: number) => boolean,
): Promise<Tried> {
  try {
    const { status } = await fetch();
    if (status >= 200 && status < 300) return { ok: true };
    // What the other side wrote is not shown: it may hold anything.
    return isGone(status)
      ? { ok: false, why: 'device_gone', detail: `HTTP ${status}`, gone: true }
      : { ok: false, why: 'refused', detail: `HTTP ${status}` };
  } catch (error) {
    if (!(error instanceof OutgoingError)) throw error;
    const { reason, message } = error;
    const why =
      reason === 'address_private' || reason === 'name_unknown' || reason === 'timeout' ? reason : 'unreachable';
    return { ok: false, why, detail: message };
  }
}
