import { sendWatchedSamples, startWatching } from '@alongside/contracts';
import type { Api } from '../api.ts';
import { startWatchedCall, type WatchedCall, type WatchOptions, type WatchTransport } from './watched-call.ts';

/**
 * Watches a WebRTC call of one's own product, so that a ticket opened from it carries its last minutes:
 *
 *     const call = watch(peerConnection, { api, label: 'Lesson 42' });
 *     // with the ticket: { …, watchedSessionId: call.sessionId }
 *     await call.stop();
 *
 * Costs under one percent of a processor core and under 10 kbit/s (bench/src/diagnosis/client-cost.ts). It reads statistics
 * and listens to events: it never throws, and replaces no function of the page unless `instrument` asks for it.
 * @param connections all of one call; more may be added later
 * @param options.api of the customer's session (`createApi`)
 */
export function watch(
  connections: RTCPeerConnection | readonly RTCPeerConnection[],
  { api, ...options }: WatchOptions & { api: Api },
): WatchedCall {
  return startWatchedCall(connections, apiTransport(api), options);
}

/** Sends samples with a session of the desk's. */
export function apiTransport(api: Api): WatchTransport {
  return {
    start: async ({ id, about }) => api.call(startWatching, { body: { id, about } }),
    send: (id, batch, { keepalive }) =>
      api.call(sendWatchedSamples, { params: { id }, body: batch }, { keepalive, gzip: true }),
  };
}
