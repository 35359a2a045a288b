import { ApiError } from './api-error.ts';
import { newId } from './ids.ts';

/** What a request that opens a ticket is known by. Made once per request: sent again it opens no second ticket. */
export type RequestIds = { ticketId: string; messageId: string };

export function freshRequestIds(): RequestIds {
  return { ticketId: newId(), messageId: newId() };
}

/**
 * Sends under these ids, and once more under others where they turn out to be taken: an earlier sending arrived whose
 * answer did not, and the words were changed since, or another tab sent them. The server would say so for ever.
 * @param renew others in their place; the caller keeps them for the next time
 */
export async function sendUnder<I extends RequestIds, R>(
  ids: I,
  renew: () => I,
  send: (ids: I) => Promise<R>,
): Promise<R> {
  try {
    return await send(ids);
  } catch (thrown) {
    if (!(thrown instanceof ApiError) || thrown.code !== 'id_conflict') throw thrown;
    return send(renew());
  }
}
