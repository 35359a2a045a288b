import type { Locale } from '@alongside/contracts';
import type { Outgoing } from '../platform/http/outgoing.ts';
import type { Tried } from './page.actions.ts';
import type { PageFacts } from './page-facts.ts';
import type { PageLinks } from './page-links.ts';
import { pageLines, pageTitle } from './page-mail.ts';
import type { PushKeys } from './push-keys.ts';
import type { DeviceRow, PageRow } from './tables.ts';
import { tryOutgoing } from './webhook.ts';

/** What the service worker of the console gets, decrypted by the browser. */
export type PushMessage = {
  pageId: string;
  /** Notices of one chain replace each other. */
  tag: string;
  title: string;
  body: string;
  /** Where a press on the notice leads. */
  url: string;
  /** For the button that acknowledges. */
  token: string;
  acknowledge: string;
  open: string;
};

/** Later than this a page is of no use any more, seconds. */
const KEPT_FOR_S = 3_600;

/** A page as a push message, in the reader's language. */
export function pushMessage(facts: PageFacts, page: PageRow, links: PageLinks, locale: Locale): PushMessage {
  const zh = locale === 'zh-CN';
  return {
    pageId: page.id,
    tag: facts.escalationId,
    title: pageTitle(facts, locale),
    body: pageLines(facts, locale).join('\n'),
    url: links.open,
    token: links.token,
    acknowledge: zh ? '确认' : 'Acknowledge',
    open: zh ? '打开' : 'Open',
  };
}

/**
 * Hands a message to the browser's push service (RFC 8030), encrypted for that browser alone (RFC 8291) and signed with
 * this installation's name (RFC 8292).
 * @param contact where the push service reaches who runs this server: a mailto: or https: address
 */
export async function sendPush(
  outgoing: Outgoing,
  keys: PushKeys,
  contact: string,
  device: DeviceRow,
  message: PushMessage,
): Promise<Tried> {
  // Loaded when first needed: most installations begin without a device.
  const { default: webPush } = await import('web-push');
  let request: ReturnType<typeof webPush.generateRequestDetails>;
  try {
    request = webPush.generateRequestDetails(
      { endpoint: device.endpoint, keys: { p256dh: device.p256dh, auth: device.auth } },
      JSON.stringify(message),
      {
        vapidDetails: { subject: contact, ...keys },
        contentEncoding: 'aes128gcm',
        TTL: KEPT_FOR_S,
        urgency: 'high',
        // Of several that wait for a sleeping device only the newest of a chain is delivered.
        topic: message.tag.replaceAll('-', '').slice(0, 32),
      },
    );
  } catch (error) {
    // Keys nothing can be encrypted with will not get better.
    return { ok: false, why: 'refused', detail: (error as Error).message, gone: true };
  }
  const { endpoint, method, headers, body } = request;
  return tryOutgoing(
    async () =>
      outgoing.fetch(endpoint, {
        method: method as 'POST',
        headers: asTexts(headers),
        ...(body ? { body } : {}),
      }),
    (status) => status === 404 || status === 410,
  );
}

function asTexts(headers: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
