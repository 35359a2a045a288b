import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { CLOSE, SOCKET_FRAME_MAX_BYTES } from '@alongside/contracts';
import type { FastifyInstance } from 'fastify';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Config } from '../config/settings.ts';
import { readSide } from '../http/caller.ts';
import { createClientAddress } from '../http/client-address.ts';
import type { Wire } from './connection.ts';
import type { Sockets } from './sockets.ts';

export const SOCKET_PATH = '/api/socket';

/** A peer that was told to close and does not answer is cut off after this. */
const CLOSE_PATIENCE_MS = 2_000;

/**
 * The WebSocket end of the live connection.
 * @param config its proxies and our public origin, if any
 * @returns handles upgrade requests for SOCKET_PATH
 */
export function createWebSocketDoor(
  app: Pick<FastifyInstance, 'parseCookie'>,
  sockets: Sockets,
  config: Pick<Config, 'publicUrl' | 'trustedProxies'>,
): (request: IncomingMessage, socket: Duplex, head: Buffer) => void {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    // A little above the limit of the contract, so that the reply to a frame that is too large is ours.
    maxPayload: 2 * SOCKET_FRAME_MAX_BYTES,
  });
  const addressOf = createClientAddress(config.trustedProxies);
  return (request, socket, head) =>
    server.handleUpgrade(request, socket, head, (webSocket) => {
      const bearer = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
      const cookies = isOurPage(request, config.publicUrl) ? app.parseCookie(request.headers.cookie ?? '') : {};
      const { receive, closed } = sockets.open(wireOf(webSocket), {
        address: addressOf(request),
        cookies,
        bearer,
        // A browser sets no header of its own on a WebSocket.
        side: readSide(URL.parse(request.url ?? '', 'http://localhost')?.searchParams.get('as')),
      });
      webSocket.on('message', (data, isBinary) => {
        if (isBinary) webSocket.close(CLOSE.badFrame, 'text frames only');
        else receive(data.toString());
      });
      webSocket.on('close', closed);
      // A broken frame or a reset connection; the close event follows.
      webSocket.on('error', () => {});
    });
}

function wireOf(webSocket: WebSocket): Wire {
  return {
    send: (text) => webSocket.send(text),
    close(code, reason) {
      webSocket.close(code, reason);
      setTimeout(() => webSocket.terminate(), CLOSE_PATIENCE_MS).unref();
    },
    terminate: () => webSocket.terminate(),
    bufferedBytes: () => webSocket.bufferedAmount,
  };
}

/** Browsers name the page's origin in every WebSocket request and do not ask before sending our cookies with it. */
function isOurPage({ headers }: IncomingMessage, publicUrl: string | undefined): boolean {
  if (headers.origin === undefined) return true;
  return headers.origin === publicUrl || URL.parse(headers.origin)?.host === headers.host;
}
