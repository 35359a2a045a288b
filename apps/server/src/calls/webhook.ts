import type { IncomingMessage, ServerResponse } from 'node:http';
import { MEDIA_WEBHOOK_PATH } from '@alongside/contracts';
import type { WebhookReceiver } from 'livekit-server-sdk';
import type { Door } from '../platform/http/doors.ts';
import type { Log } from '../platform/log/logger.ts';
import { type MediaEvent, readMediaEvent } from './media.ts';

const BODY_MAX_BYTES = 256 * 1024;

/**
 * Where a media server reports to. A door of its own: it proves itself by a signature over the body, not by a session,
 * and what it sends is no form of ours.
 */
export function createWebhookDoor(
  receiver: WebhookReceiver,
  take: (event: MediaEvent) => Promise<void>,
  log: Log,
): Door {
  return {
    matches: (path) => path === MEDIA_WEBHOOK_PATH,
    handleRequest(request, response) {
      receive(receiver, take, request).then(
        (status) => answer(response, status),
        (error) => {
          // The media server tries again.
          log.error({ err: error }, 'a report of the media server could not be taken');
          answer(response, 500);
        },
      );
    },
  };
}

async function receive(
  receiver: WebhookReceiver,
  take: (event: MediaEvent) => Promise<void>,
  request: IncomingMessage,
): Promise<number> {
  if (request.method !== 'POST') return 405;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > BODY_MAX_BYTES) return 413;
    chunks.push(chunk as Buffer);
  }
  let event: MediaEvent | null;
  try {
    const proof = request.headers.authorization?.replace(/^Bearer /i, '');
    event = readMediaEvent(await receiver.receive(Buffer.concat(chunks).toString(), proof));
  } catch {
    return 401;
  }
  if (event) await take(event);
  return 200;
}

function answer(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-length': 0, ...(status === 413 ? { connection: 'close' } : {}) }).end();
}
