import { type Api, ApiError, apiTransport } from '@alongside/client';
import type { WatchAnswer, WatchedFact, WatchRequest } from '../protocol.ts';
import type { HostLink } from './host-link.ts';

/**
 * Passes what the host page measures of its own calls on to the desk, with the visitor's session.
 * @returns how to stop
 */
export function relayWatching(link: HostLink, api: Api): () => void {
  const transport = apiTransport(api);

  async function answerTo(sessionId: string, request: WatchRequest): Promise<WatchAnswer> {
    try {
      const reply =
        request.what === 'start'
          ? await transport.start({ id: sessionId, about: request.about })
          : await transport.send(sessionId, request.batch, { keepalive: request.keepalive });
      return { ok: true, reply };
    } catch (thrown) {
      return { ok: false, retry: thrown instanceof ApiError && thrown.retry };
    }
  }

  return link.onWatch(({ id, sessionId, request }) => {
    void answerTo(sessionId, request).then((answer) => link.send({ type: 'watch-answer', id, answer }));
  });
}

/**
 * Tells the desk of a watched call before a ticket names it: what is held back in the page has told it nothing yet.
 * @throws where it cannot be told, or is not wanted: a ticket that named it would be refused
 */
export async function announceWatched(api: Api, watched: WatchedFact | null): Promise<void> {
  if (!watched) return;
  const { goOn } = await apiTransport(api).start({ id: watched.sessionId, about: watched.about });
  if (!goOn) throw new Error('Calls of products are not watched here.');
}
