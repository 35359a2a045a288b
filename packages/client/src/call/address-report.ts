import { type MediaAddressReport, reportMediaAddresses } from '@alongside/contracts';
import type { Api } from '../api.ts';
import type { MediaAddresses } from './media-addresses.ts';

/**
 * Tells the server which addresses failed since the last report, if any did, for the team to see.
 * @returns what it sees of them itself; null when there is nothing to tell, or it cannot be told
 */
export async function reportAddresses(
  api: Api,
  callId: string,
  addresses: MediaAddresses,
): Promise<MediaAddressReport[] | null> {
  const body = { failed: addresses.failures(), reached: addresses.reached() };
  addresses.forget();
  if (body.failed.length === 0) return null;
  return api.call(reportMediaAddresses, { params: { id: callId }, body }).then(
    (reply) => reply.failed,
    () => null,
  );
}
