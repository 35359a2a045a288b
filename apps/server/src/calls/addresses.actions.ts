import type { MediaAddressFailure, MediaAddressReport } from '@alongside/contracts';
import { changeTickets } from '../tickets/log.actions.ts';
import type { CallActor, CallsDeps } from './actions.ts';
import { checkMediaAddress } from './media-address.ts';
import type { CallRow } from './tables.ts';

/**
 * Puts on record which addresses of the media server failed somebody's page, beside what we see of them ourselves.
 * Addresses that are not the media server's are left out: nobody has us look at others.
 * @param urls the addresses their page was given; the first may be the one this very request came to
 */
export async function recordAddressFailures(
  deps: CallsDeps,
  actor: CallActor,
  call: CallRow,
  given: { failed: readonly MediaAddressFailure[]; reached: string | null },
  urls: { url: string; backupUrls: readonly string[] },
): Promise<MediaAddressReport[]> {
  const own = plain(urls.url);
  const known = new Set([own, ...urls.backupUrls.map(plain)]);
  const failures = new Map(given.failed.filter(({ url }) => known.has(url)).map((failure) => [failure.url, failure]));
  const failed = await Promise.all(
    [...failures.values()].map(async (failure): Promise<MediaAddressReport> => {
      // Their request came to us there, and it may name any host: it is neither doubted nor asked.
      const isOurs = failure.url === own && deps.media.isOwn;
      return { ...failure, server: isOurs ? { state: 'ok', status: null } : await checkMediaAddress(failure.url) };
    }),
  );
  if (failed.length === 0) return failed;
  const reached = given.reached !== null && known.has(given.reached) ? given.reached : null;
  const who = { kind: actor.kind, id: actor.id, name: actor.name };
  await changeTickets(
    deps.db,
    async (log) => {
      await log.lock(call.ticketId);
      log.append(
        call.ticketId,
        who,
        { type: 'call.addresses_failed', callId: call.id, failed, reached },
        {},
        log.now(),
      );
    },
    () => deps.now(),
  );
  return failed;
}

/** As browsers spell it: without a port that goes without saying. */
function plain(url: string): string {
  return new URL(url).href.replace(/\/$/, '');
}
